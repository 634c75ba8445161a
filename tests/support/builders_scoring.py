"""What tests of scoring are made of: the real data, and small documents of the same form."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import httpx
from sqlalchemy import event

from scoring.checks import read_bundle
from scoring.documents import Bundle, EditionDoc, RegionDoc, ScoreDoc
from scoring.loading import load
from scoring.main import create_app
from scoring.merging import Report
from scoring.settings import Settings
from servicekit.database import Database
from tests.support.http import client_for

DATA = Path(__file__).resolve().parents[2] / "data"
LANGUAGES = ("en", "fr", "de", "it", "es", "pt", "sv")
THEN = datetime(2026, 11, 23, 5, tzinfo=UTC)
SOURCE = {"title": "A report", "publisher": "A publisher", "published": "2022", "url": None, "lang": "en"}


def settings(**given) -> Settings:
    """Settings of a service on the real data."""
    return Settings(**{"data_dir": DATA, "database_url": "postgresql+asyncpg://unused/unused", **given})


async def load_bundle(database: Database, bundle: Bundle | None = None, now: datetime = THEN) -> Report:
    """Load documents, by default the real ones."""
    async with database.sessions.begin() as session:
        return await load(session, bundle or read_bundle(DATA), now)


@asynccontextmanager
async def scoring_client(database: Database, **given) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service on a database."""
    async with client_for(create_app(settings(**given), database)) as client:
        yield client


def words(text: str) -> dict[str, str]:
    """A text in every language."""
    return {code: text if code == "en" else f"{text} ({code})" for code in LANGUAGES}


def region(name: str = "alpha", **given) -> RegionDoc:
    """A region of which little is known."""
    document = {
        "id": name, "name": words(name.title()), "own_names": [], "country": "ES", "codes": [], "aliases": [],
        "regin_pilot": False, "mipex_r": True, "network": False, "point": None, "websites": [],
        "responsible_body": None, "assessed_body": None, "competences": None, "policy_context": None,
        "statistics": [], "facts": None, "notes": [],
    }  # fmt: skip
    return RegionDoc.model_validate({**document, **given})


def code(value: str = "ES99", match: str = "exact", version: str = "2021") -> dict:
    """A NUTS code."""
    return {"scheme": "NUTS", "version": version, "code": value, "level": 2, "match": match}


def figure(key: str = "population", value=1000, **given) -> dict:
    """A statistic."""
    document = {
        "key": key, "value": value, "unit": "persons", "period": "2020", "flags": [], "confidence": "high",
        "sources": [SOURCE], "notes": [],
    }  # fmt: skip
    return {**document, **given}


def edition(
    name: str = "2021", release: str | None = None, issued: str = "2026-11-23", **given
) -> EditionDoc:
    """An edition with one axis of two keys."""
    names = ("labour", "health")
    keys = [{"key": key, "label": words(key), "definition": None, "matches": []} for key in names]
    document = {
        "edition": name, "kind": "published", "title": words(name), "licence": None,
        "languages": list(LANGUAGES),
        "release": {"id": release or f"{name}-r1", "issued": date.fromisoformat(issued)},
        "axes": [{"key": "policy_area", "label": words("Policy area"), "keys": keys}],
        "indicators": [], "method": None, "notes": [], "sources": [],
    }  # fmt: skip
    return EditionDoc.model_validate({**document, **given})


def score(region: str, value, cell: str = "overall", edition: str = "2021", **given) -> ScoreDoc:
    """A published figure."""
    axis, _, key = cell.partition("-")
    document = {
        "region": region, "edition": edition, "axis": axis, "key": key or axis,
        "score": Decimal(str(value)), "wave": "all", "date": "2024-05-27", "confidence": "medium",
        "notes": [], "sources": [SOURCE],
    }  # fmt: skip
    return ScoreDoc.model_validate({**document, **given})


@asynccontextmanager
async def counting(database: Database) -> AsyncIterator[list[str]]:
    """The statements that are sent meanwhile."""
    seen: list[str] = []
    connection = database.sessions.kw["bind"].sync_connection

    def note(_connection, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", note)
