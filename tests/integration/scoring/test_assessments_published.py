"""From a decided assessment to a release: published, corrected by a later one, the same after an erasure."""

import json

import pytest

from scoring.keys import main as make_keys
from scoring.verify import verify
from scoring.verify_log import check
from tests.support.builders_assessments import INDICATORS, answer, working
from tests.support.people import write_people


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
async def work(scoring_db, people, tmp_path):
    make_keys([str(tmp_path / "ring.json")])
    async with working(scoring_db, people, signing_key_file=tmp_path / "ring.json") as found:
        yield found


async def publish(work, *options, reason=None):
    opened = await work.open()
    assert opened.status_code == 201, opened.text
    await work.answered()
    for name, option in zip(INDICATORS, options, strict=True):
        assert (await work.decide(name, option)).status_code == 200
    assert (await work.move("preliminary")).status_code == 200
    return await work.move("published", reason)


async def proof(work, release):
    found = await work.client.get(f"/v1/releases/{release}/files/{release}.json")
    assert found.status_code == 200, found.text
    keys = (await work.client.get("/v1/releases/keys")).json()
    return found.content, verify(found.content, keys)


async def test_publishing_makes_a_release(work, scoring_db):
    published = await publish(work, "a", "b", "c", "a")
    again = await work.move("published")

    assert (published.status_code, published.json()["state"]) == (200, "published")
    assert published.json()["release"] == "small-r1"
    assert again.json() == published.json()
    scores = (await work.client.get("/v1/regions/alpha/scores?edition=small")).json()
    assert (scores["release"], scores["origin"]) == ("small-r1", "computed")
    assert (scores["overall"]["score"], scores["overall"]["rank"]["position"]) == (70, 1)
    content, verdict = await proof(work, "small-r1")
    assert verdict.equal, verdict
    log = (await work.review("GET", "/log")).json()
    assert log["verified"]
    moved = next(entry for entry in log["items"] if entry["payload"].get("to") == "published")
    assert moved["hash"] in content.decode()
    own = await work.own("expert-1")
    assert (own["state"], own["release"]) == ("published", "small-r1")
    assert await check(scoring_db) == (1, [])


async def test_once_published_nothing_changes(work):
    await publish(work, "a", "b", "c", "a")

    assert (await work.move("submitted", "Again.")).json()["code"] == "transition_refused"
    assert (await work.decide("I1", "b")).json()["code"] == "wrong_state"
    assert (await work.save("expert-1", "I1", answer("c"))).json()["code"] == "answer_closed"
    question = {"indicator": "I1", "to": ["a"], "text": "x", "lang": "en"}
    assert (await work.review("POST", "/questions", question)).json()["code"] == "wrong_state"


async def test_a_later_assessment_corrects_with_a_reason(work):
    await publish(work, "a", "b", "c", "a")

    refused = await publish(work, "a", "a", "c", "a")
    assert refused.status_code == 422
    assert (await work.case())["state"] == "preliminary"
    corrected = await work.move("published", "A decree was overlooked.")

    assert corrected.json()["release"] == "small-r2"
    now = (await work.client.get("/v1/regions/alpha/scores?edition=small")).json()
    then = (await work.client.get("/v1/regions/alpha/scores?release=small-r1")).json()
    assert (now["overall"]["score"], then["overall"]["score"]) == (80, 70)
    assert [note["kind"] for note in now["overall"]["notes"]] == ["erratum"]


async def test_an_erased_expert_leaves_the_release_as_it_is(work, scoring_db):
    await publish(work, "a", "b", "c", "a")
    before, _ = await proof(work, "small-r1")
    erasure = {"subject": "expert-1"}
    erased = await work.call("admin-1", "POST", "/v1/review/erasures", erasure)
    after, verdict = await proof(work, "small-r1")

    assert erased.json()["erased"] == 1
    assert verdict.equal, verdict
    assert json.loads(after)["manifest"] == json.loads(before)["manifest"]
    assert await check(scoring_db) == (1, [])


async def test_without_a_key_nothing_is_published_and_nothing_changes(scoring_db, people):
    async with working(scoring_db, people) as work:
        refused = await publish(work, "a", "b", "c", "a")

        assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
        assert (await work.case())["state"] == "preliminary"
        assert (await work.review("GET", "/log")).json()["verified"]
