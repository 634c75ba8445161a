"""The application: what it needs is opened here, and nowhere else."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TypedDict

from fastapi import FastAPI, Request

from servicekit.app import create_service
from servicekit.auth import ServiceTokens
from servicekit.catalog import Catalog
from servicekit.codelists import Lists, codelist_router
from servicekit.database import Database
from servicekit.feed import Feed, feed_router
from servicekit.i18n import Languages

from .api import internal_router, router
from .codes import Codes
from .directory import Directory
from .engines import engines
from .outbox import Outbox
from .problems import PROBLEMS
from .search import Failover, Synonyms
from .service import PracticeService
from .settings import Settings
from .tables import REVISION

__all__ = ["create_app"]


class State(TypedDict):
    """What the handlers read from the request's state."""

    service: PracticeService
    synonyms: Synonyms
    catalog: Catalog
    codelists: Lists
    tokens: ServiceTokens
    feed: Feed
    database: Database


def create_app(settings: Settings | None = None, database: Database | None = None) -> FastAPI:
    """Build the service; tests hand in a database of theirs."""
    settings = settings or Settings()
    catalog = Catalog.load(Path(__file__).parent / "locale")

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        async with AsyncExitStack() as stack:
            yield await _open(settings, catalog, database, stack)

    return create_service(
        name="practices",
        settings=settings,
        routers=[router, internal_router, codelist_router(), feed_router(("gateway", "scoring", "survey"))],
        lifespan=lifespan,
        catalog=catalog,
        problems=PROBLEMS,
        ready=[_schema_is_current],
    )


async def _open(settings: Settings, catalog: Catalog, given: Database | None, stack: AsyncExitStack) -> State:
    database = given or Database(settings.database_url.get_secret_value(), pool_size=settings.database_pool)
    if given is None:
        stack.push_async_callback(database.dispose)
    languages = Languages.load(settings.data_dir)
    codes = Codes.load(settings.data_dir, languages.known)
    synonyms, (postgres, *others) = await engines(settings, database, languages, stack)
    search = Failover(others[0], postgres) if others else Failover(postgres)
    service = PracticeService(
        database.sessions, search=search, directory=Directory(database.sessions), codes=codes,
        outbox=Outbox(database.sessions),
    )  # fmt: skip
    return {
        "service": service,
        "synonyms": synonyms,
        "catalog": catalog,
        "codelists": codes.lists,
        "tokens": ServiceTokens("practices", settings.service_key_file, settings.service_jwks_file),
        "feed": await stack.enter_async_context(Feed(database)),
        "database": database,
    }


async def _schema_is_current(request: Request) -> bool:
    database: Database = request.state.database
    return await database.is_current(REVISION)
