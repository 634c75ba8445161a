"""How far experts agree, over HTTP: who is told what, and when."""

import hashlib

import pytest

from scoring.documents import EditionDoc
from scoring.keys import main as make_keys
from scoring.service.publishing import Publisher
from tests.support.builders_assessments import INDICATORS, answer, small_bundle, working
from tests.support.builders_releases import DECIDED, edition_document, record, signer
from tests.support.builders_scoring import load_bundle
from tests.support.people import write_people

NONE = {"value": None, "reason": "no_pairs", "n": 0}
NO_PAIRS = {
    "exact": NONE, "within_one_step": NONE, "kappa": NONE, "alpha": {**NONE, "low": None, "high": None}
}  # fmt: skip


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
async def work(scoring_db, people):
    async with working(scoring_db, people) as found:
        yield found


@pytest.fixture
async def publishing(scoring_db, people, tmp_path):
    make_keys([str(tmp_path / "ring.json")])
    async with working(scoring_db, people, signing_key_file=tmp_path / "ring.json") as found:
        yield found


def seed(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest()[:12], 16)


async def test_of_an_assessment_once_both_have_submitted(work):
    await work.open()
    for name in INDICATORS:
        await work.save("expert-1", name)
    await work.submit("expert-1")
    before = await work.review("GET", "/agreement")
    for name, option in zip(INDICATORS, "abca", strict=True):
        await work.save("expert-2", name, answer(option))
    await work.submit("expert-2")
    after = await work.review("GET", "/agreement")

    assert (before.status_code, after.status_code) == (200, 200)
    assert (before.json()["submitted"], before.json()["agreement"]) == (False, NO_PAIRS)
    found = after.json()["agreement"]
    assert after.json()["bootstrap"] == {"seed": seed(work.id), "resamples": 1000}
    assert found["exact"] == {"value": 0.5, "reason": None, "n": 4}
    assert found["within_one_step"] == {"value": 0.75, "reason": None, "n": 4}
    assert found["kappa"]["value"] == pytest.approx(0)
    assert found["alpha"]["n"] == 4
    assert after.headers["cache-control"] == "no-store"


async def test_it_is_that_of_the_first_answers_whatever_is_answered_later(work):
    await work.open()
    await work.answered("aaaa", "abaa")
    first = (await work.review("GET", "/agreement")).json()
    asked = {"indicator": "I2", "to": ["b"], "text": "Since when?", "lang": "en"}
    assert (await work.review("POST", "/questions", asked)).status_code == 200
    assert (await work.save("expert-2", "I2", answer("a"))).status_code == 200

    assert (await work.review("GET", "/agreement")).json() == first
    assert first["agreement"]["exact"]["value"] == 0.75


async def test_where_nothing_varies_there_is_no_figure(work):
    await work.open()
    await work.answered("aaaa", "aaaa")
    found = (await work.review("GET", "/agreement")).json()["agreement"]

    assert found["exact"]["value"] == 1
    assert found["kappa"] == {"value": None, "reason": "no_variation", "n": 4}
    assert found["alpha"] == {"value": None, "reason": "no_variation", "n": 4, "low": None, "high": None}


async def test_of_an_edition_over_its_assessments_but_not_to_who_is_an_expert_in_one(work):
    path = "/v1/review/editions/small/agreement"
    nothing = (await work.call("reviewer-1", "GET", path)).json()
    await work.open()
    await work.answered("aaaa", "abaa")
    await work.open("beta")  # nothing is submitted there

    found = (await work.call("reviewer-1", "GET", path)).json()
    for_expert = await work.client.get(path, headers=work.token("expert-1", "reviewer"))

    assert (nothing["assessments"], nothing["agreement"]) == (0, NO_PAIRS)
    assert [one["indicator"] for one in nothing["indicators"]] == [*INDICATORS]
    assert (found["assessments"], found["release"], found["origin"]) == (1, None, "computed")
    assert found["agreement"]["exact"] == {"value": 0.75, "reason": None, "n": 4}
    by_name = {one["indicator"]: one["agreement"]["exact"]["value"] for one in found["indicators"]}
    assert by_name == {"I1": 1, "I2": 0, "I3": 1, "I4": 1}
    assert found["bootstrap"]["seed"] == seed("small")
    assert (for_expert.json()["assessments"], for_expert.json()["agreement"]) == (0, NO_PAIRS)


async def test_nobody_is_told_before_publication_and_no_expert_by_the_calls_of_reviewers(work):
    await work.open()
    await work.answered("aaaa", "abaa")
    case = f"/v1/review/assessments/{work.id}/agreement"

    public = (await work.client.get("/v1/editions/small/agreement")).json()
    assert (public["release"], public["assessments"], public["agreement"]) == (None, 0, NO_PAIRS)
    for path in (case, "/v1/review/editions/small/agreement"):
        assert (await work.call("expert-1", "GET", path)).status_code == 403
    both = await work.client.get(case, headers=work.token("expert-2", "expert", "reviewer"))
    assert (both.status_code, both.json()["code"]) == (403, "conflict_of_role")


@pytest.mark.parametrize("path", ["/v1/editions", "/v1/review/editions"])
async def test_of_an_edition_that_is_not_there_or_was_published_elsewhere(work, path):
    missing = await work.call("reviewer-1", "GET", f"{path}/smal/agreement")
    elsewhere = await work.call("reviewer-1", "GET", f"{path}/2021/agreement")

    assert (missing.status_code, missing.json()["code"]) == (404, "edition_not_found")
    assert (elsewhere.json()["agreement"], elsewhere.json()["indicators"]) == (NO_PAIRS, [])


async def test_a_release_that_is_none_of_the_editions(work):
    found = await work.client.get("/v1/editions/2021/agreement?release=2021-r9")

    assert (found.status_code, found.json()["code"]) == (400, "unknown_value")
    assert found.json()["errors"][0]["pointer"] == "?release"


async def test_of_what_is_published_by_the_answers_that_were_first(publishing):
    work, path = publishing, "/v1/editions/small/agreement"
    await work.open()
    await work.answered("aaaa", "abaa")
    asked = {"indicator": "I2", "to": ["b"], "text": "Since when?", "lang": "en"}
    await work.review("POST", "/questions", asked)
    await work.save("expert-2", "I2", answer("a"))
    for name in INDICATORS:
        await work.decide(name)
    await work.move("preliminary")
    before = (await work.client.get(path)).json()
    await work.move("published")
    found = await work.client.get(path)
    pinned = await work.client.get(path, params={"release": "small-r1"})

    assert (before["release"], before["assessments"]) == (None, 0)
    assert (found.json()["release"], found.json()["assessments"]) == ("small-r1", 1)
    assert found.json()["agreement"]["exact"] == {"value": 0.75, "reason": None, "n": 4}
    assert found.json()["bootstrap"]["seed"] == seed("small-r1")
    assert pinned.json() == found.json()
    assert "immutable" in pinned.headers["cache-control"]
    assert "immutable" not in found.headers["cache-control"]
    assert found.headers["link"].endswith('/v1/releases/small-r1>; rel="cite-as"')


async def test_of_a_demonstration_by_the_answers_made_up_for_it(work, scoring_db):
    show = EditionDoc.model_validate(edition_document("show", "demonstration"))
    bundle = small_bundle()
    bundle.editions.append(show)
    await load_bundle(scoring_db, bundle)
    records = (record("alpha", "abcad", b="bbcad"), record("beta", "bbnux", a="bbnub"))
    async with scoring_db.sessions.begin() as session:
        await Publisher(signer()).publish(session, "show", records, DECIDED)

    found = await work.client.get("/v1/editions/show/agreement")

    assert (found.json()["origin"], found.json()["assessments"]) == ("demonstration", 2)
    # Of ten pairs one is of two options next to each other, and one of an option and a status.
    assert found.json()["agreement"]["exact"] == {"value": 0.8, "reason": None, "n": 10}
    assert found.json()["agreement"]["within_one_step"] == {"value": 1, "reason": None, "n": 7}
    assert found.headers["x-robots-tag"] == "noindex"


async def test_the_reasons_are_a_code_list(work):
    found = (await work.client.get("/v1/codelists/agreement_reason?lang=sv")).json()

    assert [one["code"] for one in found["items"]] == ["no_pairs", "no_variation"]
    assert found["items"][0]["label"]["text"] == "Inga par"
