"""What-if: figures of answers that are not stored, and what they would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from .editions import Edition
from .engine import Computed
from .reasons import Reason


class Figured(Protocol):
    """A score or the reason why there is none, wherever it comes from."""

    @property
    def score(self) -> Fraction | None:
        """The exact score."""

    @property
    def reason(self) -> Reason | None:
        """Why there is no score."""


@dataclass(frozen=True)
class Change:
    """A cell whose figure differs from the one it is compared with."""

    cell: str
    before: Figured
    after: Figured


@dataclass(frozen=True)
class Simulation:
    """All figures of answers that are not stored; without anything to compare with `changes` is None."""

    edition: Edition
    figures: Mapping[str, Computed]
    changes: list[Change] | None


def changes(before: Mapping[str, Figured], after: Mapping[str, Figured]) -> list[Change]:
    """Return the cells whose exact score or reason changed, in the edition's order."""
    return [
        Change(cell, before[cell], figure)
        for cell, figure in after.items()
        if (before[cell].score, before[cell].reason) != (figure.score, figure.reason)
    ]
