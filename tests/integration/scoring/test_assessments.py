"""The work of an assessment over HTTP, from the invitation to the decision."""

import asyncio

import pytest
from sqlalchemy import text

from scoring.documents import Bundle
from tests.support.builders_assessments import INDICATORS, answer, working
from tests.support.builders_scoring import load_bundle, region
from tests.support.people import write_people


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
async def work(scoring_db, people):
    async with working(scoring_db, people) as found:
        yield found


async def test_a_whole_assessment(work):
    opened = await work.open()
    assert (opened.status_code, opened.json()["state"]) == (201, "answering")

    await work.answered()
    case = await work.case()
    assert case["state"] == "submitted"
    assert [row["indicator"] for row in case["indicators"]] == ["I2", "I1", "I3", "I4"]
    assert [row["agree"] for row in case["indicators"]] == [False, True, True, True]
    assert case["indicators"][0]["prefill"] is None
    assert case["indicators"][1]["prefill"] == {"option": "a", "status": None}
    assert all(row["decision"] is None for row in case["indicators"])

    states = [(await work.decide(name, "a")).json()["state"] for name in INDICATORS]
    assert states == ["submitted", "submitted", "submitted", "decided"]
    assert (await work.move("preliminary")).json()["state"] == "preliminary"
    assert (await work.move("preliminary")).json()["state"] == "preliminary"
    assert (await work.move("submitted", "A law was overlooked.")).json()["state"] == "submitted"

    log = (await work.review("GET", "/log")).json()
    assert (log["verified"], log["broken"]) == (True, None)
    assert [entry["n"] for entry in log["items"]] == list(range(1, len(log["items"]) + 1))
    events = [entry["event"] for entry in log["items"]]
    assert events[:2] == ["opened", "answered"]
    assert events[-3:] == ["moved", "moved", "moved"]
    assert "law" not in str(log)


async def test_answers_are_kept_one_by_one(work):
    await work.open()
    sent = answer("b", note={"text": "Ask the ministry.", "lang": "en"})

    saved = await work.save("expert-1", "I1", sent)
    again = await work.save("expert-1", "I1", sent)

    assert (saved.status_code, saved.headers["etag"]) == (200, '"1"')
    assert saved.json() == again.json()
    assert again.headers["etag"] == '"1"'
    assert saved.json()["state"] == "answering"
    own = await work.own("expert-1")
    assert own["progress"] == {"answered": 1, "of": 4}
    held = own["answers"]["I1"]
    assert {name: held[name] for name in ("option", "certainty", "as_of", "justification", "note")} == {
        name: sent[name] for name in ("option", "certainty", "as_of", "justification", "note")
    }
    assert held["sources"][0]["title"] == "Law 7/2010"
    log = (await work.review("GET", "/log")).json()["items"]
    assert [entry["event"] for entry in log] == ["opened", "answered"]


async def test_a_changed_answer_is_guarded_by_its_tag(work):
    await work.open()
    await work.save("expert-1", "I1", answer("a"))

    changed = await work.save("expert-1", "I1", answer("b"), {"If-Match": '"1"'})
    stale = await work.save("expert-1", "I1", answer("c"), {"If-Match": '"1"'})
    repeated = await work.save("expert-1", "I1", answer("b"), {"If-Match": '"1"'})
    new = await work.save("expert-1", "I2", answer("b"), {"If-Match": '"1"'})

    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert (stale.status_code, stale.json()["code"], stale.json()["etag"]) == (412, "outdated", '"2"')
    assert (repeated.status_code, repeated.json()) == (200, changed.json())
    assert (new.status_code, new.json()["etag"]) == (412, None)
    assert (await work.own("expert-1"))["answers"]["I1"]["option"] == "b"


async def test_submitting_asks_for_every_answer_and_happens_once(work):
    await work.open()
    await work.save("expert-1", "I2")

    early = await work.submit("expert-1")
    assert (early.status_code, early.json()["code"]) == (422, "answers_missing")
    assert early.json()["indicators"] == ["I1", "I3", "I4"]
    assert [fault["pointer"] for fault in early.json()["errors"]] == [
        "#/answers/I1", "#/answers/I3", "#/answers/I4"
    ]  # fmt: skip
    for name in INDICATORS:
        await work.save("expert-1", name)
    first, second = await work.submit("expert-1"), await work.submit("expert-1")
    assert (first.status_code, first.json()) == (200, second.json())
    late = await work.save("expert-1", "I1", answer("c"))
    assert (late.status_code, late.json()["code"]) == (409, "answer_closed")
    assert (await work.own("expert-1"))["open_answers"] == []
    same = await work.save("expert-1", "I1")
    assert same.status_code == 200


async def test_nothing_is_side_by_side_until_both_are_in(work):
    await work.open()
    for name in INDICATORS:
        await work.save("expert-1", name)
    await work.submit("expert-1")

    case = await work.case()

    assert case["state"] == "answering"
    assert case["experts"]["a"]["progress"] == {"answered": 4, "of": 4}
    assert {(row["a"], row["b"], row["agree"], row["prefill"]) for row in case["indicators"]} == {
        (None, None, None, None)
    }
    assert (await work.decide("I1")).json()["code"] == "wrong_state"


async def test_a_question_opens_just_that_answer_of_that_expert(work):
    await work.open()
    await work.answered()
    question = {"indicator": "I2", "to": ["b"], "text": "Since when?", "lang": "en"}

    asked = await work.review("POST", "/questions", question)

    assert (asked.status_code, asked.json()["state"]) == (200, "clarification")
    assert (await work.own("expert-1"))["state"] == "submitted"
    assert (await work.own("expert-1"))["questions"] == []
    own = await work.own("expert-2")
    assert (own["state"], own["open_answers"]) == ("clarification", ["I2"])
    assert own["questions"][0]["text"] == {"text": "Since when?", "lang": "en"}
    assert (await work.save("expert-2", "I1", answer("c"))).json()["code"] == "answer_closed"
    assert (await work.save("expert-1", "I2", answer("c"))).json()["code"] == "answer_closed"
    assert (await work.decide("I1")).json()["code"] == "wrong_state"
    told = await work.save("expert-2", "I2", answer("a"))
    assert (told.status_code, told.json()["state"]) == (200, "submitted")
    assert all(row["agree"] for row in (await work.case())["indicators"])


async def test_a_question_is_answered_by_the_same_answer_too(work):
    await work.open()
    await work.answered()
    question = {"indicator": "I2", "to": ["a", "b"], "text": "Sure?", "lang": "en"}
    await work.review("POST", "/questions", question)

    first = await work.save("expert-1", "I2", answer("a"))
    second = await work.save("expert-2", "I2", answer("b"))

    assert (first.status_code, first.json()["state"]) == (200, "submitted")
    assert (second.status_code, second.json()["state"]) == (200, "submitted")
    assert (await work.case())["state"] == "submitted"


async def test_the_same_question_is_asked_once(work):
    await work.open()
    await work.answered()
    question = {"indicator": "I2", "to": ["a", "b"], "text": "Sure?", "lang": "en"}

    first = await work.review("POST", "/questions", question)
    again = await work.review("POST", "/questions", question)
    other = await work.review("POST", "/questions", {**question, "text": "Really?", "to": ["b"]})

    assert (first.status_code, first.json()) == (200, again.json())
    assert len(first.json()["questions"]) == 2
    assert len((await work.own("expert-2"))["questions"]) == 2
    assert other.json()["questions"][0] not in first.json()["questions"]
    assert (await work.save("expert-2", "I2", answer("b"))).json()["state"] == "submitted"
    assert all(one["closed_at"] for one in (await work.own("expert-2"))["questions"])


async def test_a_question_can_be_taken_back(work):
    await work.open()
    await work.answered()
    question = {"indicator": "I2", "to": ["b"], "text": "Since when?", "lang": "en"}
    await work.review("POST", "/questions", question)

    moved = await work.move("submitted", "Answered on the telephone.")

    assert (moved.status_code, moved.json()["state"]) == (200, "submitted")
    assert (await work.own("expert-2"))["open_answers"] == []


async def test_what_was_first_submitted_is_kept(work, scoring_db):
    await work.open()
    await work.answered()
    await work.review("POST", "/questions", {"indicator": "I2", "to": ["b"], "text": "Sure?", "lang": "en"})
    await work.save("expert-2", "I2", answer("a"))

    async with scoring_db.sessions() as session:
        query = "SELECT option FROM first_answer WHERE indicator = 'I2' ORDER BY seat"
        assert list(await session.scalars(text(query))) == ["a", "b"]


async def test_another_reviewers_decision_is_not_changed_unseen(work):
    await work.open()
    await work.answered()
    mine = await work.decide("I1", "a")

    theirs = await work.decide("I1", "b", who="reviewer-2")
    assert (theirs.status_code, theirs.json()["code"]) == (409, "decided_by_other")
    assert theirs.json()["by"].startswith("p-")
    assert theirs.json()["at"] == mine.json()["decision"]["at"]
    assert theirs.json()["etag"] == '"1"'
    changed = await work.decide("I1", "b", who="reviewer-2", headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    stale = await work.decide("I1", "c", who="reviewer-2", headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["etag"]) == (412, '"2"')


async def test_the_same_decision_again_is_the_same_answer(work):
    await work.open()
    await work.answered()
    for name in INDICATORS[:3]:
        await work.decide(name)

    first, second = await work.decide("I4"), await work.decide("I4")

    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert first.json()["state"] == "decided"
    assert (await work.decide("I4", "b")).json()["code"] == "wrong_state"


async def test_unknown_is_a_decision(work):
    await work.open()
    await work.answered()

    decided = await work.review("PUT", "/decisions/I1", {"status": "unknown", "reason": "No document."})

    assert decided.json()["decision"]["status"] == "unknown"
    assert decided.json()["decision"]["reason"] == {"text": "No document.", "lang": "und"}


async def test_two_reviewers_deciding_at_once(committed_scoring_db, people):
    async with working(committed_scoring_db, people) as work:
        await work.open()
        await work.answered()
        for name in INDICATORS[:3]:
            await work.decide(name)

        both = await asyncio.gather(work.decide("I4", "a"), work.decide("I4", "b", who="reviewer-2"))

        assert sorted(one.status_code for one in both) == [200, 409]
        refused = next(one for one in both if one.status_code == 409).json()
        decided = next(one for one in both if one.status_code == 200).json()
        assert (refused["code"], refused["at"]) == ("decided_by_other", decided["decision"]["at"])
        assert (await work.review("GET", "/log")).json()["verified"]


async def test_both_experts_save_at_once(committed_scoring_db, people):
    async with working(committed_scoring_db, people) as work:
        await work.open()

        saved = await asyncio.gather(
            *(work.save(who, name) for who in ("expert-1", "expert-2") for name in INDICATORS)
        )

        assert {one.status_code for one in saved} == {200}
        log = (await work.review("GET", "/log")).json()
        assert (log["verified"], len(log["items"])) == (True, 9)
        submitted = await asyncio.gather(work.submit("expert-1"), work.submit("expert-2"))
        assert sorted(one.json()["state"] for one in submitted) == ["answering", "submitted"]


async def test_no_competence_is_suggested_and_never_answered(work):
    await work.open("beta")

    own = await work.own("expert-1")

    assert own["suggested"] == {"I4": "no_competence"}
    assert own["answers"] == {}


async def test_my_assessments(work):
    await work.open()
    await work.save("expert-2", "I1")
    mine = (await work.call("expert-2", "GET", "/v1/assessments")).json()["items"]
    nobodys = (await work.call("expert-3", "GET", "/v1/assessments")).json()["items"]

    assert [(one["id"], one["seat"], one["progress"]["answered"]) for one in mine] == [(work.id, "b", 1)]
    assert nobodys == []


async def test_the_reviewers_list(work):
    await work.open()
    listed = await work.call("reviewer-2", "GET", "/v1/review/assessments?state=answering&region=alpha")
    other = await work.call("reviewer-2", "GET", "/v1/review/assessments?edition=2021")
    named = await work.call("reviewer-2", "GET", "/v1/review/assessments?region=Alpha (sv),beta")

    assert [one["id"] for one in listed.json()["items"]] == [work.id]
    assert [one["id"] for one in named.json()["items"]] == [work.id]
    assert other.json()["total"] == 0


@pytest.mark.parametrize(
    ("query", "nearest"), [("state=decidet", "decided"), ("region=alpa", "alpha"), ("edition=smal", "small")]
)
async def test_a_filter_that_is_unknown(work, query, nearest):
    refused = await work.call("reviewer-1", "GET", f"/v1/review/assessments?{query}")

    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_value")
    assert nearest in refused.json()["detail"]


async def test_a_filter_by_a_name_that_two_regions_share(work, scoring_db):
    twins = [region(name, aliases=["Twin"]) for name in ("gamma", "delta")]
    await load_bundle(scoring_db, Bundle(twins, [], []))

    refused = await work.call("reviewer-1", "GET", "/v1/review/assessments?region=twin")

    assert (refused.status_code, refused.json()["code"]) == (300, "ambiguous_region")


async def test_the_log_tells_what_was_answered_only_once_both_have_submitted(work):
    await work.open()
    await work.answered_by("expert-1", "abaa")

    before = (await work.review("GET", "/log")).json()
    await work.answered_by("expert-2")
    after = (await work.review("GET", "/log")).json()

    payloads = [
        [one["payload"] for one in log["items"] if one["event"] == "answered"] for log in (before, after)
    ]
    assert payloads[0] == [{}] * 4
    assert [one["option"] for one in payloads[1]] == list("abaaaaaa")
    assert before["verified"]
    assert after["verified"]
