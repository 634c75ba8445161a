"""`python -m practices.load`: brings `data/practices.json` into the catalogue.

By id, in one transaction, again and again without effect. A practice is replaced only when it still is
what was last loaded: what an editor has changed stays.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from servicekit.database import Database
from servicekit.feed import write_change

from .domain import Practice
from .outbox import enqueue
from .repository import PracticeRepository
from .settings import Settings

__all__ = ["Loaded", "digest", "load", "read"]


@dataclass(frozen=True)
class Loaded:
    """How many practices were new, newer than before, as before, and left to their editors."""

    added: int
    changed: int
    unchanged: int
    edited: int


def read(path: Path) -> list[dict[str, Any]]:
    """Read and check the file; raises InvalidPractice, or ValueError when an id stands twice."""
    documents: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    keys = [Practice.read(document).id for document in documents]
    if len(set(keys)) != len(keys):
        raise ValueError(f"{path.name}: an id stands twice")
    return documents


def digest(document: Mapping[str, Any]) -> str:
    """Return the hash of a document, whatever the order of its keys."""
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def load(
    sessions: async_sessionmaker[AsyncSession], documents: Sequence[Mapping[str, Any]], now: datetime
) -> Loaded:
    """Load documents in one transaction; only what changed goes into the outbox and the feed."""
    tally = {"added": 0, "changed": 0, "unchanged": 0, "edited": 0}
    async with sessions.begin() as session:
        practices = PracticeRepository(session)
        held = await practices.hashes()
        touched = []
        for document in sorted(documents, key=lambda document: str(document["id"])):
            what = await _put(practices, document, held.get(document["id"]), now)
            tally[what] += 1
            if what in ("added", "changed"):
                touched.append(document["id"])
        await enqueue(session, touched)
        for key in touched:
            await write_change(session, "practice", key)
    return Loaded(**tally)


async def _put(
    practices: PracticeRepository,
    document: Mapping[str, Any],
    held: tuple[str, str | None] | None,
    now: datetime,
) -> str:
    new = digest(document)
    if held is None:
        return "added" if await practices.add(document, new, now) else "unchanged"
    current, loaded = held
    if new == current:
        if loaded != new:  # an editor had made the same change before
            await practices.adopt(document["id"], new)
        return "unchanged"
    if current != loaded:
        return "edited"
    await practices.replace(document, new, now)
    return "changed"


async def _main() -> None:
    settings = Settings()
    documents = read(settings.data_dir / "practices.json")
    database = Database(settings.database_url.get_secret_value())
    try:
        done = await load(database.sessions, documents, datetime.now(UTC))
    finally:
        await database.dispose()
    print(
        f"practices: {len(documents)} read, {done.added} new, {done.changed} changed, "
        f"{done.unchanged} as before, {done.edited} left to their editors"
    )


if __name__ == "__main__":
    asyncio.run(_main())
