"""What cannot be written down, and what stands where nothing was assessed."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.domain import Code, Reason, Result, not_assessed
from scoring.schemas.common import number


@pytest.mark.parametrize(("score", "reason"), [(None, None), (Fraction(1), Reason.NOT_HELD)])
def test_a_result_is_a_score_or_a_reason(score, reason):
    with pytest.raises(ValueError, match="not both"):
        Result(score, reason)


def test_a_region_that_took_no_part():
    assert not_assessed() == Result(score=None, reason=Reason.NOT_ASSESSED)


@pytest.mark.parametrize(
    ("exact", "shown"),
    [("64", "64"), ("64.0", "64"), ("0", "0"), ("100", "100"), ("14.7", "14.7"), ("7780479", "7780479")],
)
def test_a_number_is_shown_as_it_was_printed(exact, shown):
    assert repr(number(Decimal(exact))) == repr(number(Fraction(exact))) == shown


def test_a_fraction_that_no_decimal_is_is_shown_as_the_nearest_double():
    assert repr(number(Fraction(185, 3))) == "61.666666666666664"


def test_codes_are_values():
    assert Code("NUTS", "2021", "ES51", 2, "exact") == Code("NUTS", "2021", "ES51", 2, "exact")
