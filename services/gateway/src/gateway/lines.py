"""The log line of a warm panel: what servicekit's log writes for a request, at a fraction of its price.

A warm panel takes some tens of microseconds, and a structured log call as much again. The lines are put
together by hand and written a few at a time; a test holds them to the shape of the others.
"""

import asyncio
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime

__all__ = ["Lines"]

DELAY = 0.05  # seconds a line may wait for others


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


class Lines:
    """Log lines of requests for one route."""

    def __init__(self, *, route: str, level: str, write: Callable[[str], object] = _write) -> None:
        self._on = logging.getLevelNamesMapping()[level.upper()] <= logging.INFO
        self._head = f'{{"method": "GET", "route": "{route}", "status": '
        self._write = write
        self._waiting: list[str] = []

    def add(self, status: int, seconds: float, trace_id: str) -> None:
        """Write a line soon; `trace_id` holds nothing but hexadecimal digits."""
        if not self._on:
            return
        if not self._waiting:
            asyncio.get_running_loop().call_later(DELAY, self.flush)
        now = datetime.now(UTC).isoformat(timespec="microseconds")[:-6]
        self._waiting.append(
            f'{self._head}{status}, "ms": {round(seconds * 1000, 2)}, "trace_id": "{trace_id}", '
            f'"event": "request", "level": "info", "timestamp": "{now}Z"}}\n'
        )

    def flush(self) -> None:
        """Write what waits."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._write("".join(waiting))
