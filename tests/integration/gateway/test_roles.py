"""Calls of people in a role: passed on once with the token, never kept, and answered as the owner answers."""

import asyncio
import re

import pytest

from gateway.forward import CALLS, DOCUMENT, ROLE_CALLS
from servicekit.middleware import BODY_LIMIT
from tests.support.builders_gateway import platform

GOOD = {"authorization": "Bearer good"}
ASSESSMENT = "/v1/assessments/a-1"
ANSWER = f"{ASSESSMENT}/answers/EV01"
TRANSITIONS = "/v1/review/assessments/a-1/transitions"
TABLE = b"PK\x03\x04\x00\xff\xfe\r\n\x00" * 500


@pytest.fixture
async def regin(tmp_path):
    async with platform(tmp_path) as found:
        yield found


def seen(regin):
    return [*regin.scoring.reads, *regin.scoring.writes, *regin.survey.writes]


@pytest.mark.parametrize(
    ("path", "method"), [(call.path, method) for call in ROLE_CALLS for method in call.methods]
)
async def test_the_owner_reads_the_token_and_nobody_else_keeps_the_answer(regin, path, method):
    path = re.sub(r"\{[^}]*\}", "x-1", path)
    refused = await regin.client.request(method, path)
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthorized")
    assert refused.headers["www-authenticate"] == "Bearer"
    for number in (1, 2):
        answer = await regin.client.request(method, path, headers=GOOD | {"cookie": "a=b", "x-other": "1"})
        assert answer.status_code in (200, 201)
        assert answer.headers["cache-control"] == "no-store"
        assert "cache-status" not in answer.headers
        assert len(seen(regin)) == number + 1, "each is sent on"
    told = seen(regin)[-1].headers
    assert told["Authorization"] == "Bearer good"
    assert not {"Cookie", "X-Other"} & set(told)


async def test_what_one_caller_was_answered_is_not_the_next_ones(regin):
    assert (await regin.client.get(ASSESSMENT, headers=GOOD)).status_code == 200
    assert (await regin.client.get(ASSESSMENT)).status_code == 401
    assert (await regin.client.get(ASSESSMENT, headers={"authorization": "Bearer other"})).status_code == 401


async def test_entity_tags_guard_changes_through_the_gateway(regin):
    tag = (await regin.client.get(ASSESSMENT, headers=GOOD)).headers["etag"]
    first = await regin.client.put(ANSWER, json={}, headers=GOOD | {"if-match": tag})
    assert (first.status_code, first.headers["location"]) == (201, f"{ANSWER}/1")
    late = await regin.client.put(ANSWER, json={}, headers=GOOD | {"if-match": tag})
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    again = await regin.client.put(ANSWER, json={}, headers=GOOD | {"if-match": first.headers["etag"]})
    assert again.status_code == 201
    same = await regin.client.get(ASSESSMENT, headers=GOOD | {"if-none-match": again.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


async def test_a_file_passes_both_ways_byte_for_byte(regin):
    headers = GOOD | {"content-type": "application/x-table"}
    await regin.client.post(TRANSITIONS, content=TABLE, headers=headers)
    assert regin.scoring.bodies == [TABLE]
    assert regin.scoring.writes[-1].headers["Content-Type"] == "application/x-table"
    answer = await regin.client.get(ASSESSMENT, headers=GOOD)
    assert (answer.content, answer.headers["content-type"]) == (TABLE, "application/x-table")
    assert answer.headers["content-disposition"] == 'attachment; filename="answers.xlsx"'
    head = await regin.client.head(ASSESSMENT, headers=GOOD)
    assert (head.content, head.headers["content-length"]) == (b"", str(len(TABLE)))


@pytest.mark.parametrize("call", [call for call in CALLS if "GET" not in call.methods], ids=lambda c: c.path)
async def test_a_body_may_be_as_long_as_its_call_says_and_no_longer(regin, call):
    path = re.sub(r"\{[^}]*\}", "x-1", call.path)
    headers = GOOD | {"idempotency-key": "k"}
    fits = await regin.client.request(call.methods[0], path, content=b"x" * call.body, headers=headers)
    assert fits.status_code != 413
    count = len(seen(regin))
    answer = await regin.client.request(
        call.methods[0], path, content=b"x" * (call.body + 1), headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert len(seen(regin)) == count


def test_the_longer_bodies_are_those_of_documents():
    longer = {call.path for call in CALLS if call.body > BODY_LIMIT}
    assert {"/v1/surveys/{survey}/submissions", "/v1/review/editions/{edition}"} <= longer
    assert next(call for call in CALLS if call.path == "/v1/review/editions/{edition}").body == DOCUMENT


async def test_publishing_may_take_its_time_and_a_decision_may_not(regin):
    regin.scoring.failing["/transitions"] = regin.scoring.failing["/decisions"] = "slow"
    published, decided = await asyncio.gather(
        regin.client.post(TRANSITIONS, json={}, headers=GOOD),
        regin.client.put("/v1/review/assessments/a-1/decisions/EV01", json={}, headers=GOOD),
    )
    assert (published.status_code, decided.status_code) == (201, 503)
    assert decided.headers["retry-after"] == "2"
    assert len(regin.scoring.writes) == 2, "neither is sent again"


async def test_what_is_computed_for_everybody_is_computed_without_a_token(regin):
    for _ in range(2):
        await regin.client.post("/v1/compute", json={}, headers=GOOD)
    assert len(regin.scoring.writes) == 2
    assert not any("Authorization" in call.headers for call in regin.scoring.writes)


async def test_another_method_is_refused_here(regin):
    answer = await regin.client.request("PATCH", ANSWER, headers=GOOD)
    assert (answer.status_code, answer.headers["allow"]) == (405, "PUT")
    assert regin.scoring.writes == []


@pytest.mark.parametrize(
    "path", ["/v1/assessments/..%2F..%2Finternal%2Fregions", "/v1/assessments/%2e%2e/submit"]
)
async def test_no_way_leads_to_what_is_between_services(regin, path):
    for method in ("GET", "POST"):
        answer = await regin.client.request(method, path, headers=GOOD)
        assert answer.status_code in (200, 404, 405)
    assert not any("/internal/" in request.raw_path for request in seen(regin)), "one segment stays one"
