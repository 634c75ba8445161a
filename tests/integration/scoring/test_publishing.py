"""From the work of an assessment to a release that proves itself, and what is left of it after an erasure."""

import asyncio
import json

import pytest
from sqlalchemy import text

from scoring.keys import main as make_keys
from scoring.verify import check_texts, verify
from tests.support.builders_assessments import INDICATORS, answer, working
from tests.support.people import write_people


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("people"))


@pytest.fixture(scope="module")
def key_file(tmp_path_factory):
    file = tmp_path_factory.mktemp("ring") / "releases.json"
    make_keys([str(file)])
    return file


@pytest.fixture
async def work(scoring_db, people, key_file):
    async with working(scoring_db, people, signing_key_file=key_file) as found:
        yield found


async def published(work, where="alpha", options="abca", reason=None):
    """Bring a region from the invitation to a release; return the answer to the last step."""
    assert (await work.open(where)).status_code == 201
    await work.answered()
    for name, option in zip(INDICATORS, options, strict=True):
        await work.decide(name, option)
    assert (await work.move("preliminary")).status_code == 200
    return await work.move("published", reason)


async def get(work, path):
    answer = await work.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer


async def test_an_assessment_becomes_a_release_that_anybody_can_verify(work):
    before = (await get(work, "/v1/regions/alpha/scores?edition=2021")).json()

    done = await published(work)

    log = (await work.review("GET", "/log")).json()["items"]
    body = (await get(work, "/v1/releases/small-r1")).json()
    keys = (await get(work, "/v1/releases/keys")).json()
    file = (await get(work, body["files"][0]["url"])).content
    scores = (await get(work, "/v1/regions/alpha/scores?edition=small")).json()
    document = json.loads(file)

    assert (done.status_code, done.json()["state"], done.json()["release"]) == (200, "published", "small-r1")
    verdict = verify(file, keys)
    assert verdict.equal, verdict.faults
    assert body["result_hash"] == document["manifest"]["result_hash"]
    heads = document["manifest"]["log_heads"]
    assert heads == {"alpha": {"assessment": work.id, "head": log[-1]["hash"]}}
    assert scores["overall"]["score"] == (100 + 50 + 0 + 2 * 100) / 5
    assert (scores["origin"], scores["overall"]["coverage"]) == ("computed", {"answered": 4, "expected": 4})
    assert (await get(work, "/v1/regions/alpha/scores?edition=2021")).json() == before
    for who in ("expert-1", "expert-2", "reviewer-1", "By law 7/2010", "The law says so"):
        assert who.encode() not in file


async def test_what_the_experts_wrote_is_in_a_file_of_its_own_until_it_is_erased(work, scoring_db):
    await published(work)
    name = "small-r1-justifications.json"
    before_file = (await get(work, f"/v1/releases/small-r1/files/{name}")).content
    before = json.loads(before_file)["items"]
    told = (await get(work, "/v1/releases/small-r1")).json()["files"][1]

    erased = await work.call("admin-1", "POST", "/v1/review/erasures", {"subject": "expert-1"})

    answer = await get(work, f"/v1/releases/small-r1/files/{name}")
    after = answer.json()["items"]
    told_after = (await get(work, "/v1/releases/small-r1")).json()["files"][1]
    file = (await get(work, "/v1/releases/small-r1/files/small-r1.json")).content
    assert erased.status_code == 200, erased.text
    assert len(before) == len(after) == 2 * 2 * len(INDICATORS)
    assert before[0]["body"] == {"text": "By law 7/2010, article 3.", "lang": "en"}
    assert {one["seat"] for one in after if one["erased"]} == {"a"}
    assert all(one["body"] is None and one["salt"] is None for one in after if one["seat"] == "a")
    assert [one["hash"] for one in after] == [one["hash"] for one in before]
    assert told["sha256"] != told_after["sha256"]
    for texts, words in ((before_file, "16 compared, 0 erased"), (answer.content, "8 compared, 8 erased")):
        check_texts(file, texts, verdict := verify(file, exact_only=True))
        assert (verdict.faults, verdict.told[-1]) == ([], f"justifications: {words}")
    check_texts(file, before_file.replace(b"By law", b"By Law", 1), verdict)
    assert verdict.faults == ["alpha, I1, justification of a: it is not the text that was published"]
    assert "immutable" not in answer.headers["cache-control"]
    assert verify(file, exact_only=True).equal
    async with scoring_db.sessions() as session:
        last = "SELECT kind, key FROM feed_entry ORDER BY id DESC LIMIT 1"
        assert tuple((await session.execute(text(last))).one()) == ("release", "small-r1")


async def test_a_later_assessment_is_an_erratum_with_its_reason(work):
    await published(work, options="aaaa")
    await published(work, "beta", "bbbb")
    refused = await published(work, options="baaa")
    state = (await work.case())["state"]

    done = await work.move("published", "A decree was overlooked.")

    body = (await get(work, "/v1/releases/small-r3")).json()
    new = (await get(work, "/v1/regions/alpha/scores?edition=small")).json()["overall"]
    old = (await get(work, "/v1/regions/alpha/scores?release=small-r2")).json()["overall"]
    other = (await get(work, "/v1/regions/beta/scores?edition=small")).json()["overall"]
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_content")
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["#/reason"]
    assert state == "preliminary"
    assert (done.status_code, done.json()["release"]) == (200, "small-r3")
    assert {one["reason"] for one in body["errata"]} == {"A decree was overlooked."}
    assert [one["cell"] for one in body["errata"]] == ["overall", "policy_area-labour"]
    assert new["notes"][0]["text"]["text"].endswith("A decree was overlooked.")
    assert (old["score"], old["notes"], other["notes"]) == (100, [], [])


async def test_without_a_key_nothing_is_published_and_nothing_has_changed(scoring_db, people):
    async with working(scoring_db, people) as work:
        refused = await published(work)
        case = await work.case()

    assert (refused.status_code, refused.json()["code"]) == (503, "publishing_unavailable")
    assert case["state"] == "preliminary"


async def test_two_regions_published_at_once_follow_each_other(committed_scoring_db, people, key_file):
    async with working(committed_scoring_db, people, signing_key_file=key_file) as work:
        ids = []
        for where in ("alpha", "beta"):
            await work.open(where)
            await work.decided()
            await work.move("preliminary")
            ids.append(work.id)
        paths = [f"/v1/review/assessments/{one}/transitions" for one in ids]
        done = await asyncio.gather(
            *(work.call("reviewer-1", "POST", path, {"to": "published", "reason": None}) for path in paths)
        )
        last = (await get(work, "/v1/releases/small-r2/files/small-r2.json")).content

    assert sorted(one.json()["release"] for one in done) == ["small-r1", "small-r2"]
    assert set(json.loads(last)["records"]) == {"alpha", "beta"}
    assert verify(last, exact_only=True).equal


async def test_answers_without_texts(work):
    """An answer may have no justification; the file then has fewer texts."""
    await work.open()
    for who in ("expert-1", "expert-2"):
        for name in INDICATORS:
            await work.save(who, name, answer("a", sources=[]))
        await work.submit(who)
    for name in INDICATORS:
        await work.decide(name)
    await work.move("preliminary")
    await work.move("published")

    items = (await get(work, "/v1/releases/small-r1/files/small-r1-justifications.json")).json()["items"]
    assert {one["kind"] for one in items} <= {"justification", "sources"}
