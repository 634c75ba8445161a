"""Who waits for somebody else's step holds no connection: all others are answered meanwhile."""

import asyncio

import pytest
from sqlalchemy import text

from scoring.domain.assessment import State
from scoring.service.questionnaires import Questionnaires
from scoring.service.reviewing import ReviewService
from scoring.service.steps import Person, Rooms
from servicekit.database import Database
from tests.support.builders_assessments import working
from tests.support.people import write_people

EXPERT, REVIEWER = Person("expert-1"), Person("reviewer-1")


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
async def database(committed_scoring):
    """A database with two connections and no more."""
    found = Database(committed_scoring.app, pool_size=2)
    yield found
    await found.dispose()


async def is_answered(database):
    async with asyncio.timeout(1), database.sessions() as session:
        return await session.scalar(text("SELECT 1")) == 1


async def test_steps_of_one_assessment(database, people):
    async with working(database, people) as work:
        await work.open()
    rooms, notes = Rooms(database.sessions, Questionnaires()), range(5)

    async def note(number):
        async with rooms.expert(EXPERT, work.id) as step:
            await step.write("note", {"text": str(number), "lang": "en"})
            return number

    async with rooms.expert(EXPERT, work.id):
        waiting = [asyncio.create_task(note(number)) for number in notes]
        await asyncio.wait(waiting, timeout=0.2)
        assert await is_answered(database)

    assert await asyncio.gather(*waiting) == list(notes)


async def test_publications_of_several_regions(database, people):
    ids = []
    async with working(database, people) as work:
        for where in ("alpha", "beta"):
            await work.open(where)
            await work.decided()
            await work.move("preliminary")
            ids.append(work.id)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def publish(_session, assessment, _actor, _now):
        begun.set()
        await go_on.wait()
        raise LookupError(assessment)

    service = ReviewService(Rooms(database.sessions, Questionnaires()), publish)
    publishing = [asyncio.create_task(service.move(REVIEWER, one, State.PUBLISHED, None)) for one in ids]
    await begun.wait()
    await asyncio.wait(publishing, timeout=0.2)
    assert await is_answered(database)

    go_on.set()
    told = await asyncio.gather(*publishing, return_exceptions=True)
    assert [one.args for one in told] == [(one,) for one in ids]
