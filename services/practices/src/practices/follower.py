"""Follows scoring's regions: their words go into search and labels, their aliases into the filter."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from servicekit.auth import ServiceTokens
from servicekit.reader import Change

from .domain import Point, Region
from .outbox import enqueue
from .repository import PracticeRepository, RegionRepository

__all__ = ["RegionFollower"]

OWNER = "scoring"
_AT_ONCE = 8


class RegionFollower:
    """What is done with scoring's feed; its position is stored in the transaction of the effect."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        *,
        client: httpx.AsyncClient,
        url: str,
        tokens: ServiceTokens,
    ) -> None:
        self._sessions = sessions
        self._client = client
        self._regions = f"{url.rstrip('/')}/internal/regions"
        self._tokens = tokens
        self.has_read = False  # all regions, once: now, or before an earlier stop

    async def position(self) -> str | None:
        """Return how far the feed has been read."""
        async with self._sessions.begin() as session:
            position = await RegionRepository(session).position(OWNER)
        self.has_read = position is not None
        return position

    async def resync(self, position: str) -> None:
        """Read all regions again, and forget those that are gone."""
        body = await self._get(self._regions)
        keys = [str(key) for key in (body or {})["keys"]]
        await self._store(await self._read(keys), position, only=set(keys))

    async def apply(self, changes: Sequence[Change], position: str) -> None:
        """Read the changed regions again."""
        keys = sorted({change.key for change in changes if change.kind == "region"})
        await self._store(await self._read(keys), position)

    def lost(self) -> None:
        """Scoring cannot be reached: what is known of the regions stays as it is."""

    async def _read(self, keys: Sequence[str]) -> dict[str, Region | None]:
        # Not inside a transaction: the calls may take long, and a transaction must not.
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(key: str) -> Region | None:
            async with gate:
                return _region(await self._get(f"{self._regions}/{key}"))

        found = await asyncio.gather(*(one(key) for key in keys))
        return dict(zip(keys, found, strict=True))

    async def _get(self, url: str) -> Mapping[str, Any] | None:
        response = await self._client.get(url, headers=self._tokens.headers(OWNER))
        if response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
            return None
        body: Mapping[str, Any] = response.raise_for_status().json()
        return body

    async def _store(
        self, read: Mapping[str, Region | None], position: str, *, only: set[str] | None = None
    ) -> None:
        async with self._sessions.begin() as session:
            regions = RegionRepository(session)
            held = await regions.all()
            gone = {key for key, region in read.items() if region is None} & set(held)
            if only is not None:
                gone |= set(held) - only
            changed = set(gone)
            for key, region in read.items():
                if region is not None and region != held.get(key):
                    await regions.put(region)
                    before = held.get(key)
                    if before is None or before.words != region.words:
                        changed.add(key)
            if gone:
                await regions.remove(gone)
            await enqueue(session, await PracticeRepository(session).keys_of_regions(changed))
            await regions.remember(OWNER, position)
        self.has_read = True


def _region(body: Mapping[str, Any] | None) -> Region | None:
    if body is None:
        return None
    point = body["point"]
    return Region(
        id=body["id"],
        country=body["country"],
        names=dict(body["names"]),
        own_names=tuple(body["own_names"]),
        aliases=frozenset(body["aliases"]) | {body["id"]},
        point=Point(point["lat"], point["lon"], "region") if point else None,
        changed_at=datetime.fromisoformat(body["changed_at"]),
    )
