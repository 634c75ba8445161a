"""Releases over HTTP: made from records, told, proved, corrected, withdrawn, and as of a day."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from scoring.documents import Bundle, EditionDoc
from scoring.domain.refusals import InvalidWork, NotAssessable
from scoring.keys import main as make_keys
from scoring.service.publishing import CannotSign, Publisher, Reason
from scoring.service.releases import ReleaseService
from scoring.verify import verify
from tests.support.builders_releases import DECIDED, edition_document, record, ring, signer
from tests.support.builders_scoring import edition, load_bundle, region, score, scoring_client
from tests.support.people import AUDIENCE, ISSUER, bearer, write_people

NOW = DECIDED + timedelta(hours=3)
NEXT_DAY = NOW + timedelta(days=1)


@pytest.fixture
async def db(scoring_db):
    """Three regions; a published edition, one that is computed, and one that is a demonstration."""
    computed = [
        EditionDoc.model_validate(edition_document(*kind))
        for kind in (("small", "computed"), ("show", "demonstration"))
    ]
    regions = [region("alpha"), region("beta"), region("gamma")]
    bundle = Bundle(regions, [edition(), *computed], [score("alpha", 50)])
    await load_bundle(scoring_db, bundle, now=DECIDED - timedelta(days=2))
    return scoring_db


async def publish(db, *records, edition="small", now=NOW, reason=None):
    async with db.sessions.begin() as session:
        return await Publisher(signer()).publish(session, edition, records, now, reason)


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
def people(issuer):
    """Settings that believe the issuer."""
    return {"auth_jwks_file": issuer / "people.jwks.json", "auth_issuer": ISSUER, "auth_audience": AUDIENCE}


@pytest.fixture
def admin(issuer):
    return bearer(issuer, "admin", subject="admin-1")


@pytest.fixture
def key_file(tmp_path):
    make_keys([str(tmp_path / "ring.json")])
    return tmp_path / "ring.json"


async def cell(client, region, cell="overall", **query):
    answer = await client.get(f"/v1/regions/{region}/scores", params={"edition": "small", **query})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    if cell == "overall":
        return body["overall"]
    return next(one for axis in body["axes"] for one in axis["cells"] if one["cell"] == cell)


async def reason_row(db, words="A law was overlooked."):
    """What a reviewer wrote, kept where it can be erased."""
    async with db.sessions.begin() as session:
        await session.execute(text("INSERT INTO person VALUES ('p-1', 'reviewer-1', NULL)"))
        row = "INSERT INTO free_text VALUES ('text-9', 'p-1', 'reason', cast(:body AS jsonb), 's', :hash)"
        body = json.dumps({"text": words, "lang": "en"})
        await session.execute(text(row), {"body": body, "hash": "sha256:9"})
    return Reason("text-9", "sha256:9")


# Publishing and reading ------------------------------------------------------------------------------


async def test_a_computed_figure_as_it_is_answered(db):
    assert await publish(db, record("alpha", "abcad", b="bbcad"), record("beta", "ccuxx")) == "small-r1"

    async with scoring_client(db) as client:
        figure = await cell(client, "alpha", "policy_area-labour")
        nothing = await cell(client, "beta", "policy_area-health")

    assert figure["score"] == pytest.approx((100 + 66.7 + 33.3) / 3)
    assert (figure["display"], figure["origin"], figure["confidence"]) == (67, "computed", "high")
    assert (figure["date"], figure["sources"]) == ("2026-11-24", [])
    assert figure["coverage"] == {"answered": 3, "expected": 3}
    assert set(figure["interval"]) == {"low", "median", "high"}
    assert figure["rank"]["position"] == 1
    assert set(figure["rank"]["interval"]) == {"low", "high"}
    assert (nothing["score"], nothing["reason"]) == (None, "unknown")
    assert nothing["coverage"] == {"answered": 0, "expected": 1}
    assert [nothing[name] for name in ("interval", "rank", "confidence", "date")] == [None] * 4


async def test_the_next_release_takes_over_all_other_regions(db):
    await publish(db, record("alpha", "aaaaa"))
    await publish(db, record("beta", "ddddd"), now=NEXT_DAY)

    async with scoring_client(db) as client:
        first = [
            await client.get(f"/v1/regions/{name}/scores?release=small-r1") for name in ("alpha", "beta")
        ]
        second = [await cell(client, name) for name in ("alpha", "beta")]
        ranking = (await client.get("/v1/rankings?edition=small")).json()

    assert [one.json()["overall"]["score"] for one in first] == [100, None]
    assert first[1].json()["overall"]["reason"] == "not_assessed"
    assert [one["score"] for one in second] == [100, 0]
    assert [(one["region"], one["rank"]["position"]) for one in ranking["items"]] == [
        ("alpha", 1),
        ("beta", 2),
    ]


async def test_a_release_as_it_is_told(db):
    await publish(db, record("alpha", "aaaaa"))
    await publish(db, record("beta", "ddddd"), now=NEXT_DAY)

    async with scoring_client(db) as client:
        listed = (await client.get("/v1/releases?edition=small")).json()
        one = await client.get("/v1/releases/small-r1")
        published = (await client.get("/v1/releases/2021-r1")).json()

    body = one.json()
    assert [(r["release"], r["status"]) for r in listed["items"]] == [
        ("small-r2", "current"), ("small-r1", "superseded")
    ]  # fmt: skip
    assert listed["total"] == 2
    assert listed["items"][1] == body
    assert (body["previous"], body["next"], body["doi"], body["errata"]) == (None, "small-r2", None, [])
    assert body["licence"] == {
        "id": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"
    }  # fmt: skip
    assert body["cite_as"] == (
        "REGIN. Small small. Release small-r1, issued 2026-11-24. http://127.0.0.1:8000/v1/releases/small-r1"
    )
    assert body["result_hash"].startswith("sha256:")
    assert [file["name"] for file in body["files"]] == ["small-r1.json", "small-r1-justifications.json"]
    assert one.headers["link"] == '<http://127.0.0.1:8000/v1/releases/small-r1>; rel="cite-as"'
    assert "immutable" not in one.headers["cache-control"]
    assert (published["result_hash"], published["files"], published["licence"]) == (None, [], None)
    assert (published["status"], published["origin"]) == ("current", "published")


async def test_its_file_verifies_and_is_for_good(db):
    await publish(db, record("alpha", "abcad", b="bbcad"), record("beta", "bbnux", a="bbnub"))

    async with scoring_client(db) as client:
        files = (await client.get("/v1/releases/small-r1")).json()["files"]
        answer = await client.get(files[0]["url"])

    verdict = verify(answer.content, {"keys": ring().public()})
    assert verdict.equal, verdict.faults
    assert (len(answer.content), files[0]["media_type"]) == (files[0]["bytes"], "application/json")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-disposition"] == 'attachment; filename="small-r1.json"'


async def test_the_keys_are_answered(db, key_file):
    async with scoring_client(db, signing_key_file=key_file) as client:
        keys = (await client.get("/v1/releases/keys")).json()["keys"]
    async with scoring_client(db) as client:
        none = (await client.get("/v1/releases/keys")).json()["keys"]

    held = json.loads(key_file.read_text())["keys"][0]
    assert [(key["kid"], key["x"], key["status"]) for key in keys] == [(held["kid"], held["x"], "active")]
    assert "d" not in keys[0]
    assert none == []


async def test_a_release_is_told_to_other_services(db):
    await publish(db, record("alpha", "aaaaa"))

    async with db.sessions() as session:
        last = "SELECT kind, key FROM feed_entry ORDER BY id DESC LIMIT 1"
        assert tuple((await session.execute(text(last))).one()) == ("release", "small-r1")


# Refusals --------------------------------------------------------------------------------------------


async def test_computed_and_published_figures_never_mix(db):
    with pytest.raises(NotAssessable):
        await publish(db, record("alpha", "aaaaa"), edition="2021")


async def test_without_a_key_nothing_is_published(db):
    async with db.sessions.begin() as session:
        with pytest.raises(CannotSign):
            await Publisher(None).publish(session, "small", [record("alpha", "aaaaa")], NOW)


async def test_a_correction_needs_a_reason(db):
    await publish(db, record("alpha", "aaaaa"))

    with pytest.raises(InvalidWork):
        await publish(db, record("alpha", "bbbbb"))


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/releases/small-r7", "release_not_found"),
        ("/v1/releases/small-r1/files/none.json", "release_file_not_found"),
        ("/v1/releases/small-r7/files/small-r7.json", "release_not_found"),
    ],
)
async def test_what_is_not_there(db, path, code):
    await publish(db, record("alpha", "aaaaa"))

    async with scoring_client(db) as client:
        answer = await client.get(path, headers={"Accept-Language": "sv"})

    assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert answer.headers["content-language"] == "sv"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("edition=smal", "unknown_value"),
        ("at=2026-13-01", "invalid_parameter"),
        ("at=1700000000", "invalid_parameter"),
        ("at=2026-11-24T00:00:00", "invalid_parameter"),
        ("page=0", "invalid_parameter"),
    ],
)
async def test_a_question_that_makes_no_sense(db, query, code):
    async with scoring_client(db) as client:
        answer = await client.get(f"/v1/releases?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, code)


# Corrections -----------------------------------------------------------------------------------------


async def test_a_correction_keeps_the_old_figure_and_says_why(db):
    await publish(db, record("alpha", "aaaaa"), record("beta", "ddddd"))
    await publish(db, record("alpha", "baaaa"), now=NEXT_DAY, reason=await reason_row(db))

    async with scoring_client(db) as client:
        old = await cell(client, "alpha", release="small-r1")
        new, same = await cell(client, "alpha"), await cell(client, "alpha", "policy_area-health")
        german = await cell(client, "alpha", lang="de")
        body = (await client.get("/v1/releases/small-r2")).json()
        before = (await client.get("/v1/releases/small-r1")).json()

    assert (old["score"], old["notes"]) == (100, [])
    assert same["notes"] == []
    assert [note["kind"] for note in new["notes"]] == ["erratum"]
    assert new["notes"][0]["text"]["text"] == (
        "Corrected on 2026-11-25 in the release small-r2. The release small-r1 gives 100.\n\n"
        "A law was overlooked."
    )
    assert german["notes"][0]["text"]["text"].startswith("Am 2026-11-25 in der Veröffentlichung small-r2")
    assert [(e["region"], e["cell"], e["from"], e["corrects"], e["reason"]) for e in body["errata"]] == [
        ("alpha", name, 100, "small-r1", "A law was overlooked.")
        for name in ("overall", "policy_area-labour", "stage-plan")
    ]
    assert body["errata"][0]["to"] == new["score"]
    assert before["errata"] == []


async def test_a_correction_goes_on_to_be_told_beside_the_figure_and_erasure_empties_its_reason(db):
    await publish(db, record("alpha", "aaaaa"))
    await publish(db, record("alpha", "baaaa"), now=NEXT_DAY, reason=await reason_row(db))
    await publish(db, record("beta", "ddddd"), now=NEXT_DAY)
    async with db.sessions.begin() as session:
        await session.execute(text("UPDATE free_text SET body = NULL, salt = NULL"))

    async with scoring_client(db) as client:
        figure = await cell(client, "alpha")
        third, second = [(await client.get(f"/v1/releases/small-r{n}")).json() for n in (3, 2)]
        content = (await client.get("/v1/releases/small-r3/files/small-r3.json")).content

    assert figure["notes"][0]["text"]["text"] == (
        "Corrected on 2026-11-25 in the release small-r2. The release small-r1 gives 100."
    )
    assert third["errata"] == []
    assert second["errata"][0]["reason"] is None
    assert verify(content, exact_only=True).equal


# As of a day, and withdrawn --------------------------------------------------------------------------


async def test_as_of_a_day(db):
    await publish(db, record("alpha", "aaaaa"))
    await publish(db, record("alpha", "ddddd"), now=NEXT_DAY, reason=await reason_row(db))

    async with scoring_client(db) as client:
        first, then = [await cell(client, "alpha", at=day) for day in ("2026-11-24", "2026-11-25")]
        before = await client.get("/v1/regions/alpha/scores?edition=small&at=2026-11-23")
        default = await client.get("/v1/regions/alpha/scores?at=2026-11-23")
        never = await client.get("/v1/rankings?at=2020-01-01")
        both = await client.get("/v1/rankings?at=2026-11-24&release=small-r1")
        listed = (await client.get("/v1/releases?edition=small&at=2026-11-24")).json()
        ranking = (await client.get("/v1/rankings?edition=small&at=2026-11-24")).json()

    assert (first["score"], then["score"]) == (100, 0)
    assert (before.status_code, before.json()["code"], before.json()["first"]) == (
        404, "not_yet_published", "2026-11-24"
    )  # fmt: skip
    assert "2026-11-24" in before.json()["detail"]
    assert default.json()["release"] == "2021-r1"
    assert (never.status_code, never.json()["first"]) == (404, "2026-11-22")
    assert (both.status_code, both.json()["code"]) == (400, "at_or_release")
    assert [(one["release"], one["status"]) for one in listed["items"]] == [("small-r1", "current")]
    assert ranking["items"][0]["score"] == 100


async def test_a_withdrawn_release_stays_readable_and_is_never_the_default(db, admin, people):
    await publish(db, record("alpha", "aaaaa"))
    await publish(db, record("beta", "ddddd"), now=NEXT_DAY)
    path = "/v1/review/releases/small-r2/withdrawal"

    async with scoring_client(db, **people) as client:
        refused = await client.post(path, json={"reason": "No."})
        empty = await client.post(path, json={}, headers=admin)
        done, again = [
            await client.post(path, json={"reason": "Wrong region."}, headers=admin) for _ in range(2)
        ]
        unknown = await client.post(
            "/v1/review/releases/x-r1/withdrawal", json={"reason": "x"}, headers=admin
        )
        default, pinned = await cell(client, "beta"), await cell(client, "beta", release="small-r2")
        now_current = (await client.get("/v1/releases/small-r1")).json()["status"]

    assert (refused.status_code, empty.status_code, unknown.status_code) == (401, 422, 404)
    assert (done.status_code, done.json()["status"]) == (200, "withdrawn")
    assert done.json()["withdrawal"]["reason"] == "Wrong region."
    assert again.json() == done.json()
    assert (default["reason"], pinned["score"]) == ("not_assessed", 0)
    assert now_current == "current"
    # What comes next builds on what stands, under a number of its own.
    assert await publish(db, record("gamma", "aaaaa"), now=NEXT_DAY) == "small-r3"
    async with scoring_client(db) as client:
        assert (await cell(client, "beta"))["reason"] == "not_assessed"


async def test_a_release_was_current_until_it_was_withdrawn(db):
    await publish(db, record("alpha", "aaaaa"))
    await publish(db, record("beta", "ddddd"), now=NEXT_DAY)
    service = ReleaseService(db.sessions, signer(), lambda: NEXT_DAY + timedelta(days=1))
    await service.withdraw("small-r2", "admin-1", {"text": "Wrong region.", "lang": "en"})

    async with scoring_client(db) as client:
        before, after = [
            (await client.get(f"/v1/releases?edition=small&at={day}")).json()["items"]
            for day in ("2026-11-25", "2026-11-26")
        ]
        figures = [await cell(client, "beta", at=day) for day in ("2026-11-25", "2026-11-26")]

    assert [one["status"] for one in before] == ["current", "superseded"]
    assert [one["status"] for one in after] == ["withdrawn", "current"]
    assert [one["withdrawal"] for one in before] == [None, None]
    assert [figure["score"] for figure in figures] == [0, None]


async def test_a_demonstration_says_so_and_is_not_to_be_found(db):
    await publish(db, record("alpha", "aaaaa"), edition="show")

    async with scoring_client(db) as client:
        paths = (
            "/v1/regions/alpha/scores?edition=show", "/v1/rankings?edition=show", "/v1/releases/show-r1",
            "/v1/releases/show-r1/files/show-r1.json", "/v1/editions/show",
        )  # fmt: skip
        answers = [await client.get(path) for path in paths]
        default = await client.get("/v1/regions/alpha/scores")

    assert [answer.headers.get("x-robots-tag") for answer in answers] == ["noindex"] * len(paths)
    assert answers[0].json()["origin"] == answers[2].json()["origin"] == "demonstration"
    assert (default.json()["edition"], default.headers.get("x-robots-tag")) == ("2021", None)
