"""Bodies of megabytes: answered as any other, and in another thread, so that the others need not wait."""

import asyncio
import json

import pytest

from servicekit.aside import LARGE
from tests.support.builders_survey import a_submission, example_answers, read_survey, send, service

MANY = 60_000


@pytest.fixture
async def client(survey_db, tmp_path):
    async with service(survey_db, tmp_path) as client:
        yield client


def faults(response):
    return [(item["pointer"], item["code"]) for item in response.json()["errors"]]


def large(definition, name):
    answers = example_answers(definition)
    body = a_submission(definition)
    return {
        "links": body | {"answers": answers | {"links": [{"url": "x"}] * MANY}},
        "answers": body | {"answers": answers | {f"q{number}": 1 for number in range(MANY)}},
        "declarations": body | {"declarations": [{"id": "x"}] * MANY},
        "fields": body | {f"k{number}": 1 for number in range(MANY)},
        "integers": body | {"answers": answers | {"end": [2**53] * MANY}},
    }[name]


@pytest.mark.parametrize(
    ("name", "first", "total"),
    [
        ("links", ("#/answers/links", "too_many"), None),
        ("answers", ("#/answers/q0", "unknown_question"), MANY),
        ("declarations", ("#/declarations", "too_many"), None),
        ("fields", ("#/k0", "unknown_field"), MANY),
        ("integers", ("#/answers/end/0", "integer_too_large"), MANY),
    ],
)
async def test_it_is_refused_with_a_hundred_faults_at_most(client, name, first, total):
    response = await send(client, large(await read_survey(client), name))
    assert response.status_code == 422
    assert faults(response)[0] == first
    assert len(faults(response)) <= 100
    assert response.json().get("errors_total") == total


async def test_one_that_is_valid_is_taken_and_replayed(client):
    definition = await read_survey(client)
    body = json.dumps(a_submission(definition)).encode() + b" " * LARGE
    first, again = [await send(client, body) for _ in range(2)]
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    faulty = json.loads(body) | {"answers": {}}
    assert (await send(client, faulty)).json()["code"] == "idempotency_key_reused"


async def test_a_small_one_overtakes_them(client):
    definition = await read_survey(client)
    body = json.dumps(large(definition, "answers")).encode()
    done = []

    async def sent(name, content):
        response = await send(client, content, name)
        done.append((name, response.status_code))

    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(sent(f"large-{number}", body))
        await asyncio.sleep(0)
        group.create_task(sent("small", a_submission(definition)))
    assert ("small", 201) in done[:2]
    assert len(done) == 6
