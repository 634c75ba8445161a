"""What a reader asks of the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .facets import FILTERS
from .geo import BBox

__all__ = ["MAX_TEXT", "SORTS", "Query"]

# relevance: best match first. newest: begun last first, unknown begin at the end. title: alphabetical.
# Every order ends in the id, so that pages never overlap.
SORTS = ("relevance", "newest", "title")
MAX_TEXT = 200


@dataclass(frozen=True, kw_only=True)
class Query:
    """A search: values of one filter mean OR, filters mean AND; `facets` are the ones to count."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bbox: BBox | None = None
    sort: str = "relevance"
    facets: tuple[str, ...] = ()
    lang: str = "en"
    offset: int = 0
    limit: int = 20

    def __post_init__(self) -> None:
        """Raise ValueError for a sort, filter or facet that there is none of."""
        if self.sort not in SORTS:
            raise ValueError(f"no sort {self.sort!r}")
        if not {*self.filters, *self.facets} <= set(FILTERS):
            raise ValueError("a filter or facet there is none of")
