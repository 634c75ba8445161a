"""What callers did to the gateway on purpose, and what it does now."""

import asyncio
import re
import time

import orjson
import pytest
from aiohttp import web

from servicekit.catalog import Catalog
from tests.support.builders_gateway import DATA, platform
from tests.support.upstreams import document

LANGUAGES = ("en", "fr", "de", "it", "es", "pt", "sv")
LOCALE = DATA.parent / "services" / "gateway" / "src" / "gateway" / "locale"


@pytest.fixture
async def regin(tmp_path):
    async with platform(tmp_path, followed=False, short_ttl=0.0) as found:
        yield found


def answering(owner, part, answer):
    """Let an owner answer the paths that hold `part` in a way of the test's own."""
    usual = owner.answer

    async def answered(request, parts):
        return await answer(request) if part in request.raw_path else await usual(request, parts)

    owner.answer = answered


async def broken(request):
    return web.Response(status=500, body=b"{}")


async def garbled(request):
    request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: no number\r\n\r\n")
    request.transport.close()
    return web.Response()


async def wordy(request):
    return web.Response(headers={"X-Long": "a" * 400_000})


async def cut(request):
    request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    request.transport.close()
    return web.Response()


@pytest.mark.parametrize("answer", [broken, garbled, wordy, cut])
async def test_what_one_address_makes_of_an_owner_is_not_held_against_it(regin, answer):
    answering(regin.scoring, "/v1/regions/evil", answer)
    for n in range(8):
        found = await regin.client.get(f"/v1/regions/evil{n}")
        assert (found.status_code, found.json()["code"]) == (503, "upstream_unavailable")
    assert (await regin.client.get("/v1/regions/catalonia")).status_code == 200


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_an_owner_that_says_it_is_away_is_left_in_peace(regin, status):
    async def away(request):
        return web.Response(status=status)

    answering(regin.scoring, "/", away)
    for n in range(5):
        assert (await regin.client.get(f"/v1/regions/r{n}")).status_code == 503
    before = len(regin.scoring.reads)
    for _ in range(3):
        assert (await regin.client.get("/v1/regions")).status_code == 503
    assert len(regin.scoring.reads) == before


async def test_an_owners_500_to_a_write_is_a_503(regin):
    answering(regin.survey, "/submissions", broken)
    found = await regin.client.post("/v1/surveys/s/submissions", json={})
    assert (found.status_code, found.json()["code"]) == (503, "upstream_unavailable")
    assert "retry-after" in found.headers


async def test_an_alias_with_a_long_query_is_led_on(regin):
    query = "&" * 8000
    for _ in range(6):
        answer = await regin.client.get(f"/v1/regions/catalunya?{query}x=%C3%A5")
        assert answer.status_code == 308
    assert (await regin.client.get("/v1/regions/catalonia")).status_code == 200


@pytest.mark.parametrize("path", ["/v1/regions/ES51?", "/v1/regions/catalonia/panel?", "/practices?", "/v1/"])
async def test_too_long_an_address_is_414_before_anything_else(regin, path):
    headers = {"accept-language": "de", "host": "evil.example", "origin": "https://partner.example"}
    answer = await regin.client.get(path + "&" * 9000, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (414, "uri_too_long")
    assert "8192" in answer.json()["detail"]
    assert answer.headers["content-language"] == "de"
    assert answer.headers["cache-control"] == "no-store"
    assert ("access-control-allow-origin" in answer.headers) is path.startswith("/v1/")
    assert regin.calls == 0


async def test_an_address_of_8_kib_is_taken(regin):
    path = "/v1/meta?"
    assert (await regin.client.get(path + "&" * (8192 - len(path)))).status_code == 200
    assert (await regin.client.get(path + "&" * (8193 - len(path)))).status_code == 414


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_414_is_in_the_readers_language(regin, lang):
    words = Catalog.load(LOCALE).messages[lang]
    answer = await regin.client.get("/v1/regions?lang=" + lang + "&" * 9000)
    assert answer.json()["title"] == words["uri_too_long.title"]
    assert answer.json()["detail"] == words["uri_too_long.detail"].format(max=8192)


@pytest.mark.parametrize("what", ["%00", "a%00b", "%0A", "%7f", "%1B[0m", "%C2%85"])
@pytest.mark.parametrize("path", ["/v1/regions/{}", "/v1/regions/{}/panel", "/v1/practices/{}"])
async def test_a_control_character_in_a_segment_is_a_404_at_the_door(regin, path, what):
    answer = await regin.client.get(path.format(what), headers={"accept-language": "fr"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["content-language"] == "fr"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert regin.calls == 0


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize(
    "path", ["/v1/submissions/abc", "/v1/submissions/abc/export", "/v1/regions", "/v1/meta", "/"]
)
async def test_a_body_nobody_asked_for_is_not_read(regin, method, path):
    read = 0

    async def body():
        nonlocal read
        for _ in range(100):
            read += 1
            yield b"x" * 65536

    answer = await regin.client.request(method, path, content=body())
    assert answer.status_code in (200, 404, 405)
    assert answer.headers["connection"] == "close"
    assert read <= 1


async def test_a_body_of_a_withdrawal_is_not_passed_on(regin):
    headers = {"authorization": "Bearer s"}
    await regin.client.request("DELETE", "/v1/submissions/abc", content=b"{}", headers=headers)
    assert [request.content_length for request in regin.survey.writes] == [0]


async def test_without_a_body_the_connection_stays(regin):
    for headers in ({}, {"content-length": "0"}):
        assert "connection" not in (await regin.client.get("/v1/regions", headers=headers)).headers


async def test_a_map_may_take_longer_than_other_reads(tmp_path):
    async with platform(tmp_path, part_timeout=0.1, map_timeout=3.0, read_timeout=3.0) as regin:

        async def late(request):
            await asyncio.sleep(0.4)
            return document(request, {"type": "FeatureCollection", "features": []})

        answering(regin.practices, "/v1/practices", late)
        assert (await regin.client.get("/v1/practices.geojson")).status_code == 200
        assert (await regin.client.get("/v1/practices/own-clinic")).status_code == 503


@pytest.mark.parametrize("path", ["/v1/submissions/abc", "/v1/submissions/abc/export"])
async def test_a_holders_read_waits_no_longer_than_a_read(tmp_path, path):
    async with platform(tmp_path, followed=False, read_timeout=0.2, write_timeout=5) as regin:
        regin.survey.failing["/v1/submissions"] = "half_open"
        started = time.perf_counter()
        answer = await regin.client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (503, "upstream_timeout")
        assert time.perf_counter() - started < 4  # the write's time is five


@pytest.mark.parametrize("query", ["%6cang=fr", "l%61ng=fr", "lang=fr", "lan%67=%66r"])
async def test_a_language_asked_for_in_any_spelling_decides_alone(tmp_path, query):
    async with platform(tmp_path) as regin:
        path = f"/v1/regions/catalonia/panel?{query}"
        for accepted in ("de", "sv", "de", "it", "sv"):
            answer = await regin.client.get(path, headers={"accept-language": accepted})
            assert answer.status_code == 200
            assert answer.json()["lang"] == answer.headers["content-language"] == "fr"
            assert "accept-language" not in answer.headers.get("vary", "").lower()


async def test_an_owner_is_asked_in_the_language_that_was_found(regin):
    await regin.client.get("/v1/regions?%6cang=xx", headers={"accept-language": "de"})
    assert [request.rel_url.raw_query_string for request in regin.scoring.reads] == ["lang=en"]


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("region=nowhere", ""),
        ("region=nowhere&role=host&q=care", "?role=host&q=care"),
        ("region=nowhere&region=catalonia", "?region=catalonia"),
        ("region=catalunya,nowhere", "?region=catalunya"),
        ("region=unknown", "?region=unknown"),
        ("region=", ""),
        ("region=%00", ""),
    ],
)
async def test_a_region_nobody_knows_is_left_out_of_an_address_for_people(regin, query, left):
    answer = await regin.client.get(f"/practices?{query}")
    assert (answer.status_code, answer.headers["location"]) == (302, f"/v1/practices{left}")


async def test_an_address_for_people_leads_on_while_the_regions_cannot_be_looked_up(regin):
    await regin.scoring.refuse()
    answer = await regin.client.get("/practices?region=catalonia")
    assert (answer.status_code, answer.headers["location"]) == (302, "/v1/practices?region=catalonia")


async def test_the_docs_print_no_backticks(regin):
    page = (await regin.client.get("/docs")).text
    assert "ask with <code>lang</code>" in page
    assert "`" not in re.sub(r"<style>.*?</style>", "", page)


async def test_a_refusal_at_the_door_is_counted_and_traced(regin):
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    answer = await regin.client.get("/v1/regions/%00", headers=headers)
    assert orjson.loads(answer.content)["trace_id"] == trace
    counted = regin.app.state.metrics.requests.labels("GET", "(unmatched)", 404)
    assert counted._value.get() == 1
