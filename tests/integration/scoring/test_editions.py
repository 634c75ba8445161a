"""Editions whole: what they ask, their documents, and loading one over HTTP."""

import hashlib
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from scoring import tables
from scoring.documents import BadData, Bundle, EditionDoc
from tests.support.builders_editions import computed, question
from tests.support.builders_scoring import THEN, edition, load_bundle, region, scoring_client, words
from tests.support.people import AUDIENCE, ISSUER, bearer, write_people

LATER = THEN + timedelta(days=1)
PATH = "/v1/review/editions/small"


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
def admin(people):
    return bearer(people, "admin")


@pytest.fixture
def opened(scoring_db, people):
    """Open a client of a service that knows who signs people's tokens."""

    @asynccontextmanager
    async def client():
        auth = {
            "auth_jwks_file": people / "people.jwks.json",
            "auth_issuer": ISSUER,
            "auth_audience": AUDIENCE,
        }
        async with scoring_client(scoring_db, **auth) as found:
            yield found

    return client


def doc(**given):
    return EditionDoc.model_validate(computed(**given))


def bundle(*editions):
    return Bundle([region("alpha")], list(editions), [])


async def rows(database, *columns):
    async with database.sessions() as session:
        return [tuple(row) for row in await session.execute(select(*columns))]


async def use(database, release="small-r1"):
    """Make a release of the small edition."""
    async with database.sessions.begin() as session:
        await session.execute(text(
            "INSERT INTO release (id, edition_id, sequence, issued, content_hash, loaded_at)"
            f" VALUES ('{release}', 'small', 1, '2026-11-23', '', now())"
        ))  # fmt: skip


async def test_what_an_edition_asks_in_the_language_asked_for(scoring_db, opened):
    await load_bundle(scoring_db, bundle(doc()))

    async with opened() as client:
        response = await client.get("/v1/editions/small?lang=sv")
        listed = (await client.get("/v1/editions")).json()["items"]

    body = response.json()
    assert [one["id"] for one in body["indicators"]] == ["L1", "L2", "H1"]
    assert body["indicators"][2] == {
        "id": "H1", "original_id": None, "family": "health", "weight": 1, "position": {"area": ["health"]},
        "question": {"text": "H1? (sv)", "lang": "sv", "translation": None}, "help": None,
        "options": [
            {"id": "a", "score": 99.9, "text": {"text": "99.9 (sv)", "lang": "sv", "translation": None}},
            {"id": "b", "score": 33.3, "text": {"text": "33.3 (sv)", "lang": "sv", "translation": None}},
        ],
    }  # fmt: skip
    assert body["method"] == {
        "overall": {"mean_of": "indicators", "axis": None}, "min_coverage": 0.5,
        "rounding": {"mode": "half_up", "digits": 1},
        "bands": [
            {"key": "low", "from": 0, "label": {"text": "Low (sv)", "lang": "sv", "translation": None}},
            {"key": "high", "from": 60.5, "label": {"text": "High (sv)", "lang": "sv", "translation": None}},
        ],
    }  # fmt: skip
    assert body["release"] is None
    assert listed == [{**body, "indicators": [], **of_english(listed[0])}]


def of_english(listed):
    return {name: listed[name] for name in ("title", "axes", "method")}


async def test_a_published_edition_asks_nothing_here(scoring_db, opened):
    await load_bundle(scoring_db, bundle(edition("2021")))

    async with opened() as client:
        body = (await client.get("/v1/editions/2021")).json()

    assert (body["indicators"], body["method"], body["release"]) == ([], None, "2021-r1")


async def test_the_documents_bytes_have_the_editions_hash(scoring_db, opened):
    await load_bundle(scoring_db, bundle(doc(), edition("2021")))

    async with opened() as client:
        response = await client.get("/v1/editions/small/document")
        told = (await client.get("/v1/editions/small")).json()["document_hash"]
        published = await client.get("/v1/editions/2021/document")
        unknown = await client.get("/v1/editions/smal/document")

    assert response.json() == computed()
    assert (
        f"sha256:{hashlib.sha256(response.content).hexdigest()}" == told == response.headers["document-hash"]
    )
    assert published.json()["release"] == {"id": "2021-r1", "issued": "2026-11-23"}
    assert (unknown.status_code, unknown.json()["nearest"]) == (404, "small")


async def test_a_demonstration_is_not_to_be_found(scoring_db, opened):
    await load_bundle(scoring_db, bundle(doc(edition="demo", kind="demonstration"), doc()))

    async with opened() as client:
        for path, wanted in (("demo", "noindex"), ("demo/document", "noindex"), ("small", None)):
            response = await client.get(f"/v1/editions/{path}")
            assert response.headers.get("x-robots-tag") == wanted


# Loading over HTTP


async def test_an_edition_is_checked_and_then_loaded(scoring_db, opened, admin):
    async with opened() as client:
        dry = await client.put(f"{PATH}?dry_run=true", json=computed(), headers=admin)
        missing = await client.get("/v1/editions/small")
        first = await client.put(PATH, json=computed(), headers=admin)
        again = await client.put(PATH, json=computed(), headers=admin)
        held = (await client.get("/v1/editions/small")).json()
        lists = await client.get("/v1/codelists/small.area")

    assert (dry.status_code, missing.status_code, first.status_code) == (200, 404, 200)
    assert dry.json() == {**first.json(), "dry_run": True}
    assert first.json() == {
        "edition": "small", "document_hash": held["document_hash"], "changed": True, "dry_run": False
    }  # fmt: skip
    assert again.json()["changed"] is False
    assert [one["code"] for one in lists.json()["items"]] == ["labour", "health"]
    feed = await rows(scoring_db, text("kind, key FROM feed_entry"))
    assert feed == [("edition", "small")]


async def test_an_edition_with_faults_is_refused_whole_and_says_all_of_them(scoring_db, opened, admin):
    document = computed()
    document["indicators"][1]["id"] = "L1"
    document["indicators"][0]["options"][0]["score"] = 101
    document["indicators"][2]["position"] = {"area": ["sport"]}
    document["indicators"][1]["position"] = {"area": ["labour"]}
    del document["title"]["sv"]

    async with opened() as client:
        response = await client.put(f"{PATH}?lang=de", json=document, headers=admin)

    body = response.json()
    assert (response.status_code, body["code"], body["title"]) == (
        422,
        "invalid_edition",
        "Ausgabe abgelehnt",
    )
    assert {(one["pointer"], one["code"]) for one in body["errors"]} == {
        ("#/indicators/1/id", "stands_twice"),
        ("#/indicators/0/options/0/score", "too_large"),
        ("#/indicators/2/position/area/0", "unknown_key"),
        ("#/axes/0/keys/1", "key_without_indicator"),
        ("#/title", "language_missing"),
    }
    assert {one["code"]: one["detail"] for one in body["errors"]}[
        "language_missing"
    ] == "Der Text fehlt in: sv."
    assert await rows(scoring_db, tables.edition.c.id) == []


@pytest.mark.parametrize(
    ("document", "pointer", "code"),
    [
        (computed("other"), "#/edition", "id_mismatch"),
        (edition("small").document(), "#/kind", "only_from_files"),
        ([], "#", "wrong_type"),
        ({}, "#/edition", "missing"),
    ],
)
async def test_a_document_that_cannot_be_loaded_here(opened, admin, document, pointer, code):
    async with opened() as client:
        response = await client.put(PATH, json=document, headers=admin)

    assert response.status_code == 422
    assert (pointer, code) in [(one["pointer"], one["code"]) for one in response.json()["errors"]]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b'{"edition": "small", "edition": "small"}', 400, "malformed_json"),
        (b'{"weight": NaN}', 400, "malformed_json"),
        (b'{"weight": 1e999}', 400, "malformed_json"),
        (b'"' + b"x" * (4 * 1024 * 1024) + b'"', 413, "body_too_large"),
        (b"", 400, "malformed_json"),
    ],
)
async def test_a_body_that_is_not_read(opened, admin, content, status, code):
    async with opened() as client:
        response = await client.put(PATH, content=content, headers=admin)

    assert (response.status_code, response.json()["code"]) == (status, code)


async def test_a_number_that_a_double_would_round_is_refused_and_not_rounded(opened, admin):
    content = json.dumps(computed()).replace('"weight": 0.1,', '"weight": 0.10000000000000000001,')

    async with opened() as client:
        response = await client.put(PATH, content=content.encode(), headers=admin)

    found = [(one["pointer"], one["code"]) for one in response.json()["errors"]]
    assert found == [("#/indicators/0/weight", "number_not_exact")]


@pytest.mark.parametrize(("roles", "status"), [((), 401), (("reviewer",), 403), (("expert", "editor"), 403)])
async def test_only_an_admin_loads(opened, people, roles, status):
    async with opened() as client:
        headers = bearer(people, *roles) if roles else {}
        response = await client.put(PATH, content=b"{", headers=headers)

    assert response.status_code == status


async def test_an_edition_that_is_in_use_keeps_what_figures_come_from(scoring_db, opened, admin):
    await load_bundle(scoring_db, bundle(doc()))
    await use(scoring_db)
    heavier = computed()
    heavier["indicators"][0]["weight"] = 2
    other_words = computed(title=words("A better title"))

    async with opened() as client:
        refused = await client.put(PATH, json=heavier, headers=admin)
        dry = await client.put(f"{PATH}?dry_run=true", json=heavier, headers=admin)
        demonstration = await client.put(PATH, json=computed(kind="demonstration"), headers=admin)
        taken = await client.put(PATH, json=other_words, headers=admin)

    assert [(one.status_code, one.json()["code"]) for one in (refused, dry, demonstration)] == [
        (409, "edition_in_use")
    ] * 3
    assert (taken.status_code, taken.json()["changed"]) == (200, True)
    ((document,),) = await rows(scoring_db, tables.edition.c.document)
    assert (document["title"], document["indicators"]) == (words("A better title"), computed()["indicators"])


async def test_an_edition_that_nobody_uses_may_change_its_cells(scoring_db, opened, admin):
    await load_bundle(scoring_db, bundle(doc()))
    narrower = computed()
    del narrower["axes"][0]["keys"][1]
    narrower["indicators"] = [question("L1", 100, 0, position={"area": ["labour"]})]

    async with opened() as client:
        changed = await client.put(PATH, json=narrower, headers=admin)
        asks = (await client.get("/v1/editions/small")).json()["indicators"]

    assert changed.json()["changed"] is True
    assert [len(one["options"]) for one in asks] == [2]
    assert sorted(await rows(scoring_db, tables.edition_cell.c.cell)) == [("area-labour",), ("overall",)]


# Loading from the files


async def test_what_an_admin_loaded_is_kept_by_the_files(scoring_db, opened, admin):
    await load_bundle(scoring_db, bundle(doc()))
    changed = computed()
    changed["indicators"][0]["weight"] = 5

    async with opened() as client:
        await client.put(PATH, json=changed, headers=admin)
    report = await load_bundle(scoring_db, bundle(doc()), LATER)

    assert report.kept == ["editions: small was changed here and is kept"]
    ((document,),) = await rows(scoring_db, tables.edition.c.document)
    assert document["indicators"][0]["weight"] == 5


async def test_files_that_change_an_edition_in_use_are_refused(scoring_db):
    await load_bundle(scoring_db, bundle(doc()))
    await use(scoring_db)
    changed = computed()
    changed["method"]["min_coverage"] = 0.4

    with pytest.raises(BadData, match="is in use; a changed edition needs an id of its own"):
        await load_bundle(scoring_db, bundle(EditionDoc.model_validate(changed)), LATER)


async def test_an_edition_loaded_before_documents_were_kept_gets_its_own(scoring_db):
    await load_bundle(scoring_db, bundle(edition("2021")))
    async with scoring_db.sessions.begin() as session:
        # As it was left by the loader of then: it hashed fewer columns.
        row = (await session.execute(select(tables.edition))).mappings().one()
        before = {
            n: row[n] for n in ("id", "kind", "title", "licence", "languages", "axes", "notes", "sources")
        }
        await session.execute(tables.edition.update().values(
            document=None, document_hash=None, loaded_hash=_fingerprint(before)
        ))  # fmt: skip

    first = await load_bundle(scoring_db, bundle(edition("2021")), LATER)
    again = await load_bundle(scoring_db, bundle(edition("2021")), LATER)

    assert (first.kept, first.changed["editions"]) == ([], 1)
    assert (again.kept, again.changed["editions"]) == ([], 0)
    assert await rows(scoring_db, tables.edition.c.document["edition"].astext) == [("2021",)]


def _fingerprint(content):
    whole = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()
