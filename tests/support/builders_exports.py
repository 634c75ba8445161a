"""Tables to write, and the scores of a small edition as they are exported."""

from collections.abc import Mapping, Sequence
from datetime import date

from scoring.domain import Answer, Questionnaire
from scoring.domain.engine import compute, display
from scoring.exports.live import Workings
from scoring.exports.model import About, Column, Cube, Dataset, Dimension
from scoring.exports.scores import SCORES
from scoring.schemas.common import number

DEMONSTRATION = "Demonstration: made up."


def build_about(**given) -> About:
    """What a file is about."""
    facts = {
        "title": "Scores of a test", "lang": "en", "origin": "computed", "edition": "small",
        "release": "small-r1", "issued": date(2026, 11, 25), "licence": "CC-BY-4.0",
        "licence_url": "https://creativecommons.org/licenses/by/4.0/", "licence_text": "Licence: CC-BY-4.0.",
        "cite_as": "A test, 2026.", "cite_address": None, "href": "http://127.0.0.1:8000/v1/exports/scores.csv",
        "explained": "What is empty has a reason.\n\nNothing else.", "note": None,
    }  # fmt: skip
    return About(**{**facts, **given})


def build_table(rows: Sequence[Sequence], columns: Sequence[Column] = (), **given) -> Dataset:
    """A table of two columns, or of those given."""
    found = columns or (Column("name", "string", "A name."), Column("value", "number", "A value."))
    return Dataset("table", build_about(**given), found, [tuple(row) for row in rows])


def build_scores(
    questionnaire: Questionnaire, decisions: Mapping[str, Mapping[str, Answer]], **given
) -> Dataset:
    """The table of scores as the engine computes them; what does not come from it stays empty."""
    names = [column.name for column in SCORES]
    rows = []
    for region, answers in decisions.items():
        for cell, figure in compute(questionnaire, answers).items():
            held = {
                "edition": questionnaire.edition, "release": f"{questionnaire.edition}-r1", "region": region,
                "cell": cell, "reason": figure.reason and str(figure.reason), "origin": "computed",
                "answered": figure.coverage.answered, "expected": figure.coverage.expected, "note": (),
            }  # fmt: skip
            if figure.score is not None:
                shown = display(figure.score, questionnaire.method.digits)
                held |= {"score": number(figure.score), "display": number(shown)}
            rows.append(tuple(held.get(name) for name in names))
    cells = list(questionnaire.cells())
    cube = Cube(
        "REGIN:SCORES(1.0.0)",
        (
            Dimension("edition", "EDITION", "Edition", {questionnaire.edition: "Small"}),
            Dimension("region", "REF_AREA", "Region", {key: key.title() for key in decisions}, "geo"),
            Dimension("cell", "CELL", "Cell", {cell: cell.title() for cell in cells}, "metric"),
        ),
        "score", "reason", {"unknown": "Unknown"},
    )  # fmt: skip
    return Dataset("scores", build_about(**given), SCORES, rows, cube)


def build_workings(questionnaire: Questionnaire, decisions: Mapping[str, Mapping[str, Answer]]) -> Workings:
    """What the workbook calculates from."""
    return Workings(questionnaire, decisions, {one.id: f"{one.id}?" for one in questionnaire.indicators}, {})
