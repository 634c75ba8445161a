"""Krippendorff's alpha for ordered values, any number of coders and missing values, with its interval.

Alpha is 1 less observed over expected disagreement (Krippendorff, Content Analysis, 4th edition, chapter 12).
A unit with m values holds each of its m·(m−1) ordered pairs of values with weight 1 ÷ (m−1); a unit with one
value holds none and is left out. Two values are as far apart as there are values given between them: the
square of how many lie from one to the other, each end counting half.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate, combinations, pairwise
from random import Random

RESAMPLES = 1_000
USABLE = Fraction(19, 20)  # of the resamples must have an alpha for an interval to be given
TAIL = Fraction(1, 40)  # is left out at either end

# A unit as the places of its values in their order, smallest first; who gave which does not matter to alpha.
_Unit = tuple[int, ...]


class Undefined(StrEnum):
    """Why a measure of agreement has no value."""

    NO_PAIRS = "no_pairs"
    NO_VARIATION = "no_variation"


@dataclass(frozen=True)
class Measure:
    """A value, or the reason why there is none, and the number of pairs (of units, for alpha) behind it."""

    value: float | None
    reason: Undefined | None
    n: int

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError("a value or a reason, and not both")


@dataclass(frozen=True)
class Alpha(Measure):
    """Alpha with the two ends of its 95 % interval, which are None together where there is no interval."""

    low: float | None = None
    high: float | None = None


def ordinal_alpha(units: Iterable[Sequence[Fraction]], *, seed: int, resamples: int = RESAMPLES) -> Alpha:
    """Return alpha of the values each unit was given; the same seed gives the same interval.

    The interval is a percentile bootstrap over units. Resamples in which nothing varies have no alpha and
    are left out; where they are more than a twentieth, or there is only one unit, there is no interval.
    """
    given = [unit for unit in units if len(unit) > 1]
    order = {value: place for place, value in enumerate(sorted({value for unit in given for value in unit}))}
    counts = Counter(tuple(sorted(order[value] for value in unit)) for unit in given)
    if not given:
        return Alpha(None, Undefined.NO_PAIRS, 0)
    value = _alpha(counts, len(order))
    if value is None:
        return Alpha(None, Undefined.NO_VARIATION, len(given))
    low, high = _interval(counts, len(order), seed, resamples)
    return Alpha(value, None, len(given), low, high)


def _alpha(counts: Mapping[_Unit, int], size: int) -> float | None:
    given = [0] * size  # how often each value was given
    together = [0.0] * (size * size)  # the coincidences of two different values, the smaller first
    for unit, count in counts.items():
        share = count / (len(unit) - 1)
        for place in unit:
            given[place] += count
        for one, other in combinations(unit, 2):
            together[one * size + other] += share
    below = [0, *accumulate(given)]
    observed = expected = 0.0
    for one, other in combinations(range(size), 2):
        distance = (below[other] + below[other + 1] - below[one] - below[one + 1]) ** 2
        observed += together[one * size + other] * distance
        expected += given[one] * given[other] * distance
    # Each pair of values was counted once on both sides instead of twice, and the distance is twice itself.
    return 1 - (below[-1] - 1) * observed / expected if expected else None


def _interval(
    counts: Mapping[_Unit, int], size: int, seed: int, resamples: int
) -> tuple[float | None, float | None]:
    random = Random(seed)  # noqa: S311 -- nothing here is a secret
    units = sorted(counts)
    until = list(accumulate(counts[unit] for unit in units))
    total = until[-1]
    if total < 2:
        return None, None
    held: dict[tuple[int, ...], float | None] = {}  # of few units many resamples are the same one
    found = []
    for _ in range(resamples):
        # Only `random()` gives the same numbers in every version of Python; `choices` promises nothing. In
        # order, they are counted by where the units end: ten bisections instead of one for each number.
        numbers = sorted([random.random() * total for _ in range(total)])
        ends = tuple([bisect_left(numbers, end) for end in until])
        if ends not in held:
            drawn = [end - begin for begin, end in pairwise((0, *ends))]
            held[ends] = _alpha({unit: n for unit, n in zip(units, drawn, strict=True) if n}, size)
        found.append(held[ends])
    usable = sorted(value for value in found if value is not None)
    if len(usable) < USABLE * resamples:
        return None, None
    return usable[_place(TAIL, len(usable))], usable[_place(1 - TAIL, len(usable))]


def _place(share: Fraction, size: int) -> int:
    # The nearest rank: the first value that at least this share is not above.
    return max(0, -int(-share * size // 1) - 1)
