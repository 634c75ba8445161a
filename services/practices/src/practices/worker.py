"""`python -m practices.worker`: keeps the search indexes and the regions in step.

Metrics and health are on one port. SIGTERM lets the batch in hand end, so that nothing waits for a lease.
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
from sqlalchemy.exc import DBAPIError

from servicekit.auth import ServiceTokens
from servicekit.database import Database
from servicekit.i18n import Languages
from servicekit.logs import configure
from servicekit.reader import FeedReader

from .codes import Codes
from .engines import engines
from .follower import RegionFollower
from .outbox import TARGETS, Outbox
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
        self.health = Health()

    def stop(self) -> None:
        """End after the batch in hand."""
        self._stop.set()

    async def run(self) -> None:
        """Work until stopped."""
        settings = self._settings
        async with AsyncExitStack() as stack:
            database = Database(settings.database_url.get_secret_value(), pool_size=settings.database_pool)
            stack.push_async_callback(database.dispose)
            await self._serve_health(stack)
            languages = Languages.load(settings.data_dir)
            source = Source(database.sessions, Codes.load(settings.data_dir, languages.known))
            outbox = Outbox(database.sessions)
            _, indexes = await engines(settings, database, languages, stack)
            following = asyncio.create_task(self._follow(database))
            loops = [self._relay(Relay(index, outbox, source)) for index in indexes]
            unused = [target for target in TARGETS if target not in {index.name for index in indexes}]
            try:
                await asyncio.gather(self._watch(outbox, unused), *loops)
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)

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
            except (EngineUnavailable, DBAPIError, OSError) as error:
                self.health.away.labels(name).inc()
                log.warning(
                    "index not reachable", index=name, error=type(error).__name__, detail=str(error)[:200]
                )
                pause, checked = min(pause * 2, LONGEST_PAUSE), float("-inf")
            await self._wait(pause)

    async def _watch(self, outbox: Outbox, unused: list[str]) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(DBAPIError, OSError):
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
            handler = RegionFollower(
                database.sessions, client=client, url=settings.scoring_url, tokens=tokens
            )
            reader = FeedReader(owner="scoring", url=settings.scoring_url, tokens=tokens, handler=handler)
            while True:
                try:
                    await reader.run()
                except DBAPIError as error:
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
            web.get("/readyz", self._healthz),
        ])  # fmt: skip
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, self._settings.host, self._settings.metrics_port).start()

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self.health.registry), content_type="text/plain")

    async def _healthz(self, _request: web.Request) -> web.Response:
        well = self.health.well
        return web.json_response({"status": "ok" if well else "ill"}, status=200 if well else 503)


async def main(settings: Settings) -> None:
    """Run a worker until SIGTERM or SIGINT."""
    worker = Worker(settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    await worker.run()


if __name__ == "__main__":
    own = Settings()
    configure(own.log_level)
    sys.exit(asyncio.run(main(own)))
