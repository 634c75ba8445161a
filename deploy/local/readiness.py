"""Asking the platform's processes whether they are ready, and the search index whether it is whole."""

import asyncio
import datetime as dt
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

Notice = Callable[[str], None]
TELL_EVERY = 5.0
DEGRADED_PATIENCE = 30.0
"""Seconds after which a start goes on although the configured search engine does not answer."""


def _get(url: str) -> bytes | None:
    # A proxy in the environment is for the world outside, never for this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            return bytes(answer.read())
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return None


async def answers(url: str) -> bool:
    """Tell whether the address answers with success."""
    return await asyncio.to_thread(_get, url) is not None


async def wait_for(urls: Mapping[str, str], notice: Notice | None = None) -> None:
    """Wait until every address answers with success; now and then tell whom it waits for."""
    waiting, told = dict(urls), time.monotonic()
    while waiting:
        found = await asyncio.gather(*(answers(url) for url in waiting.values()))
        waiting = {name: waiting[name] for name, ok in zip(waiting, found, strict=True) if not ok}
        if waiting and notice and time.monotonic() - told >= TELL_EVERY:
            told = time.monotonic()
            notice(f"waiting for {', '.join(waiting)}")
        if waiting:
            await asyncio.sleep(0.1)


def is_whole(document: Mapping[str, Any], since: dt.datetime) -> bool:
    """Tell from a search's answer whether everything changed up to a moment can be found."""
    through = document.get("complete_through")
    if document.get("degraded"):
        return False  # what PostgreSQL holds says nothing of the engine it stands in for
    return through is not None and dt.datetime.fromisoformat(through) >= since


async def wait_for_index(url: str, since: dt.datetime, notice: Notice) -> None:
    """Wait until the search index holds all that was loaded.

    Goes on without when the configured engine stays away: search then answers from PostgreSQL.
    """
    began = told = time.monotonic()
    while True:
        body = await asyncio.to_thread(_get, url)
        document = json.loads(body) if body else {}
        if is_whole(document, since):
            return
        now = time.monotonic()
        if document.get("degraded") and now - began >= DEGRADED_PATIENCE:
            notice("search: Meilisearch does not answer; until it does, PostgreSQL searches")
            return
        if now - told >= TELL_EVERY:
            told = now
            notice("search: the index is not complete yet")
        await asyncio.sleep(0.1)
