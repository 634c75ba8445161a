"""Steps that end: migrations and loading, with their lines shown as they come."""

import asyncio
import hashlib
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import asyncpg

from .errors import LaunchError
from .postgres import tail
from .processes import spawn
from .settings import ROOT
from .supervisor import ended

REVISION = re.compile(r"""^revision(?::\s*str)?\s*=\s*["']([^"']+)["']""", re.MULTILINE)
Notice = Callable[[str], None]


async def run(
    name: str, command: Sequence[str], *, env: Mapping[str, str], log_file: Path, notice: Notice
) -> None:
    """Run a command to its end, telling what it prints; raise LaunchError when it fails."""
    began = time.monotonic()
    error_file = log_file.with_suffix(".err")
    with log_file.open("wb") as log, error_file.open("wb") as errors:
        process = spawn(command, env=env, log=log, errors=errors, cwd=ROOT)
    try:
        with log_file.open(encoding="utf-8", errors="replace") as lines:
            while process.poll() is None:
                _tell(name, lines.read(), notice)
                await asyncio.sleep(0.05)
            _tell(name, lines.read(), notice)
    finally:
        _end(process)
    if process.returncode != 0:
        raise LaunchError(f"{name} {ended(process.returncode)}:\n{tail(error_file)}")
    notice(f"{name}: done in {time.monotonic() - began:.1f} s")


def _tell(name: str, printed: str, notice: Notice) -> None:
    for line in printed.splitlines():
        if line.strip():
            notice(f"{name}: {line.strip()}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()


def newest_revision(service: str) -> str | None:
    """Return the revision a service's migrations lead to (they begin with their UTC date)."""
    versions = (ROOT / "services" / service / "migrations" / "versions").glob("*.py")
    found = (REVISION.search(file.read_text(encoding="utf-8")) for file in versions)
    return max((match[1] for match in found if match), default=None)


def data_digest(service: str, *settings: str) -> str:
    """Return a digest of everything that loading depends on: settings, the data, the code that reads it."""
    folders = (ROOT / "data", ROOT / "services" / service / "src", ROOT / "shared" / "src")
    digest = hashlib.sha256("\0".join(settings).encode())
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.suffix in (".json", ".py"):
                digest.update(f"{file.relative_to(ROOT)}\0".encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return f"loaded:{digest.hexdigest()}"


async def schema_is_current(dsn: str, service: str) -> bool:
    """Tell whether a database is at its newest revision, so that its migrations can be left out."""
    connection = await asyncpg.connect(dsn)
    try:
        applied = await connection.fetch("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return False
    finally:
        await connection.close()
    return [row["version_num"] for row in applied] == [newest_revision(service)]
