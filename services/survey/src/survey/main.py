"""The application: what it opens, and how it is put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypedDict

from fastapi import FastAPI, Request
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from servicekit.app import create_service
from servicekit.auth import ServiceTokens
from servicekit.catalog import Catalog
from servicekit.codelists import Lists, codelist_router, load_codelists
from servicekit.database import Database
from servicekit.feed import Feed, feed_router
from servicekit.i18n import Languages

from .api import internal_router, router
from .holding import Holding
from .keys import KeyRing
from .problems import PROBLEMS
from .service import Sessions, Submissions, Surveys
from .settings import Settings

__all__ = ["create_app"]

REVISION = "20261123_0500"  # the schema this code needs, or a later one
BODY_LIMITS = ((r"/v1/surveys/[^/]+/submissions", 4 * 1024 * 1024),)


class State(TypedDict):
    """What a request finds in `request.state`."""

    database: Database
    feed: Feed
    tokens: ServiceTokens
    codelists: Lists
    ring: KeyRing
    surveys: Surveys
    submissions: Submissions
    holding: Holding


def create_app(settings: Settings | None = None, database: Database | None = None) -> FastAPI:
    """Build the service; a database handed in is used as it is, and closed by whoever made it."""
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        ring = KeyRing.load(settings.secret_key_file)
        db = database or Database(settings.database_url.get_secret_value(), pool_size=settings.database_pool)
        surveys = Surveys(db.sessions)
        submissions = Submissions(
            sessions=db.sessions,
            intake=_intake(db),
            surveys=surveys,
            ring=ring,
            languages=Languages.load(settings.data_dir).codes,
            base_url=settings.public_base_url,
        )
        async with Feed(db) as feed:
            yield State(
                database=db,
                feed=feed,
                tokens=ServiceTokens("survey", settings.service_key_file, settings.service_jwks_file),
                codelists=load_codelists(settings.data_dir / "codelists" / "survey"),
                ring=ring,
                surveys=surveys,
                submissions=submissions,
                holding=Holding(sessions=db.sessions, surveys=surveys, ring=ring),
            )
        if database is None:
            await db.dispose()

    return create_service(
        name="survey",
        settings=settings,
        routers=[router, internal_router, codelist_router(), feed_router(("gateway", "practices"))],
        lifespan=lifespan,
        catalog=Catalog.load(Path(__file__).parent / "locale"),
        problems=PROBLEMS,
        ready=[_schema_is_current],
        body_limits=BODY_LIMITS,
    )


def _intake(database: Database) -> Sessions:
    # A single statement is a transaction by itself: without BEGIN and COMMIT it is one round trip, not three,
    # and its answer still comes after the commit. Sessions that share a connection keep to its transaction.
    bind = database.sessions.kw["bind"]
    if not isinstance(bind, AsyncEngine):
        return database.sessions
    return async_sessionmaker(bind.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False)


async def _schema_is_current(request: Request) -> bool:
    database: Any = request.state.database
    return bool(await database.is_current(REVISION))
