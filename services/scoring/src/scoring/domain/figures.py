"""One figure of a region: a score with where it comes from, or the reason why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from .editions import Edition, Place
from .engine import Coverage
from .ranks import Rank
from .reasons import Reason

Source = Mapping[str, Any]
Note = Mapping[str, Any]


@dataclass(frozen=True)
class Interval:
    """Between what a score and its place lie, by simulation: the 5th, 50th and 95th percentile."""

    low: float
    median: float
    high: float
    rank_low: int
    rank_high: int


@dataclass(frozen=True)
class Result:
    """What a release holds for one region and cell; the score is exact, as printed or as computed."""

    score: Fraction | None
    reason: Reason | None
    confidence: str | None = None
    date: str | None = None
    sources: Sequence[Source] = ()
    notes: Sequence[Note] = ()
    coverage: Coverage | None = None
    interval: Interval | None = None

    def __post_init__(self) -> None:
        if (self.score is None) == (self.reason is None):
            raise ValueError("a score or a reason, and not both")


@dataclass(frozen=True)
class Figure:
    """A result in its place, and its rank among all that take part."""

    place: Place
    result: Result
    rank: Rank | None


@dataclass(frozen=True)
class Sheet:
    """All figures of a region in one release, in the edition's order, the overall one first."""

    region: str
    edition: Edition
    release: str
    figures: Sequence[Figure]
    as_of: datetime


def not_assessed() -> Result:
    """Return what stands in every cell of a region that took no part."""
    return Result(score=None, reason=Reason.NOT_ASSESSED)
