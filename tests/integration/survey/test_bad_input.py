"""Whatever is sent, the answer is a problem in the form's language, and nothing is stored."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

import survey
from servicekit.catalog import Catalog
from tests.support.builders_survey import (
    LANGUAGES,
    SUBMISSIONS,
    a_submission,
    example_answers,
    read_survey,
    send,
    service,
)


@pytest.fixture
async def client(survey_db, tmp_path):
    async with service(survey_db, tmp_path) as client:
        yield client
        async with survey_db.sessions() as session:
            assert await session.scalar(text("SELECT count(*) FROM submission")) == 0


def faults(response):
    return [(item["pointer"], item["code"]) for item in response.json()["errors"]]


async def test_every_fault_has_an_entry_with_pointer_and_sentence(client):
    definition = await read_survey(client)
    answers = example_answers(definition)
    del answers["title"]
    answers |= {"surprise": 1, "summary": 812, "start": 2021, "outcome": "superb", "organisation": "x" * 812}
    response = await send(client, a_submission(definition, answers=answers))
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["code"] == "invalid_content"
    assert faults(response) == [
        ("#/answers/organisation", "too_long"),
        ("#/answers/title", "missing_answer"),
        ("#/answers/summary", "not_text"),
        ("#/answers/start", "not_text"),
        ("#/answers/outcome", "unknown_option"),
        ("#/answers/surprise", "unknown_question"),
    ]
    assert problem["errors"][0]["params"] == {"max": 200, "got": 812}
    sentence = problem["errors"][0]["detail"]
    assert "200" in sentence
    assert "812" in sentence
    assert "errors_total" not in problem


WORDS = Catalog.load(Path(survey.__file__).parent / "locale")


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_errors_are_in_the_language_of_the_form_whatever_the_browser_asks_for(client, lang):
    definition = await read_survey(client, lang)
    answers = example_answers(definition)
    del answers["title"]
    body = a_submission(definition, answers=answers)
    response = await send(client, body, headers={"Accept-Language": "fi, sv;q=0.5"})
    assert response.headers["content-language"] == lang
    assert [error["detail"] for error in response.json()["errors"]] == [
        WORDS.text(lang, "fault.missing_answer")
    ]


async def test_a_form_in_an_unknown_language_is_answered_in_the_negotiated_one(client):
    body = a_submission(await read_survey(client), lang="tlh")
    response = await send(client, body, headers={"Accept-Language": "pt-BR"})
    assert response.headers["content-language"] == "pt"
    assert faults(response) == [("#/lang", "unknown_language")]


async def test_input_is_never_echoed(client):
    definition = await read_survey(client)
    planted = "Zyx987<script>"
    answers = example_answers(definition) | {
        "title": {planted: planted}, "outcome": planted, "country": planted, "region": {"other": [planted]},
        "links": [{planted: planted, "url": planted}], planted: planted, "contact_email": planted,
        "target_groups": [planted, {"other": planted * 100}],
    }  # fmt: skip
    body = a_submission(definition, answers=answers) | {planted: planted}
    body["declarations"].append({"id": planted, "version": 1, "lang": planted, "given": True})
    for lang in ("en", planted):
        response = await send(client, body | {"lang": lang}, headers={"Accept-Language": planted})
        assert response.status_code == 422
        assert "Zyx987" not in response.text


async def test_at_most_a_hundred_entries_and_the_true_count(client):
    definition = await read_survey(client)
    answers = {f"q{number}": 1 for number in range(5000)} | example_answers(definition)
    response = await send(client, a_submission(definition, answers=answers))
    assert len(response.json()["errors"]) == 100
    assert response.json()["errors_total"] == 5000


async def test_six_megabytes_are_too_much_before_they_are_read(client):
    response = await send(client, b'{"answers": "' + b"x" * 6_000_000 + b'"}')
    assert response.status_code == 413
    assert response.json()["code"] == "body_too_large"


@pytest.mark.parametrize(
    "body",
    [
        b'{"lang": "en\\u0000"}',
        b'{"answers": {"title": NaN}}',
        b'{"answers": {"title": 1e400}}',
        b'{"answers": {"title": "\\ud800"}}',
        b'{"answers": {"title": "\xff\xfe"}}',
        b'{"answers": {"title": "a", "title": "b"}}',
        b"[" * 20_000,
        b"[" * 20_000 + b"]" * 20_000,
        b"",
        b"{",
        b'{"a": 1} x',
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
async def test_what_is_no_strict_json_is_a_400(client, body):
    response = await send(client, body)
    assert response.status_code == 400
    assert response.json()["code"] == "malformed_json"


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"1", b"null", b"true", b"[[[]]]"])
async def test_json_of_another_type_is_a_422(client, body):
    response = await send(client, body)
    assert response.status_code == 422
    assert faults(response) == [("#", "not_an_object")]


async def test_an_empty_object_lacks_every_field(client):
    response = await send(client, {})
    assert faults(response) == [
        ("#/version_hash", "missing"), ("#/lang", "missing"), ("#/answers_lang", "missing"),
        ("#/answers", "missing"), ("#/declarations", "missing"),
    ]  # fmt: skip


async def test_an_unknown_version_is_named(client):
    body = a_submission(await read_survey(client), version_hash="sha256:0")
    assert faults(await send(client, body)) == [("#/version_hash", "unknown_version")]


async def test_an_integer_that_not_every_reader_keeps_exact_is_refused(client):
    definition = await read_survey(client)
    for value in (2**53, -(2**53), 10**30):
        answers = example_answers(definition) | {"end": [value]}  # hidden, and refused all the same
        response = await send(client, a_submission(definition, answers=answers))
        assert faults(response) == [("#/answers/end/0", "integer_too_large")]


async def test_declarations_are_checked_one_by_one(client):
    definition = await read_survey(client)
    given = a_submission(definition)["declarations"]
    body = a_submission(
        definition,
        declarations=[
            given[0] | {"given": False},
            given[1] | {"version": 2},
            given[3],
            given[3],
            given[4] | {"given": "true"},
            {"id": "invented", "version": 1, "lang": "en", "given": True},
        ],
    )
    assert faults(await send(client, body)) == [
        ("#/declarations/0/given", "declaration_required"),
        ("#/declarations/1/version", "other_version"),
        ("#/declarations/3/id", "repeated_declaration"),
        ("#/declarations/4/given", "not_true_or_false"),
        ("#/declarations/5/id", "unknown_declaration"),
        ("#/declarations", "declaration_required"),
    ]


async def test_a_declaration_in_a_language_it_was_not_shown_in_is_refused(client):
    definition = await read_survey(client)
    body = a_submission(definition)
    body["declarations"][0]["lang"] = "ca"
    assert faults(await send(client, body)) == [("#/declarations/0/lang", "unknown_language")]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/surveys/none", "/v1/surveys/a%00b", "/v1/surveys/a%2Fb",
        "/v1/surveys/integration-practice/versions/x",
        "/v1/surveys/none/versions/x", "/v1/surveys/integration-practice/", "/v1/submissions",
        "/v1/submissions/none", "/v1/submissions/a%00b", "/v1/submissions/%F0%9F%8C%8D",
    ],
)  # fmt: skip
async def test_what_is_not_there_is_a_404_problem(client, path):
    response = await client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_problem_and_fault_has_its_words(client, lang):
    response = await client.get("/v1/surveys/none", params={"lang": lang})
    assert response.headers["content-language"] == lang
    assert response.json()["title"] != "survey_not_found.title"


async def test_nothing_is_stored_by_a_form_post(client):
    response = await client.post(SUBMISSIONS, data={"answers": "x"}, headers={"Idempotency-Key": "k"})
    assert response.status_code == 400


async def test_a_body_of_the_limit_itself_is_read(client):
    definition = await read_survey(client)
    body = a_submission(definition)
    body["answers"]["summary"] = ""
    room = 4 * 1024 * 1024 - len(json.dumps(body).encode())
    body["answers"]["summary"] = "x" * room
    response = await send(client, body)
    assert faults(response) == [("#/answers/summary", "too_long")]
    body["answers"]["summary"] += "x"
    assert (await send(client, body)).status_code == 413
