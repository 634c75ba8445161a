"""Which regions have a similar profile: the mean distance of their scores, cell by cell.

Only the cells that both have a score in can be compared. Where these are fewer than half of all cells the
two are not compared at all: a small distance over three cells of seventeen is no likeness. The overall score
is left out, for it is made of the same answers a second time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .editions import OVERALL
from .ranks import Entry
from .reasons import Reason

__all__ = ["Likeness", "NotComparable", "Profile", "Similar", "profiles", "similar"]

NAMED = 3  # cells named as the closest, and as the furthest

Profile = Mapping[str, Fraction | Reason]
"""By cell: the exact score, or the reason why there is none."""


@dataclass(frozen=True)
class Similar:
    """A region that can be compared; `closest` and `furthest` are cells, none of them in both."""

    region: str
    distance: Fraction
    compared: int
    closest: Sequence[str]
    furthest: Sequence[str]


@dataclass(frozen=True)
class NotComparable:
    """A region that cannot be compared, why, and in how many cells both have a score."""

    region: str
    reason: Reason
    compared: int


@dataclass(frozen=True)
class Likeness:
    """All other regions: those that can be compared, the most similar first, and the others by id."""

    similar: Sequence[Similar]
    not_comparable: Sequence[NotComparable]


def similar(region: str, held: Mapping[str, Profile], cells: Sequence[str]) -> Likeness:
    """Compare a region with all others over these cells; a cell that a profile lacks was not assessed."""
    own = held.get(region, {})
    found: list[Similar] = []
    apart: list[NotComparable] = []
    for other in sorted(held.keys() - {region}):
        one = _compare(other, own, held[other], cells)
        if isinstance(one, Similar):
            found.append(one)
        else:
            apart.append(one)
    return Likeness(sorted(found, key=lambda one: (one.distance, one.region)), apart)


def profiles(entries: Mapping[str, Iterable[Entry]]) -> dict[str, dict[str, Fraction | Reason]]:
    """Return the profile of every region from who takes part in the ranking of each cell."""
    found: dict[str, dict[str, Fraction | Reason]] = {}
    for cell, taking_part in entries.items():
        for entry in taking_part:
            known = entry.score if entry.score is not None else entry.reason
            if cell != OVERALL and known is not None:
                found.setdefault(entry.region, {})[cell] = known
    return found


def _compare(other: str, own: Profile, its: Profile, cells: Sequence[str]) -> Similar | NotComparable:
    apart: dict[str, Fraction] = {}
    for cell in cells:
        one, another = own.get(cell), its.get(cell)
        if isinstance(one, Fraction) and isinstance(another, Fraction):
            apart[cell] = abs(one - another)
    if not apart or 2 * len(apart) < len(cells):
        return NotComparable(other, _why(own, its, cells), len(apart))
    nearest_first = sorted(apart, key=apart.__getitem__)  # equal ones stay in the edition's order
    furthest_first = sorted(apart, key=lambda cell: -apart[cell])
    near = nearest_first[: min(NAMED, -(-len(apart) // 2))]
    far = [cell for cell in furthest_first if cell not in near][:NAMED]
    return Similar(other, sum(apart.values(), Fraction(0)) / len(apart), len(apart), near, far)


def _why(own: Profile, its: Profile, cells: Sequence[str]) -> Reason:
    # Where enough was published elsewhere, what is missing is only not held here: that is another reason.
    if not own or not its:
        return Reason.NOT_ASSESSED
    exists = sum(_exists(own.get(cell)) and _exists(its.get(cell)) for cell in cells)
    return Reason.NOT_HELD if exists and 2 * exists >= len(cells) else Reason.INSUFFICIENT_COVERAGE


def _exists(known: Fraction | Reason | None) -> bool:
    return isinstance(known, Fraction) or known is Reason.NOT_HELD
