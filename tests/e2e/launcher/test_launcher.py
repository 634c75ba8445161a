"""`make run` itself: starting, dying and coming back, on a platform of this module's own."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time

import asyncpg
import pytest

from deploy.local.databases import SERVICES
from deploy.local.services import PORT_SETTINGS
from deploy.local.settings import ROOT
from tests.support.platform import get, gone, new_platform


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder and ports, and whatever platform runs there."""
    made = new_platform(tmp_path_factory.mktemp("launcher"))
    yield made
    if made.process is not None:
        made.stop()


@pytest.fixture
def running(place):
    if place.process is None or place.process.poll() is not None:
        place.start()
    return place


def launch(place, **environment):
    """Run a launcher to its end: for those that are refused."""
    return subprocess.run(
        [sys.executable, "-m", "deploy.local", "run"],
        cwd=ROOT,
        env={**os.environ, **place.environment, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def regions(place):
    status, body = get(f"{place.base_url}/v1/regions?per_page=1")
    assert status == 200
    return json.loads(body)["total"]


def test_the_start_says_what_it_does_and_the_lines_to_try_work(running):
    said = running.output
    assert "search engine: PostgreSQL full text" in said
    for step in ("migrating scoring: done", "loading practices: done", "ready"):
        assert step in said
    for setting in PORT_SETTINGS.values():
        assert f"127.0.0.1:{running.environment[setting]}" in said
    lines = re.findall(r"^  curl (.+)$", said, re.MULTILINE)
    assert len(lines) == 3
    for line in lines:
        (url,) = shlex.split(line)
        status, body = get(url)
        assert status == 200, url
        assert json.loads(body)


def test_everything_secret_is_closed_to_others(running):
    for folder in (running.data / "secrets", running.data / "postgres" / "server"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    secret = [*(running.data / "secrets").rglob("*"), running.data / "postgres" / "password"]
    for file in secret:
        if file.is_file():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_no_password_is_on_a_command_line_or_in_a_log(running):
    roles = json.loads((running.data / "secrets" / "roles.json").read_text(encoding="ascii"))
    secret = [*roles.values(), (running.data / "postgres" / "password").read_text("ascii")]
    texts = [file.read_text("utf-8", "replace") for file in (running.data / "logs").iterdir()]
    texts.append(running.output)
    for pid in running.pids.values():
        with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:  # noqa: PTH123 - /proc
            texts.append(file.read())
    assert not [word for word in secret for text in texts if word in text]


async def test_no_role_of_one_service_can_read_anothers_database(running):
    roles = json.loads((running.data / "secrets" / "roles.json").read_text(encoding="ascii"))
    port = running.environment["POSTGRES_PORT"]
    for role, password in roles.items():
        for database in SERVICES:
            dsn = f"postgresql://{role}:{password}@127.0.0.1:{port}/{database}"
            if role.startswith(database):
                await (await asyncpg.connect(dsn)).close()
            else:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await asyncpg.connect(dsn)


def test_a_second_one_in_the_same_folder_says_that_one_is_running(running):
    done = launch(running)
    assert done.returncode == 1
    assert f"already running from {running.data}" in done.stderr
    assert running.base_url in done.stderr
    assert "Traceback" not in done.stderr
    assert running.all_ready()


def test_a_taken_port_is_named_with_its_setting(running, tmp_path):
    done = launch(running, DATA=str(tmp_path / "other"))
    assert done.returncode == 1
    assert f"Port {running.environment['PORT']} is taken" in done.stderr
    assert "set PORT to another" in done.stderr
    assert "Traceback" not in done.stderr
    assert running.all_ready()


@pytest.mark.parametrize("name", ["survey", "worker", "gateway"])
def test_a_dead_service_is_started_again_and_said_so(running, name):
    running.kill(name)
    assert f"{name} was ended by SIGKILL; starting it again in" in running.output
    running.wait_for(lambda: f"{name} is back after" in running.output, "it is said", 10)


def test_a_killed_postgres_comes_back_and_the_services_with_it(running):
    before = regions(running)
    running.kill("postgres")
    running.wait_for(lambda: "postgres is back after" in running.output, "it is said", 30)
    assert regions(running) == before


def test_ctrl_c_stops_everything_and_the_second_start_is_quick(running):
    before, pids = regions(running), running.pids
    assert running.stop(signal.SIGINT) == 0
    assert all(gone(pid) for pid in pids.values())
    assert "Traceback" not in running.output
    assert "was killed" not in running.output
    assert running.status == {}
    running.start()
    # What was done is not done again: the first start's long steps are missing.
    assert "migrating" not in running.output
    assert "loading" not in running.output
    assert "making its folder" not in running.output
    assert regions(running) == before


def test_after_a_kill_of_the_launcher_its_children_end_and_the_next_start_is_clean(running):
    before, pids = regions(running), running.pids
    running.process.kill()
    running.process.wait()
    running.start()
    assert all(gone(pid) for pid in pids.values())
    assert not set(pids.values()) & set(running.pids.values())
    assert regions(running) == before


def test_children_of_a_killed_launcher_end_without_a_next_start(running):
    pids = running.pids
    running.process.kill()
    running.process.wait()
    deadline = time.monotonic() + 20
    while not all(gone(pid) for pid in pids.values()):
        left = [name for name, pid in pids.items() if not gone(pid)]
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.05)
    for setting in PORT_SETTINGS.values():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", int(running.environment[setting])))


def test_a_stop_during_the_start_leaves_nothing_behind(tmp_path):
    place = new_platform(tmp_path)
    place.launch()
    place.wait_for(lambda: "PostgreSQL is ready" in place.output, "the database is up", 60)
    pids = place.pids
    assert place.stop() == 0
    assert all(gone(pid) for pid in pids.values())
    assert "Traceback" not in place.output


@pytest.mark.meilisearch
def test_a_meilisearch_on_the_path_is_started_and_used(tmp_path):
    if shutil.which("meilisearch") is None:
        pytest.skip("no 'meilisearch' on the PATH")
    place = new_platform(tmp_path, PATH=os.environ["PATH"])
    place.start()
    try:
        assert "search engine: Meilisearch, started here from" in place.output
        _, body = get(f"{place.base_url}/v1/practices?per_page=1")
        answer = json.loads(body)
        assert (answer["engine"], answer["degraded"]) == ("meilisearch", False)
        place.kill("meilisearch")
        place.wait_for(lambda: "meilisearch is back after" in place.output, "it is said", 30)
        assert get(f"http://127.0.0.1:{place.environment['MEILI_PORT']}/indexes")[0] == 401
    finally:
        place.stop()
