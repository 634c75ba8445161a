"""The formats: CSV (RFC 4180, or as spreadsheets expect it), XLSX, JSON, and a zip with CSVW metadata.

The rules are those of CONTRACTS section 8, which every service's exports follow.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import orjson
from xlsxwriter import Workbook

from .table import COLUMNS, Column, Table, Value

__all__ = ["FORMATS", "Written", "disarmed", "write"]

LIST = "|"
MAX_TEXT = 32_767  # characters in a cell of a workbook
# A spreadsheet takes a text that begins so for a formula, and runs it.
_ARMED = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Written:
    """A file: its name, and its content."""

    name: str
    media_type: str
    content: bytes


def write(table: Table, suffix: str, *, excel: bool = False) -> Written:
    """Return the practices as a file; raises KeyError for a format there is none of."""
    media_type, writer = FORMATS[suffix]
    return Written(f"practices.{suffix}", media_type, writer(table, excel))


def disarmed(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; a number stays what it is."""
    return f"'{text}" if text.startswith(_ARMED) and not _NUMBER.fullmatch(text) else text


def _csv(table: Table, excel: bool) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if excel else ",", lineterminator="\r\n")
    writer.writerow([column.name for column in COLUMNS])
    writer.writerows([_field(value, comma=excel) for value in row] for row in table.rows)
    return (("\ufeff" if excel else "") + text.getvalue()).encode()


def _field(value: Value, *, comma: bool) -> str:
    if isinstance(value, str | tuple):
        return disarmed(value if isinstance(value, str) else LIST.join(value))
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    return repr(value).replace(".", ",") if comma else repr(value)


def _xlsx(table: Table, _excel: bool) -> bytes:
    content = io.BytesIO()
    workbook = Workbook(content, {"constant_memory": True})
    created = datetime.combine(table.about.changed, time(), tzinfo=UTC).replace(tzinfo=None)
    workbook.set_properties({"title": table.about.title, "created": created})
    bold = workbook.add_format({"bold": True})
    words = workbook.add_worksheet("README")
    words.set_column(0, 0, 110)
    for number, line in enumerate(_readme(table)):
        words.write_string(number, 0, line)
    sheet = workbook.add_worksheet("Practices")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(COLUMNS):
        sheet.write_string(0, place, column.name, bold)
    for number, row in enumerate(table.rows, start=1):
        for place, value in enumerate(row):
            _put(sheet, number, place, value)
    workbook.close()
    return content.getvalue()


def _put(sheet: Any, row: int, column: int, value: Value) -> None:
    held = LIST.join(value) if isinstance(value, tuple) else value
    if held is None or held == "":
        return
    if isinstance(held, bool):
        sheet.write_boolean(row, column, held)
    elif isinstance(held, str):
        sheet.write_string(row, column, held[:MAX_TEXT])
    else:
        sheet.write_number(row, column, held)


def _json(table: Table, _excel: bool) -> bytes:
    about, names = table.about, [column.name for column in COLUMNS]
    return orjson.dumps(
        {
            "dataset": "practices",
            "title": about.title,
            "lang": about.lang,
            "issued": about.changed,
            "licence": {"id": None, "url": None, "text": about.licence_text},
            "cite_as": about.cite_as,
            "url": about.href,
            "total": len(table.rows),
            "items": [dict(zip(names, row, strict=True)) for row in table.rows],
        }
    )


def _zip(table: Table, excel: bool) -> bytes:
    about = table.about
    files = {
        "practices.csv": _csv(table, excel),
        "practices.csv-metadata.json": _csvw(table, excel=excel),
        "README.txt": _text(_readme(table)),
        "LICENSE.txt": _text([about.licence_text]),
        "CITATION.txt": _text([about.cite_as]),
    }
    content = io.BytesIO()
    day = about.changed
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, body)
    return content.getvalue()


def _csvw(table: Table, *, excel: bool) -> bytes:
    about = table.about
    document = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": about.lang}],
        "url": "practices.csv",
        "dialect": {"delimiter": ";" if excel else ",", "header": True, "encoding": "utf-8"},
        "dc:title": about.title,
        "dc:issued": about.changed.isoformat(),
        "dc:source": {"@id": about.href},
        "dc:bibliographicCitation": about.cite_as,
        "dc:rights": about.licence_text,
        "tableSchema": {"columns": [_column(column, excel=excel) for column in COLUMNS]},
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _column(column: Column, *, excel: bool) -> dict[str, Any]:
    comma = excel and column.datatype == "double"
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": {"@value": column.description, "@language": "en"},
        "datatype": {"base": "double", "format": {"decimalChar": ","}} if comma else column.datatype,
        **({"separator": LIST} if column.many else {}),
    }


def _readme(table: Table) -> list[str]:
    about = table.about
    columns = [
        f"{one.name} ({one.datatype}{', list' if one.many else ''}): {one.description}" for one in COLUMNS
    ]
    return [about.title, "", about.licence_text, about.cite_as, "", f"address: {about.href}", "", *columns]


def _text(lines: list[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode()


FORMATS: dict[str, tuple[str, Callable[[Table, bool], bytes]]] = {
    "csv": ("text/csv; charset=utf-8; header=present", _csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "json": ("application/json", _json),
    "zip": ("application/zip", _zip),
}
