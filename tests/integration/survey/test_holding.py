"""What the holder of the secret may do: look, take all, take back a consent, erase."""

import json

import pytest
from sqlalchemy import text

from tests.support.builders_survey import LANGUAGES, a_submission, holder, read_survey, send, service


@pytest.fixture
async def client(survey_db, tmp_path):
    async with service(survey_db, tmp_path) as client:
        yield client


@pytest.fixture
async def accepted(client):
    return (await send(client, a_submission(await read_survey(client)))).json()


def address(accepted, rest=""):
    return f"/v1/submissions/{accepted['submission_id']}{rest}"


async def changes(database):
    async with database.sessions() as session:
        rows = await session.execute(text("SELECT kind, key FROM feed_entry ORDER BY id"))
        return [(row.kind, row.key) for row in rows]


async def test_the_status_says_where_the_submission_stands(client, accepted):
    response = await client.get(address(accepted), headers=holder(accepted), params={"lang": "de"})
    status = response.json()
    assert response.headers["cache-control"] == "no-store"
    assert status["state"] == "received"
    assert status["label"]["lang"] == "de"
    assert status["explanation"]["lang"] == "de"
    assert status["received_at"] == status["changed_at"] == accepted["receipt"]["received_at"]
    assert [(entry["state"], entry["at"]) for entry in status["history"]] == [
        ("received", status["received_at"])
    ]
    assert status["receipt"] == accepted["receipt"]
    assert status["links"]["self"] == accepted["status_url"]
    for link in status["links"].values():
        path = link.removeprefix("http://127.0.0.1:8000")
        assert (await client.get(path, headers=holder(accepted))).status_code == 200
    assert "secret" not in response.text.replace("secret_", "")


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_status_is_whole_in_each_language(client, accepted, lang):
    status = (await client.get(address(accepted), headers=holder(accepted), params={"lang": lang})).json()
    texts = [status["title"], status["label"], status["explanation"], status["history"][0]["label"]]
    texts += [declaration["text"] for declaration in status["declarations"]]
    assert {item["lang"] for item in texts} == {lang}


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Basic {secret}",
        "{secret}",
        "Bearer {secret}x",
        "Bearer \xe9",
    ],
)
@pytest.mark.parametrize(
    ("method", "rest"),
    [("GET", ""), ("GET", "/export"), ("DELETE", ""), ("PUT", "/declarations/be_contacted")],
)
async def test_a_wrong_or_missing_secret_is_a_404_like_no_submission(
    client, accepted, method, rest, authorization
):
    headers = {}
    if authorization is not None:
        headers = {"Authorization": authorization.format(**accepted).encode("latin-1")}
    body = {"given": False} if method == "PUT" else None
    wrong = await client.request(method, address(accepted, rest), headers=headers, json=body)
    nowhere = await client.request(method, f"/v1/submissions/none{rest}", headers=headers, json=body)
    assert wrong.status_code == nowhere.status_code == 404
    assert {k: v for k, v in wrong.json().items() if k != "trace_id"} == {
        k: v for k, v in nowhere.json().items() if k != "trace_id"
    }
    assert (await client.get(address(accepted), headers=holder(accepted))).status_code == 200


async def test_another_submissions_secret_opens_nothing(client, accepted):
    other = (await send(client, a_submission(await read_survey(client)), key="key-2")).json()
    assert (await client.get(address(accepted), headers=holder(other))).status_code == 404


async def test_the_export_holds_all_that_is_held(client, accepted, survey_db):
    export = (await client.get(address(accepted, "/export"), headers=holder(accepted))).json()
    assert export["salt"] == accepted["salt"]
    assert export["status"]["receipt"] == accepted["receipt"]
    async with survey_db.sessions() as session:
        row = (await session.execute(text("SELECT * FROM submission_content"))).one()
    held = {value for value in row._mapping.values() if isinstance(value, str)} - {row.answers}
    everything = json.dumps(export)
    assert all(value in everything for value in held)
    assert json.loads(row.answers) == export["answers"]


async def test_a_consent_is_taken_back_once(client, accepted, survey_db):
    url = address(accepted, "/declarations/be_contacted")
    before = await changes(survey_db)
    first = await client.put(url, json={"given": False}, headers=holder(accepted), params={"lang": "sv"})
    again = await client.put(url, json={"given": False}, headers=holder(accepted), params={"lang": "sv"})
    assert first.status_code == 200
    assert first.json() == again.json()
    assert first.json()["given"] is False
    assert first.json()["withdrawn_at"] is not None
    assert first.json()["text"]["lang"] == "sv"
    assert await changes(survey_db) == [*before, ("submission", accepted["submission_id"])]
    status = (await client.get(address(accepted), headers=holder(accepted))).json()
    assert {d["id"]: d["given"] for d in status["declarations"]}["be_contacted"] is False
    assert status["changed_at"] > status["received_at"]


@pytest.mark.parametrize(
    ("declaration", "body", "status", "code"),
    [
        ("privacy_notice", {"given": False}, 409, "declaration_final"),
        ("text_licence", {"given": False}, 409, "declaration_final"),
        ("invented", {"given": False}, 404, "declaration_not_found"),
        ("be_contacted", {"given": True}, 422, "invalid_content"),
        ("be_contacted", {"given": 0}, 422, "invalid_content"),
        ("be_contacted", {"given": False, "more": 1}, 422, "invalid_content"),
        ("be_contacted", {}, 422, "invalid_content"),
        ("be_contacted", [], 422, "invalid_content"),
    ],
)
async def test_nothing_else_can_be_taken_back(  # noqa: PLR0917 - one per column of the table
    client, accepted, survey_db, declaration, body, status, code
):
    before = await changes(survey_db)
    url = address(accepted, f"/declarations/{declaration}")
    response = await client.put(url, json=body, headers=holder(accepted))
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert await changes(survey_db) == before


async def test_a_declaration_that_was_never_made_is_not_there_to_take_back(client):
    definition = await read_survey(client)
    body = a_submission(definition)
    body["declarations"] = body["declarations"][:3]
    accepted = (await send(client, body)).json()
    url = address(accepted, "/declarations/be_contacted")
    assert (await client.put(url, json={"given": False}, headers=holder(accepted))).status_code == 404


async def test_erasure_leaves_no_word_of_the_person_in_any_table(client, survey_db):
    definition = await read_survey(client)
    words = (
        "Planted-Name",
        "planted@example.org",
        "Planted-Organisation",
        "planted words, long",
        "Planted-Key",
    )
    body = a_submission(definition)
    body["answers"] |= {
        "contact_name": words[0], "contact_email": words[1], "organisation": words[2],
        "summary": f"These are {words[3]} enough.", "region": {"other": "Planted-Name", "country": "MT"},
    }  # fmt: skip
    accepted = (await send(client, body, key=words[4])).json()
    planted = [*words, accepted["salt"], accepted["secret"]]
    before = await whole_database(survey_db)
    assert [word for word in planted if word in before] == [*words[:4], accepted["salt"]]

    gone = await client.delete(address(accepted), headers=holder(accepted))
    assert (gone.status_code, gone.content) == (204, b"")

    after = await whole_database(survey_db)
    assert not [word for word in planted if word in after]
    assert accepted["receipt"]["signature"] in after
    assert (await changes(survey_db))[-1] == ("submission", accepted["submission_id"])

    for method, rest in (("GET", ""), ("GET", "/export"), ("DELETE", "")):
        response = await client.request(method, address(accepted, rest), headers=holder(accepted))
        assert response.status_code == 404
    replay = await send(client, body, key=words[4])
    assert (replay.status_code, replay.json()["code"]) == (410, "submission_erased")
    assert (await send(client, {}, key=words[4])).status_code == 410


async def whole_database(database):
    """Return every value of every table as one text."""
    async with database.sessions() as session:
        tables = await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        rows = [
            await session.scalar(text(f"SELECT coalesce(json_agg(t)::text, '') FROM {name} t"))
            for name in tables
            if name not in ("survey_version", "alembic_version")
        ]
    return "\n".join(rows)


async def test_each_write_is_told_to_the_feed_once(client, survey_db):
    body = a_submission(await read_survey(client))
    accepted = (await send(client, body)).json()
    await send(client, body)
    assert await changes(survey_db) == [("submission", accepted["submission_id"])]
