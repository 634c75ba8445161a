"""Use cases of the catalogue: find practices, read one, read those of a region."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from servicekit.database import is_outage
from servicekit.text import unstorable

from .codes import Codes
from .directory import Directory, Regions
from .domain import FILTERS, SORTS, BBox, Practice, Query, Record, Text, counts, facet_values
from .outbox import Outbox
from .repository import PracticeRepository
from .search import Failover, Hit

__all__ = [
    "Facet", "Found", "Panel", "PracticeNotFound", "PracticeService", "PracticeWithdrawn", "UnknownValue",
]  # fmt: skip

PANEL_FACETS = ("policy_area", "theme", "target_group", "role", "success")
PANEL_ITEMS = 20
_FRESH = 0.2  # seconds a reading of `complete_through` serves: older is lower, which stays true


class PracticeNotFound(Exception):
    """There is no such practice; `nearest` is the id most like the one asked for."""

    def __init__(self, key: str, nearest: str | None) -> None:
        super().__init__(key)
        self.key, self.nearest = key, nearest


class PracticeWithdrawn(Exception):
    """The practice was taken out of the catalogue."""

    def __init__(self, key: str, replaced_by: str | None) -> None:
        super().__init__(key)
        self.key, self.replaced_by = key, replaced_by


class UnknownValue(Exception):
    """A filter, facet or sort value that there is none of; `allowed` is what it may be."""

    def __init__(self, name: str, value: str, allowed: Iterable[str]) -> None:
        super().__init__(f"{name}={value}")
        self.name, self.value, self.allowed = name, value, sorted(allowed)


@dataclass(frozen=True)
class Facet:
    """One value of a facet."""

    value: str
    label: Text
    count: int
    selected: bool


@dataclass(frozen=True)
class Found:
    """What a search found, by which engine, and how complete that engine's index is."""

    hits: Sequence[Hit]
    total: int
    facets: Mapping[str, Sequence[Facet]]
    engine: str
    degraded: bool
    complete_through: datetime | None


@dataclass(frozen=True)
class Panel:
    """The practices of a region, and when they last changed."""

    records: Sequence[Record]
    total: int
    facets: Mapping[str, Sequence[Facet]]
    as_of: datetime | None


class PracticeService:
    """Reads of the catalogue; owns its sessions."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        *,
        search: Failover,
        directory: Directory,
        codes: Codes,
        outbox: Outbox,
    ) -> None:
        self._sessions = sessions
        self._search = search
        self._directory = directory
        self._codes = codes
        self._outbox = outbox
        self._through: Mapping[str, datetime | None] = {}
        self._through_at = float("-inf")

    async def query(
        self,
        *,
        text: str,
        filters: Mapping[str, Sequence[str]],
        bbox: BBox | None,
        sort: str,
        facets: Sequence[str],
        lang: str,
        window: tuple[int, int],
    ) -> Query:
        """Build a query from a reader's words; raises UnknownValue for a value there is none of."""
        regions = await self._directory.regions()
        known = {name: self._values(name, values, regions) for name, values in filters.items() if values}
        for name in facets:
            if name not in FILTERS:
                raise UnknownValue("facets", name, FILTERS)
        if sort not in SORTS:
            raise UnknownValue("sort", sort, SORTS)
        offset, limit = window
        return Query(
            text=text, filters=known, bbox=bbox, sort=sort, facets=tuple(dict.fromkeys(facets)), lang=lang,
            offset=offset, limit=limit,
        )  # fmt: skip

    def _values(self, name: str, values: Sequence[str], regions: Regions) -> tuple[str, ...]:
        found: list[str] = []
        known = self._codes.known(name)
        for value in values:
            if name == "country" and value == "EL":
                found.append("GR")  # the European institutions' code for Greece
            elif value in known:
                found.append(value)
            elif name == "region" and (named := regions.find(value)):
                found += named
            else:
                raise UnknownValue(name, value, {*known, *regions.names()} if name == "region" else known)
        return tuple(dict.fromkeys(found))

    async def find(self, query: Query) -> Found:
        """Search; raises EngineUnavailable when no engine can."""
        through = await self._complete_through()  # before the search, so that it is not promised too much
        answer = await self._search.search(query)
        regions = await self._directory.regions() if query.facets else Regions({}, set())
        result = answer.result
        return Found(
            hits=result.hits,
            total=result.total,
            facets={
                name: self._facet(name, result.facets[name], query.filters.get(name, ()), regions)
                for name in query.facets
            },
            engine=answer.engine,
            degraded=answer.degraded,
            complete_through=through.get(answer.engine),
        )

    def _facet(
        self, name: str, counted: Mapping[str, int], chosen: Sequence[str], regions: Regions
    ) -> list[Facet]:
        # What is chosen is shown even when nothing has it, or a reader could not take it back.
        values = {**dict.fromkeys(chosen, 0), **counted}
        return [
            Facet(value, self._label(name, value, regions), count, value in chosen)
            for value, count in sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
        ]

    def _label(self, name: str, value: str, regions: Regions) -> Text:
        if name == "region" and value not in self._codes.known("region"):
            return regions.label(value)
        return self._codes.label(name, value)

    async def _complete_through(self) -> Mapping[str, datetime | None]:
        if time.monotonic() - self._through_at > _FRESH:
            try:
                self._through = await self._outbox.complete_through()
            except Exception as error:
                if not is_outage(error):
                    raise
                return self._through  # an older reading is a lower promise: still true
            self._through_at = time.monotonic()
        return self._through

    async def get(self, key: str) -> Record:
        """Return one practice; raises PracticeNotFound, PracticeWithdrawn."""
        if unstorable(key):
            raise PracticeNotFound(key, None)  # the database refuses even the question
        async with self._sessions.begin() as session:
            practices = PracticeRepository(session)
            record = await practices.get(key)
            if record is None:
                raise PracticeNotFound(key, await practices.nearest(key))
        if record.withdrawn_at is not None:
            raise PracticeWithdrawn(key, record.replaced_by)
        return record

    async def keys(self) -> list[str]:
        """Return the ids of all published practices."""
        async with self._sessions.begin() as session:
            return await PracticeRepository(session).keys()

    async def whole(self) -> list[Record]:
        """Return all published practices."""
        async with self._sessions.begin() as session:
            return await PracticeRepository(session).all()

    async def panel(self, name: str) -> Panel:
        """Return the practices of a region, read from the database: what is committed is there at once."""
        regions = await self._directory.regions()
        key = next(iter(regions.find(name)), name)
        async with self._sessions.begin() as session:
            records = [] if unstorable(key) else await PracticeRepository(session).of_region(key)
        practices = {record.id: Practice.read(record.document) for record in records}
        values = [facet_values(practice) for practice in practices.values()]
        region = regions.by_id.get(key)
        # A changed name or point of the region changes the answer's labels.
        moments = [*(record.last_changed for record in records), *([region.changed_at] if region else [])]
        newest = sorted(records, key=lambda record: (-practices[record.id].period.begin, record.id))
        return Panel(
            records=newest[:PANEL_ITEMS],
            total=len(records),
            facets={name: self._facet(name, counts(values, name), (), regions) for name in PANEL_FACETS},
            as_of=max(moments, default=None),
        )
