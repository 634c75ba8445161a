"""What the field recommends, to whom, and which cells of an index it speaks to in our reading."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .editions import Words

__all__ = ["Recommendation", "speaking_to"]


@dataclass(frozen=True)
class Recommendation:
    """One sentence, and where it is printed; no cells: nobody has read any into it."""

    addressee: str
    n: int
    text: Words
    cells: Sequence[str]
    sources: Sequence[Mapping[str, Any]]

    @property
    def id(self) -> str:
        """Its name: the addressee, and its number there."""
        return f"{self.addressee.replace('_', '-')}-{self.n}"


def speaking_to(cells: Iterable[str], all_of_them: Iterable[Recommendation]) -> list[Recommendation]:
    """Return those that speak to one of these cells, in their order."""
    wanted = set(cells)
    return [one for one in all_of_them if wanted.intersection(one.cells)]
