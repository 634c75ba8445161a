"""`python -m practices.worker`: keeps the search indexes and the regions in step.

Metrics and health are on one port. SIGTERM lets the batch in hand end, so that nothing waits for a lease.
A task that fails by a bug ends the worker, loudly: whoever runs it starts it again.
"""

import asyncio
import contextlib
import signal
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import httpx
import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from servicekit.auth import ServiceTokens
from servicekit.database import Database, is_outage
from servicekit.i18n import Languages
from servicekit.logs import configure
from servicekit.reader import FeedReader

from .codes import Codes
from .engines import engines
from .follower import RegionFollower
from .outbox import TARGETS, Outbox, outages_waited_out
from .relay import Relay
from .search import EngineUnavailable
from .settings import Settings
from .source import Source

__all__ = ["Worker", "main"]

log = structlog.get_logger()

IDLE = 0.2  # seconds between two looks into an empty outbox
CHECK = 15.0  # seconds between two looks whether the index is there at all
LONGEST_PAUSE = 5.0
ALIVE = 30.0  # seconds a loop may be silent before the worker counts as ill


@dataclass
class Health:
    """What the worker says of itself."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    beats: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the metrics."""
        labels, registry = ["index"], self.registry
        self.indexed = Counter("practices_indexed", "Keys brought to an index", labels, registry=registry)
        self.away = Counter("practices_engine_away", "Tries that found no engine", labels, registry=registry)
        self.waiting = Gauge(
            "practices_outbox_waiting", "Rows not yet in the index", labels, registry=registry
        )
        self.parked = Gauge("practices_outbox_parked", "Rows given up", labels, registry=registry)
        self.age = Gauge("practices_outbox_age_seconds", "Age of the oldest row", labels, registry=registry)

    def beat(self, loop: str) -> None:
        """Take note that a loop is alive."""
        self.beats[loop] = time.monotonic()

    @property
    def well(self) -> bool:
        """Tell whether every loop has been heard of lately."""
        return bool(self.beats) and all(time.monotonic() - beat < ALIVE for beat in self.beats.values())


class Worker:
    """One relay for each configured index, and the follower of scoring's regions."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = asyncio.Event()
        self._follower: RegionFollower | None = None
        self.health = Health()

    def stop(self) -> None:
        """End after the batch in hand."""
        self._stop.set()

    async def run(self) -> None:
        """Work until stopped; raises an ExceptionGroup when a task fails."""
        settings = self._settings
        async with AsyncExitStack() as stack:
            database = Database(settings.database_url.get_secret_value(), pool_size=settings.database_pool)
            stack.push_async_callback(database.dispose)
            await self._serve_health(stack)
            languages = Languages.load(settings.data_dir)
            source = Source(database.sessions, Codes.load(settings.data_dir, languages.known))
            outbox = Outbox(database.sessions)
            _, indexes = await engines(settings, database, languages, stack)
            unused = [target for target in TARGETS if target not in {index.name for index in indexes}]
            async with asyncio.TaskGroup() as group:
                following = group.create_task(self._follow(database))
                group.create_task(self._watch(outbox, unused))
                for index in indexes:
                    group.create_task(self._relay(Relay(index, outbox, source)))
                await self._stop.wait()
                following.cancel()

    async def _relay(self, relay: Relay) -> None:
        name, checked, pause = relay.index.name, float("-inf"), IDLE
        while not self._stop.is_set():
            self.health.beat(name)
            try:
                if time.monotonic() - checked > CHECK:
                    await relay.ensure()
                    checked = time.monotonic()
                done = await relay.step()
                self.health.indexed.labels(name).inc(done)
                pause = IDLE
                if done:
                    continue
            except Exception as error:
                if not (isinstance(error, EngineUnavailable) or is_outage(error)):
                    raise
                self.health.away.labels(name).inc()
                log.warning(
                    "index not reachable", index=name, error=type(error).__name__, detail=str(error)[:200]
                )
                pause, checked = min(pause * 2, LONGEST_PAUSE), float("-inf")
            await self._wait(pause)

    async def _watch(self, outbox: Outbox, unused: list[str]) -> None:
        while not self._stop.is_set():
            with outages_waited_out():
                for target in unused:
                    await outbox.forget(target)
                for target, backlog in (await outbox.backlog()).items():
                    self.health.waiting.labels(target).set(backlog.waiting)
                    self.health.parked.labels(target).set(backlog.parked)
                    self.health.age.labels(target).set(backlog.age)
            await self._wait(2)

    async def _follow(self, database: Database) -> None:
        settings = self._settings
        tokens = ServiceTokens("practices", settings.service_key_file, settings.service_jwks_file)
        async with httpx.AsyncClient(timeout=5) as client:
            self._follower = follower = RegionFollower(
                database.sessions, client=client, url=settings.scoring_url, tokens=tokens
            )
            reader = FeedReader(owner="scoring", url=settings.scoring_url, tokens=tokens, handler=follower)
            while True:
                try:
                    await reader.run()
                except Exception as error:
                    if not is_outage(error):
                        raise
                    log.warning("database not reachable", error=type(error).__name__)
                    await asyncio.sleep(1)

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    async def _serve_health(self, stack: AsyncExitStack) -> None:
        if self._settings.metrics_port is None:
            return
        app = web.Application()
        app.add_routes([
            web.get("/metrics", self._metrics),
            web.get("/healthz", self._healthz),
            web.get("/readyz", self._readyz),
        ])  # fmt: skip
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, self._settings.host, self._settings.metrics_port).start()

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self.health.registry), content_type="text/plain")

    async def _healthz(self, _request: web.Request) -> web.Response:
        return _status(self.health.well)

    async def _readyz(self, _request: web.Request) -> web.Response:
        # Without the regions' names the indexes are not what a reader should search.
        return _status(self.health.well and self._follower is not None and self._follower.has_read)


def _status(well: bool) -> web.Response:
    return web.json_response({"status": "ok" if well else "ill"}, status=200 if well else 503)


async def main(settings: Settings) -> int:
    """Run a worker until SIGTERM or SIGINT; return its exit code."""
    worker = Worker(settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    try:
        await worker.run()
    except ExceptionGroup as failed:
        log.exception("worker ended", errors=[repr(error)[:200] for error in failed.exceptions])
        return 1
    return 0


if __name__ == "__main__":
    own = Settings()
    configure(own.log_level)
    sys.exit(asyncio.run(main(own)))
