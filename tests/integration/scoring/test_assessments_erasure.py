"""Erasing an expert: names and texts are gone from every table, and all that rests on them still holds."""

import asyncio
import secrets
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from scoring.repository.writings import WritingRepository
from scoring.service.questionnaires import Questionnaires
from scoring.service.steps import Person, Rooms
from scoring.verify_log import check
from servicekit.database import Database
from tests.support.builders_assessments import INDICATORS, answer, working
from tests.support.people import write_people

SECRETS = ("expert-1", "Quince", "quince@example.org", "Medlar")


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
async def work(scoring_db, people):
    async with working(scoring_db, people) as found:
        await found.open()
        yield found


async def found_in(database, words):
    """Where words stand: every column of every table, read as text."""
    async with database.sessions() as session:
        tables = await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        held = {
            table: list(await session.scalars(text(f'SELECT t::text FROM "{table}" t'))) for table in tables
        }
    return {
        table
        for table, rows in held.items()
        for row in rows
        if any(word.lower() in row.lower() for word in words)
    }


def telling(option):
    return answer(
        option,
        justification={"text": "Dr Quince saw the decree.", "lang": "en"},
        note={"text": "Write to quince@example.org.", "lang": "en"},
        sources=[{"title": "Notes of M. Medlar"}],
    )


async def erase(work, subject="expert-1"):
    return await work.call("admin-1", "POST", "/v1/review/erasures", {"subject": subject})


async def test_names_and_texts_are_gone_and_the_log_still_holds(work, scoring_db):
    for name in INDICATORS:
        await work.save("expert-1", name, telling("b"))
        await work.save("expert-1", name, telling("a"))
        await work.save("expert-2", name)
    await work.submit("expert-1")
    await work.submit("expert-2")
    assert await found_in(scoring_db, SECRETS) == {"person", "free_text"}
    before = await work.case()

    erased = await erase(work)

    assert (erased.status_code, erased.json()) == (200, {"erased": 1, "texts": 12})
    assert await found_in(scoring_db, SECRETS) == set()
    assert await check(scoring_db) == (1, [])
    log = (await work.review("GET", "/log")).json()
    assert log["verified"]
    after = await work.case()
    for was, now in zip(before["indicators"], after["indicators"], strict=True):
        assert now["a"]["justification"] is now["a"]["note"] is None
        assert now["a"]["sources"] == []
        assert (now["a"]["option"], now["agree"], now["b"]) == (was["a"]["option"], was["agree"], was["b"])


async def test_once_erased_there_is_nothing_more_to_erase(work):
    await work.save("expert-1", "I1")
    await erase(work)

    again, nobody = await erase(work), await erase(work, "expert-9")

    assert (again.status_code, again.json()) == (200, {"erased": 0, "texts": 0})
    assert again.json() == nobody.json()


async def test_an_erased_expert_is_a_stranger(work):
    await work.save("expert-1", "I1")
    await erase(work)

    assert (await work.call("expert-1", "GET", "/v1/assessments")).json()["items"] == []
    assert (await work.save("expert-1", "I2")).status_code == 404


async def test_a_reviewer_is_erased_too(work, scoring_db):
    for name in INDICATORS:
        await work.save("expert-1", name)
        await work.save("expert-2", name)
    await work.submit("expert-1")
    await work.submit("expert-2")
    question = {"indicator": "I2", "to": ["b"], "text": "Quince asks: since when?", "lang": "en"}
    await work.review("POST", "/questions", question)
    await work.save("expert-2", "I2")
    await work.decide("I1", reason="Quince says so.")

    await erase(work, "reviewer-1")

    assert await found_in(scoring_db, ("reviewer-1", "Quince")) == set()
    assert await check(scoring_db) == (1, [])
    decision = next(
        row["decision"] for row in (await work.review("GET", who="reviewer-2")).json()["indicators"]
        if row["indicator"] == "I1"
    )  # fmt: skip
    assert (decision["option"], decision["reason"]) == ("a", None)


@pytest.mark.parametrize(
    "change",
    [
        "payload = jsonb_set(payload, '{option}', '\"c\"')",
        "actor_ref = (SELECT reviewer_ref FROM assessment)",
    ],
)
async def test_a_log_that_was_changed_does_not_hold(postgres_server, people, change):
    # The service itself cannot change its log; who owns the database can, and it shows.
    addresses = await postgres_server.migrated("scoring")
    database = Database(addresses.app)
    async with working(database, people) as own:
        await own.open()
        await own.save("expert-1", "I1")
        await own.save("expert-1", "I2")
        owner = create_async_engine(addresses.owner)
        async with owner.begin() as connection:
            await connection.execute(text(f"UPDATE assessment_log SET {change} WHERE n = 2"))
        await owner.dispose()

        logs, broken = await check(database)
        told = (await own.review("GET", "/log")).json()

    assert (logs, broken) == (1, [f"{own.id}: entry 2 does not fit (hash)"])
    assert (told["verified"], told["broken"]) == (False, {"n": 2, "reason": "hash"})
    await database.dispose()
    await postgres_server.drop(addresses.name)


@pytest.mark.parametrize("table", ["assessment_log", "first_answer"])
async def test_the_service_cannot_change_its_log(work, scoring_db, table):
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET indicator = 'I9'"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with scoring_db.sessions.begin() as session:
                await session.execute(text(statement))


async def test_who_is_writing_is_erased_with_what_they_write(committed_scoring_db, people):
    async with working(committed_scoring_db, people) as own:
        await own.open()
        rooms = Rooms(committed_scoring_db.sessions, Questionnaires())
        async with rooms.expert(Person("expert-1"), own.id) as step:
            erasing = asyncio.create_task(erase(own))
            await asyncio.wait([erasing], timeout=0.2)
            await step.write("note", {"text": "Dr Quince saw the decree.", "lang": "en"})

        assert (await erasing).json() == {"erased": 1, "texts": 1}
        assert await found_in(committed_scoring_db, SECRETS) == set()


async def test_who_comes_while_being_erased_is_a_stranger(committed_scoring_db, people):
    async with working(committed_scoring_db, people) as own:
        await own.open()
        async with committed_scoring_db.sessions.begin() as session:
            await WritingRepository(session).erase("expert-1", datetime.now(UTC))
            saving = asyncio.create_task(own.save("expert-1", "I1", telling("a")))
            await asyncio.wait([saving], timeout=0.2)

        assert (await saving).status_code == 404
        assert await found_in(committed_scoring_db, SECRETS) == set()


async def test_who_enter_the_same_people_at_once_do_not_hold_up_each_other(committed_scoring_db):
    async def enter(*subjects):
        async with committed_scoring_db.sessions.begin() as session:
            refs = {one: f"p-{secrets.token_hex(4)}" for one in subjects}
            return await WritingRepository(session).enter_all(refs)

    for n in range(10):
        one, other = f"first-{n}", f"second-{n}"
        mine, yours = await asyncio.gather(enter(one, other), enter(other, one))
        assert mine == yours
