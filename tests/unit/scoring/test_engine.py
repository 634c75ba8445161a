"""The engine beside sums of plain fractions, with the numbers that an edition may hold at the most."""

from fractions import Fraction

from scoring.domain import Answer
from scoring.domain.engine import compute
from tests.support.builders_questionnaires import build_indicator, build_questionnaire


def weight_of(number):
    """A weight from 1e-300 to 1e299, with as many digits as a double holds."""
    return Fraction(f"1.23456789012345e{number * 7 % 600 - 300}")


def score_of(number):
    return Fraction(f"{number * 37 % 97}.12345678901")


def asked(many):
    return build_questionnaire(
        [build_indicator(f"I{n}", weight=weight_of(n), scores=[score_of(n), 100]) for n in range(many)]
    )


def test_weights_of_hundreds_of_digits():
    answers = {f"I{n}": Answer("a") for n in range(60)}

    found = compute(asked(60), answers)["overall"].score

    total = sum((weight_of(n) * score_of(n) for n in range(60)), Fraction(0))
    assert found == total / sum((weight_of(n) for n in range(60)), Fraction(0))
