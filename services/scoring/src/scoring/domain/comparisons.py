"""What a simulation says of regions beside each other, as it is kept with a release."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Influential", "Pair", "Spread", "spread"]

Pair = tuple[str, str]
"""Two regions, by id."""


@dataclass(frozen=True)
class Influential:
    """An indicator without which places change: how far the farthest region moves, and how many move."""

    indicator: str
    places: int
    region: str
    moved: int


@dataclass(frozen=True)
class Spread:
    """Between what the known scores of some regions lie."""

    low: Fraction
    high: Fraction


def spread(scores: Iterable[Fraction | None]) -> Spread | None:
    """Return between what the known scores lie; None while fewer than two are known."""
    known = [score for score in scores if score is not None]
    return Spread(min(known), max(known)) if len(known) > 1 else None
