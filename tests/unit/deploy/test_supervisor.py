"""Real, small processes stand in for services: `sleep` lives, `false` dies."""

import asyncio
import contextlib
import json
import signal
import subprocess

import pytest

from deploy.local.errors import LaunchError
from deploy.local.supervisor import Child, Supervisor, ended


def starting(*command):
    def start():
        return subprocess.Popen(command, stdin=subprocess.PIPE)

    return start


@pytest.fixture
def said():
    return []


@pytest.fixture
async def supervisor(tmp_path, said):
    made = Supervisor(tmp_path / "run.json", said.append, {"base_url": "http://x"})
    yield made
    await made.stop([list(made.children)], 5, asyncio.Event())


async def until(condition, seconds=5.0):
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - a process tells nobody when it dies
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def watching(supervisor):
    task = asyncio.create_task(supervisor.watch())
    yield task
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, LaunchError):
        await task


def test_the_pause_doubles_to_two_seconds_and_is_short_again_after_ten_of_life(tmp_path):
    child = Child("survey", starting("true"), tmp_path / "log")
    now, pauses = 100.0, []
    for life in (1, 1, 1, 1, 1, 1, 10.0, 1):
        child.started_at = now
        now += life
        pauses.append(child.note_death(now))
    assert pauses == [0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 0.2, 0.4]


async def test_a_dead_child_is_started_again_and_said_so(supervisor, said, tmp_path):
    child = Child("survey", starting("sleep", "60"), tmp_path / "log", port=8003)
    supervisor.add(child)
    first = child.process.pid
    async with watching(supervisor):
        child.process.kill()
        await until(lambda: child.starts == 2)
        await until(lambda: len(said) == 2)
    assert said[0] == "survey was ended by SIGKILL; starting it again in 0.2 s"
    assert said[1].startswith("survey is back after")
    assert child.process.pid != first


async def test_the_status_file_tells_who_runs_under_which_number(supervisor, tmp_path):
    child = Child("survey", starting("sleep", "60"), tmp_path / "log", port=8003)
    supervisor.add(child)
    supervisor.mark_ready()
    status = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert status["base_url"] == "http://x"
    assert status["ready"] is True
    assert status["children"] == {"survey": {"pid": child.process.pid, "port": 8003, "starts": 1}}


async def test_one_that_never_comes_up_is_given_up_with_its_last_words(supervisor, tmp_path):
    log = tmp_path / "log"
    log.write_text("first\nno such database\n", encoding="utf-8")
    child = Child("survey", starting("false"), log)
    child.starts = 4
    supervisor.add(child)
    with pytest.raises(LaunchError, match=r"survey does not start.*exit code 1") as caught:
        await asyncio.wait_for(supervisor.watch(), 5)
    assert "no such database" in str(caught.value)


async def test_one_that_was_ready_once_is_never_given_up(supervisor, said, tmp_path):
    child = Child("survey", starting("false"), tmp_path / "log", was_ready=True)
    child.starts = 40
    supervisor.add(child)
    async with watching(supervisor) as task:
        await until(lambda: child.starts >= 43)
        assert not task.done()


async def test_stopping_goes_group_by_group_and_kills_who_does_not_listen(supervisor, said, tmp_path):
    deaf = ["sh", "-c", "trap '' TERM; echo; while :; do sleep 0.1; done"]
    gateway = Child("gateway", starting(*deaf), tmp_path / "a")
    scoring = Child("scoring", starting("sleep", "60"), tmp_path / "b")
    supervisor.add(gateway, scoring)
    await asyncio.sleep(0.2)
    await supervisor.stop([["gateway"], ["scoring"]], 0.3, asyncio.Event())
    assert gateway.process.returncode == -signal.SIGKILL
    assert scoring.process.returncode == -signal.SIGTERM
    assert said == ["gateway did not end in time and was killed"]
    assert not (tmp_path / "run.json").exists()


def test_how_a_process_ended_is_said_in_words():
    assert ended(-9) == "was ended by SIGKILL"
    assert ended(3) == "ended with exit code 3"
