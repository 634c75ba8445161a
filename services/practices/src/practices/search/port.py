"""What a search engine must do for us, in our words: two engines stand behind it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from practices.domain import Point, Query

__all__ = [
    "FIELDS", "Document", "EngineRefused", "EngineUnavailable", "Hit", "Result", "SearchIndex", "sift",
]  # fmt: skip

# The searched fields, the weightiest first; `labels` are the words of codes, regions and countries.
FIELDS = ("title", "labels", "summary", "body")


class EngineUnavailable(Exception):
    """The engine did not answer, not in time, or not as agreed."""


class EngineRefused(EngineUnavailable):
    """The engine is there and does not take what it was given: another try is of no use."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A practice as an engine holds it: what is searched, filtered, sorted, and answered."""

    id: str
    version: int
    texts: Mapping[str, Mapping[str, str]]  # field -> language -> text
    facets: Mapping[str, tuple[str, ...]]
    newest: int
    titles: Mapping[str, str]  # language -> sort key
    point: Point | None
    item: Mapping[str, Any]


@dataclass(frozen=True)
class Hit:
    """One practice found: its item document, and where it stands on the map."""

    id: str
    item: Mapping[str, Any]
    point: Point | None


@dataclass(frozen=True)
class Result:
    """A page of what was found, the exact total, and the exact disjunctive counts."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]


class SearchIndex(Protocol):
    """An engine; every method raises EngineUnavailable when the engine cannot do it now."""

    name: str

    async def search(self, query: Query) -> Result:
        """Answer a query."""

    async def write(self, documents: Sequence[Document], gone: Sequence[str]) -> None:
        """Put documents in and take ids out; both are found (or not) when this returns."""

    async def replace(self, batches: AsyncIterator[Sequence[Document]]) -> Mapping[str, str]:
        """Put a whole catalogue in place of what is held; readers see the one or the other, never nothing.

        Returns what the engine refused, by id, with the reason: one bad document must not keep all out.
        """

    async def is_current(self) -> bool:
        """Tell whether the index is there with today's settings; if not, it must be replaced."""


async def sift(
    put: Callable[[Sequence[Document]], Awaitable[None]], documents: Sequence[Document]
) -> dict[str, str]:
    """Put documents in; halve what is refused until those that spoil it stand alone, and return them."""
    try:
        await put(documents)
    except EngineRefused as error:
        if len(documents) == 1:
            return {documents[0].id: str(error)}
        middle = len(documents) // 2
        return await sift(put, documents[:middle]) | await sift(put, documents[middle:])
    return {}
