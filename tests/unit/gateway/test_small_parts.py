"""Hosts, codings, the breaker, the fan-out, log lines."""

import asyncio
import json

import pytest

from gateway.answers import accepts_gzip
from gateway.edge import hosts_of
from gateway.fanout import NotServed, fan_out
from gateway.lines import Lines
from gateway.upstreams import Breaker, UpstreamError


@pytest.mark.parametrize(
    ("base", "host", "known"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("http://127.0.0.1:8000", "localhost:8000", True),
        ("http://127.0.0.1:8000", "[::1]:8000", True),
        ("http://127.0.0.1:8000", "127.0.0.1:8001", False),
        ("http://127.0.0.1:8000", "127.0.0.1", False),
        ("http://localhost:80", "localhost", True),
        ("https://regin.example", "regin.example", True),
        ("https://regin.example", "regin.example:443", True),
        ("https://REGIN.example", "regin.example", True),
        ("https://regin.example", "localhost", False),
        ("https://regin.example", "evil.example", False),
    ],
)
def test_only_the_public_address_is_answered_for(base, host, known):
    assert (host.encode() in hosts_of(base)) is known


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip", True),
        ("gzip, deflate, br", True),
        ("br;q=1.0, gzip;q=0.8", True),
        ("*", True),
        ("GZIP", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("x-gzipped", False),
    ],
)
def test_gzip_is_sent_to_those_who_take_it(header, taken):
    assert accepts_gzip(header) is taken


def test_the_breaker_rests_after_failures_and_tries_one_call():
    now = [0.0]
    breaker = Breaker(threshold=2, rest=1.0, clock=lambda: now[0])
    breaker.fail()
    assert breaker.allows()
    breaker.fail()
    assert not breaker.allows()
    now[0] = 1.1
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.succeed()
    assert all(breaker.allows() for _ in range(3))


OWNERS = {"a": "scoring", "b": "practices", "c": "scoring"}


async def late():
    await asyncio.sleep(5)


async def soon():
    return "here"


async def down():
    raise UpstreamError("scoring", "unreachable")


async def refuse():
    raise NotServed


async def bug():
    raise KeyError("ours")


async def test_absence_is_a_value():
    found = await fan_out({"a": soon, "b": late, "c": down}, owners=OWNERS, deadline=0.05)
    assert found["a"] == "here"
    assert [(found[name].upstream, found[name].reason) for name in "bc"] == [
        ("practices", "timeout"),
        ("scoring", "unreachable"),
    ]


async def test_what_all_hangs_on_ends_the_others_at_once():
    async with asyncio.timeout(1):
        with pytest.raises(NotServed):
            await fan_out({"a": refuse, "b": late}, owners=OWNERS, deadline=4)


async def test_a_bug_is_raised():
    with pytest.raises(ExceptionGroup) as raised:
        await fan_out({"a": bug, "b": refuse}, owners=OWNERS, deadline=1)
    assert raised.value.subgroup(KeyError)


async def test_a_warm_panels_log_line_is_like_the_others():
    written = []
    lines = Lines(route="/v1/x/{y}", level="info", write=written.append)
    lines.add(200, 0.0123456, "ab" * 16)
    lines.add(304, 0.1, "cd" * 16)
    assert written == []
    lines.flush()
    first, second = (json.loads(line) for line in "".join(written).splitlines())
    assert list(first) == ["method", "route", "status", "ms", "trace_id", "event", "level", "timestamp"]
    assert (first["route"], first["ms"], first["status"], second["status"]) == ("/v1/x/{y}", 12.35, 200, 304)
    assert first["timestamp"].endswith("Z")
    lines.flush()
    assert len(written) == 1


async def test_no_line_where_the_log_is_quieter():
    written = []
    lines = Lines(route="/", level="warning", write=written.append)
    lines.add(200, 0.1, "ab")
    lines.flush()
    assert written == []
