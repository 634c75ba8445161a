"""The wrapper every child starts through: who it becomes, and that it never outlives its starter."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from deploy.local.child import REFUSED
from deploy.local.processes import Confinement, ladder, wrap

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: only root changes users")


def alive(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def test_the_program_takes_over_the_process_number():
    process = subprocess.Popen(wrap(["/bin/sh", "-c", "echo $$"]), stdout=subprocess.PIPE)
    printed, _ = process.communicate(timeout=10)
    assert int(printed) == process.pid


def test_a_child_ends_when_its_starter_is_killed():
    starter = textwrap.dedent("""
        import subprocess, sys, time
        from deploy.local.processes import wrap
        print(subprocess.Popen(wrap(["/bin/sleep", "60"])).pid, flush=True)
        time.sleep(60)
    """)
    process = subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE)
    child = int(process.stdout.readline())
    time.sleep(0.3)
    assert alive(child)
    process.kill()
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 5
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(child)


def test_a_child_whose_starter_is_gone_already_does_not_start():
    command = wrap(["/bin/echo", "started"])
    command[command.index(f"--parent={os.getpid()}")] = "--parent=1"
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stdout == b""


@root_only
@pytest.mark.parametrize("confinement", ladder() if os.geteuid() == 0 else [])
def test_root_becomes_somebody_else_for_good(confinement):
    show = "id -u; grep -E '^Cap(Eff|Amb)' /proc/self/status"
    done = subprocess.run(
        wrap(["/bin/sh", "-c", show], confinement=confinement), capture_output=True, text=True, check=False
    )
    if confinement.namespace and done.returncode == REFUSED:
        pytest.skip("this machine allows no user namespaces")
    uid, effective, ambient = done.stdout.splitlines()
    assert int(uid) == confinement.uid
    mask = 0 if confinement.capability is None else 1 << confinement.capability
    assert int(effective.split()[1], 16) == mask
    assert int(ambient.split()[1], 16) == mask


@root_only
def test_a_path_that_cannot_be_reached_is_refused(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    plain, *_ = ladder()
    done = subprocess.run(wrap(["/bin/true"], confinement=plain, needs=[f"{closed}:rwx"]), check=False)
    assert done.returncode == REFUSED


def test_an_ordinary_user_needs_nothing():
    assert Confinement().arguments() == []
    assert Confinement().owner is None


def test_a_terminated_child_reports_its_signal():
    process = subprocess.Popen(wrap(["/bin/sleep", "60"]))
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) == -signal.SIGTERM
