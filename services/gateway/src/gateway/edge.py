"""The outermost layer: warm panels straight from memory, and what /v1 says to browsers."""

import time
from collections.abc import Container
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from servicekit.catalog import Catalog
from servicekit.metrics import Metrics
from servicekit.middleware import none_match, trace_id
from servicekit.problems import Problem, problem_response

from .answers import accepts_gzip
from .lines import Lines
from .query import asked_language
from .warm import Headers, Key, Warm, WarmPanels

__all__ = ["CORS", "PANEL", "Edge", "Hosts", "hosts_of", "request_key"]

_EXPOSED = (
    "ETag, Link, Location, Content-Language, Content-Disposition, Retry-After, RateLimit, RateLimit-Policy, "
    "Age, Cache-Status, Deprecation, Sunset, Idempotent-Replayed"
)
_ALLOWED = (
    "Authorization, Content-Type, Accept-Language, Idempotency-Key, If-Match, If-None-Match, "
    "X-Meilisearch-Client, traceparent"
)
CORS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", _EXPOSED.encode()),
]
_PREFLIGHT: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    (b"access-control-allow-headers", _ALLOWED.encode()),
    (b"access-control-max-age", b"86400"),
]
PANEL = "/v1/regions/{region}/panel"
_AGES = [(b"age", str(seconds).encode()) for seconds in range(301)]
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_OPEN_TO_ALL = ("/healthz", "/readyz")


def request_key(scope: Scope) -> Key:
    """Return what a request for a panel looks like, as far as it decides the answer."""
    # Of a header sent twice the first counts, here as everywhere: what decides must be what is remembered.
    language = encoding = None
    for name, value in scope["headers"]:
        if name == b"accept-encoding" and encoding is None:
            encoding = value
        elif name == b"accept-language" and language is None:
            language = value
    query = scope["query_string"]
    by_query = asked_language(query) is not None
    packed = encoding is not None and accepts_gzip(encoding.decode("latin-1"))
    return scope["raw_path"].split(b"?")[0], query, b"" if by_query or language is None else language, packed


class Edge:
    """Answers warm panels; sets CORS on /v1 and answers its preflights; hands everything else on."""

    def __init__(
        self, app: ASGIApp, *, warm: WarmPanels, metrics: Metrics, hosts: Container[bytes], lines: Lines
    ) -> None:
        self.app = app
        self._warm = warm
        self._hosts = hosts
        self._lines = lines
        self._counts = {s: metrics.requests.labels("GET", PANEL, s) for s in (200, 304)}
        self._seconds = metrics.seconds.labels("GET", PANEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self.app(scope, receive, send)
            return
        if scope["method"] == "GET" and scope["path"].endswith("/panel"):
            started = time.perf_counter()
            warm = self._warm.at(request_key(scope))
            if warm is not None and await self._answer(scope, send, warm, started):
                return
        elif scope["method"] == "OPTIONS" and _header(scope, b"access-control-request-method"):
            await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
            await send({"type": "http.response.body", "body": b""})
            return

        async def shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *CORS]
            await send(message)

        await self.app(scope, receive, shared)

    async def _answer(self, scope: Scope, send: Send, warm: Warm, started: float) -> bool:
        host = none = trace = None
        for name, value in scope["headers"]:
            if name == b"host" and host is None:
                host = value
            elif name == b"if-none-match":
                none = value.decode("latin-1")
            elif name == b"traceparent":
                trace = value.decode("latin-1")
        if host not in self._hosts:
            return False
        age = _AGES[min(self._warm.age(warm), 300)]
        if none is not None and none_match(none, warm.etag):
            status, headers, body = 304, warm.headers_304, b""
        else:
            status, headers, body = 200, warm.headers, warm.body
        await send({"type": "http.response.start", "status": status, "headers": [age, *headers]})
        await send({"type": "http.response.body", "body": body})
        seconds = time.perf_counter() - started
        self._counts[status].inc()
        self._seconds.observe(seconds)
        self._lines.add(status, seconds, trace_id(trace))
        return True


class Hosts:
    """Refuses requests for another host: an address we would have to trust the caller for."""

    def __init__(self, app: ASGIApp, *, hosts: Container[bytes], catalog: Catalog) -> None:
        self.app = app
        self._hosts = hosts
        self._catalog = catalog

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http" and scope["path"] not in _OPEN_TO_ALL:
            host = _header(scope, b"host") or b""
            if host.lower() not in self._hosts:
                refusal = problem_response(Request(scope), Problem(421, "misdirected"), self._catalog)
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)


def hosts_of(base_url: str) -> frozenset[bytes]:
    """Return the Host headers that name the public address; on loopback all of its names do."""
    parts = urlsplit(base_url)
    name = (parts.hostname or "").lower()
    name = f"[{name}]" if ":" in name else name
    names = _LOOPBACK if name in _LOOPBACK else (name,)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = parts.port or usual
    found = {f"{one}:{port}" for one in names} | (set(names) if port == usual else set())
    return frozenset(one.encode() for one in found)


def _header(scope: Scope, wanted: bytes) -> bytes | None:
    return next((value for name, value in scope["headers"] if name == wanted), None)
