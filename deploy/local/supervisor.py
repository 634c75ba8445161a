"""Keeps children alive: a dead one is started again, soon, and it is said so."""

import asyncio
import json
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .errors import LaunchError
from .postgres import tail, write_secret
from .processes import stop

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0
SETTLED = 10.0
"""Seconds of life after which the next death counts as the first again."""
EARLY_DEATHS = 5
"""A child that died as often without ever having been ready will not come up by itself."""
TICK = 0.05

Start = Callable[[], "subprocess.Popen[bytes]"]
Notice = Callable[[str], None]


@dataclass
class Child:
    """One program that must be there: how it is started, and what became of it so far.

    `back` waits until it serves again after a restart.
    """

    name: str
    start: Start
    log_file: Path
    port: int | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    starts: int = 0
    pause: float = FIRST_PAUSE
    due: float | None = None
    was_ready: bool = False
    back: Callable[[], Awaitable[None]] | None = None

    def begin(self, now: float) -> None:
        """Start it, and count that."""
        self.process = self.start()
        self.started_at, self.due = now, None
        self.starts += 1

    def note_death(self, now: float) -> float:
        """Plan the next start; return the pause before it, doubled at each death in quick succession."""
        if now - self.started_at >= SETTLED:
            self.pause = FIRST_PAUSE
        pause = self.pause
        self.pause = min(2 * self.pause, LONGEST_PAUSE)
        self.due = now + pause
        return pause


@dataclass
class Supervisor:
    """Watches children and restarts them; `status_file` tells who runs under which number."""

    status_file: Path
    notice: Notice
    facts: Mapping[str, object] = field(default_factory=dict)
    ready: bool = False
    children: dict[str, Child] = field(default_factory=dict)
    _returns: "dict[str, asyncio.Task[None]]" = field(default_factory=dict)

    def add(self, *children: Child) -> None:
        """Start children and watch them from now on."""
        for child in children:
            self.children[child.name] = child
            child.begin(time.monotonic())
        self.write_status()

    async def watch(self) -> None:
        """Restart whoever dies, until cancelled; raise LaunchError when one never comes up."""
        while True:
            for child in list(self.children.values()):
                self._look_after(child, time.monotonic())
            await asyncio.sleep(TICK)

    def _look_after(self, child: Child, now: float) -> None:
        if child.due is not None:
            if now >= child.due:
                child.begin(now)
                self.write_status()
                self._await_return(child, now)
            return
        if child.process is None or child.process.poll() is None:
            return
        how = ended(child.process.returncode)
        if child.process.stdin is not None:
            child.process.stdin.close()
        if not child.was_ready and child.starts >= EARLY_DEATHS:
            raise LaunchError(f"{child.name} does not start ({how}):\n{tail(child.log_file)}")
        pause = child.note_death(now)
        self.notice(f"{child.name} {how}; starting it again in {pause:g} s")

    def _await_return(self, child: Child, now: float) -> None:
        earlier = self._returns.pop(child.name, None)
        if earlier is not None:
            earlier.cancel()
        self._returns[child.name] = asyncio.create_task(self._tell_return(child, now))

    async def _tell_return(self, child: Child, began: float) -> None:
        if child.back is not None:
            await child.back()
        if child.started_at == began and child.due is None:
            self.notice(f"{child.name} is back after {time.monotonic() - began:.1f} s")

    def mark_ready(self) -> None:
        """Note that every child has come up once, and that the platform is ready."""
        for child in self.children.values():
            child.was_ready = True
        self.ready = True
        self.write_status()

    def write_status(self) -> None:
        """Write who runs under which number, whole or not at all."""
        document = {
            **self.facts,
            "ready": self.ready,
            "children": {
                child.name: {
                    "pid": child.process.pid if child.process else None,
                    "port": child.port,
                    "starts": child.starts,
                }
                for child in self.children.values()
            },
        }
        write_secret(self.status_file, json.dumps(document, indent=1))

    async def stop(self, order: Sequence[Sequence[str]], seconds: float, hurry: asyncio.Event) -> None:
        """Stop group after group: who asks goes before whom it asks; `hurry` kills what is left."""
        for task in self._returns.values():
            task.cancel()
        for group in order:
            living = [self.children[name] for name in group if name in self.children]
            for child in living:
                if child.process is not None and child.process.poll() is None:
                    child.process.send_signal(child.stop_signal)
            deadline = time.monotonic() + seconds
            for child in living:
                await self._end(child, deadline, hurry)
        self.status_file.unlink(missing_ok=True)

    async def _end(self, child: Child, deadline: float, hurry: asyncio.Event) -> None:
        if child.process is None:
            return
        while child.process.poll() is None:
            if hurry.is_set() or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.02)
        if child.process.poll() is None:
            self.notice(f"{child.name} did not end in time and was killed")
        stop(child.process, signal.SIGKILL, 5)


def ended(code: int) -> str:
    """Say how a process ended."""
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
