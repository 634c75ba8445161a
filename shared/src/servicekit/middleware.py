"""Pure ASGI middleware: trace id, language, log line, body limit, entity tags, %2F inside a segment."""

import re
import secrets
import time
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl, unquote

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .catalog import Catalog
from .i18n import Languages
from .metrics import Metrics
from .problems import Problem, problem_response

__all__ = ["BODY_LIMIT", "BodyLimit", "Conditional", "Context", "etag_of", "none_match", "trace_id"]

log = structlog.get_logger()

_TRACEPARENT = re.compile(r"^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$")
_SLASH = re.compile(rb"%2f", re.IGNORECASE)
BODY_LIMIT = 64 * 1024
UNMATCHED = "(unmatched)"


class Context:
    """Gives a request its trace id and language, writes its log line, and turns a bug into a plain 500."""

    def __init__(self, app: ASGIApp, *, languages: Languages, catalog: Catalog, metrics: Metrics) -> None:
        self.app = app
        self.languages = languages
        self.catalog = catalog
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        state = scope.setdefault("state", {})
        asked = _asked_language(scope["query_string"])
        state["trace_id"] = trace_id(headers.get("traceparent"))
        state["lang"] = self.languages.negotiate(asked, headers.get("accept-language"))
        _keep_slashes(scope)
        started, status = time.perf_counter(), 0

        async def labelled(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                answer = MutableHeaders(scope=message)
                answer.setdefault("Content-Language", state["lang"])
                if asked is None:
                    answer.add_vary_header("Accept-Language")
            await send(message)

        try:
            await self.app(scope, receive, labelled)
        except Exception:
            # A bug of ours: the log has the trace, the caller a document without it. Cancellation passes.
            log.exception("request failed", trace_id=state["trace_id"], route=_route(scope))
            if status:
                raise
            response = problem_response(Request(scope), Problem(500, "internal_error"), self.catalog)
            await response(scope, receive, labelled)
        finally:
            seconds = time.perf_counter() - started
            self.metrics.observe(scope["method"], _route(scope), status, seconds)
            log.info(
                "request", method=scope["method"], route=_route(scope), status=status,
                ms=round(seconds * 1000, 2), trace_id=state["trace_id"],
            )  # fmt: skip


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", UNMATCHED)


def trace_id(traceparent: str | None) -> str:
    """Return the trace a W3C `traceparent` header continues, or a new one's id."""
    found = _TRACEPARENT.match(traceparent or "")
    return found.group(1) if found else secrets.token_hex(16)


def _asked_language(query_string: bytes) -> str | None:
    # Names may be percent-encoded, too (`%6cang`): whoever reads them must read them alike.
    if b"lang" not in query_string and b"%" not in query_string:
        return None
    pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
    return next((value for name, value in pairs if name == "lang"), None)


def _keep_slashes(scope: Scope) -> None:
    # Servers decode %2F before routing, which would split one segment in two: decode all but that.
    raw: bytes = scope.get("raw_path", b"").split(b"?")[0]
    if _SLASH.search(raw):
        scope["path"] = unquote(_SLASH.sub(b"%252F", raw).decode("ascii", "replace"))


class BodyLimit:
    """Answers 413 before more than the limit is read; limits are (path pattern, bytes), first match first."""

    def __init__(self, app: ASGIApp, *, catalog: Catalog, limits: Sequence[tuple[str, int]] = ()) -> None:
        self.app = app
        self.catalog = catalog
        self.limits = [(re.compile(pattern), limit) for pattern, limit in limits]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body up to the limit and hand it on whole."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        limit = next((n for p, n in self.limits if p.fullmatch(scope["path"])), BODY_LIMIT)
        declared = Headers(scope=scope).get("content-length", "0")
        chunks: list[bytes] = []
        size, more = 0, True
        too_large = declared.isdigit() and (len(declared) > 15 or int(declared) > limit)
        while more and not too_large:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            chunks.append(message.get("body", b""))
            size, more = size + len(chunks[-1]), message.get("more_body", False)
            too_large = size > limit
        if too_large:
            problem = Problem(413, "body_too_large", {"max": limit}, headers={"Connection": "close"})
            await problem_response(Request(scope), problem, self.catalog)(scope, receive, send)
            return
        body: list[Message] = [{"type": "http.request", "body": b"".join(chunks), "more_body": False}]

        async def replay() -> Message:
            return body.pop() if body else await receive()

        await self.app(scope, replay, send)


def etag_of(*parts: bytes) -> str:
    """Return the strong entity tag of some bytes."""
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return f'"{digest.hexdigest()}"'


def none_match(if_none_match: str | None, etag: str) -> bool:
    """Tell whether the reader's copy is still good (RFC 9110 compares weakly here)."""
    if not if_none_match:
        return False
    known = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in known or "*" in known


class Conditional:
    """Tags answers to reads, answers 304 to a reader that has them, and HEAD as GET without a body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold a read's answer back until its tag is known."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        start: dict[str, Any] = {}
        chunks: list[bytes] = []
        head = scope["method"] == "HEAD"
        inner = {**scope, "method": "GET"} if head else scope

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            chunks.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body = b"".join(chunks)
            if start["status"] == 200:
                body = _tagged(start, body, Headers(scope=scope).get("if-none-match"))
            await send(start)
            await send({"type": "http.response.body", "body": b"" if head else body})

        await self.app(inner, receive, hold)
        scope["route"] = inner.get("route")


def _tagged(start: dict[str, Any], body: bytes, if_none_match: str | None) -> bytes:
    headers = MutableHeaders(scope=start)
    headers.setdefault("ETag", etag_of(body))
    if not none_match(if_none_match, headers["ETag"]):
        return body
    start["status"] = 304
    for name in ("Content-Length", "Content-Type"):
        del headers[name]
    return b""
