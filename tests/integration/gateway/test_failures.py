"""Every way an owner can fail, and what a reader gets."""

import asyncio
import time

import pytest

from tests.support.builders_gateway import platform, scores, until

WAYS = ("slow", "half_open", "reset", "unavailable", "refused")
# part -> the owner, and the part of its calls' paths, that the part hangs on
PARTS = {
    "scores": ("scoring", "/scores"),
    "statistics": ("scoring", "/v1/outcomes"),
    "practices": ("practices", "/internal/panels"),
    "suggestions": ("practices", "/v1/practices"),
}
# What else is gone: suggestions rest on scores, and an owner that refuses refuses everything.
GONE_WITH = {
    ("scores", "refused"): {"scores", "statistics", "suggestions"},
    ("statistics", "refused"): {"scores", "statistics", "suggestions"},
    ("practices", "refused"): {"practices", "suggestions"},
    ("suggestions", "refused"): {"practices", "suggestions"},
    **{("scores", way): {"scores", "suggestions"} for way in WAYS if way != "refused"},
}


@pytest.fixture
async def regin(tmp_path):
    async with platform(tmp_path, followed=False, short_ttl=0.0) as found:
        yield found


async def fail(regin, part, way):
    owner, path = PARTS[part]
    if way == "refused":
        await getattr(regin, owner).refuse()
    else:
        getattr(regin, owner).failing[path] = way


def statuses(panel):
    return {name: found["status"] for name, found in panel["parts"].items()}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("part", PARTS)
async def test_a_part_is_missing_or_stale_and_the_rest_is_there(regin, part, way):
    # The region itself is known: a panel never falls for a part.
    await regin.client.get("/v1/regions/catalonia?lang=en")
    before = (await regin.panel()).json() if way == "refused" else None
    await fail(regin, part, way)
    started = time.perf_counter()
    answer = await regin.panel()
    assert time.perf_counter() - started < 3
    assert answer.status_code == 200
    gone = GONE_WITH.get((part, way), {part})
    status = "stale" if before else "missing"
    assert statuses(answer.json()) == {name: status if name in gone else "fresh" for name in PARTS}
    for name in PARTS:
        found = answer.json()["parts"][name]
        if name not in gone:
            assert found["problem"] is None
            continue
        assert found["problem"]["code"] in ("upstream_unavailable", "upstream_timeout")
        if before:
            assert found["data"] == before["parts"][name]["data"]
        else:
            assert found["data"] is None
    if not before:
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("part", PARTS)
async def test_a_part_that_was_known_is_stale(regin, part, way):
    before = await regin.panel()
    await fail(regin, part, way)
    answer = await regin.panel()
    gone = GONE_WITH.get((part, way), {part})
    assert statuses(answer.json()) == {name: "stale" if name in gone else "fresh" for name in PARTS}
    assert answer.json()["parts"][part]["data"] == before.json()["parts"][part]["data"]
    assert answer.json()["parts"][part]["as_of"] == before.json()["parts"][part]["as_of"]
    assert answer.headers["etag"] != before.headers["etag"]
    assert answer.headers["cache-status"] == "regin; hit; detail=stale"
    assert answer.headers["cache-control"].startswith("public, max-age=5")


async def test_the_problem_of_a_part_is_in_the_readers_language(regin):
    await fail(regin, "practices", "unavailable")
    problem = (await regin.panel(query="?lang=sv")).json()["parts"]["practices"]["problem"]
    assert problem["title"] == "Tillfälligt otillgängligt"


async def test_with_all_owners_gone_a_known_panel_is_served_and_says_so(regin):
    before = (await regin.panel()).json()
    await regin.scoring.refuse()
    await regin.practices.refuse()
    for _ in range(10):
        answer = await regin.panel()
        assert answer.status_code == 200
        assert set(statuses(answer.json()).values()) == {"stale"}
    assert answer.json()["region"] == before["region"]


@pytest.mark.parametrize("way", WAYS)
async def test_a_region_that_is_not_known_is_503_with_a_time_to_retry(regin, way):
    if way == "refused":
        await regin.scoring.refuse()
    else:
        regin.scoring.failing["/"] = way
    answer = await regin.panel(query="?lang=de")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["trace_id"]
    assert "upstream" in answer.json()["code"]


async def test_an_answer_without_end_is_not_read_to_its_end(tmp_path):
    async with platform(tmp_path, followed=False, part_timeout=5) as regin:
        regin.scoring.failing["/v1/regions"] = "endless"
        answer = await regin.client.get("/v1/regions")
        assert (answer.status_code, answer.json()["code"]) == (503, "upstream_unavailable")
        regin.scoring.failing.clear()
        assert (await regin.client.get("/v1/regions")).status_code == 200


async def test_after_the_failure_the_panel_is_whole_again(regin):
    await regin.scoring.refuse()
    assert (await regin.panel()).status_code == 503
    await regin.scoring.accept()

    async def is_back():
        return (await regin.panel()).status_code == 200

    await until(is_back)
    assert set(statuses((await regin.panel()).json()).values()) == {"fresh"}


async def test_a_slow_answer_serves_the_next_reader(tmp_path):
    async with platform(tmp_path, followed=False, part_timeout=0.1, short_ttl=5, read_timeout=5) as regin:
        regin.scoring.gate = asyncio.Event()
        assert (await regin.panel()).status_code == 503
        regin.scoring.gate.set()
        await asyncio.sleep(0.1)
        calls = len(regin.scoring.reads)
        regin.scoring.failing["/"] = "unavailable"
        assert (await regin.client.get("/v1/regions/catalonia?lang=en")).status_code == 200
        assert len(regin.scoring.reads) == calls


async def test_a_lost_feed_is_followed_again_and_nothing_outdated_is_served(tmp_path):
    async with platform(tmp_path, short_ttl=0.1) as regin:
        await regin.panel()
        await regin.scoring.refuse()
        await asyncio.sleep(0.2)
        assert statuses((await regin.panel()).json())["scores"] == "stale"
        regin.scoring.scores["catalonia"] = scores(overall=65)  # changed while nobody listened
        await regin.scoring.accept()
        await regin.scoring.feed.followed()

        async def is_fresh():
            return statuses((await regin.panel()).json())["scores"] == "fresh"

        await until(is_fresh)
        panel = (await regin.panel()).json()
        assert panel["parts"]["scores"]["data"]["overall"]["score"] == 65
