"""The worker as a process: it follows scoring, keeps the indexes, says how it is, and ends when asked."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager

import httpx
import pytest
from aiohttp import web
from sqlalchemy import text

from practices.domain import Query
from practices.follower import RegionFollower
from practices.load import load
from practices.outbox import Outbox
from practices.repository import RegionRepository
from practices.search import PostgresIndex
from servicekit.auth import ServiceTokens
from servicekit.reader import Change
from tests.support.builders_practices import DATA, NOW, a_practice, the_synonyms
from tests.support.postgres import free_port


class Scoring:
    """scoring's side of the region feed, as CONTRACTS section 9 has it."""

    def __init__(self):
        self.regions, self.changes, self.feed = {}, [], "one"
        self.read = asyncio.Event()  # cleared: the regions cannot be read
        self.read.set()

    def put(self, key, name, **more):
        self.regions[key] = {
            "id": key, "names": {"en": name}, "own_names": [], "aliases": [key], "country": "SE",
            "point": {"lat": 56.0, "lon": 13.5, "precision": "region"}, "codes": [],
            "changed_at": "2026-11-23T05:00:00.000000Z",
            **more,
        }  # fmt: skip
        self.changes.append(key)

    def remove(self, key):
        del self.regions[key]
        self.changes.append(key)

    async def answer_changes(self, request):
        after = request.query["after"]
        end = f"{self.feed}.{len(self.changes)}"
        if after == "latest":
            return web.json_response({"feed": self.feed, "changes": [], "position": end})
        feed, _, number = after.rpartition(".")
        if feed != self.feed:
            return web.json_response({"code": "position_unknown"}, status=410)
        new = self.changes[int(number) :]
        if not new:
            await asyncio.sleep(0.05)
        changes = [
            {"position": f"{self.feed}.{n}", "kind": "region", "key": key, "at": "2026-11-23T05:00:00Z"}
            for n, key in enumerate(new, int(number) + 1)
        ]
        return web.json_response({"feed": self.feed, "changes": changes, "position": end})

    async def answer_keys(self, _request):
        if not self.read.is_set():
            return web.json_response({}, status=503)
        return web.json_response({"keys": sorted(self.regions)})

    async def answer_region(self, request):
        region = self.regions.get(request.match_info["key"])
        return web.json_response(region) if region else web.json_response({}, status=404)


@pytest.fixture
async def scoring():
    owner = Scoring()
    app = web.Application()
    app.add_routes([
        web.get("/internal/changes", owner.answer_changes),
        web.get("/internal/regions", owner.answer_keys),
        web.get("/internal/regions/{key}", owner.answer_region),
    ])  # fmt: skip
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    owner.url = f"http://127.0.0.1:{port}"
    yield owner
    await runner.cleanup()


@pytest.fixture
def engine_environment(meilisearch_server, meili_index):
    """An index at the private engine, and what tells a worker of it."""
    return meili_index, {
        "PRACTICES_MEILI_URL": meilisearch_server.url, "PRACTICES_MEILI_KEY": meilisearch_server.key,
        "PRACTICES_MEILI_INDEX": meili_index.index_name,
    }  # fmt: skip


@contextmanager
def a_worker(addresses, keys, scoring, stdout=subprocess.DEVNULL, **more):
    port = free_port()
    env = {
        **os.environ, "PRACTICES_DATABASE_URL": addresses.app, "DATA_DIR": str(DATA),
        "PRACTICES_SCORING_URL": scoring.url, "PRACTICES_METRICS_PORT": str(port),
        "SERVICE_KEY_FILE": str(keys / "practices.json"),
        "SERVICE_JWKS_FILE": str(keys / "jwks.json"), **more,
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "practices.worker"], env=env, stdout=stdout, stderr=subprocess.DEVNULL
    )
    process.port = port
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def until(condition, seconds=60):
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - what is waited for is in another process
            await asyncio.sleep(0.05)


def found_by(index, words, *keys):
    async def condition():
        return {hit.id for hit in (await index.search(Query(text=words))).hits} == set(keys)

    return condition


def read(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, OSError):
        return ""


async def test_the_worker_follows_indexes_and_ends(
    committed_practices, committed_practices_db, keys, scoring
):
    database = committed_practices_db
    index = PostgresIndex(database.sessions, the_synonyms())
    scoring.put("skane", "Skåne")
    scoring.put("gone", "Gone")
    await load(database.sessions, [a_practice("p", regions=["skane"]), a_practice("q")], NOW)
    with a_worker(committed_practices, keys, scoring) as worker:
        await until(found_by(index, "Skane", "p"))
        scoring.put("skane", "Scania")  # a new name: its practices are indexed again
        await until(found_by(index, "Scania", "p"))
        scoring.remove("gone")
        scoring.feed, scoring.changes = "restored", []  # the owner was restored: all is read again
        scoring.put("lund", "Lund")

        async def regions():
            async with database.sessions() as session:
                return set(await RegionRepository(session).all()) == {"skane", "lund"}

        await until(regions)
        health = await asyncio.to_thread(read, f"http://127.0.0.1:{worker.port}/healthz")
        assert json.loads(health) == {"status": "ok"}
        metrics = await asyncio.to_thread(read, f"http://127.0.0.1:{worker.port}/metrics")
        assert 'practices_indexed_total{index="postgresql"}' in metrics

        async def nothing_left():
            # Rows for an engine that is not configured do not pile up.
            async with database.sessions() as session:
                return await session.scalar(text("SELECT count(*) FROM outbox")) == 0

        await until(nothing_left)
        worker.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(worker.wait, 10) == 0
    # That engine has missed them, so it is rebuilt when it is configured again.
    assert await Outbox(database.sessions).is_stale("meilisearch")


async def test_a_worker_is_ready_when_it_has_read_the_regions(committed_practices, keys, scoring):
    scoring.put("skane", "Skåne")
    scoring.read.clear()
    with a_worker(committed_practices, keys, scoring) as worker:
        address = f"http://127.0.0.1:{worker.port}"

        async def well():
            return bool(await asyncio.to_thread(read, f"{address}/healthz"))

        async def ready():
            return bool(await asyncio.to_thread(read, f"{address}/readyz"))

        await until(well)
        assert not await ready()
        scoring.read.set()
        await until(ready)


async def test_a_follower_that_fails_ends_the_worker(committed_practices, keys, scoring):
    scoring.put("skane", "Skåne")
    del scoring.regions["skane"]["country"]
    with a_worker(committed_practices, keys, scoring, stdout=subprocess.PIPE) as worker:
        told, _ = await asyncio.to_thread(worker.communicate, timeout=60)
    assert worker.returncode == 1
    assert "KeyError('country')" in json.loads(told.splitlines()[-1])["errors"]


@pytest.mark.meilisearch
async def test_the_worker_builds_and_rebuilds_the_engine(
    committed_practices, committed_practices_db, keys, scoring, engine_environment
):
    database, (index, engine) = committed_practices_db, engine_environment
    await load(database.sessions, [a_practice("p"), a_practice("q")], NOW)

    async def whole():
        return await index.is_current() and (await index.search(Query())).total == 2

    with a_worker(committed_practices, keys, scoring, **engine) as worker:
        await until(whole)
        worker.kill()
        worker.wait()
    await load(database.sessions, [a_practice("p", title="Renamed"), a_practice("q")], NOW)
    with a_worker(committed_practices, keys, scoring, **engine):
        await until(found_by(index, "renamed", "p"))


async def test_the_position_is_stored_with_the_effect(practices_db, keys, scoring):
    tokens = ServiceTokens("practices", keys / "practices.json", None)
    await load(practices_db.sessions, [a_practice("p", regions=["skane"])], NOW)
    async with practices_db.sessions.begin() as session:
        await session.execute(text("DELETE FROM outbox"))

    async def queued():
        async with practices_db.sessions() as session:
            return set(await session.scalars(text("SELECT key FROM outbox")))

    async with httpx.AsyncClient() as client:
        follower = RegionFollower(practices_db.sessions, client=client, url=scoring.url, tokens=tokens)
        assert await follower.position() is None
        scoring.put("skane", "Skåne")
        await follower.resync("one.1")
        assert (await follower.position(), await queued()) == ("one.1", {"p"})
        async with practices_db.sessions.begin() as session:
            await session.execute(text("DELETE FROM outbox"))
        # Another alias changes the filter, not what search holds.
        scoring.put("skane", "Skåne", aliases=["skane", "scania"])
        await follower.apply([Change("region", "skane"), Change("release", "2021-r1")], "one.2")
        assert (await follower.position(), await queued()) == ("one.2", set())
        async with practices_db.sessions() as session:
            assert (await RegionRepository(session).all())["skane"].aliases == {"skane", "scania"}
        scoring.remove("skane")
        await follower.apply([Change("region", "skane")], "one.3")
        assert await queued() == {"p"}
        follower.lost()


def test_every_index_can_be_built_anew_by_hand(filled_database, engine_environment):
    index, engine = engine_environment
    env = {**os.environ, "PRACTICES_DATABASE_URL": filled_database.app, "DATA_DIR": str(DATA), **engine}
    command = [sys.executable, "-m", "practices.rebuild"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert {"postgresql: rebuilt", "meilisearch: rebuilt"} <= set(done.stdout.splitlines())
    assert asyncio.run(index.is_current())
