"""Between what a score and a place lie: a seeded simulation with NumPy, which nothing exact depends on.

`simulate` draws the intervals and finds the pairs of regions whose order is not distinguishable;
`influence` leaves one indicator out at a time, exactly. `model` says what is assumed.
"""

from .influence import Influence, influence
from .model import CONSTANTS, Judged, RegionCase
from .run import Uncertainty, simulate

__all__ = ["CONSTANTS", "Influence", "Judged", "RegionCase", "Uncertainty", "influence", "simulate"]
