"""How an edition turns answers into figures, and what people are shown of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True)
class Band:
    """A named part of the scale; `start` is inclusive and compared with what is shown."""

    key: str
    start: Fraction
    label: Mapping[str, str]


@dataclass(frozen=True)
class Method:
    """How answers become figures; `groups_axis` is the axis whose cells the overall is the mean of."""

    overall: Literal["indicators", "groups"]
    groups_axis: str | None
    min_coverage: Fraction
    digits: int
    bands: Sequence[Band] = ()

    def __post_init__(self) -> None:
        if (self.overall == "groups") != (self.groups_axis is not None):
            raise ValueError("a mean of groups names its axis, and only that does")
        if not 0 <= self.min_coverage <= 1:
            raise ValueError("a coverage is from 0 to 1")
