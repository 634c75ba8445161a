"""A private Meilisearch for tests: on a free port, with a key and a folder of its own.

- `meilisearch_server`: the server's `.url` and `.key`, for the whole session; the test is skipped, with a
  line that says why, where there is no `meilisearch` program on the PATH.
"""

import os
import secrets
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.postgres import free_port

START_SECONDS = 20


@dataclass(frozen=True)
class Server:
    """Where a private engine listens, and its key; `process` is ours to stop."""

    url: str
    key: str
    process: subprocess.Popen

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def start(folder: Path) -> Server:
    """Start an engine and wait until it answers."""
    program = shutil.which("meilisearch")
    if program is None:
        pytest.skip("no 'meilisearch' program on the PATH: tests of that engine are left out")
    key, url = secrets.token_urlsafe(24), f"127.0.0.1:{free_port()}"
    command = [
        program, "--http-addr", url, "--no-analytics", "--env", "development", "--log-level", "ERROR",
        "--db-path", str(folder / "data"), "--dump-dir", str(folder / "dumps"),
        "--snapshot-dir", str(folder / "snapshots"),
    ]  # fmt: skip
    # The key is not in the command line, which every user of the machine can read.
    env = {**os.environ, "MEILI_MASTER_KEY": key}
    process = subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    server = Server(f"http://{url}", key, process)
    _wait(server)
    return server


def _wait(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{server.url}/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    server.stop()
    raise AssertionError(f"meilisearch did not answer within {START_SECONDS} s")


@pytest.fixture(scope="session")
def meilisearch_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = start(tmp_path_factory.mktemp("meilisearch"))
    yield server
    server.stop()
