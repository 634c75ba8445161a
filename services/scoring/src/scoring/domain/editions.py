"""Editions, their axes and releases, and which of them is meant when none is named."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from .method import Method

Words = Mapping[str, str]
OVERALL = "overall"


@dataclass(frozen=True)
class Key:
    """One key of an axis, with its words and the codes of the catalogue that it matches."""

    key: str
    label: Words
    definition: Words | None
    matches: Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Axis:
    """One way to cut an edition's figures."""

    key: str
    label: Words
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Place:
    """A cell in its edition; the overall one is on no axis."""

    cell: str
    axis: Axis | None
    key: Key | None


@dataclass(frozen=True)
class Edition:
    """A set of figures made by one method; a published one was computed elsewhere and has none here."""

    id: str
    kind: str
    title: Words
    licence: str | None
    languages: Sequence[str]
    axes: tuple[Axis, ...]
    notes: Sequence[Mapping[str, Any]]
    sources: Sequence[Mapping[str, Any]]
    changed_at: datetime
    method: Method | None = None
    document_hash: str | None = None

    @property
    def digits(self) -> int:
        """To how many decimals its figures are shown; published ones are shown whole."""
        return self.method.digits if self.method else 0

    def places(self) -> list[Place]:
        """Return all its cells in its order, the overall one first."""
        inner = [Place(f"{axis.key}-{key.key}", axis, key) for axis in self.axes for key in axis.keys]
        return [Place(OVERALL, None, None), *inner]


@dataclass(frozen=True)
class Release:
    """An immutable snapshot of an edition; `sequence` counts an edition's releases from 1.

    `loaded_at` is when it was published here, `issued` the day its makers give it.
    """

    id: str
    edition: str
    sequence: int
    issued: date
    loaded_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class Participation:
    """An edition's current release, and whether the region that is asked about takes part in it."""

    release: Release
    kind: str
    first_issued: date
    takes_part: bool


def default_release(held: Iterable[Participation]) -> Release | None:
    """Return the release meant when none is named, or None when there is none at all.

    The newest edition that is no demonstration and that the region takes part in, else (and where no region
    is named) the newest one. An edition is as new as its first release: correcting an old one does not make
    it the newest.
    """
    newest_first = sorted(
        (item for item in held if item.kind != "demonstration"),
        key=lambda item: (item.first_issued, item.release.edition),
        reverse=True,
    )
    taking_part = [item for item in newest_first if item.takes_part]
    return next((item.release for item in [*taking_part, *newest_first]), None)


def end_of(day: date) -> datetime:
    """Return the last moment of a day; days are those of UTC."""
    return datetime.combine(day, time.max, tzinfo=UTC)
