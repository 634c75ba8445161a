"""The workbook of computed scores: every figure is a formula over the answers, for anyone to recalculate.

The sheets hold what the engine works from (answers, options, weights, which indicator feeds which cell) and
the formulas say its rules in the words of a spreadsheet. Whoever changes an answer sees the figures follow.
Each formula carries the exact engine's figure as its last result, for readers that calculate nothing.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

from scoring.domain.editions import OVERALL
from scoring.domain.questionnaire import NOT_EXPECTED, Answer, Indicator, Option, Questionnaire, Status
from scoring.schemas.common import number

from .model import Dataset, Row
from .xlsx import Book, open_book, put

__all__ = ["Workings", "write_live"]

_ANSWERS = ("region", "indicator", "option", "status", "score", "answered", "expected", "no_competence")
_OPTIONS = ("indicator", "option", "score", "text")
_FIRST = ("id", "weight", "question")
_COMPUTED = ("score", "display", "reason", "answered", "expected")
# The method's numbers; the coverage as a fraction, for 0.55 × 20 is more than 11 in doubles.
_NUMERATOR, _DENOMINATOR, _DIGITS = (f"Method!$B${row}" for row in (3, 4, 5))


@dataclass(frozen=True)
class Workings:
    """What the figures of a release were computed from: `decisions` by region, then by indicator."""

    questionnaire: Questionnaire
    decisions: Mapping[str, Mapping[str, Answer]]
    questions: Mapping[str, str]
    options: Mapping[tuple[str, str], str]


def write_live(dataset: Dataset, workings: Workings) -> bytes:
    """Return the scores as a workbook of formulas; a region without decisions keeps its plain values."""
    content = io.BytesIO()
    with open_book(dataset, content) as book:
        _Live(book, dataset, workings).write()
    return content.getvalue()


@dataclass(frozen=True)
class _Block:
    """Where a region's answers stand, and a column of the indicators' matrix."""

    first: int
    last: int
    indicators: int

    def answers(self, column: str) -> str:
        """Return the region's range of a column of the answers."""
        return f"Answers!${column}${self.first}:${column}${self.last}"

    def matrix(self, column: str) -> str:
        """Return all indicators' range of a column."""
        return f"Indicators!${column}$2:${column}${self.indicators + 1}"


class _Live:
    def __init__(self, book: Book, dataset: Dataset, workings: Workings) -> None:
        self.book, self.dataset, self.workings = book, dataset, workings
        self.indicators: Sequence[Indicator] = workings.questionnaire.indicators
        self.cells = workings.questionnaire.cells()
        self.matrix = {cell: xl_col_to_name(len(_FIRST) + n) for n, cell in enumerate(self.cells)}
        self.at = {name: dataset.place(name) for name in ("region", "cell", *_COMPUTED)}
        self.letter = {name: xl_col_to_name(place) for name, place in self.at.items()}
        size = len(self.indicators)
        self.blocks = {
            region: _Block(n * size + 2, (n + 1) * size + 1, size)
            for n, region in enumerate(workings.decisions)
        }
        at = self.at["region"], self.at["cell"]
        self.rows = {tuple(row[place] for place in at): n for n, row in enumerate(dataset.rows, 2)}

    def write(self) -> None:
        """Write all sheets, the scores first."""
        self._scores()
        self._answers()
        self._indicators()
        self._options()
        self._method()

    def _scores(self) -> None:
        sheet = self.book.sheet("Scores", [column.name for column in self.dataset.columns])
        for number_, row in enumerate(self.dataset.rows, start=1):
            formulas = self._formulas(row, number_ + 1)
            for place, value in enumerate(row):
                if (formula := formulas.get(place)) is None:
                    put(sheet, number_, place, value)
                else:
                    sheet.write_formula(number_, place, formula, None, "" if value is None else value)

    def _formulas(self, row: Row, line: int) -> dict[int, str]:
        region, cell = str(row[self.at["region"]]), str(row[self.at["cell"]])
        if (block := self.blocks.get(region)) is None:
            return {}
        column = block.matrix(self.matrix[cell])
        here = {name: f"{self.letter[name]}{line}" for name in _COMPUTED}
        axis = self.workings.questionnaire.method.groups_axis
        if cell == OVERALL and axis is not None:
            score, reason = self._of_groups(region, axis, here)
        else:
            score, reason = _of_indicators(block, column, here)
        found = {
            "score": f'=IF({here["reason"]}="",{score},"")',
            "display": f'=IF({here["reason"]}="",ROUND(ROUND({here["score"]},9),{_DIGITS}),"")',
            "reason": f"={reason}",
            "answered": f"=SUMPRODUCT({block.answers('F')},{column})",
            "expected": f"=SUMPRODUCT({block.answers('G')},{column})",
        }
        return {self.at[name]: formula for name, formula in found.items()}

    def _of_groups(self, region: str, axis: str, here: Mapping[str, str]) -> tuple[str, str]:
        # The cells of an axis stand one below the other.
        lines = [self.rows[region, cell] for cell in self.cells if cell.startswith(f"{axis}-")]
        first, last = min(lines), max(lines)
        span = {name: f"{self.letter[name]}{first}:{self.letter[name]}{last}" for name in here}
        taken = f'COUNTIF({span["expected"]},">0")'
        none_may = f'COUNTIF({span["reason"]},"no_competence")={len(lines)}'
        reason = (
            f'IF({taken}=0,IF({none_may},"no_competence","not_applicable"),'
            f'IF(COUNT({span["score"]})<{taken},"insufficient_coverage",""))'
        )
        return f"SUM({span['score']})/{taken}", reason

    def _answers(self) -> None:
        sheet = self.book.sheet("Answers", _ANSWERS)
        options = self._option_lines()
        line = 1
        for region, decisions in self.workings.decisions.items():
            for indicator in self.indicators:
                answer = decisions.get(indicator.id)
                option = answer.option if answer else None
                status = None if option else str(answer.status) if answer else "unknown"
                self.book.row(sheet, line, (region, indicator.id, option, status))
                held = indicator.option(option) if option else None
                results = ("" if held is None else number(held.score), *_counts(held, status))
                formulas = _answer_formulas(line + 1, options[indicator.id])
                for column, formula in enumerate(formulas):
                    sheet.write_formula(line, 4 + column, formula, None, results[column])
                line += 1

    def _indicators(self) -> None:
        sheet = self.book.sheet("Indicators", (*_FIRST, *self.cells))
        members = {cell: {one.id for one in fed} for cell, fed in self.cells.items()}
        for line, one in enumerate(self.indicators, start=1):
            belongs = (int(one.id in fed) for fed in members.values())
            question = self.workings.questions.get(one.id)
            self.book.row(sheet, line, (one.id, number(one.weight), question, *belongs))

    def _option_lines(self) -> dict[str, tuple[int, int]]:
        found, line = {}, 2
        for one in self.indicators:
            found[one.id] = (line, line + len(one.options) - 1)
            line += len(one.options)
        return found

    def _options(self) -> None:
        sheet = self.book.sheet("Options", _OPTIONS)
        rows = ((one, option) for one in self.indicators for option in one.options)
        for line, (one, option) in enumerate(rows, start=1):
            text = self.workings.options.get((one.id, option.id))
            self.book.row(sheet, line, (one.id, option.id, number(option.score), text))

    def _method(self) -> None:
        method = self.workings.questionnaire.method
        sheet = self.book.sheet("Method", ("name", "value"), 30)
        told: list[Row] = [
            ("min_coverage", number(method.min_coverage)),
            ("min_coverage_numerator", method.min_coverage.numerator),
            ("min_coverage_denominator", method.min_coverage.denominator),
            ("digits", method.digits),
            ("overall", method.overall),
            ("groups_axis", method.groups_axis),
        ]
        for line, row in enumerate(told, start=1):
            self.book.row(sheet, line, row)


def _counts(held: Option | None, status: str | None) -> tuple[int, int, int]:
    return int(held is not None), int(status not in NOT_EXPECTED), int(status == Status.NO_COMPETENCE)


def _answer_formulas(row: int, lines: tuple[int, int]) -> tuple[str, ...]:
    first, last = lines
    # EXACT, for a and A are two options, and a plain comparison takes them for one.
    found = f"EXACT(C{row},Options!$B${first}:$B${last})"
    scores = f"Options!$C${first}:$C${last}"
    return (
        f'=IF(SUMPRODUCT(--{found})=0,"",SUMPRODUCT({found}*{scores}))',
        f"=IF(ISNUMBER(E{row}),1,0)",
        f'=IF(F{row}=1,1,IF(OR(D{row}="not_applicable",D{row}="no_competence"),0,1))',
        f'=IF(AND(F{row}=0,D{row}="no_competence"),1,0)',
    )


def _of_indicators(block: _Block, column: str, here: Mapping[str, str]) -> tuple[str, str]:
    answered, weights = block.answers("F"), block.matrix("B")
    score = (
        f"SUMPRODUCT({block.answers('E')},{answered},{weights},{column})"
        f"/SUMPRODUCT({answered},{weights},{column})"
    )
    given, wanted = here["answered"], here["expected"]
    none_may = f"SUMPRODUCT({block.answers('H')},{column})=SUM({column})"
    few = f"{given}*{_DENOMINATOR}<{_NUMERATOR}*{wanted}"
    reason = (
        f'IF({wanted}=0,IF({none_may},"no_competence","not_applicable"),'
        f'IF({given}=0,"unknown",IF({few},"insufficient_coverage","")))'
    )
    return score, reason
