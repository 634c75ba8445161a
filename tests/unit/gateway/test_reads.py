"""Reads: calls under way outlive a purge, and none outlives the gateway."""

import asyncio

import pytest

from gateway.cache import Cache
from gateway.purge import Purge
from gateway.reads import Read, Reads
from gateway.upstreams import UpstreamError


class Silent:
    """An owner that never answers."""

    def __init__(self):
        self.asked = self.given_up = 0

    async def get(self, target, headers):
        self.asked += 1
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            self.given_up += 1
            raise


@pytest.fixture
def owner():
    return Silent()


@pytest.fixture
def reads(owner):
    cache = Cache(max_bytes=1_000_000, short_ttl=5, live_ttl=60)
    return Reads(
        upstreams={"scoring": owner}, cache=cache, tokens=None, timeout=0.01, stale_wait=0.01, max_stale=60
    )


async def ask(reads):
    with pytest.raises(UpstreamError):
        await reads.get(Read("scoring", "/v1/regions/a", "en", frozenset({"scoring/region/a"})))


async def test_calls_that_a_purge_left_behind_end_with_the_gateway_too(reads, owner):
    await ask(reads)
    reads.purge({"scoring/region/a"})
    await ask(reads)  # does not join the older call
    await reads.close()
    assert (owner.asked, owner.given_up) == (2, 2)


async def test_beginning_to_follow_purges_once_and_leaves_the_calls_under_way(reads, owner):
    await ask(reads)
    before = reads.cache.generation
    await Purge("scoring", reads).resync("f.1")
    assert reads.cache.generation == before + 1
    await ask(reads)
    assert owner.asked == 2
    await reads.close()
