"""The outbox under faults: nothing is lost, nothing spins, nobody waits for a dead relay."""

import asyncio
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import text

from practices.domain import Query
from practices.load import load
from practices.outbox import MAX_ATTEMPTS, Outbox, enqueue
from practices.search import EngineUnavailable, PostgresIndex
from tests.support.builders_practices import (
    DATA,
    NOW,
    Shelf,
    execute,
    load_practices,
    outbox_rows,
    relay_on,
    the_practices,
    the_synonyms,
)


@pytest.fixture
def database(committed_practices_db):
    return committed_practices_db


async def test_what_was_written_arrives_and_the_feed_says_so(database):
    await load_practices(database, "a", "b")
    shelf = Shelf()
    assert await relay_on(database, shelf).step() == 2
    assert shelf.held == {"a": 1, "b": 1}
    assert await outbox_rows(database) == []
    async with database.sessions() as session:
        kinds = (await session.execute(text("SELECT kind, key FROM feed_entry ORDER BY id"))).all()
    assert kinds == [("practice", "a"), ("practice", "b"), ("index", "a"), ("index", "b")]


async def test_a_practice_that_is_gone_is_taken_out(database):
    await load_practices(database, "a", "b")
    shelf = Shelf()
    await relay_on(database, shelf).step()
    await execute(database, "UPDATE practice SET withdrawn_at = now() WHERE id = 'a'")
    async with database.sessions.begin() as session:
        await enqueue(session, ["a", "never-was"])
    assert await relay_on(database, shelf).step() == 2
    assert shelf.held == {"b": 1}


async def test_an_aborted_write_leaves_no_row(database):
    async with database.sessions() as session:
        await enqueue(session, ["a"])
        await session.rollback()
    assert await outbox_rows(database) == []


async def test_a_poison_row_neither_spins_nor_holds_up_the_others(database):
    await load_practices(database, "a", "poison", "z")
    shelf = Shelf(poison=["poison"])
    relay = relay_on(database, shelf)
    assert await relay.step() == 2
    assert set(shelf.held) == {"a", "z"}
    assert [(row.key, row.attempts, row.parked) for row in await outbox_rows(database)] == [
        ("poison", 1, False)
    ]
    calls = shelf.calls
    assert await relay.step() == 0
    assert shelf.calls == calls  # not due yet
    for _ in range(MAX_ATTEMPTS - 1):
        await execute(database, "UPDATE outbox SET next_attempt_at = now()")
        await relay.step()
    (row,) = await outbox_rows(database)
    assert (row.attempts, row.parked) == (MAX_ATTEMPTS, True)
    await execute(database, "UPDATE outbox SET next_attempt_at = now()")
    calls = shelf.calls
    await relay.step()
    assert shelf.calls == calls


async def test_a_document_that_is_broken_is_parked_and_the_rest_goes_in(database):
    await load_practices(database, "a", "broken")
    await execute(database, "UPDATE practice SET document = document - 'title' WHERE id = 'broken'")
    shelf = Shelf()
    assert await relay_on(database, shelf).step() == 1
    ((key, attempts, _, _),) = await outbox_rows(database)
    assert (key, attempts) == ("broken", 1)


async def test_an_engine_that_is_away_costs_no_attempts(database):
    await load_practices(database, "a")
    shelf = Shelf(away=1)
    relay = relay_on(database, shelf)
    with pytest.raises(EngineUnavailable):
        await relay.step()
    ((_, attempts, parked, claimed),) = await outbox_rows(database)
    assert (attempts, parked, claimed) == (0, False, None)
    await execute(database, "UPDATE outbox SET next_attempt_at = now()")
    assert await relay.step() == 1


async def test_an_engine_that_goes_away_between_two_keys_is_not_asked_for_the_rest(database):
    await load_practices(database, "a", "b", "poison")

    class Leaving(Shelf):
        async def write(self, documents, gone):
            await super().write(documents, gone)
            self.away = 9

    shelf = Leaving(poison=["poison"])
    with pytest.raises(EngineUnavailable):
        await relay_on(database, shelf).step()
    assert (shelf.held, shelf.calls) == ({"a": 1}, 3)
    left = [(row.key, row.attempts, row.claimed_by) for row in await outbox_rows(database)]
    assert sorted(left) == [("b", 0, None), ("poison", 0, None)]


async def test_two_relays_never_hold_rows_of_one_key(database):
    await load_practices(database, "a")
    outbox = Outbox(database.sessions)
    first = await outbox.claim("postgresql", 10)
    await load_practices(database, "a", title="Changed")
    assert (await outbox.claim("postgresql", 10)).rows == {}
    await outbox.done(first, ["a"])
    assert list((await outbox.claim("postgresql", 10)).rows) == ["a"]


async def test_writers_do_not_wait_for_a_relay_at_work(database):
    await load_practices(database, "a")
    shelf = Shelf()
    shelf.wait.clear()
    working = asyncio.create_task(relay_on(database, shelf).step())
    await asyncio.wait_for(shelf.called.wait(), 5)
    async with asyncio.timeout(2):
        await load_practices(database, "a", title="Changed meanwhile")
    shelf.wait.set()
    assert await working == 1
    assert await relay_on(database, shelf).step() == 1
    assert shelf.held == {"a": 2}


async def test_the_lease_of_a_dead_relay_runs_out(database):
    await load_practices(database, "a")
    outbox = Outbox(database.sessions, lease=0.3)
    dead = await outbox.claim("postgresql", 10)
    assert list(dead.rows) == ["a"]
    shelf = Shelf()
    assert await relay_on(database, shelf).step() == 0
    await asyncio.sleep(0.4)
    assert await relay_on(database, shelf).step() == 1
    # Were it not dead but slow: what it wrote may be the older state, so the key is done again.
    await outbox.done(dead, ["a"])
    assert [row.key for row in await outbox_rows(database)] == ["a"]


async def test_a_living_relay_keeps_its_lease(database):
    await load_practices(database, "a")
    shelf = Shelf()
    shelf.wait.clear()
    working = asyncio.create_task(relay_on(database, shelf, lease=0.3).step())
    await asyncio.sleep(0.8)
    assert (await Outbox(database.sessions).claim("postgresql", 10)).rows == {}
    shelf.wait.set()
    assert await working == 1


RELAY = """
import asyncio, sys
from practices.outbox import Outbox
from practices.relay import Relay
from practices.search import PostgresIndex
from practices.source import Source
from servicekit.database import Database
sys.path.insert(0, ".")
from tests.support.builders_practices import the_codes, the_synonyms

async def main():
    database = Database(sys.argv[1])
    index = PostgresIndex(database.sessions, the_synonyms())
    outbox, source = Outbox(database.sessions, lease=0.5), Source(database.sessions, the_codes())
    relay = Relay(index, outbox, source, batch=3)
    print("ready", flush=True)
    while True:
        if not await relay.step():
            await asyncio.sleep(0.02)

asyncio.run(main())
"""


def start_relay(url):
    command = [sys.executable, "-c", RELAY, url]
    return subprocess.Popen(command, cwd=DATA.parent, stdout=subprocess.PIPE)


async def test_a_relay_killed_again_and_again_loses_and_doubles_nothing(database, committed_practices):
    await load(database.sessions, the_practices(), NOW)
    for version in range(2, 7):
        relay = start_relay(committed_practices.app)
        await asyncio.to_thread(relay.stdout.readline)
        changed = [{**doc, "url": f"https://example.org/{version}"} for doc in the_practices()]
        await load(database.sessions, changed, NOW)
        await asyncio.sleep(0.05 * version)
        relay.send_signal(signal.SIGKILL)
        relay.wait()
        relay.stdout.close()
    index = PostgresIndex(database.sessions, the_synonyms())
    relay = relay_on(database, index)
    deadline = time.monotonic() + 20
    while await outbox_rows(database) and time.monotonic() < deadline:
        await relay.step()
        await asyncio.sleep(0.05)
    found = await index.search(Query(limit=100))
    assert found.total == len(the_practices())
    assert {hit.item["url"] for hit in found.hits} == {"https://example.org/6"}
