"""CSV: RFC 4180 in UTF-8, with a fixed English header; or as spreadsheets of the continent expect it."""

import csv
import io
import re
from typing import Literal

from .model import Dataset, Scalar, Value, text_of

__all__ = ["BOM", "LIST", "Dialect", "disarmed", "rearmed", "write_csv"]

Dialect = Literal["rfc4180", "excel"]
LIST = "|"
BOM = "\ufeff"
# A spreadsheet takes a text that begins so for a formula, and runs it.
_ARMED = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")


def write_csv(dataset: Dataset, dialect: Dialect = "rfc4180") -> bytes:
    """Return the table as CSV."""
    excel = dialect == "excel"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if excel else ",", lineterminator="\r\n")
    writer.writerow([column.name for column in dataset.columns])
    writer.writerows([_field(value, comma=excel) for value in row] for row in dataset.rows)
    return ((BOM if excel else "") + text.getvalue()).encode()


def disarmed(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; a number stays what it is."""
    return f"'{text}" if text.startswith(_ARMED) and not _NUMBER.fullmatch(text) else text


def rearmed(text: str) -> str:
    """Return what `disarmed` was given."""
    return text[1:] if text.startswith("'") and disarmed(text[1:]) == text else text


def _field(value: Value, *, comma: bool) -> str:
    if isinstance(value, tuple):
        return disarmed(LIST.join(_scalar(one, comma=comma) for one in value))
    text = _scalar(value, comma=comma)
    return disarmed(text) if isinstance(value, str) else text


def _scalar(value: Scalar, *, comma: bool) -> str:
    text = text_of(value)
    return text.replace(".", ",") if comma and isinstance(value, float) else text
