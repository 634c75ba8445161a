"""Which engine answers: the configured one, or PostgreSQL while it cannot."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from practices.domain import Query

from .port import EngineUnavailable, Result, SearchIndex

__all__ = ["Answer", "Failover"]

log = structlog.get_logger()


@dataclass(frozen=True)
class Answer:
    """A result, and who gave it; `degraded` when it was not the engine that should have."""

    result: Result
    engine: str
    degraded: bool


class Failover:
    """Asks the first engine; after a failure leaves it alone for a while, so that it slows no request."""

    def __init__(
        self,
        primary: SearchIndex,
        fallback: SearchIndex | None = None,
        *,
        pause: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._primary = primary
        self._fallback = fallback
        self._pause = pause
        self._clock = clock
        self._closed_until = float("-inf")
        self._failed = False

    async def search(self, query: Query) -> Answer:
        """Answer a query; raises EngineUnavailable when no engine can."""
        if self._fallback is None:
            return Answer(await self._primary.search(query), self._primary.name, degraded=False)
        if self._clock() >= self._closed_until:
            if self._failed:  # one request tries whether it is back; the others are not kept waiting
                self._closed_until = self._clock() + self._pause
            try:
                result = await self._primary.search(query)
                self._closed_until, self._failed = float("-inf"), False
                return Answer(result, self._primary.name, degraded=False)
            except EngineUnavailable as error:
                self._failed = True
                self._closed_until = self._clock() + self._pause
                log.warning("search engine does not answer", engine=self._primary.name, error=str(error))
        return Answer(await self._fallback.search(query), self._fallback.name, degraded=True)
