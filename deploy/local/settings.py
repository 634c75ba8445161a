"""What the launcher is told by its environment: ports, folder, search engine."""

import errno
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import LaunchError

ROOT = Path(__file__).resolve().parents[2]
ISSUER = "regin-local"
AUDIENCE = "regin"

PORTS: Mapping[str, int] = {
    "PORT": 8000,
    "SCORING_PORT": 8001,
    "PRACTICES_PORT": 8002,
    "SURVEY_PORT": 8003,
    "GATEWAY_METRICS_PORT": 9100,
    "SCORING_METRICS_PORT": 9101,
    "PRACTICES_METRICS_PORT": 9102,
    "SURVEY_METRICS_PORT": 9103,
    "WORKER_METRICS_PORT": 9104,
    # Below the range that systems take outgoing ports from, where a fixed port is sometimes taken.
    "POSTGRES_PORT": 15432,
    "MEILI_PORT": 17700,
}


@dataclass(frozen=True)
class LaunchSettings:
    """The launcher's settings, read once."""

    data: Path
    host: str
    ports: Mapping[str, int]
    public_base_url: str
    meili_url: str | None
    meili_key: str | None
    auth_issuer: str
    auth_audience: str
    demo: bool = True

    @property
    def logs(self) -> Path:
        """Where each child writes its log."""
        return self.data / "logs"

    @property
    def secrets(self) -> Path:
        """Where generated keys and passwords lie, closed to everybody else."""
        return self.data / "secrets"


def read(environment: Mapping[str, str]) -> LaunchSettings:
    """Read the settings; raise LaunchError that names the one that is no good."""
    ports = {name: _port(name, environment.get(name) or str(PORTS[name])) for name in PORTS}
    first_with: dict[int, str] = {}
    for name, port in ports.items():
        if first_with.setdefault(port, name) != name:
            raise LaunchError(f"{first_with[port]} and {name} are both {port}: set one to another.")
    return LaunchSettings(
        data=(ROOT / (environment.get("DATA") or ".data")).resolve(),
        host=environment.get("HOST") or "127.0.0.1",
        ports=ports,
        public_base_url=environment.get("PUBLIC_BASE_URL") or f"http://127.0.0.1:{ports['PORT']}",
        meili_url=environment.get("MEILI_URL") or None,
        meili_key=environment.get("MEILI_KEY") or None,
        auth_issuer=environment.get("AUTH_ISSUER") or ISSUER,
        auth_audience=environment.get("AUTH_AUDIENCE") or AUDIENCE,
        demo=(environment.get("SCORING_DEMO") or "1") != "0",
    )


def _port(name: str, value: str) -> int:
    if value.isascii() and value.isdigit() and 1 <= int(value) <= 65535:
        return int(value)
    raise LaunchError(f"{name} is '{value}', and must be a port: a number from 1 to 65535.")


def check_free(host: str, name: str, port: int, *, patience: float = 0) -> None:
    """Raise LaunchError that names the port and its setting when somebody else has it.

    `patience` is how many seconds a process of an earlier run may take to let go of it.
    """
    deadline = time.monotonic() + patience
    while not _is_free(host, name, port):
        if time.monotonic() > deadline:
            raise LaunchError(
                f"Port {port} is taken by another program. "
                f"End that program, or set {name} to another port: make run {name}={port + 10000}"
                if port + 10000 <= 65535
                else f"Port {port} is taken by another program. Set {name} to another port."
            )
        time.sleep(0.1)


def _is_free(host: str, name: str, port: int) -> bool:
    # A bind that is closed at once, never a listen: a client cannot mistake it for the service.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise LaunchError(f"This user may not open port {port} ({name}): set another.") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise LaunchError(f"{host}:{port} ({name}) cannot be opened: {error.strerror}.") from None
    return True
