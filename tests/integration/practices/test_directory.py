"""The regions a process holds: read by one request at a time, kept in an outage, and in no bug."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from practices.directory import Directory
from practices.domain import Query
from practices.load import load
from practices.search import EngineUnavailable, PostgresIndex
from tests.support.builders_practices import NOW, a_practice, the_synonyms


class Sessions:
    """A database's sessions, slow or failing when a test asks for it."""

    def __init__(self, database):
        self.database, self.opened, self.error, self.go = database, 0, None, asyncio.Event()
        self.go.set()

    @asynccontextmanager
    async def __call__(self):
        self.opened += 1
        await self.go.wait()
        if self.error:
            raise self.error
        async with self.database.sessions() as session:
            yield session


class MissingTable(Exception):
    sqlstate = "42P01"


BUG = ProgrammingError("SELECT", None, MissingTable())


@pytest.fixture
async def sessions(practices_db):
    await load(practices_db.sessions, [a_practice("a", regions=["skane"])], NOW)
    return Sessions(practices_db)


async def test_one_request_reads_and_the_others_go_on(sessions):
    directory = Directory(sessions, ttl=2, clock=lambda: now[0])
    now = [0.0]
    first = await directory.regions()
    assert first.find("Skane") == ["skane"]
    now[0] = 3.0
    sessions.go.clear()
    reading = asyncio.create_task(directory.regions())
    await asyncio.sleep(0)
    async with asyncio.timeout(2):
        assert [await directory.regions() for _ in range(5)] == [first] * 5
    sessions.go.set()
    assert await reading is not first
    assert sessions.opened == 2


async def test_an_outage_leaves_the_last_reading_in_place(sessions):
    directory = Directory(sessions, ttl=-1)
    held = await directory.regions()
    for error in (PoolTimeout("pool"), ConnectionRefusedError()):
        sessions.error = error
        assert await directory.regions() is held
    sessions.error = BUG
    with pytest.raises(ProgrammingError):
        await directory.regions()


async def test_with_nothing_read_yet_an_outage_is_told(sessions):
    sessions.error = PoolTimeout("pool")
    with pytest.raises(PoolTimeout):
        await Directory(sessions).regions()


async def test_only_an_outage_makes_the_engine_unavailable(sessions):
    index = PostgresIndex(sessions, the_synonyms())
    sessions.error = PoolTimeout("pool")
    with pytest.raises(EngineUnavailable):
        await index.search(Query())
    sessions.error = BUG
    with pytest.raises(ProgrammingError):
        await index.search(Query())
