"""Work on large bodies, beside the event loop so that other requests need not wait for it."""

import asyncio
import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

__all__ = ["LARGE", "aside"]

P = ParamSpec("P")
T = TypeVar("T")

LARGE = 64 * 1024  # bytes: what is smaller takes less time than going to another thread
# One thread, so that large bodies wait for each other: several would finish no sooner, and together they
# would keep the interpreter from the event loop.
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="large-bodies")


async def aside(size: int, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what the work returns; for a body of more than LARGE bytes it is done in another thread."""
    if size <= LARGE:
        return work(*args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(
        _THREAD, _undisturbed, partial(work, *args, **kwargs)
    )


def _undisturbed(work: Callable[[], T]) -> T:
    # The collector looks for cycles, which documents have none of, again and again while a million values
    # are made: it would take ten times the time of parsing, and hold up every thread.
    gc.disable()
    try:
        return work()
    finally:
        gc.enable()
