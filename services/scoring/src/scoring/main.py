"""The application: what it opens, and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypedDict

from fastapi import FastAPI, Request

from servicekit.app import create_service
from servicekit.auth import ServiceTokens
from servicekit.catalog import Catalog
from servicekit.codelists import Lists, load_codelists
from servicekit.database import Database
from servicekit.feed import Feed, feed_router
from servicekit.people import UserTokens

from .api import routers
from .domain.outcomes import OutcomeIndicators
from .indicators import read_indicators
from .problems import PROBLEMS
from .service import OutcomeService, ScoringService
from .settings import Settings
from .tables import REVISION

__all__ = ["create_app"]

LOCALE = Path(__file__).parent / "locale"


class State(TypedDict):
    """What handlers read from `request.state`."""

    settings: Settings
    catalog: Catalog
    codelists: Lists
    database: Database
    service: ScoringService
    outcomes: OutcomeService
    indicators: OutcomeIndicators
    tokens: ServiceTokens
    people: UserTokens
    feed: Feed


async def _is_ready(request: Request) -> bool:
    database: Database = request.state.database
    return await database.is_current(REVISION)


def create_app(settings: Settings | None = None, database: Database | None = None) -> FastAPI:
    """Build the service; tests hand in a database of theirs."""
    config = settings or Settings()
    catalog = Catalog.load(LOCALE)
    lists = load_codelists(config.data_dir / "codelists" / "scoring")
    indicators = read_indicators(config.data_dir)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        held = database or Database(config.database_url.get_secret_value(), pool_size=config.database_pool)
        tokens = ServiceTokens("scoring", config.service_key_file, config.service_jwks_file)
        people = UserTokens(
            config.auth_jwks_file, config.auth_jwks_url, config.auth_issuer, config.auth_audience
        )
        async with Feed(held) as feed:
            yield State(
                settings=config,
                catalog=catalog,
                codelists=lists,
                database=held,
                service=ScoringService(held.sessions),
                outcomes=OutcomeService(held.sessions, config.small_cell),
                indicators=indicators,
                tokens=tokens,
                people=people,
                feed=feed,
            )
        if database is None:
            await held.dispose()

    return create_service(
        name="scoring",
        settings=config,
        routers=(*routers, feed_router(("gateway", "practices"))),
        lifespan=lifespan,
        catalog=catalog,
        problems=PROBLEMS,
        ready=[_is_ready],
    )
