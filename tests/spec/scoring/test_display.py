"""What people are shown: the score rounded half away from zero, on its exact value."""

from fractions import Fraction

import pytest

from scoring.domain import display
from tests.support.tables import rows

SHOWN = """
    exact                     digits  shown  note
    64                        0       64     –
    64.4                      0       64     –
    64.5                      0       65     not to the even neighbour
    63.5                      0       64     –
    64.499999999999999999999  0       64     a double would show 65
    0.5                       0       1      –
    99.5                      0       100    –
    0                         0       0      –
    2.675                     2       2.68   a double would show 2.67
    61.66                     1       61.7   –
    185/3                     0       62     61.666…
    691/8                     2       86.38  86.375
    -2.5                      0       -3     a change of 2.5 down is shown as 3 down
"""


@pytest.mark.parametrize(("exact", "digits", "shown", "note"), rows(SHOWN)[1:])
def test_display(exact, digits, shown, note):
    assert str(display(Fraction(exact), int(digits))) == shown
