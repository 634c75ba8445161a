"""Processes die at the worst moment: what was acknowledged is there, once."""

import asyncio
import json

import asyncpg
import httpx
import pytest

from tests.support.forms import filled

SUBMISSIONS = 200
AT_ONCE = 20


async def stored(platform):
    """Count submissions in the survey's database, by their ids."""
    passwords = json.loads((platform.data / "secrets" / "roles.json").read_text(encoding="ascii"))
    connection = await asyncpg.connect(
        host="127.0.0.1",
        port=int(platform.environment["POSTGRES_PORT"]),
        user="survey_app",
        password=passwords["survey_app"],
        database="survey",
    )
    try:
        return [row["id"] for row in await connection.fetch("SELECT id FROM submission")]
    finally:
        await connection.close()


async def send_until_acknowledged(client, body, key, attempts):
    """Send as a form does: the same key again until there is an answer."""
    address = "/v1/surveys/integration-practice/submissions"
    for _ in range(600):
        try:
            answer = await client.post(address, json=body, headers={"Idempotency-Key": key})
        except httpx.HTTPError:
            answer = None
        if answer is not None and answer.status_code == 201:
            return answer
        # While the service is away the gateway says so and when to come back; it never fails otherwise.
        assert answer is None or answer.status_code in (409, 503), answer.text
        attempts.append(key)
        await asyncio.sleep(0.1)
    raise AssertionError("never acknowledged")


@pytest.mark.parametrize("victim", ["survey", "postgres"])
async def test_killed_while_200_submissions_are_sent_every_acknowledged_one_is_there_once(platform, victim):
    before = await stored(platform)
    async with httpx.AsyncClient(base_url=platform.base_url, timeout=20) as client:
        body = filled((await client.get("/v1/surveys/integration-practice?lang=en")).json())
        room = asyncio.Semaphore(AT_ONCE)
        acknowledged, attempts, well_under_way = {}, [], asyncio.Event()

        async def send(number):
            key = f"{victim}-{number}"
            async with room:
                answer = await send_until_acknowledged(client, body, key, attempts)
            acknowledged[key] = answer
            if len(acknowledged) == SUBMISSIONS // 4:
                well_under_way.set()

        async def kill():
            await well_under_way.wait()
            await asyncio.to_thread(platform.kill, victim)

        await asyncio.gather(kill(), *(send(number) for number in range(SUBMISSIONS)))
        assert attempts, "the kill came too late to disturb anything"
        made = {key: answer.json()["submission_id"] for key, answer in acknowledged.items()}
        assert len(set(made.values())) == SUBMISSIONS
        # Each holder sees theirs, and the same request again gives the same bytes.
        for key, answer in acknowledged.items():
            secret = {"Authorization": f"Bearer {answer.json()['secret']}"}
            assert (await client.get(f"/v1/submissions/{made[key]}", headers=secret)).status_code == 200
            again = await send_until_acknowledged(client, body, key, [])
            assert again.content == answer.content
    after = await stored(platform)
    assert sorted(set(after) - set(before)) == sorted(made.values())
    assert len(after) == len(before) + SUBMISSIONS


async def test_reads_go_on_while_a_service_is_away(platform):
    async with httpx.AsyncClient(base_url=platform.base_url, timeout=10) as client:
        assert (await client.get("/v1/regions/skane/panel")).status_code == 200
        pid = platform.kill("scoring", wait=False)
        answers = [await client.get("/v1/regions/skane/panel") for _ in range(20)]
        assert {answer.status_code for answer in answers} == {200}
        unheld = await client.get("/v1/regions/azores/scores?lang=it")
        assert unheld.status_code in (200, 503)
        if unheld.status_code == 503:
            assert unheld.headers["retry-after"]
            assert unheld.headers["content-type"] == "application/problem+json"
        await asyncio.to_thread(platform.wait_for_return, "scoring", pid)
