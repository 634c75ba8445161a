"""What the catalogue needs to know of a region: its words, and where it lies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from .geo import Point
from .texts import Text

__all__ = ["Region"]


@dataclass(frozen=True, kw_only=True)
class Region:
    """A region as its owner tells it; `aliases` are folded and hold the id too."""

    id: str
    country: str
    names: Text
    own_names: Sequence[str]
    aliases: frozenset[str]
    point: Point | None
    changed_at: datetime

    @property
    def words(self) -> tuple[object, ...]:
        """Return what search documents take from a region: when it changes, they are built again."""
        return (self.country, dict(self.names), tuple(self.own_names), self.point)

    def texts(self) -> Sequence[Mapping[str, str]]:
        """Return all its names; the own ones are in no language in particular."""
        return [self.names, *({"": name} for name in self.own_names)]
