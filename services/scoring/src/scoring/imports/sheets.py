"""Sheets as people save them: CSV in its dialects, and XLSX."""

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from scoring.domain.formulas import rearmed

from .observations import Broken, Refused, decoded

__all__ = ["MAX_ROWS", "MAX_UNPACKED", "Sheet", "check_archive", "read_csv", "read_xlsx", "written"]

MAX_ROWS = 400_000
MAX_SHEET_ROWS = 100_000  # of a workbook, whose cells are objects
MAX_COLUMNS = 60
MAX_UNPACKED = 64 * 1024 * 1024
MAX_PARTS = 1_000
MAX_TAGS = 8_000_000  # a full sheet of 100,000 rows
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Sheet:
    """A header and rows with their numbers; `comma`: numbers are written with a decimal comma."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    comma: bool


def read_csv(raw: bytes) -> Sheet:
    """Read CSV in UTF-8: commas with a decimal point, semicolons with a decimal comma, or tabs.

    Raises Broken for another encoding, broken quotes, or no rows.
    """
    text = decoded(raw)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(reader, 1):
            if number > MAX_ROWS:
                raise Broken(Refused(f"A{number}", "import_too_many_rows", {"max": MAX_ROWS}))
            rows.append((number, [rearmed(cell) for cell in cells]))
    except csv.Error as error:
        place = Refused(f"A{len(rows) + 1}", "import_csv", {"line": reader.line_num})
        raise Broken(place) from error
    return _sheet(rows, comma=delimiter == ";")


def read_xlsx(raw: bytes) -> Sheet:
    """Read the sheet `data`, else the first one; of a formula only its stored value is read.

    Raises Broken for what is no workbook, or unpacks to more than is reasonable.
    """
    check_archive(raw)
    try:
        rows = [(n, [rearmed(written(cell)) for cell in cells]) for n, cells in enumerate(_cells(raw), 1)]
    except Exception as error:  # a damaged workbook fails in as many ways as it has parts
        raise Broken(Refused("#", "import_not_xlsx")) from error
    if len(rows) > MAX_SHEET_ROWS:
        raise Broken(Refused(f"A{MAX_SHEET_ROWS + 1}", "import_too_many_rows", {"max": MAX_SHEET_ROWS}))
    return _sheet(rows, comma=False)


def _delimiter(text: str) -> str:
    # The header holds names only, so whichever sign parts them parts everything.
    header = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t", key=header.count)


def _sheet(rows: list[tuple[int, list[str]]], *, comma: bool) -> Sheet:
    filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    if len(filled) < 2:
        raise Broken(Refused("A1", "import_empty"))
    header = [cell.strip() for cell in filled[0][1]]
    while header and not header[-1]:
        header.pop()
    width = len(header)
    if width > MAX_COLUMNS:
        raise Broken(Refused("A1", "import_too_many_columns", {"max": MAX_COLUMNS}))
    for number, cells in filled[1:]:
        if any(cell.strip() for cell in cells[width:]):
            raise Broken(Refused(f"A{number}", "import_row_too_long", {"max": width}))
        cells[:] = (cells + [""] * width)[:width]
    return Sheet(header, filled[1:], comma)


def check_archive(raw: bytes, tags: int = MAX_TAGS) -> list[str]:
    """Return the names of a workbook's parts.

    Raises Broken for what is none, unpacks to too much, or holds more tags than one of its kind needs: each
    takes time and memory, and a few kilobytes unpack to millions of them.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            # A part never unpacks to more than its entry says, so the sum is what it can come to.
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise Broken(Refused("#", "import_unpacked", {"max": MAX_UNPACKED // 2**20}))
            if sum(_tags(archive, part) for part in parts) > tags:
                raise Broken(Refused("#", "import_too_many_cells"))
            return [part.filename for part in parts]
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        raise Broken(Refused("#", "import_not_xlsx")) from error


def _tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    with archive.open(part) as file:
        return sum(chunk.count(b"<") for chunk in iter(lambda: file.read(_CHUNK), b""))


def _cells(raw: bytes) -> Iterator[tuple[Any, ...]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl says it will not keep is nothing that is read here
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book["data"] if "data" in book.sheetnames else book.worksheets[0]
            sheet.reset_dimensions()  # what the file says of its size need not be true
            yield from sheet.iter_rows(max_row=MAX_SHEET_ROWS + 1, max_col=MAX_COLUMNS, values_only=True)
        finally:
            book.close()


def written(cell: Any) -> str:
    """Return the value of a cell as people would write it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        number = Decimal(repr(cell))
        return str(int(number)) if number == number.to_integral_value() else format(number, "f")
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
