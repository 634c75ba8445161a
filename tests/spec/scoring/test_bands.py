"""A band is a named part of the scale, and is chosen by what people are shown."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.domain import Band, Method, band_of, display
from tests.support.tables import rows

SCALE = """
    band    begins at
    low     20
    middle  40
    high    59.5
"""
BANDS = """
    exact    digits  shown  band
    19.4     0       19     –
    19.5     0       20     low
    39.49    0       39     low
    39.5     0       40     middle
    59.4     0       59     middle
    59.5     0       60     high
    59.44    1       59.4   middle
    59.45    1       59.5   high
    100      0       100    high
"""


def method(digits):
    bands = [Band(key, Fraction(start), {}) for key, start in rows(SCALE)[1:]]
    return Method("indicators", None, Fraction(0), digits, bands)


@pytest.mark.parametrize(("exact", "digits", "shown", "band"), rows(BANDS)[1:])
def test_band(exact, digits, shown, band):
    assert display(Fraction(exact), int(digits)) == Decimal(shown)
    assert band_of(method(int(digits)), Fraction(exact)) == (None if band == "–" else band)


def test_an_edition_without_bands():
    assert band_of(Method("indicators", None, Fraction(0), 0), Fraction(50)) is None
