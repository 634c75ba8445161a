"""The form of an expert's workbook: its sheets, its columns, and how a row is told from what it was.

Cells are text. What is compared is what a spreadsheet keeps: line ends are one character, and there is no
blank at either end. `check` stands for the content of a row when it was written, so that a row in which
nothing was changed is known, whatever has been saved elsewhere meanwhile.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .records import AnswerContent

__all__ = [
    "ANSWERS", "COLUMNS", "GIVEN", "OPTIONS", "SOURCES", "SOURCE_COLUMNS", "SOURCE_FIELDS", "YES",
    "check_of", "given_of", "sources_of", "tidy",
]  # fmt: skip

ANSWERS, SOURCES, OPTIONS = "Answers", "Sources", "Options"
# What an expert fills in, column by column.
GIVEN = ("answer", "certainty", "as_of", "justification", "justification_lang", "note", "note_lang")
COLUMNS = (
    "indicator", "question", "help", "options", "asked", "suggested", *GIVEN, "stands",
    "assessment", "version", "check",
)  # fmt: skip
SOURCE_FIELDS = ("title", "publisher", "url", "published", "accessed", "locator", "lang", "licence")
SOURCE_COLUMNS = ("indicator", *SOURCE_FIELDS)
YES = "yes"

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML has no way to write these


def tidy(text: Any) -> str:
    """Return a text as a cell holds it."""
    unified = str(text or "").replace("\r\n", "\n").replace("\r", "\n")
    return _UNWRITABLE.sub("", unified).strip()


def given_of(content: AnswerContent | None) -> dict[str, str]:
    """Return the cells of an answer."""
    if content is None:
        return dict.fromkeys(GIVEN, "")
    answer = content.answer
    words, note = content.justification or {}, content.note or {}
    cells = (
        answer.option if answer.option is not None else str(answer.status), content.certainty.value,
        content.as_of, words.get("text"), words.get("lang"), note.get("text"), note.get("lang"),
    )  # fmt: skip
    return {name: tidy(cell) for name, cell in zip(GIVEN, cells, strict=True)}


def sources_of(content: AnswerContent | None) -> list[dict[str, str]]:
    """Return the cells of the sources of an answer, source by source."""
    held = content.sources if content else ()
    return [{name: tidy(one.get(name)) for name in SOURCE_FIELDS} for one in held]


def check_of(given: Mapping[str, str], sources: Sequence[Mapping[str, str]]) -> str:
    """Return what stands for the content of a row; it tells nothing of when or where it was written."""
    content = [[given[name] for name in GIVEN], [[one[name] for name in SOURCE_FIELDS] for one in sources]]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
