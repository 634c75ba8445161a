"""The start of the whole platform on one machine, in order, with progress shown."""

import asyncio
import contextlib
import datetime as dt
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial

from . import databases, jobs, keys, leftovers, readiness, search, services
from .errors import LaunchError
from .postgres import PostgresServer
from .processes import spawn
from .search import SearchEngine
from .services import PORT_SETTINGS, STOP_ORDER, Platform
from .settings import ROOT, LaunchSettings, check_free
from .supervisor import Child, Supervisor

STOP_SECONDS = 12.0
"""How long a group of processes gets to end; a service lets open requests finish for ten."""
PORT_PATIENCE = 5.0
"""Seconds to wait for a port that a process of an earlier run may still hold."""


class Launcher:
    """One run of the platform: `run` starts it, keeps it alive and stops it."""

    def __init__(self, settings: LaunchSettings) -> None:
        self.settings = settings
        self.began = time.monotonic()
        self.hurry = asyncio.Event()
        facts = {"launcher": os.getpid(), "base_url": self._address("PORT")}
        self.supervisor = Supervisor(settings.data / "run.json", self.say, facts)
        self.postgres = PostgresServer(
            settings.data / "postgres",
            settings.ports["POSTGRES_PORT"],
            settings.logs / "postgres.log",
            {"max_connections": "200"},
        )

    def say(self, line: str) -> None:
        """Tell the person at the terminal, with the seconds since the start."""
        with contextlib.suppress(OSError):  # the terminal may be gone, and the platform stays
            print(f"[{time.monotonic() - self.began:6.1f} s] {line}", flush=True)

    def _address(self, setting: str) -> str:
        host = self.settings.host if setting == "PORT" else "127.0.0.1"
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared, not bound
        return f"http://{host}:{self.settings.ports[setting]}"

    async def run(self) -> None:
        """Run until a signal comes; raise LaunchError when the start cannot go on."""
        stopping = asyncio.Event()

        def stop() -> None:
            (self.hurry if stopping.is_set() else stopping).set()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        with self._only_one():
            work = asyncio.create_task(self._work())
            signalled = asyncio.create_task(stopping.wait())
            try:
                await asyncio.wait({work, signalled}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                work.cancel()
                signalled.cancel()
                outcome, _ = await asyncio.gather(work, signalled, return_exceptions=True)
                await self._stop()
            if isinstance(outcome, Exception):
                raise outcome

    @contextlib.contextmanager
    def _only_one(self) -> Iterator[None]:
        data = self.settings.data
        data.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            data.chmod(0o711)  # the database's own account must pass; secrets inside are closed
        self.settings.logs.mkdir(exist_ok=True)
        self.settings.logs.chmod(0o700)  # what went wrong may name what people did
        with (data / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LaunchError(self._already_running()) from None
            yield

    def _already_running(self) -> str:
        where = ""
        with contextlib.suppress(OSError, ValueError, KeyError):
            status = json.loads((self.settings.data / "run.json").read_text(encoding="utf-8"))
            where = f" (process {status['launcher']}, {status['base_url']})"
        return (
            f"The platform is already running from {self.settings.data}{where}. Stop it with Ctrl-C "
            "there, or run a second one with another DATA folder and other ports."
        )

    async def _work(self) -> None:
        """Bring everything up and look after it; raise the first LaunchError of either."""
        engine = self._prepare()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.supervisor.watch())
                group.create_task(self._bring_up(engine))
        except* LaunchError as errors:
            raise first(errors) from None

    def _prepare(self) -> SearchEngine:
        settings = self.settings
        marks = (str(settings.data), *(f"-m {module}" for module in services.MODULES.values()))
        left = leftovers.wait(settings.data / "run.json", marks)
        if left:
            self.say(f"{left} processes of a run that was killed have ended")
        self.keys = keys.ensure(settings.secrets)
        engine = search.choose(settings, os.environ.get("PATH"))
        for name, port in settings.ports.items():
            if name != "MEILI_PORT" or engine.program:
                host = settings.host if name == "PORT" else "127.0.0.1"
                check_free(host, name, port, patience=PORT_PATIENCE if left else 0)
        self.say(f"search engine: {engine.told}")
        self.postgres.prepare(self.say)
        return engine

    async def _bring_up(self, engine: SearchEngine) -> None:
        if engine.program:
            self.supervisor.add(self._meilisearch(engine))
        self.supervisor.add(self._postgres())
        await self.postgres.wait_until_ready(self.say, patient=True)
        passwords = databases.role_passwords(self.settings.secrets / "roles.json")
        new = await databases.ensure(self.postgres, passwords)
        self.say("PostgreSQL is ready" + (f", databases made: {', '.join(new)}" if new else ""))
        addresses = {
            service: databases.addresses(self.postgres, passwords, service) for service in databases.SERVICES
        }
        platform = Platform(self.settings, addresses, engine, self.keys)
        async with asyncio.TaskGroup() as group:
            for service in databases.SERVICES:
                group.create_task(self._serve(platform, service))
        self.supervisor.add(self._service(platform, "worker"), self._service(platform, "gateway"))
        await self._wait_until_ready()

    async def _serve(self, platform: Platform, service: str) -> None:
        """Migrate, load and start one service; what is done already is left out."""
        run = partial(jobs.run, env=platform.owner_environment(service), notice=self.say)
        logs, python = self.settings.logs, sys.executable
        if not await jobs.schema_is_current(self.postgres.dsn(service), service):
            await run(
                f"migrating {service}",
                [python, "-m", "servicekit.migrations", f"services/{service}", "upgrade"],
                log_file=logs / f"migrate-{service}.log",
            )
        data = jobs.data_digest(service, f"demo={self.settings.demo}" if service == "scoring" else "")
        if await databases.loaded(self.postgres, service) != data:
            await run(
                f"loading {service}", [python, "-m", f"{service}.load"], log_file=logs / f"load-{service}.log"
            )
            await databases.note_loaded(self.postgres, service, data)
        self.supervisor.add(self._service(platform, service))

    async def _wait_until_ready(self) -> None:
        self.say("waiting until all services are ready")
        urls = {name: f"{self._address(port)}/readyz" for name, port in PORT_SETTINGS.items()}
        await readiness.wait_for(urls, self.say)
        # A ready worker has read all regions, and what it took from them waits for the index.
        loaded = dt.datetime.now(dt.UTC)
        practices = f"{self._address('PRACTICES_PORT')}/v1/practices?per_page=1"
        await readiness.wait_for_index(practices, loaded, self.say)
        self.supervisor.mark_ready()
        self.say("ready\n" + self._welcome())

    def _welcome(self) -> str:
        base = self._address("PORT")
        names = {**PORT_SETTINGS, "PostgreSQL": "POSTGRES_PORT"}
        lines = [f"  {name:<10} 127.0.0.1:{self.settings.ports[port]}" for name, port in names.items()]
        return "\n".join([
            "",
            *lines,
            f"  data       {self.settings.data}  (logs in logs/; Ctrl-C stops everything)",
            "",
            "Try:",
            f"  curl '{base}/v1/regions/catalonia/panel'",
            f"  curl '{base}/v1/practices?country=ES&country=IT&policy_area=education&facets=country,role'",
            f"  curl '{base}/v1/surveys/integration-practice?lang=pt'",
            "  make token ROLE=reviewer SUBJECT=anna    (what a call for people in a role is sent with)",
            "",
        ])  # fmt: skip

    async def _stop(self) -> None:
        if self.supervisor.children:
            self.say("stopping")
            await self.supervisor.stop(STOP_ORDER, STOP_SECONDS, self.hurry)
            self.say("stopped")

    def _postgres(self) -> Child:
        return Child(
            "postgres",
            self.postgres.start,
            self.postgres.log_file,
            port=self.postgres.port,
            stop_signal=signal.SIGINT,
            back=partial(self.postgres.wait_until_ready, self.say, patient=True),
        )

    def _meilisearch(self, engine: SearchEngine) -> Child:
        home = self.settings.data / "meilisearch"
        home.mkdir(mode=0o700, exist_ok=True)
        env = {**os.environ, **search.server_environment(engine, self.settings)}
        return self._child("meilisearch", [engine.program or ""], env, "MEILI_PORT", "/health")

    def _service(self, platform: Platform, name: str) -> Child:
        env = platform.environment(name)
        return self._child(name, services.command(name), env, PORT_SETTINGS[name], "/readyz")

    def _child(self, name: str, command: list[str], env: dict[str, str], setting: str, path: str) -> Child:
        log_file = self.settings.logs / f"{name}.log"

        def start() -> "subprocess.Popen[bytes]":
            with log_file.open("ab") as log:
                return spawn(command, env=env, log=log, cwd=ROOT)

        urls = {name: self._address(setting) + path}
        return Child(
            name, start, log_file, port=self.settings.ports[setting], back=partial(readiness.wait_for, urls)
        )


def first(group: BaseExceptionGroup[LaunchError]) -> LaunchError:
    """Return the first error of a group, however deep it stands."""
    error = group.exceptions[0]
    return first(error) if isinstance(error, BaseExceptionGroup) else error
