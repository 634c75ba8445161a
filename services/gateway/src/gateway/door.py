"""The very door: addresses that are refused before anything reads them, and bodies nobody asked for."""

import time

import structlog
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from servicekit.catalog import Catalog
from servicekit.i18n import Languages
from servicekit.metrics import Metrics
from servicekit.middleware import UNMATCHED, trace_id
from servicekit.problems import Problem, problem_response

from .edge import CORS
from .query import asked_language, has_control

__all__ = ["LONGEST_ADDRESS", "Door"]

log = structlog.get_logger()

LONGEST_ADDRESS = 8 * 1024  # bytes of path and query
_WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")


class Door:
    """Refuses addresses that are too long or name what cannot be; lets go who sends a body with a read."""

    def __init__(self, app: ASGIApp, *, languages: Languages, catalog: Catalog, metrics: Metrics) -> None:
        self.app = app
        self._languages = languages
        self._catalog = catalog
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        send = _closing(send) if _has_needless_body(scope) else send
        problem = _refusal(scope)
        if problem is None:
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), problem.status_code
        request = self._known(scope)
        response = problem_response(request, problem, self._catalog)
        if scope["path"].startswith("/v1/"):
            response.raw_headers.extend(CORS)
        await response(scope, receive, send)
        seconds = time.perf_counter() - started
        self._metrics.observe(scope["method"], UNMATCHED, status, seconds)
        log.info(
            "request", method=scope["method"], route=UNMATCHED, status=status,
            ms=round(seconds * 1000, 2), trace_id=request.state.trace_id,
        )  # fmt: skip

    def _known(self, scope: Scope) -> Request:
        headers, state = Headers(scope=scope), scope.setdefault("state", {})
        asked = asked_language(scope["query_string"][:LONGEST_ADDRESS])
        state["lang"] = self._languages.negotiate(asked, headers.get("accept-language"))
        state["trace_id"] = trace_id(headers.get("traceparent"))
        return Request(scope)


def _refusal(scope: Scope) -> Problem | None:
    path: bytes = scope["raw_path"].split(b"?")[0]
    query: bytes = scope["query_string"]
    if len(path) + len(query) + bool(query) > LONGEST_ADDRESS:
        return Problem(414, "uri_too_long", {"max": LONGEST_ADDRESS}, headers={"Connection": "close"})
    # Nothing has such an address, and databases do not take them all: nobody needs to be asked.
    if scope["path"].startswith("/v1/") and has_control(scope["path"]):
        return Problem(404, "not_found")
    return None


def _has_needless_body(scope: Scope) -> bool:
    if scope["method"] not in _WITHOUT_BODY:
        return False
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0"))
        for name, value in scope["headers"]
    )


def _closing(send: Send) -> Send:
    # The body is not read: the connection ends with the answer, or the rest of it would come all the same.
    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
        await send(message)

    return closing
