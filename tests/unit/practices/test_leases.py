"""Leases that cannot be renewed: an outage is waited out, a bug is told."""

import asyncio

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout

from practices.outbox import Claim, Outbox

CLAIM = Claim("postgresql", "token", {})


class Failing:
    """Sessions that cannot be had."""

    def __init__(self, error):
        self.error, self.asked = error, 0

    def begin(self):
        self.asked += 1
        raise self.error


async def test_a_full_pool_is_asked_again():
    sessions = Failing(PoolTimeout("pool"))
    async with Outbox(sessions, lease=0.03).held(CLAIM):
        await asyncio.sleep(0.3)
    assert sessions.asked > 1


async def test_a_bug_is_told_and_not_left_to_let_the_lease_run_out():
    with pytest.raises(KeyError):
        async with Outbox(Failing(KeyError("a bug")), lease=0.03).held(CLAIM):
            await asyncio.sleep(0.3)
