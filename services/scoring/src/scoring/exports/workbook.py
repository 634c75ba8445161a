"""Writing the workbook of an expert's own answers; no text in it is ever a formula."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from xlsxwriter import Workbook

from scoring.domain.assessment import Certainty
from scoring.domain.questionnaire import Indicator, Questionnaire, Status
from scoring.domain.workbook import (
    ANSWERS,
    COLUMNS,
    GIVEN,
    OPTIONS,
    SOURCE_COLUMNS,
    SOURCES,
    YES,
    check_of,
    given_of,
    sources_of,
)
from scoring.service.assessing import Desktop

from .words import Say
from .xlsx import Book, Sheet, put

__all__ = ["HEAD", "write_workbook"]

HEAD = 2  # rows above the first answer: the columns' codes, and what they mean
_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # the same answers are the same bytes
_WIDE, _NARROW = 50, 14
_WIDTHS = {"question": 50, "help": 30, "options": 60, "asked": 30, "justification": 60, "note": 30}
_README = (
    "about", "answer", "grounds", "dates", "sources", "empty", "stands", "whole", "changed", "published",
    "technical",
)  # fmt: skip


@dataclass(frozen=True)
class _Styles:
    head: Any
    label: Any
    fixed: Any
    open: Any
    closed: Any

    @classmethod
    def of(cls, book: Workbook) -> "_Styles":
        # "@": what is typed stays text, so that 2026-05 is no day and nothing typed is a formula.
        text = {"text_wrap": True, "valign": "top", "num_format": "@"}
        return cls(
            book.add_format({"bold": True}),
            book.add_format({"italic": True, "text_wrap": True, "valign": "top"}),
            book.add_format({"text_wrap": True, "valign": "top"}),
            book.add_format({**text, "locked": False}),
            book.add_format({**text, "bg_color": "#DDDDDD"}),
        )


def write_workbook(desktop: Desktop, questionnaire: Questionnaire, about: str, say: Say) -> bytes:
    """Return an expert's own work as a workbook: what is asked, what is held, and room for the rest."""
    content = io.BytesIO()
    with Workbook(content, {"constant_memory": True, "strings_to_formulas": False}) as workbook:
        workbook.set_properties({"title": about, "created": _MADE.replace(tzinfo=None)})
        book, styles = Book(workbook), _Styles.of(workbook)
        book.lines("README", _readme(about, say))
        answers: Sheet = workbook.add_worksheet(ANSWERS, Sheet)
        sources: Sheet = workbook.add_worksheet(SOURCES, Sheet)
        choices = _write_options(workbook.add_worksheet(OPTIONS, Sheet), questionnaire, styles, say)
        _write_answers(answers, desktop, questionnaire, styles, say)
        _choose(answers, questionnaire, choices, list(say.lists["language"]))
        _write_sources(sources, desktop, questionnaire, styles, say)
        answers.activate()
    return content.getvalue()


def _readme(about: str, say: Say) -> list[str]:
    lines = [about, *(say(f"workbook.{name}") for name in _README)]
    for name in ("answer_status", "certainty"):
        lines.append("")
        for code, item in say.lists[name].items():
            told = say.text(item.get("definition"))
            lines.append(f"{code}: {say.text(item['label'])}" + (f". {told}" if told else ""))
    return lines


def _head(sheet: Sheet, columns: Sequence[str], styles: _Styles, say: Say) -> None:
    for place, name in enumerate(columns):
        put(sheet, 0, place, name, styles.head)
    for place, name in enumerate(columns):
        # The mark says that this row is none of the answers, wherever it comes to stand.
        mark = "# " if place == 0 else ""
        put(sheet, 1, place, mark + say(f"workbook.column.{name}"), styles.label)
    sheet.freeze_panes(HEAD, 1)
    sheet.protect("", {
        "format_columns": True, "format_rows": True, "format_cells": True, "sort": True, "autofilter": True,
    })  # fmt: skip


def _write_answers(
    sheet: Sheet, desktop: Desktop, questionnaire: Questionnaire, styles: _Styles, say: Say
) -> None:
    for place, name in enumerate(COLUMNS):
        sheet.set_column(place, place, _WIDTHS.get(name, _NARROW))
    _head(sheet, COLUMNS, styles, say)
    for number, indicator in enumerate(questionnaire.indicators, HEAD):
        row = _row(desktop, indicator, say)
        room = styles.open if indicator.id in desktop.open_answers else styles.closed
        for place, name in enumerate(COLUMNS):
            filled = name in GIVEN or name == "stands"
            if filled and not row[name]:
                sheet.write_blank(number, place, None, room)
            put(sheet, number, place, row[name], room if filled else styles.fixed)


def _row(desktop: Desktop, indicator: Indicator, say: Say) -> dict[str, str]:
    held = desktop.answers.get(indicator.id)
    content = held.content if held else None
    given = given_of(content)
    asked = [
        one.text.body["text"]
        for one in desktop.questions
        if one.indicator == indicator.id and one.closed_at is None and one.text.body
    ]
    suggested = None if held else desktop.suggested.get(indicator.id)
    return {
        "indicator": indicator.id,
        "question": say.text(indicator.question),
        "help": say.text(indicator.help),
        "options": "\n".join(f"{one.id}: {say.text(one.text)}" for one in indicator.options),
        "asked": "\n\n".join(asked),
        "suggested": suggested.value if suggested else "",
        **given,
        "stands": "",
        "assessment": desktop.brief.record.id,
        "version": str(held.version if held else 0),
        "check": check_of(given, sources_of(content)),
    }


def _write_options(
    sheet: Sheet, questionnaire: Questionnaire, styles: _Styles, say: Say
) -> Mapping[str, tuple[int, int]]:
    """Write every choice of every indicator, and return the rows of each, as the sheet counts them."""
    sheet.set_column(0, 1, _NARROW)
    sheet.set_column(2, 2, 100)
    _head(sheet, ("indicator", "code", "text"), styles, say)
    statuses = say.lists["answer_status"]
    row, found = HEAD, {}
    for indicator in questionnaire.indicators:
        choices = [(one.id, say.text(one.text)) for one in indicator.options]
        choices += [(status.value, say.text(statuses[status.value]["label"])) for status in Status]
        found[indicator.id] = row + 1, row + len(choices)
        for code, text in choices:
            for place, cell in enumerate((indicator.id, code, text)):
                put(sheet, row, place, cell, styles.fixed)
            row += 1
    return found


def _choose(
    sheet: Sheet, questionnaire: Questionnaire, choices: Mapping[str, tuple[int, int]], languages: list[str]
) -> None:
    """Add the drop-downs."""
    last = HEAD + len(questionnaire.indicators) - 1
    for number, indicator in enumerate(questionnaire.indicators, HEAD):
        first, until = choices[indicator.id]
        place = COLUMNS.index("answer")
        rule = {"validate": "list", "source": f"={OPTIONS}!$B${first}:$B${until}"}
        sheet.data_validation(number, place, number, place, rule)
    listed = {
        "certainty": [one.value for one in Certainty], "stands": [YES],
        "justification_lang": languages, "note_lang": languages,
    }  # fmt: skip
    for name, codes in listed.items():
        place = COLUMNS.index(name)
        # Any language may be told; only those of the platform are offered.
        kind = "information" if name.endswith("_lang") else "stop"
        offer = {"validate": "list", "source": codes, "error_type": kind}
        sheet.data_validation(HEAD, place, last, place, offer)


def _write_sources(
    sheet: Sheet, desktop: Desktop, questionnaire: Questionnaire, styles: _Styles, say: Say
) -> None:
    sheet.set_column(0, 0, _NARROW, styles.open)
    sheet.set_column(1, len(SOURCE_COLUMNS) - 1, 30, styles.open)
    _head(sheet, SOURCE_COLUMNS, styles, say)
    row = HEAD
    for indicator in questionnaire.indicators:
        held = desktop.answers.get(indicator.id)
        for one in sources_of(held.content if held else None):
            for place, cell in enumerate((indicator.id, *one.values())):
                put(sheet, row, place, cell, styles.open)
            row += 1
    last = HEAD + len(questionnaire.indicators)
    rule = {"validate": "list", "source": f"={ANSWERS}!$A${HEAD + 1}:$A${last}"}
    sheet.data_validation(HEAD, 0, row + 1000, 0, rule)
