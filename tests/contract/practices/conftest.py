"""The two engines, each as `index` for the same tests."""

import secrets

import aiohttp
import pytest

from practices.search import MeiliIndex, PostgresIndex
from servicekit.database import Database
from tests.support.builders_practices import the_languages, the_synonyms
from tests.support.meilisearch import meilisearch_server  # noqa: F401 - a fixture is found by its name

ENGINES = ["postgresql", pytest.param("meilisearch", marks=pytest.mark.meilisearch)]


async def _postgres(postgres_server):
    made = await postgres_server.migrated("practices")
    database = Database(made.app)
    yield PostgresIndex(database.sessions, the_synonyms())
    await database.dispose()
    await postgres_server.drop(made.name)


async def _meili(server):
    async with aiohttp.ClientSession() as session:
        yield MeiliIndex(
            server.url, server.key, session=session, synonyms=the_synonyms(), languages=the_languages().codes,
            index=f"test{secrets.token_hex(4)}", timeout=10,
        )  # fmt: skip


async def _engine(request, postgres_server):
    # Asked for only where it is needed, so that the other engine's tests run where there is none.
    if request.param == "meilisearch":
        async for index in _meili(request.getfixturevalue("meilisearch_server")):
            yield index
    else:
        async for index in _postgres(postgres_server):
            yield index


@pytest.fixture(params=ENGINES, scope="module")
async def engine(request, postgres_server):
    """One index for a module: filled once, then only read."""
    async for index in _engine(request, postgres_server):
        yield index


@pytest.fixture(params=ENGINES)
async def index(request, postgres_server):
    """An empty index of a test's own."""
    async for made in _engine(request, postgres_server):

        async def nothing():
            for never in ():
                yield never

        await made.replace(nothing())
        yield made
