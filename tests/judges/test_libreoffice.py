"""The workbook recalculated by LibreOffice: the same figures, and others once an answer is another."""

import io
import random
from fractions import Fraction

import openpyxl
import pytest

from scoring.domain import Status
from scoring.domain.engine import compute, display
from scoring.domain.questionnaire import Answer
from scoring.exports.live import write_live
from tests.support.builders_exports import build_scores, build_workings
from tests.support.builders_questionnaires import build_indicator, build_questionnaire
from tests.support.soffice import ABSENT, SOFFICE, bare, recalculated, table

pytestmark = pytest.mark.skipif(SOFFICE is None, reason=ABSENT)

KEYS = ("work", "school", "health", "home")
SCORES = ((100, 50, 0), (100, Fraction("66.7"), Fraction("33.3"), 0), (75, 25))
WEIGHTS = (1, 2, Fraction("0.5"), Fraction("1.1"))


def made_up(overall: str, min_coverage: Fraction, seed: int):
    """A questionnaire and the answers of thirty regions, some of them of one kind only."""
    chance = random.Random(seed)
    indicators = [
        build_indicator(
            f"I{n}", weight=chance.choice(WEIGHTS), scores=chance.choice(SCORES),
            position={"area": chance.sample(KEYS, chance.randint(1, 2)), "cycle": [chance.choice("xyz")]},
        )
        for n in range(24)
    ]  # fmt: skip
    axis = "area" if overall == "groups" else None
    asked = build_questionnaire(indicators, overall=overall, groups_axis=axis, min_coverage=min_coverage)
    excluded = [Status.NOT_APPLICABLE, Status.NO_COMPETENCE]
    moods = [[*Status, "option"], ["option"], excluded, excluded[1:], [Status.UNKNOWN], [*excluded, "option"]]
    decisions = {
        f"region-{n}": {
            one.id: Answer(option=chance.choice(one.options).id) if kind == "option" else Answer(status=kind)
            for one in indicators
            for kind in [chance.choice(moods[n % len(moods)])]
        }
        for n in range(30)
    }
    return asked, decisions


def assert_same(rows, asked, decisions):
    figures = {region: compute(asked, answers) for region, answers in decisions.items()}
    assert len(rows) == sum(map(len, figures.values()))
    for row in rows:
        expected = figures[row["region"]][row["cell"]]
        assert (row["answered"], row["expected"]) == (
            expected.coverage.answered, expected.coverage.expected,
        )  # fmt: skip
        assert row["reason"] == (expected.reason and str(expected.reason)), row
        if expected.score is None:
            assert (row["score"], row["display"]) == (None, None)
        else:
            assert row["score"] == pytest.approx(float(expected.score), abs=1e-9)
            assert row["display"] == float(display(expected.score, asked.method.digits))


@pytest.mark.parametrize(
    ("overall", "min_coverage"), [("indicators", Fraction("0.55")), ("groups", Fraction("0.3"))]
)
def test_the_figures_are_the_engines(tmp_path, overall, min_coverage):
    asked, decisions = made_up(overall, min_coverage, seed=4)
    body = write_live(build_scores(asked, decisions), build_workings(asked, decisions))

    assert_same(table(recalculated(bare(body), tmp_path), "Scores"), asked, decisions)


def test_whoever_changes_an_answer_sees_the_figures_follow(tmp_path):
    asked, decisions = made_up("indicators", Fraction("0.55"), seed=5)
    body = write_live(build_scores(asked, decisions), build_workings(asked, decisions))
    book = openpyxl.load_workbook(io.BytesIO(body))
    changed = {region: dict(answers) for region, answers in decisions.items()}
    for row in book["Answers"].iter_rows(min_row=2):
        region, indicator, option, status = (cell.value for cell in row[:4])
        if indicator == "I3":
            row[2].value, row[3].value = "a", None
            changed[region][indicator] = Answer(option="a")
        elif indicator == "I7" and option:
            row[2].value, row[3].value = None, "not_applicable"
            changed[region][indicator] = Answer(status=Status.NOT_APPLICABLE)
        assert option or status
    edited = io.BytesIO()
    book.save(edited)

    assert changed != decisions
    assert_same(table(recalculated(edited.getvalue(), tmp_path), "Scores"), asked, changed)
