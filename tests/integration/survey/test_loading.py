"""Definitions into the database: idempotent, immutable, refused whole; and when a version is open."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from survey.load import RefusedDefinition, load
from tests.support.builders_survey import (
    DATA,
    SURVEY,
    a_document,
    a_question,
    a_submission,
    a_text,
    example_answers,
    key_ring,
    read_survey,
    send,
    service,
    the_document,
)  # fmt: skip


@pytest.fixture
def surveys(tmp_path):
    folder = tmp_path / "surveys"
    shutil.copytree(DATA / "surveys", folder)
    return folder


def save(surveys, document):
    folder = surveys / document["survey"]
    folder.mkdir(exist_ok=True)
    (folder / f"{document['version']}.json").write_text(json.dumps(document), encoding="utf-8")


def schedule(surveys, **versions):
    document = {name.strip("v"): value for name, value in versions.items()}
    (surveys / SURVEY / "schedule.json").write_text(json.dumps(document))


async def rows(database):
    async with database.sessions() as session:
        return (
            await session.execute(text("SELECT survey, version, hash FROM survey_version ORDER BY 1, 2"))
        ).all()


async def test_loading_twice_is_loading_once(survey_db, surveys):
    assert await load(survey_db, surveys) == 1
    before = await rows(survey_db)
    assert await load(survey_db, surveys) == 0
    assert await rows(survey_db) == before


async def test_a_changed_file_under_a_known_number_is_refused(survey_db, surveys):
    await load(survey_db, surveys)
    document = the_document()
    document["title"]["en"] += "!"
    save(surveys, document)
    save(surveys, a_document(a_question()))
    with pytest.raises(RefusedDefinition, match="has changed since it was loaded") as refused:
        await load(survey_db, surveys)
    assert f"{SURVEY}/1.json" in str(refused.value)
    assert len(await rows(survey_db)) == 1


async def test_all_faults_of_a_file_are_said_at_once(survey_db, surveys):
    save(surveys, a_document(a_question("a", "number", example="1"), a_question("a"), title={}))
    with pytest.raises(RefusedDefinition) as refused:
        await load(survey_db, surveys)
    assert str(refused.value).splitlines() == [
        "test/1.json is no valid definition:",
        "  #/title/en: missing",
        "  #/sections/0/questions/0/example: not_a_number",
        "  #/sections/0/questions/1/id: repeated_id",
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("1.json", "{", "test/1.json is not JSON"),
        ("2.json", json.dumps(a_document(a_question())), "says it is test/1.json"),
        ("schedule.json", '{"1": {"open_until": "soon", "accepted_until": null}}', "test/schedule.json"),
        (
            "schedule.json",
            '{"1": {"open_until": "2026-01-01T00:00:00", "accepted_until": null}}',
            "no time zone",
        ),
        ("schedule.json", '{"1": {}}', "test/schedule.json"),
        ("schedule.json", "[]", "test/schedule.json"),
        (
            "schedule.json",
            '{"1": {"open_until": "2026-02-01T00:00:00Z", "accepted_until": "2026-01-01T00:00:00Z"}}',
            "accepted_until is before open_until",
        ),
    ],
)
async def test_a_file_that_cannot_be_is_named(survey_db, surveys, name, content, words):
    (surveys / "test").mkdir()
    (surveys / "test" / name).write_text(content)
    with pytest.raises(RefusedDefinition, match=words):
        await load(survey_db, surveys)


async def test_the_newest_version_is_served_and_the_old_one_still_taken(survey_db, tmp_path, surveys):
    async with service(survey_db, tmp_path, surveys=surveys) as client:
        old = await read_survey(client)
    document = the_document() | {"version": 2, "title": a_text("A second version")}
    save(surveys, document)
    async with service(survey_db, tmp_path, surveys=surveys) as client:
        new = await read_survey(client, "sv")
        assert (new["version"], new["title"]) == (
            2, {"text": "A second version", "lang": "en", "translation": None},
        )  # fmt: skip
        assert (await send(client, a_submission(old), key="old")).status_code == 201
        assert (await send(client, a_submission(new), key="new")).status_code == 201
        listed = (await client.get("/v1/surveys", params={"lang": "sv"})).json()
        assert listed["total"] == 1
        completeness = listed["items"][0]["completeness"]
        assert completeness["en"]["texts"] == completeness["en"]["of"]
        assert completeness["sv"]["texts"] == completeness["sv"]["of"] - 1


async def test_a_closed_version_takes_nothing_new_and_still_answers_for_the_old(survey_db, tmp_path, surveys):
    ended = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    async with service(survey_db, tmp_path, surveys=surveys) as client:
        definition = await read_survey(client)
        assert definition["open"] is True
        assert definition["accepted_until"] is None
        body = a_submission(definition)
        first = await send(client, body)
        schedule(surveys, v1={"open_until": ended, "accepted_until": ended})
        await load(survey_db, surveys)
        assert (await read_survey(client))["open"] is False
        again = await send(client, body)
        assert again.content == first.content
        assert again.headers["idempotent-replayed"] == "true"
        other = await send(client, body | {"lang": "fr"}, key="key-2")
        assert (other.status_code, other.json()["code"]) == (409, "survey_closed")
        assert other.headers["content-language"] == "fr"
        dry = await send(client, body, key=None, params={"dry_run": "true"})
        assert dry.status_code == 409


async def test_who_began_before_the_end_may_still_send(survey_db, tmp_path, surveys):
    now = datetime.now(UTC)
    until = {
        "open_until": (now - timedelta(1)).isoformat(),
        "accepted_until": (now + timedelta(1)).isoformat(),
    }
    schedule(surveys, v1=until)
    async with service(survey_db, tmp_path, surveys=surveys) as client:
        definition = await read_survey(client)
        assert definition["open"] is False
        assert (await send(client, a_submission(definition))).status_code == 201


async def test_a_version_of_another_survey_is_none_of_this_one(survey_db, tmp_path, surveys):
    save(surveys, a_document(a_question()))
    async with service(survey_db, tmp_path, surveys=surveys) as client:
        other = (await client.get("/v1/surveys/test")).json()
        assert other["privacy"] == {"purpose": {"text": "Words", "lang": "en", "translation": None}}
        response = await client.get(f"/v1/surveys/{SURVEY}/versions/{other['version_hash']}")
        assert response.status_code == 404
        mine = a_submission(await read_survey(client), version_hash=other["version_hash"])
        assert (await send(client, mine)).status_code == 422
        answers = example_answers(other)
        assert answers == {"q": "Example"}
        listed = (await client.get("/v1/surveys?per_page=1&page=2")).json()
        assert [item["survey"] for item in listed["items"]] == ["test"]
        assert listed["links"]["prev"] == "http://127.0.0.1:8000/v1/surveys?per_page=1"


def test_the_command_says_what_it_did(committed_survey, tmp_path):
    env = {"SURVEY_DATABASE_URL": committed_survey.app, "DATA_DIR": str(DATA), "PATH": ""}
    done = [
        subprocess.run(
            [sys.executable, "-m", "survey.load"], env=env, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert done == ["survey: 1 new survey version(s)\n", "survey: 0 new survey version(s)\n"]


def test_the_service_does_not_start_without_its_key_ring(tmp_path):
    env = {"SURVEY_DATABASE_URL": "postgresql+asyncpg://a@127.0.0.1:1/b", "DATA_DIR": str(DATA), "PATH": ""}
    for more, words in (
        ({}, "SURVEY_SECRET_KEY_FILE is not set"),
        ({"SURVEY_SECRET_KEY_FILE": str(tmp_path / "none")}, "cannot be read"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "survey"], env=env | more, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert words in done.stderr
        assert "Traceback" not in done.stderr
    assert key_ring(tmp_path).stat().st_mode & 0o777 == 0o600
