"""CSV: RFC 4180 in UTF-8, with a fixed English header; or as spreadsheets of the continent expect it."""

import csv
import io
from typing import Literal

from scoring.domain.formulas import disarmed

from .model import Dataset, Scalar, Value, text_of

__all__ = ["BOM", "LIST", "Dialect", "write_csv"]

Dialect = Literal["rfc4180", "excel"]
LIST = "|"
BOM = "\ufeff"


def write_csv(dataset: Dataset, dialect: Dialect = "rfc4180") -> bytes:
    """Return the table as CSV."""
    excel = dialect == "excel"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if excel else ",", lineterminator="\r\n")
    writer.writerow([column.name for column in dataset.columns])
    writer.writerows([_field(value, comma=excel) for value in row] for row in dataset.rows)
    return ((BOM if excel else "") + text.getvalue()).encode()


def _field(value: Value, *, comma: bool) -> str:
    if isinstance(value, tuple):
        return disarmed(LIST.join(_scalar(one, comma=comma) for one in value))
    text = _scalar(value, comma=comma)
    return disarmed(text) if isinstance(value, str) else text


def _scalar(value: Scalar, *, comma: bool) -> str:
    text = text_of(value)
    return text.replace(".", ",") if comma and isinstance(value, float) else text
