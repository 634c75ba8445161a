"""Answers to readers: coding, entity tag, what caches may do, how old it is."""

import gzip
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from .cache import Cache, Entry
from .reads import Reading
from .upstreams import Answer

__all__ = [
    "CACHEABLE", "accepts_gzip", "cache_status", "coded_etag", "pass_answer", "pass_reading", "public",
    "told", "worth_packing",
]  # fmt: skip

CACHEABLE = "public, max-age=5, stale-while-revalidate=30, stale-if-error=86400"
SMALLEST_PACKED = 1024
_TEXTUAL = ("application/json", "application/geo+json", "application/problem+json", "text/")


@lru_cache(maxsize=512)
def accepts_gzip(accept_encoding: str) -> bool:
    """Tell whether a reader takes gzip."""
    for part in accept_encoding.lower().split(","):
        coding, _, quality = part.strip().partition(";")
        if coding.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def worth_packing(size: int, content_type: str) -> bool:
    """Tell whether an answer is compressed for those who take it."""
    return size >= SMALLEST_PACKED and content_type.startswith(_TEXTUAL)


def coded_etag(etag: str) -> str:
    """Return the entity tag of the compressed form: other bytes, another tag."""
    return etag[:-1] + '-gzip"'


def cache_status(how: str) -> str:
    """Return RFC 9211's word on how an answer came."""
    return {"hit": "regin; hit", "miss": "regin; fwd=miss"}.get(how, "regin; hit; detail=stale")


def public(
    request: Request, *, body: bytes, etag: str, headers: Mapping[str, str], packed: bytes | None = None
) -> Response:
    """Return a successful public read in the coding the reader takes; `headers` are in lower case."""
    found = dict(headers)
    found.setdefault("cache-control", CACHEABLE)
    if worth_packing(len(body), found["content-type"]):
        found["vary"] = "Accept-Encoding"
        if accepts_gzip(request.headers.get("accept-encoding", "")):
            found["content-encoding"], etag = "gzip", coded_etag(etag)
            body = packed if packed is not None else gzip.compress(body, compresslevel=6, mtime=0)
    return Response(body, 200, {**found, "etag": etag})


def told(cache: Cache, readings: Sequence[Reading]) -> dict[str, str]:
    """Return the headers that say how old an answer joined from several is, and how it came."""
    hows = [reading.how for reading in readings]
    how = next((how for how in ("stale", "miss") if how in hows), "hit")
    age = oldest(cache, [reading.entry for reading in readings])
    return {"age": str(age), "cache-status": cache_status(how)} if readings else {}


def pass_reading(request: Request, reading: Reading, cache: Cache) -> Response:
    """Return an owner's answer to a read, from the cache or fresh from the owner."""
    entry = reading.entry
    headers = {k: v for k, v in entry.headers.items() if k != "as-of"}
    if entry.status != 200:
        return Response(entry.body, entry.status, headers)
    headers.setdefault("content-type", "application/json")
    headers |= told(cache, [reading])
    wanted = accepts_gzip(request.headers.get("accept-encoding", ""))
    packed = entry.packed() if wanted and worth_packing(len(entry.body), headers["content-type"]) else None
    return public(request, body=entry.body, etag=entry.etag, headers=headers, packed=packed)


def pass_answer(answer: Answer, kept: Iterable[str]) -> Response:
    """Return an owner's answer to a holder or a write: nobody keeps it."""
    headers = {name: answer.headers[name] for name in (*kept, "etag") if name in answer.headers}
    return Response(answer.body, answer.status, {**headers, "cache-control": "no-store"})


def oldest(cache: Cache, entries: Iterable[Entry]) -> int:
    """Return the age of what was built on entries: that of the oldest."""
    return max((cache.age(entry) for entry in entries), default=0)
