"""Whether an index is whole: what `complete_through` promises, and how a rebuild makes it true again."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from practices.outbox import Outbox, enqueue
from tests.support.builders_practices import Shelf, execute, load_practices, outbox_rows, relay_on


@pytest.fixture
def database(committed_practices_db):
    return committed_practices_db


async def test_complete_through_waits_for_rows_and_open_transactions(database):
    outbox = Outbox(database.sessions)

    async def through():
        return (await outbox.complete_through())["postgresql"]

    await load_practices(database, "a")
    async with database.sessions() as session:
        changed_at = await session.scalar(text("SELECT min(changed_at) FROM outbox"))
    assert await through() < changed_at
    await relay_on(database, Shelf()).step()
    await asyncio.sleep(1)
    assert await through() >= changed_at
    async with database.sessions() as writer:
        await enqueue(writer, ["a"])
        began = await writer.scalar(text("SELECT now()"))
        assert await through() < began
        await writer.rollback()


async def test_what_commits_while_complete_through_is_asked_is_not_promised(database):
    writer = database.sessions()
    await enqueue(writer, ["a"])
    changed_at = await writer.scalar(text("SELECT changed_at FROM outbox"))
    await asyncio.sleep(1)

    class Slow(AsyncSession):
        async def scalar(self, *args, **kwargs):
            found = await super().scalar(*args, **kwargs)
            await writer.commit()  # between the two statements
            return found

    through = await Outbox(async_sessionmaker(database.engine, class_=Slow)).complete_through()
    await writer.close()
    assert through["postgresql"] < changed_at


async def test_an_index_that_missed_changes_promises_nothing(database):
    outbox = Outbox(database.sessions)
    assert (await outbox.complete_through())["postgresql"] is not None
    await load_practices(database, "a")
    await outbox.forget("postgresql")
    assert (await outbox.complete_through())["postgresql"] is None
    await relay_on(database, Shelf()).ensure()
    assert (await outbox.complete_through())["postgresql"] is not None


async def test_changes_during_a_rebuild_are_not_lost(database):
    await load_practices(database, "a")
    shelf = Shelf()
    shelf.wait.clear()
    relay = relay_on(database, shelf)
    rebuilding = asyncio.create_task(relay.ensure())
    await asyncio.sleep(0.3)
    await load_practices(database, "a", "b", title="Changed meanwhile")
    assert await relay.step() == 0  # the relay waits for the swap
    assert await relay.rebuild() is False  # and so does a second rebuild
    shelf.wait.set()
    assert await rebuilding is True
    assert shelf.held == {"a": 1}
    assert await relay.step() == 2
    assert shelf.held == {"a": 2, "b": 1}


async def test_an_index_that_missed_changes_is_rebuilt(database):
    await load_practices(database, "a")
    shelf, outbox = Shelf(), Outbox(database.sessions)
    relay = relay_on(database, shelf)
    await relay.step()
    assert await relay.ensure() is False
    await load_practices(database, "b")
    await outbox.forget("postgresql")
    assert await relay.step() == 0
    assert await relay.ensure() is True
    assert shelf.held == {"a": 1, "b": 1}
    assert await relay.ensure() is False


async def test_what_a_rebuild_could_not_bring_in_is_tried_again(database):
    await load_practices(database, "a", "poison")
    await execute(database, "DELETE FROM outbox")
    shelf = Shelf(poison=["poison"])
    shelf.refused = {"poison": "not so"}
    relay = relay_on(database, shelf)
    assert await relay.rebuild() is True
    assert [row.key for row in await outbox_rows(database)] == ["poison"]
    assert await relay.step() == 0
    assert [(row.key, row.attempts) for row in await outbox_rows(database)] == [("poison", 1)]
