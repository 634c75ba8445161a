"""A submission over HTTP against a real PostgreSQL: taken once, answered the same for ever."""

import json
import re
from datetime import datetime

import pytest

from tests.support.builders_survey import (
    LANGUAGES,
    SUBMISSIONS,
    SURVEY,
    a_submission,
    example_answers,
    holder,
    read_survey,
    send,
    service,
)


@pytest.fixture
async def client(survey_db, tmp_path):
    async with service(survey_db, tmp_path) as client:
        yield client


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_in_each_language_a_submission_is_stored_and_the_same_again_answers_the_same_bytes(
    client, lang
):
    definition = await read_survey(client, lang)
    assert definition["lang"] == lang
    assert {section["title"]["lang"] for section in definition["sections"]} == {lang}
    body = a_submission(definition)

    first = await send(client, body)
    again = await send(client, body)

    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert first.headers["cache-control"] == "no-store"
    accepted = first.json()
    assert list(accepted) == [
        "submission_id", "secret", "salt", "receipt", "status_url", "hidden_answers_dropped",
    ]  # fmt: skip
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", accepted["submission_id"])
    assert accepted["status_url"] == f"http://127.0.0.1:8000/v1/submissions/{accepted['submission_id']}"
    assert first.headers["location"] == accepted["status_url"]
    assert accepted["hidden_answers_dropped"] == []

    status = await client.get(
        f"/v1/submissions/{accepted['submission_id']}?lang={lang}", headers=holder(accepted)
    )
    assert status.status_code == 200
    assert status.json()["label"]["lang"] == lang
    assert status.json()["state"] == "received"


async def test_answers_are_kept_exactly_as_sent_less_the_hidden_ones(client):
    definition = await read_survey(client)
    answers = example_answers(definition) | {
        "title": "  Cafe\u0301 \U0001f30d  ",
        "end": {"anything": "at all"},  # hidden: the practice is still running
    }
    accepted = (await send(client, a_submission(definition, answers=answers))).json()
    assert accepted["hidden_answers_dropped"] == ["end"]
    export = await client.get(f"/v1/submissions/{accepted['submission_id']}/export", headers=holder(accepted))
    assert export.json()["answers"] == {name: value for name, value in answers.items() if name != "end"}


async def test_the_order_of_members_and_the_proof_are_no_part_of_the_content(client):
    body = a_submission(await read_survey(client))
    first = await send(client, body | {"proof": {"n": 1}})
    again = await send(client, dict(reversed(body.items())) | {"proof": "other"})
    assert first.status_code == 201
    assert first.content == again.content


async def test_the_same_key_with_other_content_is_refused_and_changes_nothing(client):
    definition = await read_survey(client)
    body = a_submission(definition)
    first = await send(client, body)
    other = await send(client, body | {"answers": body["answers"] | {"title": "Another one"}})
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"
    assert (await send(client, body)).content == first.content


async def test_only_a_201_binds_the_key(client):
    definition = await read_survey(client)
    refused = await send(client, a_submission(definition, answers={}))
    assert refused.status_code == 422
    assert (await send(client, a_submission(definition))).status_code == 201


async def test_the_key_is_looked_up_before_anything_is_checked(client):
    body = a_submission(await read_survey(client))
    await send(client, body)
    assert (await send(client, {"nonsense": 1})).json()["code"] == "idempotency_key_reused"
    assert (await send(client, body | {"answers": {"title": 2**60}})).json()[
        "code"
    ] == "idempotency_key_reused"


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency_key_missing"),
        ("k" * 201, "idempotency_key_invalid"),
        ("two words", "idempotency_key_invalid"),
        ("cl\xe9", "idempotency_key_invalid"),
    ],
)
async def test_without_a_proper_key_nothing_is_taken(client, key, code):
    body = a_submission(await read_survey(client))
    headers = {"Idempotency-Key": key.encode("latin-1")} if key else {}
    response = await send(client, body, key=None, headers=headers)
    assert response.status_code == 400
    assert response.json()["code"] == code


async def test_a_key_of_200_characters_is_taken(client):
    body = a_submission(await read_survey(client))
    assert (await send(client, body, key="!" * 199 + "~")).status_code == 201


async def test_a_dry_run_checks_and_stores_nothing(client):
    definition = await read_survey(client)
    body = a_submission(definition, answers=example_answers(definition, without=()))
    good = await send(client, body, key=None, params={"dry_run": "true"})
    assert good.status_code == 200
    assert good.json() == {"valid": True, "hidden_answers_dropped": ["end"]}
    bad = await send(client, body | {"answers": {}}, params={"dry_run": "true"})
    assert bad.status_code == 422
    assert (await send(client, body)).headers.get("idempotent-replayed") is None


async def test_the_answer_to_a_stored_submission_says_when_and_under_which_definition(client):
    definition = await read_survey(client)
    accepted = (await send(client, a_submission(definition))).json()
    receipt = accepted["receipt"]
    assert list(receipt) == [
        "receipt_version", "submission_id", "survey", "version_hash", "answers_hash", "received_at", "key_id",
        "signature",
    ]  # fmt: skip
    assert receipt["receipt_version"] == 1
    assert (receipt["survey"], receipt["version_hash"]) == (SURVEY, definition["version_hash"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", receipt["received_at"])
    datetime.fromisoformat(receipt["received_at"])


async def test_an_unknown_survey_names_the_nearest(client):
    body = json.dumps(a_submission(await read_survey(client)))
    response = await client.post(
        "/v1/surveys/integration-practise/submissions", content=body, headers={"Idempotency-Key": "k"}
    )
    assert response.status_code == 404
    assert "“integration-practice”" in response.json()["detail"]


async def test_an_unknown_parameter_is_named(client):
    response = await client.post(f"{SUBMISSIONS}?dryrun=true", content=b"{}")
    assert response.status_code == 400
    assert response.json()["code"] == "unknown_parameter"
    assert "“dry_run”" in response.json()["detail"]
