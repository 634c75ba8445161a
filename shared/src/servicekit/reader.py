"""The reader's side of a change feed: long poll, apply, remember the position; start over when it is lost."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx
import structlog

from .auth import ServiceTokens

__all__ = ["Change", "FeedHandler", "FeedPage", "FeedReader"]

log = structlog.get_logger()

WAIT = 20.0  # seconds a call may wait at the owner
LONGEST_PAUSE = 5.0


@dataclass(frozen=True)
class Change:
    """One change of the owner's; the state is read again by its key."""

    kind: str
    key: str


@dataclass(frozen=True)
class FeedPage:
    """Changes and the position after them."""

    changes: tuple[Change, ...]
    position: str


class FeedHandler(Protocol):
    """What a reader does with the feed."""

    async def position(self) -> str | None:
        """Return the position stored with the last effect, None at the first start."""

    async def resync(self, position: str) -> None:
        """Read all keys again, remove what is gone, and store the position, which was taken before."""

    async def apply(self, changes: Sequence[Change], position: str) -> None:
        """Apply the changes and store the position in one transaction."""

    def lost(self) -> None:
        """Take note that the owner cannot be reached; called at each failed try."""


class FeedReader:
    """Follows one owner's feed for ever; a failure of the owner is waited out."""

    def __init__(self, *, owner: str, url: str, tokens: ServiceTokens, handler: FeedHandler) -> None:
        self._owner = owner
        self._address = f"{url.rstrip('/')}/internal/changes"
        self._tokens = tokens
        self._handler = handler

    async def run(self) -> None:
        """Follow until cancelled."""
        pause = 0.1
        async with httpx.AsyncClient(timeout=httpx.Timeout(5, read=WAIT + 10)) as client:
            while True:
                try:
                    await self.step(client)
                    pause = 0.1
                except (httpx.HTTPError, OSError) as error:
                    self._handler.lost()
                    log.warning("feed not reachable", owner=self._owner, error=type(error).__name__)
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)

    async def step(self, client: httpx.AsyncClient) -> None:
        """Ask once and do what the answer says; raises httpx.HTTPError when the owner gives none."""
        position = await self._handler.position()
        page = await self._fetch(client, position, WAIT) if position else None
        if page is None:
            # First start, or a position the owner does not know (restored, or we are too old): the end is
            # taken before the keys are read, so that what changes meanwhile comes again.
            start = await self._fetch(client, "latest", 0)
            if start is not None:
                await self._handler.resync(start.position)
        elif page.changes:
            await self._handler.apply(page.changes, page.position)

    async def _fetch(self, client: httpx.AsyncClient, after: str, wait: float) -> FeedPage | None:
        response = await client.get(
            self._address, params={"after": after, "wait": wait}, headers=self._tokens.headers(self._owner)
        )
        if response.status_code == httpx.codes.GONE:
            log.warning("feed position unknown, reading all again", owner=self._owner)
            return None
        body = response.raise_for_status().json()
        changes = tuple(Change(item["kind"], item["key"]) for item in body["changes"])
        return FeedPage(changes, body["position"])
