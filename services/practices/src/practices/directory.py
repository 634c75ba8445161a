"""The regions as this process knows them: read again every few seconds, kept when the database is away."""

import time
from collections.abc import Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from servicekit.database import is_outage
from servicekit.text import fold_key

from .domain import UNDETERMINED, Region, Text
from .repository import PracticeRepository, RegionRepository

__all__ = ["Directory", "Regions"]


class Regions:
    """Regions by id and by any of their names."""

    def __init__(self, regions: Mapping[str, Region], in_use: set[str]) -> None:
        self.by_id = regions
        self._by_alias: dict[str, list[str]] = {}
        for region in regions.values():
            for alias in {*region.aliases, region.id}:
                self._by_alias.setdefault(alias, []).append(region.id)
        # A region that practices name is a filter value even before scoring has told of it.
        for key in in_use - set(regions):
            self._by_alias.setdefault(key, []).append(key)

    def find(self, name: str) -> list[str]:
        """Return the region of a name: none, one, or all that the name fits."""
        return self._by_alias.get(fold_key(name), [])

    def names(self) -> list[str]:
        """Return every name there is, folded."""
        return list(self._by_alias)

    def label(self, key: str) -> Text:
        """Return the region's names, or its id in no language when it is not known."""
        region = self.by_id.get(key)
        return (region.names if region else None) or {UNDETERMINED: key}


class Directory:
    """Reads the regions when what it holds is older than `ttl` seconds."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        *,
        ttl: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions = sessions
        self._ttl = ttl
        self._clock = clock
        self._held: Regions | None = None
        self._read_at = float("-inf")

    async def regions(self) -> Regions:
        """Return the regions; a database that does not answer leaves the last ones read in place."""
        held = self._held
        if held is not None and self._clock() - self._read_at <= self._ttl:
            return held
        self._read_at = self._clock()  # before reading: one request reads, the others go on with what is held
        try:
            self._held = await self._read()
        except Exception as error:
            if held is None or not is_outage(error):
                raise
            return held
        return self._held

    async def _read(self) -> Regions:
        async with self._sessions() as session:
            regions = await RegionRepository(session).all()
            return Regions(regions, await PracticeRepository(session).regions_in_use())
