"""The whole platform, started as `make run` starts it, for end-to-end journeys.

`platform` is one for the session, on free ports, with its data in a temporary folder and PostgreSQL
as search engine. Journeys that kill processes leave it as they found it: `kill` waits until the
process is back.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.local.processes import wrap
from deploy.local.services import PORT_SETTINGS
from deploy.local.settings import PORTS, ROOT
from tests.support.postgres import free_port

START_SECONDS = 180
LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_ports() -> dict[str, str]:
    """Return a free port for each of the launcher's port settings."""
    ports: set[int] = set()
    while len(ports) < len(PORTS):
        ports.add(free_port())
    return dict(zip(PORTS, map(str, ports), strict=True))


def path_without(program: str) -> str:
    """Return the PATH without the folders that hold a program."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return os.pathsep.join(f for f in folders if not shutil.which(program, path=f))


def get(url: str) -> tuple[int, bytes]:
    """Return status and body of an address, status 0 when nothing answers."""
    try:
        with LOCAL.open(url, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
    except OSError:
        return 0, b""


def gone(pid: int) -> bool:
    """Tell whether a process has ended (a zombie has)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return True
    return stat.rsplit(")", 1)[1].split()[0] == "Z"


@dataclass
class Platform:
    """A launcher and what it started."""

    data: Path
    environment: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def base_url(self) -> str:
        """The gateway."""
        return f"http://127.0.0.1:{self.environment['PORT']}"

    def url(self, service: str) -> str:
        """The address of a service itself, for what never goes through the gateway."""
        return f"http://127.0.0.1:{self.environment[f'{service.upper()}_PORT']}"

    @property
    def output(self) -> str:
        """What the launcher has said so far."""
        return self._output_file.read_text(encoding="utf-8")

    @property
    def _output_file(self) -> Path:
        return self.data.with_name(f"{self.data.name}.output")

    @property
    def status(self) -> dict[str, Any]:
        """What `run.json` tells; empty when nothing runs."""
        try:
            found: dict[str, Any] = json.loads((self.data / "run.json").read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return found

    @property
    def pids(self) -> dict[str, int]:
        """Each child's process number."""
        return {name: child["pid"] for name, child in self.status["children"].items()}

    def launch(self) -> None:
        """Start the launcher and return at once; it ends with this test run whatever happens."""
        with self._output_file.open("wb") as output:
            self.process = subprocess.Popen(
                wrap([sys.executable, "-m", "deploy.local", "run"]),
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self) -> float:
        """Start the launcher, wait until the platform is ready, and return the seconds it took."""
        began = time.monotonic()
        self.launch()
        self.wait_until_ready()
        return time.monotonic() - began

    def wait_until_ready(self) -> None:
        """Wait until the launcher says so; fail with its words when it ends instead."""
        self.wait_for(lambda: self._is_ready, "the platform is ready")

    @property
    def _is_ready(self) -> bool:
        # A launcher that was killed leaves its file, in which it says of itself that it is ready.
        status = self.status
        assert self.process is not None
        return status.get("launcher") == self.process.pid and status["ready"]

    def wait_for(self, condition: Any, what: str, seconds: float = START_SECONDS) -> None:
        """Wait for a condition while the launcher lives."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process is not None
            assert self.process.poll() is None, f"the launcher ended:\n{self.output}"
            assert time.monotonic() < deadline, f"not in {seconds} s: {what}\n{self.output}"
            time.sleep(0.05)

    def kill(self, name: str, number: int = signal.SIGKILL, *, wait: bool = True) -> int:
        """Send a child a signal and return its old number; by default wait until it is back."""
        pid = self.pids[name]
        os.kill(pid, number)
        if wait:
            self.wait_for_return(name, pid)
        return pid

    def wait_for_return(self, name: str, pid: int) -> None:
        """Wait until a child runs under another number than this and everything is ready."""
        self.wait_for(lambda: self.pids[name] not in (None, pid), f"{name} is restarted", 60)
        self.wait_for(self.all_ready, f"all are ready after the death of {name}", 60)

    def all_ready(self) -> bool:
        """Ask every service and the worker whether it is ready."""
        ports = [self.environment[setting] for setting in PORT_SETTINGS.values()]
        return all(get(f"http://127.0.0.1:{port}/readyz")[0] == 200 for port in ports)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop the launcher and return its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)


def new_platform(folder: Path, **environment: str) -> Platform:
    """Return a platform that is not started yet, in a folder of its own and on free ports."""
    settings = {**free_ports(), "DATA": str(folder / "data"), "MEILI_URL": ""}
    settings["PATH"] = path_without("meilisearch")
    return Platform(folder / "data", {**settings, **environment})


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The platform, ready, with the real data loaded, on the search engine that `make run` would choose."""
    made = new_platform(tmp_path_factory.mktemp("platform"), PATH=os.environ["PATH"])
    made.start()
    yield made
    made.stop()
