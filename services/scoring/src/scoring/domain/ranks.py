"""Places in a ranking, when some scores are not known.

Best first; regions with equal scores share the better place (1, 2, 2, 4). Scores are compared as exact
fractions, never as doubles: 58.1 written by two hands must tie.

A score that is not known could be anything from 0 to 100. So a region's place lies between `low` (none of
the unknown is better) and `high` (all of them are). Where the two differ no place is given: a rank that an
unknown score could change is not printed. At 100 nothing can be better, and the place is certain.

A place that a source states is kept as stated, whatever we know of the others. It is a place among all: among
some of the regions (those of one country) all places are worked out anew.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from .reasons import NEVER_SCORED, Reason

BEST = 100


@dataclass(frozen=True)
class Entry:
    """A region that takes part: its score, or the reason why there is none."""

    region: str
    score: Fraction | None
    reason: Reason | None = None
    stated: int | None = None

    def __post_init__(self) -> None:
        if (self.score is None) == (self.reason is None):
            raise ValueError(f"{self.region}: a score or a reason, and not both")
        if self.score is not None and not 0 <= self.score <= BEST:
            raise ValueError(f"{self.region}: a score is from 0 to {BEST}")
        if self.stated is not None and (self.score is None or self.stated < 1):
            raise ValueError(f"{self.region}: a stated place is 1 or more, and belongs to a score")


@dataclass(frozen=True)
class Rank:
    """A region's place: `position` is None while an unknown score could change it.

    `unknown` counts the others whose score exists and is not known, whether or not it could.
    """

    position: int | None
    of: int
    known: int
    low: int
    high: int
    origin: Literal["published", "computed"]
    unknown: int


@dataclass(frozen=True)
class Table:
    """A ranking of all that take part: `ranked` best first, then those without a score."""

    of: int
    known: int
    complete: bool
    ranked: Mapping[str, Rank]
    unranked: Mapping[str, Reason]


def rank_table(entries: Iterable[Entry]) -> Table:
    """Rank the regions that take part; equal places are ordered by region."""
    taking_part = list(entries)
    with_score = [(entry.score, entry) for entry in taking_part if entry.score is not None]
    without = {e.region: e.reason for e in sorted(taking_part, key=_by_region) if e.reason is not None}
    unknown = sum(reason not in NEVER_SCORED for reason in without.values())
    ascending = sorted(score for score, _ in with_score)
    best_first = sorted(with_score, key=lambda pair: (-pair[0], pair[1].stated or 0, pair[1].region))
    ranked = {
        entry.region: _rank(
            entry,
            better=len(ascending) - bisect_right(ascending, score),
            unknown=unknown,
            counts=(len(taking_part), len(ascending)),
        )
        for score, entry in best_first
    }
    return Table(len(taking_part), len(ascending), unknown == 0, ranked, without)


def among(regions: Collection[str], entries: Iterable[Entry]) -> list[Entry]:
    """Return those of the entries that are of these regions, to be ranked anew among themselves."""
    return [replace(entry, stated=None) for entry in entries if entry.region in regions]


def _by_region(entry: Entry) -> str:
    return entry.region


def _rank(entry: Entry, *, better: int, unknown: int, counts: tuple[int, int]) -> Rank:
    of, known = counts
    if entry.stated is not None:
        return Rank(entry.stated, of, known, entry.stated, entry.stated, "published", unknown)
    low, above = 1 + better, 0 if entry.score == BEST else unknown
    return Rank(None if above else low, of, known, low, low + above, "computed", unknown)
