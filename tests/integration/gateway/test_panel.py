"""The panel over real connections to fake owners."""

import asyncio

import pytest

from tests.support.builders_gateway import platform, scores

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
async def regin(tmp_path):
    async with platform(tmp_path) as found:
        yield found


async def test_joins_four_parts_that_say_when_they_last_changed(regin):
    answer = await regin.panel()
    panel = answer.json()
    assert answer.status_code == 200
    assert list(panel) == ["region", "edition", "release", "lang", "parts", "links"]
    assert (panel["region"]["id"], panel["edition"], panel["release"]) == ("catalonia", "2021", "2021-r1")
    assert {name: part["status"] for name, part in panel["parts"].items()} == dict.fromkeys(
        ("scores", "statistics", "practices", "suggestions"), "fresh"
    )
    assert {part["as_of"] for part in panel["parts"].values()} == {"2026-11-23T05:00:00.000000Z"}
    assert panel["parts"]["statistics"]["data"]["items"][0]["value"] == 7780479
    assert list(panel["parts"]["practices"]["data"]) == ["total", "items", "facets", "search_url"]
    assert panel["links"]["embed"] is None


async def test_suggests_practices_of_others_on_the_weakest_known_area(regin):
    items = (await regin.panel()).json()["parts"]["suggestions"]["data"]["items"]
    assert [(item["practice"]["id"], item["as"]) for item in items] == [
        ("clinic-on-wheels", "example"),
        ("half-a-clinic", "lesson"),
    ]
    assert items[0] | {"practice": None, "text": None} == {
        "cell": "policy_area-health",
        "own": {"score": 33, "reason": None},
        "why": "same_topic",
        "peer": None,
        "practice": None,
        "as": "example",
        "competence": ["shared", "some_exclusive"],
        "text": None,
    }


async def test_no_known_score_suggests_nothing(regin):
    panel = (await regin.panel("skane", "?lang=sv")).json()
    assert panel["parts"]["suggestions"]["data"] == {"items": []}
    assert panel["parts"]["suggestions"]["status"] == "fresh"


async def test_a_second_reader_costs_no_call_and_is_told_so(regin):
    first = await regin.panel()
    calls = regin.calls
    second = await regin.panel()
    assert regin.calls == calls
    assert (first.headers["cache-status"], second.headers["cache-status"]) == (
        "regin; fwd=miss",
        "regin; hit",
    )
    assert first.content == second.content
    different = {"age", "cache-status"}
    assert {k: v for k, v in first.headers.items() if k not in different} == {
        k: v for k, v in second.headers.items() if k not in different
    }
    assert (
        second.headers["cache-control"]
        == "public, max-age=5, stale-while-revalidate=30, stale-if-error=86400"
    )
    assert second.headers["age"] == "0"


async def test_readers_at_once_share_the_calls(regin):
    answers = await asyncio.gather(*(regin.panel() for _ in range(20)))
    assert len({answer.content for answer in answers}) == 1
    paths = [request.path for request in (*regin.scoring.reads, *regin.practices.reads)]
    assert len(paths) == len(set(paths)) == 6


@pytest.mark.parametrize("coding", ["identity", "gzip"])
async def test_a_known_tag_is_304_without_a_call(regin, coding):
    tag = (await regin.panel(**{"accept-encoding": coding})).headers["etag"]
    calls = regin.calls
    again = await regin.panel(**{"accept-encoding": coding, "if-none-match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert regin.calls == calls
    assert (await regin.panel(**{"accept-encoding": coding, "if-none-match": '"other"'})).status_code == 200


async def test_each_coding_and_language_has_its_own_tag(regin):
    found = {
        (query, coding): (await regin.panel(query=query, **{"accept-encoding": coding})).headers["etag"]
        for query in ("?lang=en", "?lang=sv")
        for coding in ("identity", "gzip")
    }
    assert len(set(found.values())) == 4


async def test_the_language_asked_for_by_header_varies(regin):
    answer = await regin.panel(query="", **{"accept-language": "pt-BR, en;q=0.5"})
    assert (answer.headers["content-language"], answer.json()["lang"]) == ("pt", "pt")
    assert {name.strip() for name in answer.headers["vary"].split(",")} == {
        "Accept-Encoding",
        "Accept-Language",
    }
    again = await regin.panel(query="", **{"accept-language": "pt-BR, en;q=0.5"})
    assert again.headers["vary"] == answer.headers["vary"]
    other = await regin.panel(query="", **{"accept-language": "sv"})
    assert other.json()["lang"] == "sv"
    assert "Accept-Language" not in (await regin.panel(query="?lang=pt")).headers["vary"]


async def test_an_unknown_language_is_english_and_says_so(regin):
    answer = await regin.panel(query="?lang=tlh")
    assert (answer.status_code, answer.headers["content-language"], answer.json()["lang"]) == (
        200,
        "en",
        "en",
    )


async def test_head_is_get_without_the_body(regin):
    whole = await regin.panel()
    head = await regin.client.head("/v1/regions/catalonia/panel?lang=en")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == whole.headers["etag"]


async def test_an_alias_leads_to_the_region_with_the_query_kept(regin):
    answer = await regin.panel("Catalunya", "?lang=sv&edition=2021")
    assert answer.status_code == 308
    assert answer.headers["location"] == "/v1/regions/catalonia/panel?lang=sv&edition=2021"
    assert answer.headers["cache-control"] == "max-age=86400"
    slashed = await regin.panel("Sk%C3%A5ne%2FScania")
    assert slashed.headers["location"] == "/v1/regions/skane/panel?lang=en"


async def test_an_unknown_region_or_edition_is_the_owners_404(regin):
    for path in ("atlantis/panel", "catalonia/panel?edition=1999"):
        answer = await regin.client.get(f"/v1/regions/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_an_unknown_parameter_is_400_and_calls_nobody(regin):
    answer = await regin.panel(query="?langg=en")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_parameter")
    assert "lang" in answer.json()["detail"]
    assert regin.calls == 0


@pytest.mark.parametrize(
    ("owner", "change"),
    [
        ("scoring", ("release", "2021-r2")),
        ("scoring", ("region", "catalonia")),
        ("scoring", ("edition", "2021")),
    ],
)
async def test_a_change_is_seen_as_soon_as_it_is_told(regin, owner, change):
    before = await regin.panel()
    regin.scoring.scores["catalonia"] = scores(overall=65)
    assert (await regin.panel()).content == before.content
    regin.scoring.feed.write(*change)
    await regin.scoring.feed.followed()
    after = await regin.panel()
    assert after.json()["parts"]["scores"]["data"]["overall"]["score"] == 65
    assert after.headers["etag"] != before.headers["etag"]


async def test_what_did_not_change_is_only_confirmed(regin):
    before = await regin.panel()
    regin.scoring.feed.write("region", "catalonia")
    await regin.scoring.feed.followed()
    after = await regin.panel(**{"if-none-match": before.headers["etag"], "accept-encoding": "gzip, deflate"})
    assert after.status_code == 304
    asked = [r for r in regin.scoring.reads if "If-None-Match" in r.headers]
    assert {r.path for r in asked} == {
        "/v1/regions/catalonia",
        "/v1/regions/catalonia/scores",
        "/v1/outcomes",
    }


async def test_a_change_elsewhere_leaves_the_panel_warm(regin):
    await regin.panel()
    calls = regin.calls
    regin.scoring.feed.write("region", "skane")
    await regin.scoring.feed.followed()
    assert (await regin.panel()).headers["cache-status"] == "regin; hit"
    assert regin.calls == calls


async def test_a_panel_with_a_demonstration_is_not_to_be_found(regin):
    open_to_all = await regin.panel()
    regin.scoring.scores["catalonia"] = {**scores(), "origin": "demonstration"}
    regin.scoring.feed.write("release", "demo-r1")
    await regin.scoring.feed.followed()
    first, again = await regin.panel(), await regin.panel()
    unchanged = await regin.panel(**{"If-None-Match": first.headers["etag"]})

    assert "x-robots-tag" not in open_to_all.headers
    assert again.headers["cache-status"] == "regin; hit"
    assert (first.status_code, again.status_code, unchanged.status_code) == (200, 200, 304)
    assert {one.headers["x-robots-tag"] for one in (first, again, unchanged)} == {"noindex"}


async def test_another_feed_than_before_outdates_everything(regin):
    await regin.panel()
    regin.scoring.scores["catalonia"] = scores(overall=65)
    regin.scoring.feed.restart()
    await regin.scoring.feed.followed()
    assert (await regin.panel()).json()["parts"]["scores"]["data"]["overall"]["score"] == 65


async def test_a_fill_begun_before_its_purge_is_served_once_and_not_kept(regin):
    regin.scoring.gate = asyncio.Event()
    first = asyncio.create_task(regin.panel())
    await regin.asked(3)
    regin.scoring.scores["catalonia"] = scores(overall=65)  # after the answer was made, before it arrives
    regin.scoring.feed.write("release", "2021-r2")
    await regin.scoring.feed.followed()
    regin.scoring.gate.set()
    assert (await first).json()["parts"]["scores"]["data"]["overall"]["score"] == 64
    assert (await regin.panel()).json()["parts"]["scores"]["data"]["overall"]["score"] == 65


async def test_a_reader_after_the_purge_does_not_join_the_older_fill(regin):
    regin.scoring.gate = asyncio.Event()
    first = asyncio.create_task(regin.panel())
    await regin.asked(3)
    regin.scoring.scores["catalonia"] = scores(overall=65)
    regin.scoring.feed.write("release", "2021-r2")
    await regin.scoring.feed.followed()
    second = asyncio.create_task(regin.panel())
    await regin.asked(4)
    regin.scoring.gate.set()
    await first
    assert (await second).json()["parts"]["scores"]["data"]["overall"]["score"] == 65


async def test_without_a_feed_an_answer_is_fresh_briefly_and_ages(tmp_path):
    async with platform(tmp_path, followed=False, short_ttl=0.2) as regin:
        await regin.panel()
        calls = regin.calls
        await regin.panel()
        assert regin.calls == calls
        await asyncio.sleep(0.25)
        await regin.panel()
        assert regin.calls > calls


async def test_a_bug_of_ours_is_not_a_missing_part(regin):
    del regin.scoring.scores["catalonia"]["axes"]
    answer = await regin.panel()
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "Traceback" not in answer.text


async def test_of_a_header_sent_twice_the_first_counts_warm_and_cold(regin):
    twice = [("accept-language", "sv"), ("accept-language", "de"), ("accept-encoding", "identity")]
    for _ in range(2):
        answer = await regin.client.get("/v1/regions/catalonia/panel", headers=twice)
        assert answer.json()["lang"] == "sv"
    plain = [("accept-language", "de"), ("accept-encoding", "identity")]
    assert (await regin.client.get("/v1/regions/catalonia/panel", headers=plain)).json()["lang"] == "de"
    codings = [("accept-encoding", "identity"), ("accept-encoding", "gzip")]
    first = await regin.client.get("/v1/regions/catalonia/panel?lang=en", headers=codings)
    then = await regin.client.get(
        "/v1/regions/catalonia/panel?lang=en", headers=[("accept-encoding", "identity")]
    )
    assert "content-encoding" not in {**first.headers, **then.headers}


async def test_a_change_reaches_a_region_asked_for_in_another_spelling(regin):
    await regin.panel("%63atalonia")
    regin.scoring.regions["catalonia"]["country"] = "XX"
    regin.scoring.feed.write("region", "catalonia")
    await regin.scoring.feed.followed()
    assert (await regin.panel("%63atalonia")).json()["region"]["country"] == "XX"
