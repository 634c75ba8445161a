"""Children of the launcher: how they are started, as whom, and how they are stopped."""

import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .child import REFUSED
from .errors import LaunchError

CHILD = Path(__file__).with_name("child.py")
DAC_READ_SEARCH = 2
DAC_OVERRIDE = 1


@dataclass(frozen=True)
class Confinement:
    """As whom a child runs; without anything set it runs as the launcher does."""

    uid: int | None = None
    gid: int | None = None
    capability: int | None = None
    namespace: bool = False

    def arguments(self) -> list[str]:
        """Return the options of child.py that bring this about."""
        options = []
        for name in ("uid", "gid", "capability"):
            value = getattr(self, name)
            if value is not None:
                options.append(f"--{name}={value}")
        return [*options, "--namespace"] if self.namespace else options

    @property
    def owner(self) -> tuple[int, int] | None:
        """The user and group that must own the child's files, when it is not the launcher."""
        if self.uid is None or self.gid is None or self.namespace:
            return None
        return self.uid, self.gid


def wrap(
    command: Sequence[str | os.PathLike[str]],
    *,
    last: signal.Signals = signal.SIGTERM,
    confinement: Confinement = Confinement(),
    needs: Sequence[str] = (),
) -> list[str]:
    """Return the command line that starts the command, tied to this process.

    `last` is the signal the child gets when this process ends without having stopped it.
    """
    return [
        sys.executable,
        "-I",
        "-S",
        str(CHILD),
        f"--parent={os.getpid()}",
        f"--signal={int(last)}",
        *confinement.arguments(),
        *(f"--needs={need}" for need in needs),
        "--",
        *(os.fspath(word) for word in command),
    ]


def spawn(
    command: Sequence[str | os.PathLike[str]],
    *,
    env: Mapping[str, str],
    log: IO[bytes],
    errors: IO[bytes] | None = None,
    cwd: Path,
    last: signal.Signals = signal.SIGTERM,
    confinement: Confinement = Confinement(),
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C reaches the launcher alone.

    Must be called from the main thread: the kernel ties the child to the thread that started it.
    The pipe on its standard input is what a child watches where the kernel offers nothing better.
    """
    return subprocess.Popen(
        wrap(command, last=last, confinement=confinement),
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=errors or log,
        start_new_session=True,
    )


def stop(process: subprocess.Popen[bytes], number: signal.Signals, seconds: float) -> bool:
    """Ask a child to end and wait, kill it when it does not; return whether it went by itself."""
    if process.poll() is None:
        process.send_signal(number)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    finally:
        if process.stdin is not None:
            process.stdin.close()
    return True


def unprivileged_user() -> tuple[int, int]:
    """Return user and group of an existing account that owns nothing; raise LaunchError."""
    for name in ("nobody", "daemon"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise LaunchError(
        "PostgreSQL refuses to run as root, and this machine has neither the account 'nobody' nor "
        "'daemon'. Start the platform as an ordinary user."
    )


def ladder() -> list[Confinement]:
    """Return the ways to run as somebody else than root, the one with the fewest rights first."""
    uid, gid = unprivileged_user()
    if not sys.platform.startswith("linux"):
        return [Confinement(uid, gid)]
    return [
        Confinement(uid, gid),
        # A checkout below a folder closed to others (/root is mode 700) can be reached only with
        # one of these rights: to pass folders, or else to pass and to run what others may not.
        Confinement(uid, gid, capability=DAC_READ_SEARCH),
        Confinement(uid, gid, capability=DAC_OVERRIDE),
        Confinement(uid, gid, namespace=True),
    ]


def choose(program: Path, reads: Path, folder: Path) -> Confinement:
    """Return the way with the fewest rights that runs the program and writes in the folder.

    Raises LaunchError with the way out when the machine allows none.
    """
    if os.geteuid() != 0:
        return Confinement()
    failures = []
    for confinement in ladder():
        owner = confinement.owner or (0, 0)
        try:
            os.chown(folder, *owner)
        except OSError as error:
            failures.append(str(error))
            continue
        needs = (f"{program}:rx", f"{reads}:rx", f"{folder}:rwx")
        result = subprocess.run(
            wrap([program, "--version"], confinement=confinement, needs=needs),
            capture_output=True,
            cwd="/",
            check=False,
            text=True,
        )
        if result.returncode == 0:
            return confinement
        said = result.stderr.strip() or f"{program.name} exited with {result.returncode}"
        failures.append("no access" if result.returncode == REFUSED and not result.stderr else said)
    raise LaunchError(
        "PostgreSQL refuses to run as root, and no unprivileged account can reach "
        f"{folder} here ({'; '.join(dict.fromkeys(failures))}). Ways out: start the platform as "
        "an ordinary user, or put the checkout and DATA where every user may go (below /srv, say)."
    )


def wait_for_end(pid: int, seconds: float) -> bool:
    """Wait until a process that is not our child has ended; return whether it has."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return True  # the number belongs to somebody else by now
        time.sleep(0.05)
    return False


def command_line(pid: int) -> str:
    """Return what runs under a process number, empty when nothing does."""
    if Path("/proc/self").exists():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return ""
        return words.replace(b"\0", b" ").decode("utf-8", "replace")
    answer = subprocess.run(
        ["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False
    )
    return answer.stdout
