"""What a questionnaire cannot be."""

from fractions import Fraction

import pytest

from scoring.domain import Answer, Indicator, Method, Option, Status
from tests.support.builders_questionnaires import build_indicator, build_questionnaire


@pytest.mark.parametrize(("option", "status"), [(None, None), ("a", Status.UNKNOWN)])
def test_an_answer_is_an_option_or_a_status(option, status):
    with pytest.raises(ValueError, match="not both"):
        Answer(option, status)


@pytest.mark.parametrize("score", [Fraction(-1, 10), Fraction(1001, 10)])
def test_a_score_is_from_0_to_100(score):
    with pytest.raises(ValueError, match="a score is from 0 to 100"):
        Option("a", score, {})


@pytest.mark.parametrize("weight", [Fraction(0), Fraction(-1)])
def test_a_weight_is_above_0(weight):
    with pytest.raises(ValueError, match="a weight is above 0"):
        Indicator("I1", weight, {}, [], {})


@pytest.mark.parametrize(
    ("overall", "axis", "coverage", "said"),
    [
        ("groups", None, 1, "names its axis"), ("indicators", "area", 1, "names its axis"),
        ("indicators", None, -1, "from 0 to 1"), ("groups", "area", 2, "from 0 to 1"),
    ],
)  # fmt: skip
def test_a_method_that_makes_no_sense(overall, axis, coverage, said):
    with pytest.raises(ValueError, match=said):
        Method(overall, axis, Fraction(coverage), 0)


def test_an_indicator_is_found_by_its_id():
    asked = build_questionnaire([build_indicator("I1"), build_indicator("I2")])

    assert asked.indicator("I2") == asked.indicators[1]
    assert asked.indicator("I3") is None
