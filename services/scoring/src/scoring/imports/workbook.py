"""Reading an expert's workbook back: rows with the places of their cells, and what cannot be read."""

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook

from scoring.domain.workbook import (
    ANSWERS,
    COLUMNS,
    GIVEN,
    SOURCE_COLUMNS,
    SOURCE_FIELDS,
    SOURCES,
    YES,
    check_of,
    tidy,
)
from servicekit.text import nearest

from .observations import Broken, Refused, cell_name
from .sheets import check_archive, written

__all__ = ["Filled", "Read", "read_workbook"]

MAX_ANSWERS, MAX_SOURCES = 2_000, 20_000  # rows
MAX_TAGS = 500_000  # sixty questions with five sources each make 50,000
_MACROS = "vbaproject.bin"
_REQUIRED = ("indicator", "answer", "certainty")
_NO_VALUE = ("f", "e")  # a formula, an error


@dataclass(frozen=True)
class _Table:
    """A sheet: its columns, and of each row that says anything its number and its cells."""

    sheet: str
    columns: Mapping[str, int]
    rows: Sequence[tuple[int, Mapping[str, str]]]

    def place(self, name: str, number: int) -> str:
        """Return the pointer of a cell; of a column that is not there, that of the row's first cell."""
        return f"#/{self.sheet}/{cell_name(self.columns.get(name, 0), number)}"


@dataclass(frozen=True)
class Filled:
    """A row that says something, with its sources.

    `places` are pointers by field: `answer`, `note_lang`, `sources/0/url`. `untouched`: it is as it was when
    the workbook was written. `stands`: the answer is given again as it is.
    """

    indicator: str
    given: Mapping[str, str]
    sources: Sequence[Mapping[str, str]]
    places: Mapping[str, str]
    assessment: str
    version: int
    check: str
    untouched: bool
    stands: bool


@dataclass(frozen=True)
class Read:
    """What a workbook says: the rows that say something, and what is wrong with its cells."""

    rows: Sequence[Filled]
    faults: Sequence[Refused]


def read_workbook(raw: bytes) -> Read:
    """Read a workbook; raises Broken for what is none, has macros, or lacks sheet or columns."""
    if any(name.lower().endswith(_MACROS) for name in check_archive(raw, MAX_TAGS)):
        raise Broken(Refused("#", "workbook_macros"))
    faults: list[Refused] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl says it will not keep is nothing that is read here
        try:
            book = load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
            cells = {
                name: _cells(book[name], limit, width)
                for name, limit, width in (
                    (ANSWERS, MAX_ANSWERS, len(COLUMNS)), (SOURCES, MAX_SOURCES, len(SOURCE_COLUMNS))
                )
                if name in book.sheetnames
            }  # fmt: skip
            book.close()
        except Exception as error:  # a damaged workbook fails in as many ways as it has parts
            raise Broken(Refused("#", "import_not_xlsx")) from error
    if ANSWERS not in cells:
        raise Broken(Refused("#", "workbook_sheet_missing", {"sheet": ANSWERS}))
    answers = _table(ANSWERS, cells[ANSWERS], COLUMNS, _REQUIRED, faults)
    sources = None
    if SOURCES in cells:
        sources = _table(SOURCES, cells[SOURCES], SOURCE_COLUMNS, ("indicator", "title"), faults)
    return _joined(answers, sources, faults)


_Cells = list[list[tuple[str, str]]]
"""Rows of cells: the type and the text of each."""


def _cells(sheet: Any, limit: int, width: int) -> _Cells:
    sheet.reset_dimensions()  # what the file says of its size need not be true
    # One more of both than there may be, so that what is beyond is seen.
    rows = sheet.iter_rows(max_row=limit + 1, max_col=width + 1)
    return [[(cell.data_type, written(cell.value)) for cell in row] for row in rows]


def _table(
    sheet: str, cells: _Cells, known: Sequence[str], required: Sequence[str], faults: list[Refused]
) -> _Table:
    limit = MAX_ANSWERS if sheet == ANSWERS else MAX_SOURCES
    if len(cells) > limit:
        raise Broken(Refused(f"#/{sheet}/A{limit + 1}", "import_too_many_rows", {"max": limit}))
    header = [tidy(text) for _, text in cells[0]] if cells else []
    columns: dict[str, int] = {}
    wrong = []
    for place, name in enumerate(header):
        here = f"#/{sheet}/{cell_name(place, 1)}"
        if name in columns:
            wrong.append(Refused(here, "import_column_repeated", {"column": name}))
        elif name in known:
            columns[name] = place
        elif name:
            wrong.append(Refused(here, "import_column_unknown", {"nearest": nearest(name, known)}))
    lacking = [name for name in required if name not in columns]
    wrong += [Refused(f"#/{sheet}/A1", "import_column_missing", {"column": name}) for name in lacking]
    if wrong:
        raise Broken(*wrong)
    return _Table(sheet, columns, list(_rows(sheet, cells, columns, faults)))


def _rows(
    sheet: str, cells: _Cells, columns: Mapping[str, int], faults: list[Refused]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    for number, given in enumerate(cells[1:], 2):
        row = [*given, *[("n", "")] * (len(cells[0]) - len(given))]
        if row[columns["indicator"]][1].startswith("#"):  # what the columns mean
            continue
        found = {}
        for name, place in columns.items():
            kind, text = row[place]
            found[name] = tidy(text)
            if kind in _NO_VALUE:
                faults.append(Refused(f"#/{sheet}/{cell_name(place, number)}", "workbook_formula"))
        if any(found.values()):
            yield number, found


def _joined(answers: _Table, sources: _Table | None, faults: list[Refused]) -> Read:
    beside: dict[str, list[_Line]] = {}
    for number, row in sources.rows if sources else ():
        if sources is not None and any(row.get(name) for name in SOURCE_FIELDS):
            beside.setdefault(row["indicator"], []).append(_line(sources, number, row))
    seen: dict[str, str] = {}
    rows: list[Filled] = []
    for number, row in answers.rows:
        name, here = row["indicator"], answers.place("indicator", number)
        if not name:
            faults.append(Refused(here, "missing"))
        elif name in seen:
            faults.append(Refused(here, "stands_twice", {"first": seen[name].rpartition("/")[2]}))
        else:
            seen[name] = here
            filled = _filled(answers, number, row, beside.pop(name, []))
            rows += [filled] if filled else []
            if row.get("stands", "").lower() not in ("", YES):
                faults.append(Refused(answers.place("stands", number), "workbook_stands", {"yes": YES}))
    alone = [line.places["indicator"] for lines in beside.values() for line in lines]
    return Read(rows, [*faults, *(Refused(place, "workbook_without_row") for place in alone)])


@dataclass(frozen=True)
class _Line:
    """A source with the places of its cells."""

    given: Mapping[str, str]
    places: Mapping[str, str]


def _line(sources: _Table, number: int, row: Mapping[str, str]) -> _Line:
    given = {name: row.get(name, "") for name in SOURCE_FIELDS}
    return _Line(given, {name: sources.place(name, number) for name in SOURCE_COLUMNS})


def _filled(answers: _Table, number: int, row: Mapping[str, str], lines: Sequence[_Line]) -> Filled | None:
    # A language that is filled down a column says nothing by itself.
    given = {name: row.get(name, "") if row.get(name.removesuffix("_lang")) else "" for name in GIVEN}
    if not any(given.values()) and not lines and not row.get("stands"):
        return None
    places = {name: answers.place(name, number) for name in ("indicator", "assessment", *GIVEN)}
    for count, line in enumerate(lines):
        places |= {f"sources/{count}/{name}": line.places[name] for name in SOURCE_FIELDS}
    if lines:
        places["sources"] = lines[0].places["indicator"]
    version, told = row.get("version", ""), [line.given for line in lines]
    check = check_of(given, told)
    return Filled(
        indicator=row["indicator"],
        given=given,
        sources=told,
        places=places,
        assessment=row.get("assessment", ""),
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
        check=check,
        untouched=row.get("check") == check,
        stands=row.get("stands", "").lower() == YES,
    )
