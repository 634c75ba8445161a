"""The owners the gateway calls: pooled connections, explicit timeouts, one exception."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

import aiohttp
from yarl import URL

__all__ = [
    "TRACE",
    "Answer",
    "Breaker",
    "Reason",
    "Upstream",
    "UpstreamError",
    "open_session",
    "problem_code",
]

Reason = Literal["timeout", "unreachable", "unavailable", "resting", "unexpected"]
# The caller's W3C trace, set once for a request; the calls made for it carry it on.
TRACE: ContextVar[str | None] = ContextVar("traceparent", default=None)
# A region with everything in seven languages is some tens of kilobytes: more than this is no answer of ours.
MAX_ANSWER = 32 * 1024 * 1024
# Above what a door of ours lets in as an address, which owners give back in Location and, encoded, in Link.
LONGEST_HEADER = 128 * 1024
AWAY = (502, 503, 504)
IDLE = 60.0  # seconds: less than the 75 after which servicekit.server closes an idle connection


class UpstreamError(Exception):
    """An owner gave no usable answer; `reason` is a code, the words come from the catalogue."""

    def __init__(self, upstream: str, reason: Reason) -> None:
        super().__init__(f"{upstream}: {reason}")
        self.upstream = upstream
        self.reason: Reason = reason


def problem_code(error: UpstreamError) -> str:
    """Return the code of the problem that tells a reader of the error."""
    return "upstream_timeout" if error.reason == "timeout" else "upstream_unavailable"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an owner answered; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Breaker:
    """Lets an owner that is away rest, then tries it with one call at a time.

    Only what says that the owner is away counts: any answer shows that it is there, however bad, or one
    caller whose input breaks an answer could switch it off for all.
    """

    def __init__(
        self, *, threshold: int = 5, rest: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._threshold, self._rest, self._clock = threshold, rest, clock
        self._failures = 0
        self._closed_at = 0.0

    def allows(self) -> bool:
        """Tell whether a call may be made; while resting only one call per rest period may."""
        if self._failures < self._threshold:
            return True
        if self._clock() < self._closed_at:
            return False
        self._closed_at = self._clock() + self._rest
        return True

    def succeed(self) -> None:
        """Take note of an answer."""
        self._failures = 0

    def fail(self) -> None:
        """Take note of a failure."""
        self._failures += 1
        if self._failures >= self._threshold:
            self._closed_at = self._clock() + self._rest


@asynccontextmanager
async def open_session(*, connect: float, read: float, pool: int) -> AsyncIterator[aiohttp.ClientSession]:
    """Open the pool all owners share.

    Owners are asked for identity: the gateway compresses once, and a compressed answer in pieces is slow.
    Idle connections are let go before the owners' servers close them, which could be under a write.
    """
    timeout = aiohttp.ClientTimeout(total=None, connect=connect * 2, sock_connect=connect, sock_read=read)
    connector = aiohttp.TCPConnector(limit=0, limit_per_host=pool, keepalive_timeout=IDLE)
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        headers={"Accept-Encoding": "identity", "User-Agent": "regin-gateway"},
        skip_auto_headers=("Accept", "Content-Type"),
        cookie_jar=aiohttp.DummyCookieJar(),
        max_line_size=LONGEST_HEADER,
        max_field_size=LONGEST_HEADER,
    ) as session:
        yield session


class Upstream:
    """One owner at its address."""

    def __init__(
        self, name: str, base_url: str, session: aiohttp.ClientSession, *, write_timeout: float
    ) -> None:
        self.name = name
        self._for_writes = _waiting(session.timeout, write_timeout)
        self._base = base_url.rstrip("/")
        self._session = session
        self._breaker = Breaker()

    async def get(self, target: str, headers: Mapping[str, str]) -> Answer:
        """Read `target`, a raw path with its query; raises UpstreamError when there is no usable answer."""
        if not self._breaker.allows():
            raise UpstreamError(self.name, "resting")
        return await self._call("GET", target, headers, None, self._session.timeout)

    async def send(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        wait: float | None = None,
    ) -> Answer:
        """Send a holder's call once: it is never tried again here, for the caller holds its key.

        It does not ask the breaker: a holder's submission is worth the attempt. `wait` is how many seconds
        the answer may take, when it is not the usual number. Raises UpstreamError.
        """
        timeout = self._session.timeout if method == "GET" else self._for_writes
        if wait is not None:
            timeout = _waiting(timeout, wait)
        return await self._call(method, target, headers, body, timeout)

    async def _call(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - it bounds connecting and reading apart
    ) -> Answer:
        url = URL(self._base + target, encoded=True)
        trace = TRACE.get()
        sent = {**headers, "traceparent": trace} if trace else headers
        data = None if body is None else BytesIO(body)
        try:
            async with self._session.request(
                method, url, headers=sent, data=data, allow_redirects=False, timeout=timeout
            ) as response:
                content = await self._content(response)
        except TimeoutError as error:
            self._breaker.fail()
            raise UpstreamError(self.name, "timeout") from error
        except (aiohttp.ClientConnectionError, OSError, asyncio.IncompleteReadError) as error:
            self._breaker.fail()
            raise UpstreamError(self.name, "unreachable") from error
        except aiohttp.ClientError as error:  # an answer that cannot be read
            self._breaker.succeed()
            raise UpstreamError(self.name, "unexpected") from error
        if response.status in AWAY:
            self._breaker.fail()
            raise UpstreamError(self.name, "unavailable")
        self._breaker.succeed()
        if response.status >= 500:
            raise UpstreamError(self.name, "unexpected")
        return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, content)

    async def _content(self, response: aiohttp.ClientResponse) -> bytes:
        if (response.content_length or 0) > MAX_ANSWER:
            raise UpstreamError(self.name, "unexpected")
        # An answer in pieces does not say its length: it is counted while it comes.
        chunks, size = [], 0
        async for chunk in response.content.iter_any():
            chunks.append(chunk)
            size += len(chunk)
            if size > MAX_ANSWER:
                raise UpstreamError(self.name, "unexpected")
        return b"".join(chunks)


def _waiting(timeout: aiohttp.ClientTimeout, read: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=None, connect=timeout.connect, sock_connect=timeout.sock_connect, sock_read=read
    )
