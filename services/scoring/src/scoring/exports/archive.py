"""The zip: the CSV with README, licence, citation, and CSVW metadata that describe every column to programs.

CSVW is "Metadata Vocabulary for Tabular Data", W3C, 2015.
"""

import io
import zipfile
from datetime import date
from typing import Any

import orjson

from .csvfmt import LIST, Dialect, write_csv
from .model import Column, Dataset
from .readme import readme

__all__ = ["csvw", "write_zip"]

_DATATYPES = {"number": "double"}


def write_zip(dataset: Dataset, name: str, dialect: Dialect = "rfc4180") -> bytes:
    """Return the archive; `name` is the table's, without a suffix. The same data give the same bytes."""
    about, table = dataset.about, f"{name}.csv"
    licence = [about.licence or "", about.licence_url or "", about.licence_text]
    files = {
        table: write_csv(dataset, dialect),
        f"{table}-metadata.json": csvw(dataset, table, dialect),
        "README.txt": _text(readme(dataset)),
        "LICENSE.txt": _text([line for line in licence if line]),
        "CITATION.txt": _text([about.cite_as]),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, body in files.items():
            archive.writestr(_entry(file, about.issued), body)
    return content.getvalue()


def csvw(dataset: Dataset, table: str, dialect: Dialect = "rfc4180") -> bytes:
    """Return the description of a CSV file beside which it lies."""
    about, excel = dataset.about, dialect == "excel"
    document = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": about.lang}],
        "url": table,
        "dialect": {"delimiter": ";" if excel else ",", "header": True, "encoding": "utf-8"},
        "dc:title": about.title,
        "dc:issued": about.issued.isoformat(),
        "dc:source": {"@id": about.href},
        "dc:bibliographicCitation": about.cite_as,
        "dc:rights": about.licence_text,
        **({"dc:license": {"@id": about.licence_url}} if about.licence_url else {}),
        **({"dc:description": about.note} if about.note else {}),
        "tableSchema": {"columns": [_column(column, excel=excel) for column in dataset.columns]},
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _column(column: Column, *, excel: bool) -> dict[str, Any]:
    base = _DATATYPES.get(column.datatype, column.datatype)
    comma = {"base": base, "format": {"decimalChar": ","}} if excel and base == "double" else base
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": {"@value": column.description, "@language": "en"},
        "datatype": comma,
        **({"separator": LIST} if column.many else {}),
    }


def _text(lines: list[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode()


def _entry(name: str, issued: date) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (issued.year, issued.month, issued.day, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
