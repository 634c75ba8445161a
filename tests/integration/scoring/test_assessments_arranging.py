"""The ways back in an assessment: another expert, another deadline, giving up what was opened by mistake."""

import asyncio

import pytest
from sqlalchemy import text

from scoring.verify_log import check
from tests.support.builders_assessments import INDICATORS, answer, working
from tests.support.people import write_people

REASON = "Quince is ill."
COUNTED = ("assessment", "seat", "answer", "free_text", "assessment_log", "person")


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
async def work(scoring_db, people):
    async with working(scoring_db, people) as found:
        await found.open()
        yield found


async def contents(database):
    async with database.sessions() as session:
        return {
            table: sorted(map(str, await session.execute(text(f"SELECT * FROM {table}"))))
            for table in COUNTED
        }


async def bodies(database):
    async with database.sessions() as session:
        held = await session.scalars(text("SELECT body::text FROM free_text WHERE body IS NOT NULL"))
        return sorted(held)


async def replace(work, seat="a", subject="expert-3", who="reviewer-1", reason=REASON):
    return await work.review("PUT", f"/experts/{seat}", {"subject": subject, "reason": reason}, who=who)


async def schedule(work, deadline, who="reviewer-1"):
    return await work.review("PUT", "/deadline", {"deadline": deadline, "reason": REASON}, who=who)


async def give_up(work, who="admin-1"):
    return await work.review("POST", "/abandonment", {"reason": REASON}, who=who)


async def log(work):
    found = (await work.review("GET", "/log", who="reviewer-2")).json()
    assert found["verified"]
    return found["items"]


def telling(option, words):
    return answer(
        option,
        justification={"text": f"{words} saw it.", "lang": "en"},
        note={"text": f"Ask {words}.", "lang": "en"},
        sources=[{"title": f"Notes of {words}"}],
    )


# Another expert


async def test_the_new_expert_starts_anew_and_the_one_before_is_a_stranger(work, scoring_db):
    await work.save("expert-1", "I1", telling("a", "Medlar"))
    await work.save("expert-1", "I1", telling("b", "Sorb"))
    await work.save("expert-1", "I2", telling("a", "Medlar"))
    await work.save("expert-2", "I1", telling("c", "Damson"))

    done = await replace(work)

    assert (done.status_code, done.json()["seat"], done.json()["state"]) == (200, "a", "answering")
    own = await work.own("expert-3")
    assert (own["seat"], own["answers"], own["progress"]) == ("a", {}, {"answered": 0, "of": 4})
    assert own["open_answers"] == list(INDICATORS)
    for call in (
        await work.call("expert-1", "GET", f"/v1/assessments/{work.id}"),
        await work.save("expert-1", "I3"),
        await work.submit("expert-1"),
    ):
        assert (call.status_code, call.json()["code"]) == (404, "assessment_not_found")
    assert (await work.call("expert-1", "GET", "/v1/assessments")).json()["items"] == []
    kept = str(await bodies(scoring_db))
    assert "Medlar" not in kept
    assert "Sorb" not in kept
    assert kept.count("Damson") == 3
    assert (await work.own("expert-2"))["answers"]["I1"]["option"] == "c"


async def test_the_log_keeps_its_entries_and_gets_one(work, scoring_db):
    await work.save("expert-1", "I1")
    before = await log(work)

    done = await replace(work)

    *kept, entry = await log(work)
    assert kept == before
    assert (entry["event"], entry["seat"]) == ("expert_replaced", "a")
    assert entry["payload"]["from"] == before[0]["payload"]["a"]
    assert entry["payload"]["to"] == done.json()["person"]
    assert entry["payload"]["reason"].startswith("sha256:")
    assert "ill" not in str(entry)
    assert await check(scoring_db) == (1, [])


async def test_the_same_replacement_again_is_the_same_answer(work, scoring_db):
    first = await replace(work)
    await work.save("expert-3", "I1")
    before = await contents(scoring_db)

    again = await replace(work)

    assert (again.status_code, again.json()) == (200, first.json())
    assert await contents(scoring_db) == before
    await work.answered_by("expert-3")
    before = await contents(scoring_db)
    assert (await replace(work)).json() == first.json()
    assert await contents(scoring_db) == before


async def test_with_the_new_expert_the_work_goes_on_to_the_end(work):
    await work.save("expert-1", "I1", answer("c"))
    await replace(work)

    await work.answered_by("expert-3")
    await work.answered_by("expert-2", "abaa")

    case = await work.case()
    assert case["state"] == "submitted"
    assert [row["agree"] for row in case["indicators"]] == [False, True, True, True]
    states = [(await work.decide(name)).json()["state"] for name in INDICATORS]
    assert states[-1] == "decided"
    assert (await work.review("GET", "/agreement")).json()["submitted"]


@pytest.mark.parametrize("submitted", [("expert-1",), ("expert-1", "expert-2")])
async def test_after_the_submission_it_is_too_late(work, scoring_db, submitted):
    for who in submitted:
        await work.answered_by(who)
    before = await contents(scoring_db)

    refused = await replace(work)

    assert (refused.status_code, refused.json()["code"]) == (409, "expert_submitted")
    assert refused.json()["seat"] == "a"
    assert "“a”" in refused.json()["detail"]
    assert await contents(scoring_db) == before
    assert (await replace(work, "b")).status_code == (409 if "expert-2" in submitted else 200)


async def test_an_expert_who_was_erased_is_replaced_too(work, scoring_db):
    await work.save("expert-1", "I1", telling("a", "Medlar"))
    await work.call("admin-1", "POST", "/v1/review/erasures", {"subject": "expert-1"})

    done = await replace(work)

    assert (done.status_code, done.json()["seat"]) == (200, "a")
    assert (await work.own("expert-3"))["answers"] == {}
    assert await check(scoring_db) == (1, [])


async def test_who_was_replaced_may_come_back_and_starts_anew(work):
    await work.save("expert-1", "I1")
    await replace(work)

    back = await replace(work, subject="expert-1")

    assert back.status_code == 200
    assert (await work.own("expert-1"))["answers"] == {}
    assert (await work.call("expert-3", "GET", f"/v1/assessments/{work.id}")).status_code == 404


@pytest.mark.parametrize(
    ("subject", "who", "code"),
    [
        ("expert-2", "reviewer-1", "invalid_content"),
        ("reviewer-1", "reviewer-1", "conflict_of_role"),
        ("reviewer-1", "reviewer-2", "conflict_of_role"),
        ("reviewer-2", "reviewer-2", "conflict_of_role"),
        ("admin-1", "reviewer-2", "conflict_of_role"),
        (" ", "reviewer-1", "invalid_content"),
    ],
)
async def test_who_cannot_be_the_new_expert(work, scoring_db, subject, who, code):
    assert (await schedule(work, "2027-01-31", who="admin-1")).status_code == 200
    before = await contents(scoring_db)

    refused = await replace(work, subject=subject, who=who)

    assert (refused.status_code, refused.json()["code"]) == (403 if "role" in code else 422, code)
    assert [fault["pointer"] for fault in refused.json().get("errors", [])] == ["#/subject"] * (
        code == "invalid_content"
    )
    assert await contents(scoring_db) == before


async def test_who_has_answered_does_not_review_it_later(work):
    await work.save("expert-1", "I1")
    await replace(work)
    both = work.token("expert-1", "expert", "reviewer")

    refused = await work.client.get(f"/v1/review/assessments/{work.id}", headers=both)

    assert (refused.status_code, refused.json()["code"]) == (403, "conflict_of_role")


async def test_an_expert_replaces_nobody(work, scoring_db):
    before = await contents(scoring_db)
    both = work.token("expert-1", "expert", "reviewer", "admin")
    base = f"/v1/review/assessments/{work.id}"
    calls = [
        ("PUT", "/experts/b", {"subject": "expert-3", "reason": "x"}),
        ("PUT", "/deadline", {"deadline": None, "reason": "x"}),
        ("POST", "/abandonment", {"reason": "x"}),
    ]

    for method, path, body in calls:
        refused = await work.client.request(method, base + path, json=body, headers=both)
        assert (refused.status_code, refused.json()["code"]) == (403, "conflict_of_role")
    assert await contents(scoring_db) == before


async def test_there_is_no_third_seat(work):
    assert (await replace(work, "c")).status_code == 404


async def test_a_submission_and_a_replacement_at_once(committed_scoring_db, people):
    async with working(committed_scoring_db, people) as work:
        await work.open()
        for name in INDICATORS:
            await work.save("expert-1", name)

        submitted, replaced = await asyncio.gather(work.submit("expert-1"), replace(work))

        assert (submitted.status_code, replaced.status_code) in ((200, 409), (404, 200))
        assert (await work.review("GET", "/log")).json()["verified"]


# The deadline


async def test_the_deadline_is_set_shown_and_not_enforced(work):
    done = await schedule(work, "2020-01-31")
    again = await schedule(work, "2020-01-31")

    assert (done.status_code, done.json()) == (200, again.json())
    assert done.json() == {"id": work.id, "state": "answering", "deadline": "2020-01-31"}
    assert (await work.own("expert-1"))["deadline"] == "2020-01-31"
    assert (await work.case())["deadline"] == "2020-01-31"
    assert (await work.save("expert-1", "I1")).status_code == 200
    assert (await schedule(work, None)).json()["deadline"] is None
    first, second = [one for one in await log(work) if one["event"] == "deadline_set"]
    assert (first["payload"]["from"], first["payload"]["to"]) == (None, "2020-01-31")
    assert (second["payload"]["from"], second["payload"]["to"]) == ("2020-01-31", None)
    assert "ill" not in str((first, second))


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"reason": "x"}, "#/deadline"),
        ({"deadline": "soon", "reason": "x"}, "#/deadline"),
        ({"deadline": "2027-02-30", "reason": "x"}, "#/deadline"),
        ({"deadline": "2027-02-01"}, "#/reason"),
    ],
)
async def test_a_deadline_that_is_none(work, scoring_db, body, pointer):
    before = await contents(scoring_db)

    refused = await work.review("PUT", "/deadline", body)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert await contents(scoring_db) == before


async def test_no_deadline_once_the_experts_are_done(work):
    await work.decided()

    refused = await schedule(work, "2027-01-31")

    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")


# Giving up


async def test_what_was_opened_by_mistake_is_given_up(work, scoring_db):
    await work.save("expert-1", "I1")

    done = await give_up(work)
    again = await give_up(work)

    assert (done.status_code, done.json()) == (200, again.json())
    assert (done.json()["state"], again.status_code) == ("answering", 200)
    assert [one["event"] for one in await log(work)] == ["opened", "answered", "abandoned"]
    assert await check(scoring_db) == (1, [])
    case = await work.case()
    assert case["abandoned_at"] == done.json()["abandoned_at"]
    before = await contents(scoring_db)
    for call in (
        await work.call("expert-1", "GET", f"/v1/assessments/{work.id}"),
        await work.save("expert-1", "I1", answer("b")),
        await work.submit("expert-2"),
        await replace(work),
        await schedule(work, "2027-01-31"),
        await work.decide("I1"),
        await work.move("preliminary"),
    ):
        assert (call.status_code, call.json()["code"]) == (410, "assessment_abandoned")
        assert call.json()["abandoned_at"] == done.json()["abandoned_at"]
    assert (await work.call("expert-3", "GET", f"/v1/assessments/{work.id}")).status_code == 404
    assert await contents(scoring_db) == before


async def test_another_one_is_opened_in_its_place(work):
    former = work.id
    await give_up(work)

    opened = await work.open()

    assert opened.status_code == 201
    mine = (await work.call("expert-1", "GET", "/v1/assessments")).json()["items"]
    assert [one["id"] for one in mine] == [work.id]
    every = (await work.call("reviewer-1", "GET", "/v1/review/assessments")).json()["items"]
    assert {one["id"]: one["abandoned_at"] is not None for one in every} == {work.id: False, former: True}
    answering = await work.call("reviewer-1", "GET", "/v1/review/assessments?state=answering")
    assert [one["id"] for one in answering.json()["items"]] == [work.id]
    assert (await work.open()).json()["assessment"] == mine[0]["id"]


async def test_once_an_expert_has_submitted_nothing_is_given_up(work, scoring_db):
    await work.answered_by("expert-2")
    before = await contents(scoring_db)

    refused = await give_up(work)

    assert (refused.status_code, refused.json()["code"]) == (409, "expert_submitted")
    assert refused.json()["seat"] == "b"
    assert await contents(scoring_db) == before


async def test_a_reviewer_gives_up_nothing(work):
    assert (await give_up(work, "reviewer-1")).status_code == 403
