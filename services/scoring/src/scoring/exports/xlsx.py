"""XLSX: a README and the table as a workbook; every figure in full, no text ever a formula."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from .csvfmt import LIST
from .model import Dataset, Row, Value, text_of
from .readme import readme

__all__ = ["MAX_TEXT", "Book", "open_book", "write_xlsx"]

MAX_TEXT = 32_767  # characters in a cell


class Sheet(Worksheet):  # type: ignore[misc] # the library ships no types
    """A sheet that writes doubles in full: the library's own sixteen digits can give another double.

    Formulas are taken as they are. They name no function that is younger than the format, and looking for one
    of those takes two thirds of the time of a workbook.
    """

    def _prepare_formula(self, formula: str, *_args: Any, **_more: Any) -> str:
        return formula.removeprefix("=")

    def _xml_number_element(self, number: float, attributes: Any = ()) -> None:
        attr = "".join(f' {key}="{value}"' for key, value in attributes)
        self.fh.write(f"<c{attr}><v>{number!r}</v></c>")


class Book:
    """A workbook under way; each sheet is written row by row and never held in memory."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.bold = workbook.add_format({"bold": True})
        self._wrap = workbook.add_format({"text_wrap": True, "valign": "top"})

    def sheet(self, name: str, header: Row, widths: int = 16) -> Sheet:
        """Add a sheet with a header that stays in sight."""
        sheet: Sheet = self.workbook.add_worksheet(name, Sheet)
        sheet.set_column(0, max(len(header) - 1, 0), widths)
        sheet.freeze_panes(1, 0)
        self.row(sheet, 0, header, self.bold)
        return sheet

    def row(self, sheet: Sheet, number: int, row: Row, style: Any = None) -> None:
        """Write one row of values."""
        for place, value in enumerate(row):
            put(sheet, number, place, value, style)

    def lines(self, name: str, lines: list[str]) -> None:
        """Add a sheet of text."""
        sheet: Sheet = self.workbook.add_worksheet(name, Sheet)
        sheet.set_column(0, 0, 110, self._wrap)
        for number, line in enumerate(lines):
            put(sheet, number, 0, line, self.bold if number == 0 else self._wrap)


def put(sheet: Sheet, row: int, column: int, value: Value, style: Any = None) -> None:
    """Write one value; nothing where there is none."""
    if isinstance(value, tuple):
        value = LIST.join(text_of(one) for one in value)
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:MAX_TEXT], style)
    else:
        sheet.write_number(row, column, value, style)


@contextmanager
def open_book(dataset: Dataset, content: io.BytesIO) -> Iterator[Book]:
    """Open a workbook with its README; the same data give the same bytes."""
    about = dataset.about
    workbook = Workbook(content, {"constant_memory": True, "strings_to_formulas": False})
    try:
        issued = datetime.combine(about.issued, time(), tzinfo=UTC).replace(tzinfo=None)
        workbook.set_properties({"title": about.title, "comments": about.cite_as, "created": issued})
        workbook.set_calc_mode("auto")
        book = Book(workbook)
        book.lines("README", readme(dataset))
        yield book
    finally:
        workbook.close()


def write_xlsx(dataset: Dataset) -> bytes:
    """Return the table as a workbook of plain values."""
    content = io.BytesIO()
    with open_book(dataset, content) as book:
        sheet = book.sheet(dataset.name.title(), [column.name for column in dataset.columns])
        for number, row in enumerate(dataset.rows, start=1):
            book.row(sheet, number, row)
    return content.getvalue()
