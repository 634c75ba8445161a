"""Workbooks of answers: their rows by the rules of a single answer, and what is told of them."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from scoring.domain.assessment import State
from scoring.domain.questionnaire import Status
from scoring.domain.records import AnswerContent
from scoring.domain.refusals import InvalidWork
from scoring.imports.workbook import Filled, read_workbook
from scoring.service.workbooks import Entry, Taken, WorkFault
from servicekit.problems import from_validation
from servicekit.wire import Model

from .works import AnswerIn

__all__ = ["WorkbookIn", "WorkbookOut", "workbook_in", "workbook_out"]

WorkbookIn = tuple[list[Entry], list[WorkFault]]
# Where a pointer into an answer stands in the row.
_FIELDS = {
    "": "answer", "option": "answer", "status": "answer",
    "justification/text": "justification", "justification/lang": "justification_lang",
    "note/text": "note", "note/lang": "note_lang",
}  # fmt: skip


class WorkbookOut(Model):
    """What was taken of a workbook, or in a dry run would be."""

    id: str
    state: State
    dry_run: bool
    saved: int
    same: int = Field(description="Rows that say what is held already, or were not touched.")
    answers: dict[str, Literal["new", "changed"]]


def workbook_out(taken: Taken) -> WorkbookOut:
    """Return what was taken."""
    return WorkbookOut(
        id=taken.assessment,
        state=taken.state,
        dry_run=taken.dry_run,
        saved=len(taken.saved),
        same=taken.same,
        answers={name: "new" if verdict == "new" else "changed" for name, verdict in taken.saved.items()},
    )


def workbook_in(raw: bytes) -> WorkbookIn:
    """Return the rows of a workbook and all that is wrong with its cells; raises Broken."""
    read = read_workbook(raw)
    faults: list[WorkFault] = [(one.place, one.code, one.params) for one in read.faults]
    # A cell that cannot be read is told once, and not as missing too.
    unreadable = {place for place, _, _ in faults}
    entries = []
    for row in read.rows:
        content, wrong = (None, []) if row.untouched else _checked(row)
        faults += [fault for fault in wrong if fault[0] not in unreadable]
        entries.append(_entry(row, content))
    return entries, faults


def _entry(row: Filled, content: AnswerContent | None) -> Entry:
    return Entry(
        row.indicator, content, row.places, row.assessment, row.version, row.check, row.untouched, row.stands
    )


def _checked(row: Filled) -> tuple[AnswerContent | None, list[WorkFault]]:
    if not row.given["answer"]:
        return None, [(row.places["answer"], "missing", {})]
    try:
        return AnswerIn.model_validate(_body(row)).content(), []
    except ValidationError as error:
        listed = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
        found = from_validation(RequestValidationError(listed)).errors
        return None, [(_place(row, one.pointer), one.code, one.params) for one in found]
    except InvalidWork as error:
        return None, [(_place(row, place), code, params) for place, code, params in error.faults]


def _body(row: Filled) -> dict[str, Any]:
    given = row.given
    return {
        "status" if given["answer"] in list(Status) else "option": given["answer"],
        **dict(_filled({"certainty": given["certainty"], "as_of": given["as_of"]})),
        **{
            name: dict(_filled({"text": given[name], "lang": given[f"{name}_lang"]}))
            for name in ("justification", "note")
            if given[name]
        },
        "sources": [dict(_filled(one)) for one in row.sources],
    }


def _filled(cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, text) for name, text in cells.items() if text)


def _place(row: Filled, pointer: str) -> str:
    name = pointer.removeprefix("#").removeprefix("/")
    return row.places.get(_FIELDS.get(name, name), row.places["answer"])
