"""The PostgreSQL server itself: as whom it runs, what it survives, what it leaves behind."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
import threading
import time
from pathlib import Path

import asyncpg
import pytest

from deploy.local import processes
from deploy.local.errors import LaunchError
from deploy.local.postgres import PostgresServer, find_programs
from deploy.local.processes import Confinement
from tests.support.postgres import FAST, ROOT, free_port

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: only root changes users")


def made_in(folder, **settings):
    return PostgresServer(folder / "postgres", free_port(), folder / "log", settings or FAST)


async def running(server):
    said = []
    server.prepare(said.append)
    server.start()
    await server.wait_until_ready(said.append)
    return said


async def query(server, statement):
    connection = await asyncpg.connect(server.dsn())
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def uid_of(pid):
    return Path(f"/proc/{pid}").stat().st_uid


@pytest.fixture
def server(tmp_path):
    made = made_in(tmp_path)
    yield made
    made.stop()


async def test_it_listens_on_loopback_only_and_asks_for_passwords(server):
    await running(server)
    assert await query(server, "SHOW listen_addresses") == "127.0.0.1"
    assert await query(server, "SHOW unix_socket_directories") == ""
    methods = "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
    assert await query(server, methods) == "scram-sha-256"
    assert await query(server, "SELECT rolpassword ~ '^SCRAM' FROM pg_authid WHERE rolsuper")


async def test_its_folder_and_password_are_closed_to_others(server):
    await running(server)
    assert stat.S_IMODE((server.folder / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.data.parent.stat().st_mode) == 0o700
    assert not list(server.folder.rglob("word"))


async def test_a_second_start_finds_what_the_first_wrote(server):
    await running(server)
    await query(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()
    assert await running(server) == []
    assert await query(server, "SELECT answer FROM kept") == 42


async def test_what_was_committed_survives_a_kill(tmp_path):
    server = made_in(tmp_path, log_min_messages="warning")
    await running(server)
    await query(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    server.process.kill()
    server.process.wait()
    server.process.stdin.close()
    # Its workers notice within moments, and until then the next server is refused: it is tried again.
    for _ in range(20):
        try:
            await running(server)
            break
        except LaunchError:
            server.stop()
            await asyncio.sleep(0.2)
    assert await query(server, "SELECT answer FROM kept") == 42
    server.stop()


async def test_the_server_of_a_killed_launcher_is_waited_for(server):
    await running(server)
    again = PostgresServer(server.folder, server.port, server.log_file, FAST)
    # It is our own child: its number is free only once somebody has asked how it ended.
    reaper = threading.Thread(target=server.process.wait)
    reaper.start()
    said = await running(again)
    reaper.join()
    assert any("earlier run" in line for line in said)
    assert server.process.returncode == 0
    again.stop()


async def test_a_process_number_of_the_past_does_not_stop_the_start(server):
    await running(server)
    server.stop()
    # Our own number: alive, and no PostgreSQL. The server itself would take it for one.
    lock = server.data / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{server.data}\n1\n{server.port}\n", encoding="ascii")
    await running(server)


async def test_a_half_made_folder_is_made_again(server):
    half = server.data.with_name("data.new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n", encoding="ascii")
    await running(server)
    assert await query(server, "SELECT 1") == 1


async def test_a_folder_of_another_version_is_named(server):
    await running(server)
    server.stop()
    (server.data / "PG_VERSION").write_text("12\n", encoding="ascii")
    with pytest.raises(LaunchError, match=r"made by PostgreSQL 12.*PG_BIN"):
        server.prepare(lambda _line: None)


async def test_a_server_that_cannot_start_says_why(server):
    server.settings = {"shared_buffers": "nonsense"}
    with pytest.raises(LaunchError, match="shared_buffers"):
        await running(server)


def test_programs_that_are_none_are_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(LaunchError, match="PG_BIN"):
        find_programs()


def test_the_machines_own_programs_serve_too(monkeypatch, tmp_path):
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not debian:
        pytest.skip("this machine has no PostgreSQL of its own")
    monkeypatch.setenv("PG_BIN", str(debian[-1]))
    server = made_in(tmp_path)
    server.prepare(lambda _line: None)
    assert (server.data / "PG_VERSION").exists()


@pytest.fixture
def closed_folder():
    """A folder that only root may enter, as /root is."""
    folder = Path(tempfile.mkdtemp(dir=Path.home()))
    folder.chmod(0o700)
    yield folder
    shutil.rmtree(folder)


@root_only
async def test_root_runs_it_as_somebody_else_below_a_folder_closed_to_others(closed_folder):
    above = closed_folder.stat()
    server = made_in(closed_folder / "checkout" / ".data")
    (closed_folder / "checkout" / ".data").mkdir(parents=True)
    await running(server)
    try:
        assert uid_of(server.process.pid) != 0
        assert await query(server, "SELECT 1") == 1
    finally:
        server.stop()
    now = closed_folder.stat()
    assert (now.st_mode, now.st_uid, now.st_gid) == (above.st_mode, above.st_uid, above.st_gid)


@root_only
@pytest.mark.parametrize("way", range(4))
async def test_each_way_down_from_root_runs_a_server(monkeypatch, tmp_path, closed_folder, way):
    confinement = processes.ladder()[way]
    # The first way needs a folder that others may pass; with each other one a closed one will do.
    folder = Path(tempfile.mkdtemp(dir="/var/tmp")) if way == 0 else closed_folder
    folder.chmod(0o711 if way == 0 else 0o700)
    monkeypatch.setattr(processes, "ladder", lambda: [confinement])
    server = made_in(folder)
    try:
        try:
            server.prepare(lambda _line: None)
        except LaunchError as error:
            pytest.skip(f"not on this machine: {error}")
        server.start()
        await server.wait_until_ready(lambda _line: None)
        assert await query(server, "SELECT 1") == 1
    finally:
        server.stop()
        if way == 0:
            shutil.rmtree(folder)


@root_only
def test_where_no_way_leads_down_from_root_the_way_out_is_told(monkeypatch, closed_folder):
    monkeypatch.setattr(processes, "ladder", lambda: [Confinement(65534, 65534)])
    with pytest.raises(LaunchError, match="as an ordinary user"):
        made_in(closed_folder).prepare(lambda _line: None)


def as_nobody(script, *words):
    """Run a script as an ordinary user, with the machine's Python when ours lies below /root."""
    ours, version = Path(sys.executable).resolve(), f"python3.{sys.version_info.minor}"
    python = shutil.which(version, path="/usr/bin") if ours.is_relative_to("/root") else ours
    if python is None:
        pytest.skip(f"no {version} that other users can run")
    packages = sysconfig.get_path("purelib")
    return subprocess.run(
        [python, "-c", script, *words],
        user=65534,
        group=65534,
        extra_groups=[],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{ROOT}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@root_only
def test_an_ordinary_user_just_runs_it():
    """As `nobody` in a folder of its own, started from there as a person would."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    script = textwrap.dedent("""
        import asyncio, sys
        from pathlib import Path
        from deploy.local.postgres import PostgresServer
        folder = Path(sys.argv[1])
        server = PostgresServer(folder / "postgres", int(sys.argv[2]), folder / "log")
        server.prepare()
        server.start()
        asyncio.run(server.wait_until_ready())
        server.stop()
        print("stopped")
    """)
    try:
        shutil.chown(folder, 65534, 65534)
        done = as_nobody("import asyncpg, deploy")
        if done.returncode != 0:
            pytest.skip("the checkout or its Python is closed to other users here")
        done = as_nobody(script, str(folder), str(free_port()))
        assert done.stdout.splitlines()[-1:] == ["stopped"], done.stderr
    finally:
        shutil.rmtree(folder)


async def test_a_fast_stop_cuts_connections(server):
    await running(server)
    connection = await asyncpg.connect(server.dsn())
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 10
    assert server.process.returncode == 0
    connection.terminate()


def test_it_ends_when_its_starter_does(tmp_path):
    script = textwrap.dedent("""
        import asyncio, os, signal, sys
        from pathlib import Path
        from deploy.local.postgres import PostgresServer
        folder = Path(sys.argv[1])
        server = PostgresServer(folder / "postgres", int(sys.argv[2]), folder / "log")
        server.prepare(lambda line: None)
        server.start()
        asyncio.run(server.wait_until_ready())
        print(server.process.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), str(free_port())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert processes.wait_for_end(int(done.stdout), 10)
    assert "database system is shut down" in (tmp_path / "log").read_text(encoding="utf-8")
