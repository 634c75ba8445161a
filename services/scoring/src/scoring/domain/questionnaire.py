"""What is asked and how answers become figures: the indicators of an edition and its method.

Every number is an exact fraction, read from the decimal text of the document: a third is a third, and two
regions with equal answers tie whatever the order in which anything was added up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from .editions import OVERALL, Axis, Words
from .method import Band, Method

__all__ = ["NOT_EXPECTED", "Answer", "Band", "Indicator", "Method", "Option", "Questionnaire", "Status"]

BEST = 100


class Status(StrEnum):
    """What stands instead of an option."""

    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    NO_COMPETENCE = "no_competence"


NOT_EXPECTED = frozenset({Status.NOT_APPLICABLE, Status.NO_COMPETENCE})
"""What takes an indicator out of its cells: nothing is missing where there is nothing to answer."""


@dataclass(frozen=True)
class Answer:
    """What was answered or decided about an indicator: the id of an option, or a status."""

    option: str | None = None
    status: Status | None = None

    def __post_init__(self) -> None:
        if (self.option is None) == (self.status is None):
            raise ValueError("an option or a status, and not both")


@dataclass(frozen=True)
class Option:
    """One answer to choose, and its score from 0 to 100."""

    id: str
    score: Fraction
    text: Words

    def __post_init__(self) -> None:
        if not 0 <= self.score <= BEST:
            raise ValueError(f"{self.id}: a score is from 0 to {BEST}")


@dataclass(frozen=True)
class Indicator:
    """One question; `position` names its keys on each axis: it feeds cells of several axes at once."""

    id: str
    weight: Fraction
    position: Mapping[str, Sequence[str]]
    options: Sequence[Option]
    question: Words
    help: Words | None = None
    original_id: str | None = None
    family: str | None = None

    def __post_init__(self) -> None:
        if self.weight <= 0:
            raise ValueError(f"{self.id}: a weight is above 0")

    def option(self, option_id: str) -> Option | None:
        """Return the option with this id."""
        return next((option for option in self.options if option.id == option_id), None)

    def score_of(self, answer: Answer) -> Fraction | None:
        """Return the score of what was answered, None for a status; raises KeyError for no option of its."""
        if answer.option is None:
            return None
        option = self.option(answer.option)
        if option is None:
            raise KeyError(f"{self.id}: no option {answer.option!r}")
        return option.score


@dataclass(frozen=True)
class Questionnaire:
    """The part of an edition that figures are computed from."""

    edition: str
    axes: Sequence[Axis]
    indicators: Sequence[Indicator]
    method: Method

    def indicator(self, indicator_id: str) -> Indicator | None:
        """Return the indicator with this id."""
        return next((one for one in self.indicators if one.id == indicator_id), None)

    def cells(self) -> dict[str, tuple[Indicator, ...]]:
        """Return every cell with the indicators that feed it, the overall one first."""
        feeds: dict[str, list[Indicator]] = {f"{a.key}-{key.key}": [] for a in self.axes for key in a.keys}
        for indicator in self.indicators:
            for axis, keys in indicator.position.items():
                for key in keys:
                    feeds[f"{axis}-{key}"].append(indicator)
        return {OVERALL: tuple(self.indicators)} | {cell: tuple(found) for cell, found in feeds.items()}
