"""The change feed against a real PostgreSQL: nothing missed, nothing out of order per key."""

import asyncio
import random

import asyncpg
import httpx
import pytest
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine

from servicekit.database import Database, asyncpg_dsn
from servicekit.feed import Feed, feed_tables, write_change
from servicekit.problems import Problem
from servicekit.reader import Change, FeedReader

WRITERS = 12
WRITES = 40
KEYS = [f"key-{n}" for n in range(7)]


@pytest.fixture
async def database(empty_database):
    metadata = MetaData()
    feed_tables(metadata)
    engine = create_async_engine(empty_database.owner)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        await connection.execute(text("INSERT INTO feed_state (feed) VALUES ('f1')"))
        await connection.execute(text("CREATE TABLE thing (key text PRIMARY KEY, version int NOT NULL)"))
        for key in KEYS:
            await connection.execute(text("INSERT INTO thing VALUES (:key, 0)"), {"key": key})
    await engine.dispose()
    made = Database(empty_database.app, pool_size=WRITERS + 2)
    yield made
    await made.dispose()


async def write(database, key, *, delay=0.0, abort=False):
    """Change a thing as a service does; return its new version, None when the transaction was aborted."""
    async with database.sessions() as session:
        version = await session.scalar(
            text("UPDATE thing SET version = version + 1 WHERE key = :key RETURNING version"), {"key": key}
        )
        await write_change(session, "thing", f"{key}@{version}")
        await asyncio.sleep(delay)
        await (session.rollback() if abort else session.commit())
    return None if abort else version


async def writer(database, seed, written):
    chance = random.Random(seed)
    for _ in range(WRITES):
        key = chance.choice(KEYS)
        version = await write(
            database, key, delay=chance.choice([0, 0, 0.002, 0.02]), abort=chance.random() < 0.2
        )
        if version is not None:
            written.append(f"{key}@{version}")


async def read_until(feed, done, *, after=None, finished=lambda: True):
    seen, position = [], after
    while not done(seen):
        page = await feed.changes(position, wait=1, limit=50)
        # The last writer may have aborted after all there is was read: then nothing more comes.
        assert page.changes or done(seen) or not finished(), f"the feed stopped after {len(seen)}"
        seen += [change.key for change in page.changes]
        position = page.position
    return seen, position


async def test_twelve_writers_with_aborts_and_delays_lose_nothing_and_keep_each_keys_order(database):
    written = []
    async with Feed(database) as feed, Feed(database) as standby, asyncio.TaskGroup() as group:
        writers = [group.create_task(writer(database, seed, written)) for seed in range(WRITERS)]

        def finished():
            return all(task.done() for task in writers)

        def complete(seen):
            return finished() and len(seen) == len(written)

        # Two readers, at two replicas.
        (one, _), (two, _) = await asyncio.gather(
            *(read_until(at, complete, finished=finished) for at in (feed, standby))
        )
    assert sorted(one) == sorted(written)
    assert one == two
    for key in KEYS:
        versions = [int(entry.split("@")[1]) for entry in one if entry.startswith(f"{key}@")]
        assert versions == sorted(versions), key


async def test_a_row_committed_late_is_numbered_after_those_already_read(database):
    async with Feed(database) as feed:
        late = asyncio.create_task(write(database, "key-0", delay=1.0))
        await asyncio.sleep(0.2)
        await write(database, "key-1")
        seen, position = await read_until(feed, lambda seen: len(seen) == 1)
        assert seen == ["key-1@1"]
        await late
        assert (await read_until(feed, lambda seen: len(seen) == 1, after=position))[0] == ["key-0@1"]


async def test_waiting_holds_no_connection_and_wakes_at_the_first_change(database):
    async with Feed(database) as feed:
        start = (await feed.changes("latest", 0, 10)).position
        waiting = [asyncio.create_task(feed.changes(start, 10, 10)) for _ in range(50)]
        await asyncio.sleep(0.5)
        assert database.engine.pool.checkedout() == 0
        await write(database, "key-0")
        pages = await asyncio.wait_for(asyncio.gather(*waiting), 5)
        assert {page.changes[0].key for page in pages} == {"key-0@1"}


async def test_without_a_change_the_position_stays(database):
    async with Feed(database) as feed:
        page = await feed.changes(None, 0, 10)
        assert (page.changes, page.position) == ([], "f1.0")
        assert (await feed.changes(page.position, 0.3, 10)).position == "f1.0"


@pytest.mark.parametrize("position", ["f1.99", "f0.0", "f1.x", "nonsense", "f1.-1", ".", "f1." + "9" * 30])
async def test_an_unknown_position_is_gone(database, position):
    async with Feed(database) as feed:
        with pytest.raises(Problem) as caught:
            await feed.changes(position, 0, 10)
    assert (caught.value.status_code, caught.value.code) == (410, "position_unknown")


async def test_a_standby_sequencer_takes_over(database):
    async with Feed(database) as standby:
        async with Feed(database) as first:
            await write(database, "key-0")
            await read_until(first, lambda seen: len(seen) == 1)
        await write(database, "key-1")
        assert len((await read_until(standby, lambda seen: len(seen) == 2))[0]) == 2


async def test_the_sequencer_survives_the_loss_of_its_connections(database, postgres_server):
    async with Feed(database) as feed:
        await write(database, "key-0")
        _, position = await read_until(feed, lambda seen: len(seen) == 1)
        admin = await asyncpg.connect(postgres_server.postgres.dsn())
        name = asyncpg_dsn(database.url).rsplit("/", 1)[1]
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        await admin.close()
        await database.engine.dispose()
        await write(database, "key-1")
        assert (await read_until(feed, lambda seen: len(seen) == 1, after=position))[0] == ["key-1@1"]


async def test_a_change_that_comes_while_a_replica_is_not_listening_wakes_its_readers_soon(
    database, postgres_server
):
    async with Feed(database) as sequencer, Feed(database) as replica:
        await write(database, "key-0")
        await read_until(sequencer, lambda seen: len(seen) == 1)
        start = (await replica.changes("latest", 0, 10)).position
        waiting = asyncio.create_task(replica.changes(start, 20, 10))
        await asyncio.sleep(0.2)
        admin = await asyncpg.connect(postgres_server.postgres.dsn())
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = $1 AND query LIKE 'LISTEN%'",
            asyncpg_dsn(database.url).rsplit("/", 1)[1],
        )
        await admin.close()
        # The replica has noticed and is about to listen again: what is numbered now is told to nobody.
        await asyncio.wait_for(replica._moved.wait(), 5)
        await write(database, "key-1")
        page = await asyncio.wait_for(waiting, 5)
        assert [change.key for change in page.changes] == ["key-1@1"]


class Follower:
    """A reader's state, kept in memory."""

    def __init__(self, position):
        self.at = position
        self.applied = []
        self.resyncs = 0

    async def position(self):
        return self.at

    async def resync(self, position):
        self.resyncs += 1
        self.at = position

    async def apply(self, changes, position):
        self.applied += changes
        self.at = position

    def lost(self):
        pass


class Tokens:
    def headers(self, audience):
        return {}


@pytest.mark.parametrize("position", [None, "f1.500", "another.3"])
async def test_a_reader_that_is_new_or_ahead_of_a_restored_owner_reads_all_again(database, position):
    async with Feed(database) as feed:
        await write(database, "key-0")
        await read_until(feed, lambda seen: len(seen) == 1)

        async def owner(request):
            query = request.url.params
            try:
                page = await feed.changes(query.get("after"), 0.2, 10)
            except Problem as problem:
                return httpx.Response(problem.status_code)
            return httpx.Response(200, content=page.model_dump_json())

        follower = Follower(position)
        reader = FeedReader(owner="things", url="http://owner", tokens=Tokens(), handler=follower)
        async with httpx.AsyncClient(transport=httpx.MockTransport(owner)) as client:
            await reader.step(client)
            assert (follower.resyncs, follower.at, follower.applied) == (1, "f1.1", [])
            await write(database, "key-1")
            while not follower.applied:
                await reader.step(client)
        assert follower.applied == [Change("thing", "key-1@1")]
        assert follower.resyncs == 1
