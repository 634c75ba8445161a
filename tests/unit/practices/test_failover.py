"""Which engine answers when the first one does not."""

import asyncio

import pytest

from practices.domain import Query
from practices.search import EngineUnavailable, Failover, Result


class Engine:
    def __init__(self, name, up=True):
        self.name, self.up, self.asked = name, up, 0

    async def search(self, query):
        self.asked += 1
        if not self.up:
            raise EngineUnavailable(self.name)
        return Result((), 0, {})


def made(first_up=True, second_up=True):
    first, second, now = Engine("meilisearch", first_up), Engine("postgresql", second_up), [0.0]
    return first, second, now, Failover(first, second, pause=2, clock=lambda: now[0])


async def test_the_first_answers_while_it_can():
    _, second, _, search = made()
    answer = await search.search(Query())
    assert (answer.engine, answer.degraded, second.asked) == ("meilisearch", False, 0)


async def test_the_second_answers_and_the_first_is_left_alone_for_a_while():
    first, second, now, search = made(first_up=False)
    for _ in range(3):
        answer = await search.search(Query())
        assert (answer.engine, answer.degraded) == ("postgresql", True)
    assert (first.asked, second.asked) == (1, 3)
    now[0] = 2.0
    first.up = True
    assert (await search.search(Query())).degraded is False


async def test_with_one_engine_its_failure_is_the_failure():
    with pytest.raises(EngineUnavailable):
        await Failover(Engine("postgresql", up=False)).search(Query())
    assert (await Failover(Engine("postgresql")).search(Query())).degraded is False


async def test_with_both_away_nothing_answers():
    *_, search = made(first_up=False, second_up=False)
    with pytest.raises(EngineUnavailable):
        await search.search(Query())


async def test_only_one_request_waits_to_see_whether_the_first_is_back():
    first, _, now, search = made(first_up=False)
    await search.search(Query())
    now[0] = 2.0
    hung = asyncio.Event()

    async def hangs(_query):
        first.asked += 1
        await hung.wait()
        return Result((), 0, {})

    first.search = hangs
    waiting = asyncio.create_task(search.search(Query()))
    await asyncio.sleep(0)
    for _ in range(3):
        assert (await search.search(Query())).degraded is True
    assert first.asked == 2
    hung.set()
    assert (await waiting).degraded is False
    assert (await search.search(Query())).degraded is False
