"""What the work of an assessment refuses: a problem with the reason, and nothing changed."""

import pytest
from sqlalchemy import text

from tests.support.builders_assessments import INDICATORS, answer, working
from tests.support.people import write_people

COUNTED = ("assessment", "seat", "answer", "free_text", "question", "decision", "assessment_log", "person")
LONG = "x" * 5001


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
async def work(scoring_db, people):
    async with working(scoring_db, people) as found:
        yield found


async def contents(database):
    """All that is held, to compare with."""
    async with database.sessions() as session:
        return {
            table: sorted(map(str, await session.execute(text(f"SELECT * FROM {table}"))))
            for table in COUNTED
        }


def justified(words, lang="en"):
    return answer(justification={"text": words, "lang": lang})


@pytest.mark.parametrize(
    ("sent", "pointer", "code"),
    [
        (answer("z"), "#/option", "unknown_option"),
        ({**answer(), "status": "unknown"}, "#", "option_or_status"),
        ({"certainty": "high"}, "#", "option_or_status"),
        (answer(status="perhaps"), "#/status", "invalid"),
        (answer(certainty="sure"), "#/certainty", "invalid"),
        ({key: value for key, value in answer().items() if key != "certainty"}, "#/certainty", "missing"),
        (answer(justification=None), "#/justification", "missing"),
        (justified(LONG), "#/justification/text", "too_long"),
        (justified(""), "#/justification/text", "invalid"),
        (justified("  \n "), "#/justification/text", "invalid"),
        (justified("x", "english, please"), "#/justification/lang", "invalid"),
        (answer(note={"text": LONG, "lang": "en"}), "#/note/text", "too_long"),
        (answer(note={"text": "x"}), "#/note/lang", "missing"),
        (answer(sources=[{"publisher": "P"}]), "#/sources/0/title", "missing"),
        (answer(sources=[{"title": ""}]), "#/sources/0/title", "invalid"),
        (answer(sources=[{"title": "x" * 501}]), "#/sources/0/title", "too_long"),
        (answer(sources=[{"title": "x", "url": "javascript:alert(1)"}]), "#/sources/0/url", "invalid"),
        (answer(sources=[{"title": "x", "page": 3}]), "#/sources/0/page", "unknown_field"),
        (answer(sources=[{"title": "x"}] * 21), "#/sources", "too_long"),
        (answer(as_of="2026-13"), "#/as_of", "invalid"),
        (answer(as_of="2026-02-30"), "#/as_of", "invalid"),
        (answer(score=100), "#/score", "unknown_field"),
    ],
)
async def test_an_answer_that_is_none(work, scoring_db, sent, pointer, code):
    await work.open()
    before = await contents(scoring_db)

    refused = await work.save("expert-1", "I1", sent)

    assert refused.status_code == 422, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    fault = refused.json()["errors"][0]
    assert (fault["pointer"], fault["code"]) == (pointer, code)
    assert fault["detail"]
    assert await contents(scoring_db) == before


async def test_an_answer_to_nothing(work, scoring_db):
    await work.open()
    before = await contents(scoring_db)

    refused = await work.save("expert-1", "I9")

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "unknown_indicator")
    assert await contents(scoring_db) == before


async def test_an_answer_after_submission(work, scoring_db):
    await work.open()
    await work.answered()
    before = await contents(scoring_db)

    refused = await work.save("expert-1", "I1", answer("c"))

    assert (refused.status_code, refused.json()["code"]) == (409, "answer_closed")
    assert "I1" in refused.json()["detail"]
    assert await contents(scoring_db) == before


async def test_an_expert_who_has_no_seat(work, scoring_db):
    await work.open()
    before = await contents(scoring_db)
    calls = [
        await work.save("expert-3", "I1"),
        await work.submit("expert-3"),
        await work.call("expert-3", "GET", f"/v1/assessments/{work.id}"),
        await work.call("expert-3", "GET", "/v1/assessments/as-none"),
    ]

    assert {(one.status_code, one.json()["code"]) for one in calls} == {(404, "assessment_not_found")}
    assert await contents(scoring_db) == before


async def test_an_expert_on_another_region(work, scoring_db):
    await work.open()
    before = await contents(scoring_db)
    elsewhere = work.token("expert-1", "expert", regions=("beta",))
    here = work.token("expert-1", "expert", regions=("alpha",))
    path = f"/v1/assessments/{work.id}"

    refused = await work.client.put(f"{path}/answers/I1", json=answer(), headers=elsewhere)

    assert (refused.status_code, refused.json()["code"]) == (403, "other_region")
    assert "alpha" in refused.json()["detail"]
    assert await contents(scoring_db) == before
    assert (await work.client.get(path, headers=here)).status_code == 200
    assert (await work.client.get("/v1/assessments", headers=elsewhere)).json()["items"] == []


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"experts": ["reviewer-1", "expert-2"]}, 403, "conflict_of_role"),
        ({"experts": ["expert-1", "expert-1"]}, 422, "invalid_content"),
        ({"experts": ["expert-1"]}, 422, "invalid_content"),
        ({"experts": ["expert-1", "expert-2", "expert-3"]}, 422, "invalid_content"),
        ({"region": "gamma"}, 422, "invalid_content"),
        ({"edition": "smal"}, 422, "invalid_content"),
        ({"edition": "2021"}, 422, "edition_not_assessable"),
        ({"deadline": "soon"}, 422, "invalid_content"),
    ],
)
async def test_an_assessment_that_is_not_opened(work, scoring_db, changed, status, code):
    before = await contents(scoring_db)
    body = {"region": "alpha", "edition": "small", "experts": ["expert-1", "expert-2"], **changed}

    refused = await work.call("reviewer-1", "POST", "/v1/review/assessments", body)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert await contents(scoring_db) == before


async def test_one_open_assessment_of_a_region_in_an_edition(work, scoring_db):
    await work.open()
    before = await contents(scoring_db)

    again = await work.open()

    assert (again.status_code, again.json()["code"]) == (409, "assessment_open")
    assert again.json()["assessment"] == work.id
    assert await contents(scoring_db) == before
    assert (await work.open("beta")).status_code == 201


async def test_one_person_as_expert_and_reviewer(work, scoring_db):
    await work.open()
    await work.answered()
    both = work.token("expert-1", "expert", "reviewer", "admin")
    before = await contents(scoring_db)
    base = f"/v1/review/assessments/{work.id}"
    calls = [
        ("GET", base, None),
        ("GET", f"{base}/log", None),
        ("PUT", f"{base}/decisions/I1", {"option": "a", "reason": "x"}),
        ("POST", f"{base}/questions", {"indicator": "I1", "to": ["b"], "text": "x", "lang": "en"}),
        ("POST", f"{base}/transitions", {"to": "preliminary"}),
    ]

    for method, path, body in calls:
        refused = await work.client.request(method, path, json=body, headers=both)
        assert (refused.status_code, refused.json()["code"]) == (403, "conflict_of_role"), path
    listed = await work.client.get("/v1/review/assessments", headers=both)
    assert listed.json()["items"] == []
    assert await contents(scoring_db) == before


@pytest.mark.parametrize(
    ("name", "sent", "fault"),
    [
        ("I1", {"option": "z", "reason": "x"}, ("#/option", "unknown_option")),
        ("I1", {"option": "a"}, ("#/reason", "missing")),
        ("I1", {"option": "a", "reason": " "}, ("#/reason/text", "invalid")),
        ("I1", {"option": "a", "reason": LONG}, ("#/reason/text", "too_long")),
        ("I1", {"option": "a", "reason": {"text": "x"}}, ("#/reason/lang", "missing")),
        ("I1", {"option": "a", "reason": 5}, ("#/reason", "wrong_type")),
        ("I1", {"reason": "x"}, ("#", "option_or_status")),
        ("I9", {"option": "a", "reason": "x"}, ("#", "unknown_indicator")),
    ],
)
async def test_a_decision_that_is_none(work, scoring_db, name, sent, fault):
    await work.open()
    await work.answered()
    before = await contents(scoring_db)

    refused = await work.review("PUT", f"/decisions/{name}", sent)

    assert refused.status_code == 422
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [fault]
    assert await contents(scoring_db) == before


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"to": "published"}, 409, "transition_refused"),
        ({"to": "decided"}, 409, "transition_refused"),
        ({"to": "finished"}, 422, "invalid_content"),
        ({}, 422, "invalid_content"),
    ],
)
async def test_a_way_that_leads_nowhere(work, scoring_db, sent, status, code):
    await work.open()
    await work.answered()
    before = await contents(scoring_db)

    refused = await work.review("POST", "/transitions", sent)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert await contents(scoring_db) == before


async def test_reopening_has_a_reason(work, scoring_db):
    await work.open()
    await work.decided()
    before = await contents(scoring_db)

    refused = await work.move("submitted")

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/reason")
    assert await contents(scoring_db) == before


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"indicator": "I9", "to": ["a"], "text": "x", "lang": "en"}, "#/indicator"),
        ({"indicator": "I1", "to": ["c"], "text": "x", "lang": "en"}, "#/to/0"),
        ({"indicator": "I1", "to": [], "text": "x", "lang": "en"}, "#/to"),
        ({"indicator": "I1", "to": ["a"], "text": "", "lang": "en"}, "#/text"),
        ({"indicator": "I1", "to": ["a"], "text": "x"}, "#/lang"),
    ],
)
async def test_a_question_that_is_none(work, scoring_db, sent, pointer):
    await work.open()
    await work.answered()
    before = await contents(scoring_db)

    refused = await work.review("POST", "/questions", sent)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert await contents(scoring_db) == before


async def test_who_may_not(work, scoring_db):
    await work.open()
    await work.answered()
    before = await contents(scoring_db)
    base = f"/v1/review/assessments/{work.id}"
    decision = {"option": "a", "reason": "x"}
    calls = [
        ("admin-1", "PUT", f"{base}/decisions/I1", decision, 403),
        ("expert-1", "PUT", f"{base}/decisions/I1", decision, 403),
        ("expert-1", "GET", base, None, 403),
        ("authority-1", "GET", base, None, 403),
        ("reviewer-1", "GET", f"/v1/assessments/{work.id}", None, 403),
        ("reviewer-1", "POST", "/v1/review/erasures", {"subject": "expert-1"}, 403),
    ]

    for who, method, path, body, status in calls:
        assert (await work.call(who, method, path, body)).status_code == status, (who, path)
    nobody = await work.client.get(base)
    assert (nobody.status_code, nobody.json()["code"]) == (401, "unauthorized")
    assert (await work.call("admin-1", "GET", base)).status_code == 200
    assert await contents(scoring_db) == before


async def test_problems_speak_the_callers_language(work):
    await work.open()

    told = {
        lang: (await work.call("expert-1", "POST", f"/v1/assessments/{work.id}/submit?lang={lang}")).json()
        for lang in ("en", "fr", "de", "it", "es", "pt", "sv")
    }

    assert len({problem["title"] for problem in told.values()}) == 7
    assert {len(problem["errors"]) for problem in told.values()} == {len(INDICATORS)}
