"""Several owners asked at once under one deadline, where the absence of one is an answer too."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from .upstreams import UpstreamError

__all__ = ["NotServed", "fan_out"]

PartT = TypeVar("PartT")


class NotServed(Exception):
    """What everything else hangs on is not there: the other calls are given up."""


async def fan_out(
    calls: Mapping[str, Callable[[], Awaitable[PartT]]], *, owners: Mapping[str, str], deadline: float
) -> dict[str, PartT | UpstreamError]:
    """Make the calls together; each gives its part, or the reason why it is missing.

    `deadline` is in seconds from now; `owners` names, for each part, whom it is waited for when that is over.
    Only a timeout and an UpstreamError become a part's reason: any other
    error is a bug of ours and is raised. Raises NotServed when a call does.
    """
    results: dict[str, PartT | UpstreamError] = {}
    until = asyncio.get_running_loop().time() + deadline

    async def run(name: str, call: Callable[[], Awaitable[PartT]]) -> None:
        try:
            async with asyncio.timeout_at(until):
                results[name] = await call()
        except TimeoutError:
            results[name] = UpstreamError(owners[name], "timeout")
        except UpstreamError as error:
            results[name] = error

    try:
        async with asyncio.TaskGroup() as group:
            for name, call in calls.items():
                group.create_task(run(name, call))
    except ExceptionGroup as failed:
        expected, bugs = failed.split(NotServed)
        if expected is None or bugs is not None:
            raise
        raise expected.exceptions[0] from None
    return results
