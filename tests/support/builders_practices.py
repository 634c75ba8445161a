"""Small builders for the practices service: a document with only what a test is about."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import text

from practices.codes import Codes
from practices.domain import Point, Region
from practices.load import load
from practices.outbox import Outbox
from practices.relay import Relay
from practices.search import Document, EngineRefused, EngineUnavailable, Labels, Synonyms, build
from practices.source import Source
from servicekit.i18n import Languages

DATA = Path(__file__).resolve().parents[2] / "data"
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


def a_practice(key: str = "a-practice", **fields) -> dict:
    """Return the document of a practice; texts may be given as plain English strings."""
    fields = {"title": f"Practice {key}", "summary": "What was done.", **fields}
    for name in ("title", "summary", "objectives", "results", "lessons_learnt", "funding"):
        if isinstance(fields.get(name), str):
            fields[name] = {"en": fields[name]}
    return {
        "original": next(iter(fields["title"])), "countries": [], "regions": [], "scope": "regional",
        "roles": [], "role_kinds": [], "policy_areas": [], "themes": [], "target_groups": [],
        "success": {"value": "unknown", "basis": None, "sources": []}, "practice_languages": [],
        "period": {"start": None, "end": None, "ongoing": None, "text": None}, "regin_relation": None,
        "location": None, "url": None, "objectives": None, "results": None, "lessons_learnt": None,
        "funding": None, "activities": [], "challenges": [], "actors": [], "aspects": [],
        "transferability": {"replicable": None, "other_groups": None, "lasting": None, "risks": None},
        "criteria": [], "evaluations": [], "contact": None, "links": [], "sources": [], "notes": [],
        "basis": {}, "words": {}, "id": key, **fields,
    }  # fmt: skip


def a_region(key: str = "catalonia", **fields) -> Region:
    """Return a region as scoring tells it."""
    defaults = {
        "country": "ES", "names": {"en": key.title()}, "own_names": (), "aliases": frozenset({key}),
        "point": Point(41.8, 1.5, "region"), "changed_at": NOW,
    }  # fmt: skip
    return Region(id=key, **{**defaults, **fields})


@lru_cache
def the_languages() -> Languages:
    return Languages.load(DATA)


@lru_cache
def the_codes() -> Codes:
    return Codes.load(DATA, the_languages().known)


@lru_cache
def the_synonyms() -> Synonyms:
    return Synonyms.load(DATA / "search" / "synonyms.json")


@lru_cache
def the_practices() -> tuple[dict, ...]:
    """Return the real practices."""
    return tuple(json.loads((DATA / "practices.json").read_text(encoding="utf-8")))


@lru_cache
def the_regions() -> tuple[Region, ...]:
    """Return the real regions, with the words the catalogue takes from them."""
    found = []
    for doc in json.loads((DATA / "regions.json").read_text(encoding="utf-8")):
        point = doc["point"]
        found.append(
            a_region(
                doc["id"],
                country=doc["country"],
                names=doc["name"],
                own_names=tuple(name["text"] for name in doc["own_names"]),
                point=Point(point["lat"], point["lon"], "region") if point else None,
            )
        )
    return tuple(found)


def labels() -> Labels:
    """Return the real words of codes and regions."""
    regions = {region.id: region for region in the_regions()}
    return Labels(
        languages=the_codes().languages,
        codes=the_codes().texts(),
        regions={key: region.texts() for key, region in regions.items()},
        points={key: region.point for key, region in regions.items() if region.point},
    )


_LABELS = lru_cache(labels)


def a_document(doc: dict, version: int = 1) -> Document:
    """Return the search document of a practice's document."""
    return build(doc, version, _LABELS())


async def batches(documents, size=100):
    """Yield documents as a rebuild does."""
    for at in range(0, len(documents), size):
        yield documents[at : at + size]


@asynccontextmanager
async def closing(thing):
    """Close a client session with the block."""
    try:
        yield thing
    finally:
        await thing.close()


class Shelf:
    """An index in memory, with the faults a test asks for."""

    name = "postgresql"

    def __init__(self, poison=(), away=0):
        self.held, self.poison, self.away, self.calls = {}, set(poison), away, 0
        self.refused = {}  # what a rebuild cannot bring in
        self.wait, self.called = asyncio.Event(), asyncio.Event()
        self.wait.set()

    async def write(self, documents, gone):
        self.calls += 1
        self.called.set()
        await self.wait.wait()
        if self.away:
            self.away -= 1
            raise EngineUnavailable("away")
        if self.poison & {document.id for document in documents}:
            raise EngineRefused("poison")
        self.held |= {document.id: document.version for document in documents}
        for key in gone:
            self.held.pop(key, None)

    async def is_current(self):
        return bool(self.held)

    async def replace(self, batches):
        fresh = {}
        async for documents in batches:
            fresh |= {document.id: document.version for document in documents}
        await self.wait.wait()
        self.held = fresh
        return self.refused

    async def search(self, query):
        raise NotImplementedError


def relay_on(database, shelf, *, lease=10.0, batch=200):
    return Relay(
        shelf, Outbox(database.sessions, lease=lease), Source(database.sessions, the_codes()), batch=batch
    )


async def outbox_rows(database, where="true"):
    async with database.sessions() as session:
        statement = (
            f"SELECT key, attempts, parked, claimed_by FROM outbox WHERE target = 'postgresql' AND {where}"
        )
        return (await session.execute(text(statement))).all()


async def execute(database, statement, **values):
    async with database.sessions.begin() as session:
        await session.execute(text(statement), values)


async def load_practices(database, *keys, **fields):
    await load(database.sessions, [a_practice(key, **fields) for key in keys], NOW)
