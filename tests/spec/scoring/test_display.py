"""What people are shown: the score rounded half away from zero, on its exact decimal value."""

from decimal import Decimal

import pytest

from scoring.domain import display


@pytest.mark.parametrize(
    ("score", "digits", "shown"),
    [
        ("64", 0, "64"),
        ("64.4", 0, "64"),
        ("64.5", 0, "65"),  # not to the even neighbour
        ("63.5", 0, "64"),
        ("64.499999999999999999999", 0, "64"),  # a double would show 65
        ("0.5", 0, "1"),
        ("99.5", 0, "100"),
        ("0", 0, "0"),
        ("2.675", 2, "2.68"),  # a double would show 2.67
        ("61.66", 1, "61.7"),
    ],
)
def test_display(score, digits, shown):
    assert str(display(Decimal(score), digits)) == shown
