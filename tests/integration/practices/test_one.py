"""One practice, the panel's part, and what other services read."""

import pytest
from sqlalchemy import text

from tests.support.builders_practices import the_practices

KEY = "azores-migrant-s-guide-guia-do-i-migrante"
MORE_KEYS = {
    "objectives", "results", "lessons_learnt", "funding", "activities", "challenges", "actors", "aspects",
    "transferability", "criteria", "evaluations", "contact", "links", "sources", "notes", "basis", "words",
    "version", "first_published", "last_changed", "licence",
}  # fmt: skip


async def test_a_practice_has_every_key_and_the_words_as_printed(client):
    body = (await client.get(f"/v1/practices/{KEY}?lang=fr")).json()
    assert set(body) >= MORE_KEYS
    (source,) = [p for p in the_practices() if p["id"] == KEY]
    assert body["title"] == {"text": source["title"]["en"], "lang": "en", "translation": None}
    assert body["words"] == source["words"]
    assert body["basis"] == source["basis"]
    assert [a["text"] for a in body["activities"]] == [a["en"] for a in source["activities"]]
    assert body["version"] == 1
    assert body["contact"] is None


async def test_every_practice_can_be_shown(client):
    for practice in the_practices():
        answer = await client.get(f"/v1/practices/{practice['id']}?lang=sv")
        assert answer.status_code == 200, practice["id"]


async def test_no_such_practice_names_the_nearest(client):
    answer = await client.get("/v1/practices/azores-migrants-guide?lang=de")
    assert answer.status_code == 404
    assert answer.json()["code"] == "practice_not_found"
    assert KEY in answer.json()["detail"]


@pytest.mark.parametrize("key", ["Nope%20x", "a%2Fb", "a--b", "%00"])
async def test_what_is_no_id_is_not_found(client, key):
    assert (await client.get(f"/v1/practices/{key}")).status_code == 404


async def test_a_withdrawn_practice_is_gone_and_names_its_successor(client, catalogue_db):
    other = the_practices()[1]["id"]
    async with catalogue_db.sessions.begin() as session:
        await session.execute(
            text("UPDATE practice SET withdrawn_at = now(), replaced_by = :other WHERE id = :key"),
            {"key": KEY, "other": other},
        )
    answer = await client.get(f"/v1/practices/{KEY}")
    assert answer.status_code == 410
    assert answer.json()["replaced_by"] == other


async def test_the_panel_is_read_from_the_database(client, signed, catalogue_db):
    async with catalogue_db.sessions.begin() as session:
        await session.execute(text("DELETE FROM search_document"))
    answer = await client.get("/internal/panels/catalonia?lang=es", headers=signed("gateway"))
    body = answer.json()
    there = [p for p in the_practices() if "catalonia" in p["regions"]]
    assert body["total"] == len(there) == len(body["items"])
    areas = {f["value"]: f["count"] for f in body["facets"]["policy_area"]}
    expected = {v for p in there for v in p["policy_areas"] or ["unknown"]}
    assert areas == {v: sum(v in (p["policy_areas"] or ["unknown"]) for p in there) for v in expected}
    assert answer.headers["as-of"].endswith("Z")
    assert answer.headers["etag"]


async def test_a_region_without_practices_has_an_empty_part(client, signed):
    body = (await client.get("/internal/panels/veneto", headers=signed("gateway"))).json()
    assert (body["total"], body["items"]) == (0, [])
    assert (await client.get("/internal/panels/nowhere", headers=signed("gateway"))).json()["total"] == 0


async def test_other_services_read_keys_and_documents(client, signed):
    keys = (await client.get("/internal/practices", headers=signed("gateway"))).json()["keys"]
    assert keys == sorted(p["id"] for p in the_practices())
    body = (await client.get(f"/internal/practices/{KEY}", headers=signed("gateway"))).json()
    assert body["document"]["title"] == the_practices()[0]["title"]
    assert body["version"] == 1


@pytest.mark.parametrize("path", ["panels/catalonia", "practices", f"practices/{KEY}", "changes"])
async def test_internal_calls_need_the_right_token(client, signed, path):
    assert (await client.get(f"/internal/{path}")).status_code == 401
    assert (await client.get(f"/internal/{path}", headers=signed("gateway", "scoring"))).status_code == 401
    assert (await client.get(f"/internal/{path}", headers=signed("stranger"))).status_code == 403


async def test_the_service_is_ready_with_its_schema(client):
    assert (await client.get("/readyz")).status_code == 200
