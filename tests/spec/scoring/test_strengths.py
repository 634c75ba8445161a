"""Strengths and weaknesses: on which step an indicator stands, what is counted, and what is a weak cell.

Each rule of the weak cells is a sentence and a line: cells with their scores, a `*` behind what is weak for
being below 50, a `+` behind what is weak for being among the three lowest. A score of `?` exists and is not
held, `.` was asked and not found, `-` does not exist at all.
"""

from fractions import Fraction

import pytest

from scoring.domain import Answer, Coverage, Reason
from scoring.domain.strengths import STEPS, standings, step_of, weak_cells
from tests.support.builders_questionnaires import build_answers, build_indicator, build_questionnaire
from tests.support.tables import rows

MARKS = {"?": Reason.NOT_HELD, ".": Reason.UNKNOWN, "-": Reason.NO_COMPETENCE}

WEAK = {
    "Below 50 is weak, however many there are": "0* 10* 20* 30* 40* 90",
    "50 is not below 50": "49.99* 50+ 51+ 52",
    "Where fewer than three are below 50, the three lowest are weak": "90 80+ 70+ 60+ 95",
    "The lowest ones count on from those below 50": "90 80 70+ 60+ 40*",
    "Equal cells are weak together": "60+ 60+ 60+ 60+ 90",
    "100 is never weak": "100 100 99+",
    "A score that is not known could be lower than all others": "60+ 61+ 62 ?",
    "With three unknown nothing can be called the lowest": "60 61 62 ? . ?",
    "Below 50 is weak whatever is unknown": "40* 61 ? ? ?",
    "A score that does not exist is not lower": "60+ 61+ 62+ -",
    "Where nothing is known nothing is weak": "? . -",
}


STEP_OF = """
    score   step
    100     at_100
    99.999  above_75
    226/3   above_75
    75.0    at_75
    75      at_75
    74.999  from_50
    66.7    from_50
    50      from_50
    49.999  below_50
    33.3    below_50
    0       below_50
"""


@pytest.mark.parametrize(("score", "step"), rows(STEP_OF)[1:])
def test_the_step_that_a_score_stands_on(score, step):
    assert step_of(Fraction(score)) == step


@pytest.mark.parametrize("rule", WEAK, ids=list(WEAK))
def test_weak_cells(rule):
    given, expected = {"overall": Fraction(0)}, {}
    for place, word in enumerate(WEAK[rule].split()):
        score, cell = word.rstrip("*+"), f"area-{place}"
        given[cell] = MARKS[score] if score in MARKS else Fraction(score)
        if word[-1] in "*+":
            expected[cell] = "below_50" if word[-1] == "*" else "lowest"

    assert weak_cells(given) == expected


SCALE = (100, 90, 75, 60, 25)  # a b c d e


def asked(**positions):
    return build_questionnaire([
        build_indicator(name, scores=SCALE, position={"area": keys.split()})
        for name, keys in positions.items()
    ])  # fmt: skip


def test_what_is_counted_of_each_cell():
    questionnaire = asked(A="work", B="work", C="work home", D="home", E="home", F="home")
    decided = build_answers(A="a", B="c", C="e", D="b", E="d", F="not_applicable")

    found = standings(questionnaire, decided)

    assert list(found) == ["overall", "area-work", "area-home"]
    assert {cell: list(one.counts.values()) for cell, one in found.items()} == {
        "overall": [1, 1, 1, 1, 1], "area-work": [1, 0, 1, 0, 1], "area-home": [0, 1, 0, 1, 1],
    }  # fmt: skip
    assert list(found["overall"].counts) == list(STEPS)
    assert found["area-home"].coverage == Coverage(answered=3, expected=3)
    assert (found["overall"].at_100, found["overall"].below_50) == (["A"], ["C"])


def test_what_was_not_answered_stands_on_no_step():
    questionnaire = asked(A="work", B="work", C="work", D="work")

    found = standings(questionnaire, build_answers(A="unknown", B="no_competence", C="c"))["area-work"]

    assert list(found.counts.values()) == [0, 0, 1, 0, 0]
    assert found.coverage == Coverage(answered=1, expected=3)  # D was not decided: unknown


def test_an_option_that_is_not_there_is_a_fault_of_ours():
    with pytest.raises(KeyError, match="A: no option 'z'"):
        standings(asked(A="work"), {"A": Answer("z")})
