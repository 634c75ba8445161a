"""What a launcher that was killed left behind: children that are still on their way out."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from .processes import CHILD, command_line

PATIENCE = 15.0
"""Seconds the children of a killed launcher get to end by themselves."""


def _recorded(status_file: Path) -> Iterator[int]:
    try:
        document = json.loads(status_file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return
    for child in document["children"].values():
        if isinstance(child["pid"], int):
            yield child["pid"]


def _lives(pid: int, marks: tuple[str, ...]) -> bool:
    # The number may be another program's by now, so what runs under it must look like a child of ours.
    line = command_line(pid)
    return any(mark in line for mark in marks)


def wait(status_file: Path, marks: tuple[str, ...]) -> int:
    """Wait until the children of an earlier launcher are gone, killing what stays; return how many."""
    marks = (*marks, str(CHILD))
    pids = [pid for pid in _recorded(status_file) if _lives(pid, marks)]
    deadline = time.monotonic() + PATIENCE
    while any(_lives(pid, marks) for pid in pids):
        if time.monotonic() > deadline:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            break
        time.sleep(0.05)
    status_file.unlink(missing_ok=True)
    return len(pids)
