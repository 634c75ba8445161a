"""What owners answered, kept in this process: bounded by bytes, least recently used goes first.

Every answer carries tags (`scoring`, `scoring/region`, `scoring/region/catalonia`). A change purges its
tags: the answer is then no longer fresh, but stays to be revalidated, or served as stale when its owner
cannot answer. Only what is kept here is ever fresh: an answer that is evicted, replaced, or was fetched
before its tag's last purge is not, so whatever was built on it can tell by looking at it.
"""

import gzip
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Cache", "Entry"]

OVERHEAD = 1024  # bytes an entry costs beside its body: key, headers, tags
MAX_PURGE_RECORDS = 10_000


@dataclass(slots=True, eq=False)
class Entry:
    """One answer of an owner."""

    body: bytes
    etag: str
    headers: dict[str, str]
    tags: frozenset[str]
    status: int = 200
    validated: float = 0.0  # when the owner last said so, on the cache's clock
    fresh_until: float = 0.0
    followed: bool = False  # its freshness rests on hearing of changes
    failed_until: float = 0.0  # until then the owner is not asked again, and the entry is served as stale
    error: Any = None  # why, while it is so
    _packed: bytes | None = None
    _document: Any = field(default=None)

    @property
    def as_of(self) -> str | None:
        """When the content last changed at its owner, as the owner said it."""
        return self.headers.get("as-of")

    def packed(self) -> bytes:
        """Return the body compressed, once."""
        if self._packed is None:
            self._packed = gzip.compress(self.body, compresslevel=6, mtime=0)
        return self._packed

    def document(self, loads: Callable[[bytes], Any]) -> Any:
        """Return the parsed body, parsed once; it is shared, so nobody may change it."""
        if self._document is None:
            self._document = loads(self.body)
        return self._document


class Cache:
    """Answers by key, with purges by tag."""

    def __init__(
        self,
        *,
        max_bytes: int,
        short_ttl: float,
        live_ttl: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock
        self._max_bytes, self._short, self._live_ttl = max_bytes, short_ttl, live_ttl
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._bytes = 0
        self._live: set[str] = set()
        self._step = 0
        self._purged: dict[str, int] = {}
        self._purged_floor = 0
        self.generation = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def bytes(self) -> int:
        """What the entries take, a compressed copy counted as large as its original."""
        return self._bytes

    def held(self, key: str) -> Entry | None:
        """Return the entry under a key, fresh or not."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def begin(self) -> int:
        """Mark the beginning of a fill, to be handed to `store` or `confirm`."""
        self._step += 1
        return self._step

    def store(self, key: str, entry: Entry, *, owner: str, begun: int, brief: bool = False) -> bool:
        """Keep an answer; return False, and keep nothing, when a tag was purged since the fill began.

        `brief`: fresh for a short while only, whether or not the owner's changes are followed.
        """
        if self._purged_since(entry.tags, begun):
            return False
        self.drop(key)
        self._entries[key] = entry
        self._bytes += _cost(entry)
        self._freshen(entry, owner, brief=brief)
        while self._bytes > self._max_bytes and self._entries:
            self.drop(next(iter(self._entries)))
        return True

    def confirm(self, key: str, entry: Entry, *, owner: str, begun: int, brief: bool = False) -> bool:
        """Take note that the owner called an entry unchanged.

        Returns False, and leaves it as it is, when a tag was purged or the entry itself left the cache
        meanwhile: no later purge would find it.
        """
        if self._entries.get(key) is not entry or self._purged_since(entry.tags, begun):
            return False
        self._freshen(entry, owner, brief=brief)
        return True

    def fail(self, entry: Entry, error: Exception, hold: float) -> None:
        """Take note that the owner could not say whether an entry still holds."""
        entry.failed_until, entry.error = self.clock() + hold, error

    def drop(self, key: str) -> None:
        """Forget an entry."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            entry.fresh_until = 0.0
            self.generation += 1
            self._bytes -= _cost(entry)

    def purge(self, tags: Iterable[str]) -> None:
        """End the freshness of what carries one of the tags, and of fills that are under way for them."""
        self._step += 1
        self.generation += 1
        gone = frozenset(tags)
        self._purged.update(dict.fromkeys(gone, self._step))
        if len(self._purged) > MAX_PURGE_RECORDS:
            # Forgetting which tag it was only means that fills under way now are not kept.
            self._purged.clear()
            self._purged_floor = self._step
        for entry in self._entries.values():
            if not entry.tags.isdisjoint(gone):
                entry.fresh_until = entry.failed_until = 0.0

    def live(self, owner: str) -> None:
        """Take note that an owner's changes are followed from now on: what came before may be outdated."""
        self.purge([owner])
        self._live.add(owner)

    def lost(self, owner: str) -> None:
        """Take note that an owner's changes are not heard: nothing of it is fresh for longer than briefly."""
        self._live.discard(owner)
        self.generation += 1
        soon = self.clock() + self._short
        for entry in self._entries.values():
            if owner in entry.tags:
                entry.fresh_until = min(entry.fresh_until, soon)

    def age(self, entry: Entry) -> int:
        """Return the whole seconds since an entry was last known to be what its owner has.

        While an owner's changes are followed that is now: a change would have ended the freshness.
        """
        return 0 if self.hears_of(entry) else max(0, int(self.clock() - entry.validated))

    def hears_of(self, entry: Entry) -> bool:
        """Tell whether a change of an entry would have been told, and none was."""
        fresh = entry.followed and entry.fresh_until > self.clock()
        return fresh and not self._live.isdisjoint(entry.tags)

    def _freshen(self, entry: Entry, owner: str, *, brief: bool) -> None:
        followed = entry.followed = owner in self._live and not brief
        entry.validated = self.clock()
        entry.fresh_until = entry.validated + (self._live_ttl if followed else self._short)
        entry.failed_until, entry.error = 0.0, None

    def _purged_since(self, tags: frozenset[str], begun: int) -> bool:
        if self._purged_floor > begun:
            return True
        return any(self._purged.get(tag, 0) > begun for tag in tags)


def _cost(entry: Entry) -> int:
    # The compressed copy is made later and is smaller than its original: counting the original twice keeps
    # the bound without counting again.
    return 2 * len(entry.body) + OVERHEAD
