"""Composed panels, ready to be sent again while everything they were built on is fresh."""

from collections import OrderedDict
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from .answers import CACHEABLE, cache_status, coded_etag, worth_packing
from .cache import Cache, Entry
from .service import Composed

__all__ = ["Identity", "Warm", "WarmPanels", "robots"]

MAX_KEYS = 8192
LONGEST_KEY = 400  # bytes of a caller's headers and query that are worth remembering
JSON = "application/json"

Headers = list[tuple[bytes, bytes]]
# What a request looks like: raw path, query, Accept-Language (empty where lang= decides), takes gzip.
Key = tuple[bytes, bytes, bytes, bool]


class Identity(NamedTuple):
    """What makes one panel answer differ from another."""

    segment: str
    edition: str | None
    lang: str
    by_header: bool
    packed: bool


@dataclass(slots=True, eq=False)
class Warm:
    """A panel as it goes over the wire; `headers` lack only the age."""

    entries: tuple[Entry, ...]
    body: bytes
    etag: str
    headers: Headers
    headers_304: Headers
    generation: int = -1
    fresh_until: float = 0.0
    oldest: float = inf  # when the oldest entry whose changes nobody tells was last confirmed


def robots(composed: Composed) -> dict[str, str]:
    """Return what an owner says to search engines: a panel with a demonstration is not to be found."""
    found = (entry.headers.get("x-robots-tag") for entry in composed.entries)
    return next(({"x-robots-tag": told} for told in found if told), {})


class WarmPanels:
    """Panels by what makes them differ, and by what requests for them look like; bounded by bytes."""

    def __init__(self, cache: Cache, *, max_bytes: int, extra: Headers) -> None:
        self._cache = cache
        self._max_bytes, self._bytes = max_bytes, 0
        self._extra = extra
        self._panels: OrderedDict[Identity, Warm] = OrderedDict()
        self._keys: dict[Key, Warm] = {}

    def at(self, key: Key) -> Warm | None:
        """Return the fresh panel for a request, if there is one."""
        warm = self._keys.get(key)
        return warm if warm is not None and self._fresh(warm) else None

    def held(self, identity: Identity) -> Warm | None:
        """Return the fresh panel of an identity, if there is one."""
        warm = self._panels.get(identity)
        if warm is None or not self._fresh(warm):
            return None
        self._panels.move_to_end(identity)
        return warm

    def remember(self, key: Key, warm: Warm) -> None:
        """Let requests that look like this one find the panel at once."""
        if sum(map(len, key[:3])) > LONGEST_KEY:
            return
        if len(self._keys) >= MAX_KEYS:
            self._keys.clear()
        self._keys[key] = warm

    def keep(self, identity: Identity, composed: Composed, packed: bytes | None) -> Warm | None:
        """Keep a composed panel; None when something it was built on is not fresh (any more)."""
        body, panel = packed or composed.panel.body, composed.panel
        etag = coded_etag(panel.etag) if packed else panel.etag
        both = self._headers(identity, etag, len(panel.body))
        both += [(name.encode(), value.encode()) for name, value in robots(composed).items()]
        more = [(b"content-type", JSON.encode())]
        if packed:
            more.append((b"content-encoding", b"gzip"))
        more.append((b"content-length", str(len(body)).encode()))
        warm = Warm(composed.entries, body, etag, both + more, both)
        self._drop(identity)
        if not composed.fresh or not self._fresh(warm):
            return None
        self._panels[identity] = warm
        self._bytes += len(body)
        while self._bytes > self._max_bytes:
            self._drop(next(iter(self._panels)))
        return warm

    def age(self, warm: Warm) -> int:
        """Return the panel's age in whole seconds."""
        return max(0, int(self._cache.clock() - warm.oldest)) if warm.oldest != inf else 0

    def _headers(self, identity: Identity, etag: str, size: int) -> Headers:
        vary = ["Accept-Encoding"] if worth_packing(size, JSON) else []
        vary += ["Accept-Language"] if identity.by_header else []
        found = {
            "etag": etag,
            "cache-control": CACHEABLE,
            "cache-status": cache_status("hit"),
            "content-language": identity.lang,
            **({"vary": ", ".join(vary)} if vary else {}),
        }
        return [*self._extra, *((name.encode(), value.encode()) for name, value in found.items())]

    def _fresh(self, warm: Warm) -> bool:
        cache = self._cache
        now = cache.clock()
        if warm.generation != cache.generation or warm.fresh_until <= now:
            # Something was purged, replaced, evicted or confirmed: what the panel was built on tells.
            warm.generation = cache.generation
            warm.fresh_until = min((entry.fresh_until for entry in warm.entries), default=0.0)
            told = (entry.validated for entry in warm.entries if not cache.hears_of(entry))
            warm.oldest = min(told, default=inf)
        return warm.fresh_until > now

    def _drop(self, identity: Identity) -> None:
        gone = self._panels.pop(identity, None)
        if gone is not None:
            self._bytes -= len(gone.body)
            # A request's key may still lead here: it finds nothing fresh, and no bytes are held.
            gone.entries, gone.body, gone.fresh_until, gone.generation = (), b"", 0.0, -1
