"""Many at once, over real connections and two replicas: one submission, one answer, stored first."""

import asyncio
import contextlib

import asyncpg
import pytest

from servicekit.database import Database, asyncpg_dsn
from tests.support.builders_survey import a_submission, read_survey, send, service


@pytest.fixture
async def replicas(committed_survey, tmp_path):
    """Two services over one database, each with its own pool, and a connection to look with."""
    async with contextlib.AsyncExitStack() as stack:
        clients = []
        for _ in range(2):
            database = Database(committed_survey.app)
            stack.push_async_callback(database.dispose)
            clients.append(await stack.enter_async_context(service(database, tmp_path)))
        look = await asyncpg.connect(asyncpg_dsn(committed_survey.app))
        stack.push_async_callback(look.close)
        yield *clients, look


async def counts(look):
    tables = ("submission", "receipt", "submission_content", "idempotency_key", "feed_entry")
    return {name: await look.fetchval(f"SELECT count(*) FROM {name}") for name in tables}


async def test_fifty_at_once_with_one_key_are_one(replicas):
    one, two, look = replicas
    body = a_submission(await read_survey(one))
    responses = await asyncio.gather(*(send(client, body) for _ in range(25) for client in (one, two)))
    assert {response.status_code for response in responses} == {201}
    assert len({response.content for response in responses}) == 1
    assert sum("idempotent-replayed" not in response.headers for response in responses) == 1
    assert set((await counts(look)).values()) == {1}


async def test_fifty_at_once_with_one_key_and_two_contents_are_one_and_refusals(replicas):
    one, two, look = replicas
    body = a_submission(await read_survey(one))
    other = body | {"answers_lang": "ca"}
    responses = await asyncio.gather(
        *(send(client, content) for _ in range(13) for client in (one, two) for content in (body, other))
    )
    assert {response.status_code for response in responses} == {201, 422}
    assert len({response.content for response in responses if response.status_code == 201}) == 1
    assert set((await counts(look)).values()) == {1}


async def test_fifty_at_once_with_fifty_keys_are_fifty(replicas):
    one, two, look = replicas
    body = a_submission(await read_survey(one))
    responses = await asyncio.gather(
        *(send((one, two)[number % 2], body, key=f"key-{number}") for number in range(50))
    )
    assert {response.status_code for response in responses} == {201}
    assert set((await counts(look)).values()) == {50}


class Twin:
    """Another replica in the middle of storing a key: its transaction is open."""

    def __init__(self, address):
        self._address = address

    async def __aenter__(self):
        self._look = await asyncpg.connect(self._address)
        self._transaction = self._look.transaction()
        await self._transaction.start()
        # As the service does it, but for the commit: the rows of a submission that is seen by nobody yet.
        await self._look.execute("LOCK TABLE idempotency_key IN SHARE ROW EXCLUSIVE MODE")
        return self._transaction

    async def __aexit__(self, *_):
        await self._look.close()


async def test_a_twin_in_flight_is_waited_for(replicas, committed_survey):
    one, _, look = replicas
    body = a_submission(await read_survey(one))
    async with Twin(asyncpg_dsn(committed_survey.owner)) as transaction:
        sending = asyncio.create_task(send(one, body))
        await asyncio.sleep(0.5)
        assert not sending.done()
        await transaction.rollback()
        assert (await sending).status_code == 201
    assert set((await counts(look)).values()) == {1}


async def test_a_twin_that_takes_too_long_is_a_409_that_says_when_to_try_again(replicas, committed_survey):
    one, _, look = replicas
    body = a_submission(await read_survey(one))
    async with Twin(asyncpg_dsn(committed_survey.owner)) as transaction:
        started = asyncio.get_running_loop().time()
        response = await send(one, body | {"lang": "it"})
        waited = asyncio.get_running_loop().time() - started
        assert response.status_code == 409
        assert response.json()["code"] == "submission_in_flight"
        assert response.headers["content-language"] == "it"
        assert int(response.headers["retry-after"]) > 0
        assert 8 < waited < 20  # twice the five seconds of the lock, and whatever the machine is busy with
        await transaction.rollback()
    assert set((await counts(look)).values()) == {0}
    assert (await send(one, body)).status_code == 201


async def test_when_a_201_is_out_the_rows_are_in(replicas):
    one, _, look = replicas
    body = a_submission(await read_survey(one))
    for number in range(20):
        accepted = (await send(one, body, key=f"key-{number}")).json()
        assert await look.fetchval("SELECT state FROM submission WHERE id = $1", accepted["submission_id"])


async def test_replays_and_an_erasure_at_once_end_erased(replicas):
    one, two, look = replicas
    body = a_submission(await read_survey(one))
    accepted = (await send(one, body)).json()
    erasing = one.delete(
        f"/v1/submissions/{accepted['submission_id']}",
        headers={"Authorization": f"Bearer {accepted['secret']}"},
    )
    responses = await asyncio.gather(*(send(two, body) for _ in range(10)), erasing)
    assert {response.status_code for response in responses} <= {201, 204, 410}
    assert (await send(two, body)).status_code == 410
    assert (await counts(look))["submission_content"] == 0


async def test_two_erasures_at_once_are_one(replicas):
    one, two, look = replicas
    accepted = (await send(one, a_submission(await read_survey(one)))).json()
    headers = {"Authorization": f"Bearer {accepted['secret']}"}
    url = f"/v1/submissions/{accepted['submission_id']}"
    responses = await asyncio.gather(*(client.delete(url, headers=headers) for client in (one, two) * 3))
    assert sorted(response.status_code for response in responses) == [204, 404, 404, 404, 404, 404]
    assert (await counts(look))["feed_entry"] == 2
