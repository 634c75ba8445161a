"""Reads of the owners through the cache: one call at a time for a key, stale when there is no better."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import structlog

from servicekit.auth import ServiceTokens
from servicekit.middleware import etag_of

from .cache import Cache, Entry
from .upstreams import Answer, Upstream, UpstreamError

__all__ = ["Read", "Reading", "Reads"]

log = structlog.get_logger()

LARGE_FILE = 1 << 20  # bytes
# What of an owner's answer is for the reader; the rest (length, date, connection) is made anew.
KEPT = (
    "content-type", "content-language", "as-of", "cache-control", "link", "location", "retry-after", "allow",
    "deprecation", "sunset", "ratelimit", "ratelimit-policy", "x-robots-tag", "idempotent-replayed",
    "www-authenticate", "content-disposition", "document-hash",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """What to read: `target` is the raw path with its query, `tags` name the changes that outdate it.

    `brief`: its owner's changes do not cover all it depends on, so that it is never fresh for long.
    `is_map`: it holds all that was found, and takes its time. `is_file`: it is written for one reader, and
    takes its time, too; a large one is not kept, for it would put a thousand panels out of the cache.
    """

    owner: str
    target: str
    lang: str
    tags: frozenset[str] = frozenset()
    internal: bool = False
    brief: bool = False
    is_map: bool = False
    is_file: bool = False

    @property
    def key(self) -> str:
        """The cache's key: what makes one answer differ from another."""
        return f"{self.owner} {self.lang} {self.target}"


@dataclass(frozen=True, slots=True)
class Reading:
    """An owner's answer and how it came; `error` tells why a stale one could not be confirmed."""

    entry: Entry
    how: Literal["hit", "miss", "stale"]
    error: UpstreamError | None = None


@dataclass
class Reads:
    """Answers of the owners, from the cache where they are fresh."""

    upstreams: Mapping[str, Upstream]
    cache: Cache
    tokens: ServiceTokens
    timeout: float
    stale_wait: float
    max_stale: float
    hold: float = 1.0
    map_timeout: float = 5.0
    _flights: dict[str, asyncio.Task[tuple[Entry, bool]]] = field(default_factory=dict)
    _tags: dict[str, frozenset[str]] = field(default_factory=dict)
    # Those that a purge left behind too: the event loop itself holds a task only weakly.
    _running: set[asyncio.Task[tuple[Entry, bool]]] = field(default_factory=set)

    async def get(self, read: Read) -> Reading:
        """Return the owner's answer, of any status below 500.

        A fresh one is returned as it is; else the owner is asked, and when it does not answer in time the
        one held is returned as stale. Raises UpstreamError when nothing is held.
        """
        cache, entry = self.cache, self.cache.held(read.key)
        now = cache.clock()
        if entry is not None and entry.fresh_until > now:
            return Reading(entry, "hit")
        if entry is not None and entry.failed_until > now:
            return Reading(entry, "stale", entry.error)
        try:
            async with asyncio.timeout(self._patience(read) if entry is None else self.stale_wait):
                found, new = await asyncio.shield(self._flight(read))
                return Reading(found, "miss" if new else "hit")
        except TimeoutError:
            error = UpstreamError(read.owner, "timeout")
        except UpstreamError as failure:
            error = failure
        if entry is None or now - entry.validated > self.max_stale:
            raise error
        cache.fail(entry, error, self.hold)
        return Reading(entry, "stale", error)

    def _patience(self, read: Read) -> float:
        return self.map_timeout if read.is_map or read.is_file else self.timeout

    def purge(self, tags: set[str]) -> None:
        """End the freshness of what carries the tags; who asks from now on does not join an older fill."""
        self.cache.purge(tags)
        self._leave(tags)

    def live(self, owner: str) -> None:
        """Take note that an owner's changes are followed from now on: what came before may be outdated."""
        self.cache.live(owner)
        self._leave({owner})

    async def close(self) -> None:
        """Give up the calls under way."""
        flights = list(self._running)
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    def _leave(self, tags: set[str]) -> None:
        for key in [key for key, carried in self._tags.items() if not carried.isdisjoint(tags)]:
            self._flights.pop(key, None)
            del self._tags[key]

    def _flight(self, read: Read) -> asyncio.Task[tuple[Entry, bool]]:
        # A task of its own: a reader who leaves, or whose time is up, does not end the call for the others,
        # and a late answer still serves whoever comes next.
        flight = self._flights.get(read.key)
        if flight is None:
            flight = asyncio.create_task(self._fill(read))
            self._flights[read.key], self._tags[read.key] = flight, self._all_tags(read)
            self._running.add(flight)
            flight.add_done_callback(lambda done: self._landed(read.key, done))
        return flight

    def _landed(self, key: str, flight: asyncio.Task[tuple[Entry, bool]]) -> None:
        self._running.discard(flight)
        if self._flights.get(key) is flight:
            del self._flights[key], self._tags[key]
        if flight.cancelled():
            return
        error = flight.exception()
        if error is not None and not isinstance(error, UpstreamError):
            log.error("a read failed", error=repr(error))

    async def _fill(self, read: Read) -> tuple[Entry, bool]:
        begun, held = self.cache.begin(), self.cache.held(read.key)
        headers = {"Accept-Language": read.lang}
        if held is not None:
            headers["If-None-Match"] = held.etag
        if read.internal:
            headers |= self.tokens.headers(read.owner)
        answer = await self.upstreams[read.owner].get(read.target, headers)
        if answer.status == 304 and held is not None:
            self.cache.confirm(read.key, held, owner=read.owner, begun=begun, brief=read.brief)
            return held, False
        entry = self._entry(read, answer)
        if answer.status == 200 and _is_kept(read, entry):
            self.cache.store(read.key, entry, owner=read.owner, begun=begun, brief=read.brief)
        elif answer.status in (404, 410):
            self.cache.drop(read.key)
        return entry, True

    def _entry(self, read: Read, answer: Answer) -> Entry:
        return Entry(
            body=answer.body,
            etag=answer.headers.get("etag") or etag_of(answer.body),
            headers={name: answer.headers[name] for name in KEPT if name in answer.headers},
            tags=self._all_tags(read),
            status=answer.status,
            validated=self.cache.clock(),
        )

    def _all_tags(self, read: Read) -> frozenset[str]:
        # Whatever an owner says is outdated when it cannot be told what changed at that owner.
        return read.tags | {read.owner}


def _is_kept(read: Read, entry: Entry) -> bool:
    if read.is_file and len(entry.body) > LARGE_FILE:
        return False
    return "no-store" not in entry.headers.get("cache-control", "")
