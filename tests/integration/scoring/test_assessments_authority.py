"""The region's own voice: the preliminary result, comments on it, and proposals for its profile."""

import pytest
from sqlalchemy import text

from scoring.verify_log import check
from tests.support.builders_assessments import INDICATORS, small_bundle, working
from tests.support.builders_scoring import load_bundle
from tests.support.people import write_people

WORDS = {"text": "Decree 12/2026 came later.", "lang": "en"}


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
async def work(scoring_db, people):
    async with working(scoring_db, people) as found:
        yield found


async def ask(work, method, path, body=None, *, who="authority-1", regions=("alpha",), roles=("authority",)):
    headers = work.token(who, *roles, regions=regions)
    return await work.client.request(method, f"/v1/authority{path}", json=body, headers=headers)


async def preliminary(work):
    await work.open()
    await work.decided()
    await work.move("preliminary")
    return f"/assessments/{work.id}"


async def test_a_preliminary_result_is_computed_and_shown(work):
    await work.open()
    await work.answered()
    for name, option in zip(INDICATORS, "abca", strict=True):
        await work.decide(name, option)
    assert (await ask(work, "GET", f"/assessments/{work.id}")).status_code == 404
    assert (await ask(work, "GET", "/assessments")).json()["items"] == []
    await work.move("preliminary")

    result = (await ask(work, "GET", f"/assessments/{work.id}")).json()
    listed = (await ask(work, "GET", "/assessments")).json()["items"]

    assert [(one["id"], one["state"]) for one in listed] == [(work.id, "preliminary")]
    # I1 100, I2 50, I3 0, and I4 100 with twice the weight.
    assert (result["overall"]["score"], result["overall"]["display"]) == (70, 70)
    assert result["overall"]["coverage"] == {"answered": 4, "expected": 4}
    assert result["overall"]["rank"] is None
    assert [cell["score"] for cell in result["axes"][0]["cells"]] == [50, 100]
    assert [one["option"] for one in result["indicators"]] == ["a", "b", "c", "a"]
    assert "expert" not in str(result)
    panel = (await work.client.get("/v1/regions/alpha/scores")).json()
    assert panel["edition"] == "2021"
    assert (await work.client.get("/v1/rankings?edition=small")).status_code == 400


async def test_comments_on_an_indicator_and_on_the_whole(work, scoring_db):
    path = await preliminary(work)

    first = await ask(work, "PUT", f"{path}/comments/I2", WORDS)
    again = await ask(work, "PUT", f"{path}/comments/I2", WORDS)
    whole = await ask(work, "PUT", f"{path}/comments", {"text": "Thank you.", "lang": "en"})
    changed = await ask(work, "PUT", f"{path}/comments/I2", {**WORDS, "text": "Decree 13."})

    assert (first.status_code, first.json()) == (200, again.json())
    assert (whole.json()["comment"]["indicator"], whole.json()["state"]) == (None, "preliminary")
    assert changed.json()["comment"]["id"] == first.json()["comment"]["id"]
    case = await work.case()
    told = {row["indicator"]: [one["text"]["text"] for one in row["comments"]] for row in case["indicators"]}
    assert told == {"I1": [], "I2": ["Decree 13."], "I3": [], "I4": []}
    assert [one["text"]["text"] for one in case["comments"]] == ["Thank you."]
    assert (await ask(work, "GET", path)).json()["indicators"][1]["comments"][0]["text"]["lang"] == "en"
    assert await check(scoring_db) == (1, [])
    await work.move("submitted", "The region is right.")
    assert (await ask(work, "PUT", f"{path}/comments/I2", WORDS)).status_code == 404


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"regions": ("beta",)}, 404, "assessment_not_found"),
        ({"regions": ()}, 404, "assessment_not_found"),
        ({"roles": ("reviewer",)}, 403, "forbidden"),
        ({"who": "expert-1", "roles": ("authority", "expert")}, 403, "conflict_of_role"),
    ],
)
async def test_only_the_regions_own_staff(work, given, status, code):
    path = await preliminary(work)

    for method, where, body in (("GET", path, None), ("PUT", f"{path}/comments/I1", WORDS)):
        refused = await ask(work, method, where, body, **given)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    listed = await ask(work, "GET", "/assessments", **given)
    assert listed.status_code == 403 or listed.json()["items"] == []


async def test_a_comment_that_is_none(work):
    path = await preliminary(work)

    unknown = await ask(work, "PUT", f"{path}/comments/I9", WORDS)
    empty = await ask(work, "PUT", f"{path}/comments/I1", {"text": "", "lang": "en"})

    assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (422, "unknown_indicator")
    assert (empty.status_code, empty.json()["errors"][0]["pointer"]) == (422, "#/text")


SITE = {"url": "https://alpha.example/integration", "body": "Department of Integration", "lang": "es"}
COMPETENCES = {
    "areas": {"labour": ["shared"], "housing": ["some_exclusive"], "health": []},
    "note": {"text": "Since 2026.", "lang": "en"},
    "sources": [{"title": "Statute"}],
}


async def propose(work, field="websites", value=None, **given):
    body = {"field": field, "value": [SITE] if value is None else value, "reason": "The old one is gone."}
    return await ask(work, "POST", "/proposals", body, **given)


async def settle(work, proposal, accept=True, who="reviewer-1", reason="Checked."):
    path = f"/v1/review/proposals/{proposal}/decision"
    return await work.call(who, "POST", path, {"accept": accept, "reason": reason})


async def test_an_accepted_proposal_changes_the_region_and_stays(work, scoring_db):
    made, twice = await propose(work), await propose(work)
    assert (made.status_code, made.json()["state"]) == (201, "open")
    assert twice.json() == made.json()
    assert (await work.client.get("/v1/regions/alpha")).json()["websites"] == []
    listed = await work.call("reviewer-1", "GET", "/v1/review/proposals?state=open")
    assert [one["id"] for one in listed.json()["items"]] == [made.json()["id"]]

    accepted = await settle(work, made.json()["id"])
    again = await settle(work, made.json()["id"])

    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    assert again.json() == accepted.json()
    report = await load_bundle(scoring_db, small_bundle())
    assert "regions: alpha was changed here and is kept" in report.kept
    site = (await work.client.get("/v1/regions/alpha")).json()["websites"][0]
    assert (site["url"], site["status"]) == (SITE["url"], "unverified")
    mine = (await ask(work, "GET", "/proposals")).json()["items"]
    assert [one["state"] for one in mine] == ["accepted"]
    async with scoring_db.sessions() as session:
        newest = await session.scalar(
            text("SELECT kind || ' ' || key FROM feed_entry ORDER BY id DESC LIMIT 1")
        )
    assert newest == "region alpha"


async def test_competences_are_proposed_whole(work):
    made = await propose(work, "competences", COMPETENCES)
    await settle(work, made.json()["id"])

    held = (await work.client.get("/v1/regions/alpha?lang=sv")).json()["competences"]

    assert held["areas"] == COMPETENCES["areas"]
    assert held["note"] == {"text": "Since 2026.", "lang": "en", "translation": None}
    assert held["sources"][0]["title"] == "Statute"
    await work.open()
    assert (await work.own("expert-1"))["suggested"] == {"I4": "no_competence"}


async def test_a_declined_proposal_changes_nothing_and_is_final(work):
    made = (await propose(work)).json()["id"]

    declined = await settle(work, made, accept=False)
    late = await settle(work, made, who="reviewer-2")

    assert declined.json()["state"] == "declined"
    assert (late.status_code, late.json()["code"], late.json()["state"]) == (
        409, "proposal_decided", "declined"
    )  # fmt: skip
    assert late.json()["by"] == declined.json()["decided_by"]
    assert (await work.client.get("/v1/regions/alpha")).json()["websites"] == []


@pytest.mark.parametrize(
    ("field", "value", "pointer", "code"),
    [
        ("websites", [{"url": "ftp://x"}], "#/value/0/url", "invalid"),
        ("websites", [{"body": "x"}], "#/value/0/url", "missing"),
        ("websites", {"url": "https://x"}, "#/value", "wrong_type"),
        ("websites", [{**SITE, "sources": [{}]}], "#/value/0/sources/0/title", "missing"),
        ("competences", {"areas": {"labour": ["full"]}}, "#/value/areas/labour/0", "unknown_code"),
        ("competences", {"areas": {"Labour!": ["shared"]}}, "#/value/areas/Labour!/[key]", "invalid"),
        ("competences", {}, "#/value/areas", "missing"),
    ],
)
async def test_a_proposal_that_is_none(work, field, value, pointer, code):
    refused = await propose(work, field, value)

    assert refused.status_code == 422
    fault = refused.json()["errors"][0]
    assert (fault["pointer"], fault["code"]) == (pointer, code)
    assert (await ask(work, "GET", "/proposals")).json()["total"] == 0


async def test_a_proposal_about_another_region(work):
    body = {"region": "beta", "field": "websites", "value": [SITE], "reason": "x"}

    other = await ask(work, "POST", "/proposals", body)
    several = await propose(work, regions=("alpha", "beta"))

    assert (other.status_code, other.json()["code"]) == (403, "other_region")
    assert (several.status_code, several.json()["errors"][0]["pointer"]) == (422, "#/region")
    assert (await ask(work, "POST", "/proposals", body, regions=("alpha", "beta"))).status_code == 201


async def test_nobody_accepts_their_own_proposal(work):
    made = (await propose(work, who="reviewer-1")).json()["id"]

    refused = await settle(work, made)

    assert (refused.status_code, refused.json()["code"]) == (403, "conflict_of_role")
    assert (await settle(work, "pr-none")).json()["code"] == "proposal_not_found"


async def test_an_erased_proposal_can_only_be_declined(work):
    made = (await propose(work)).json()["id"]
    await work.call("admin-1", "POST", "/v1/review/erasures", {"subject": "authority-1"})

    refused = await settle(work, made)
    declined = await settle(work, made, accept=False)

    assert (refused.status_code, refused.json()["code"]) == (409, "proposal_erased")
    assert (declined.json()["state"], declined.json()["value"], declined.json()["reason"]) == (
        "declined", None, None
    )  # fmt: skip
