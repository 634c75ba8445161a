"""One figure of a region: a score with where it comes from, or the reason why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .editions import Edition, Place
from .ranks import Rank
from .reasons import Reason

Source = Mapping[str, Any]
Note = Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """What a release holds for one region and cell; the score is exact, as its makers printed it."""

    score: Decimal | None
    reason: Reason | None
    confidence: str | None = None
    date: str | None = None
    sources: Sequence[Source] = ()
    notes: Sequence[Note] = ()

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


def display(score: Decimal, digits: int = 0) -> Decimal:
    """Return a score as people are shown it: rounded half away from zero on the exact value."""
    return score.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
