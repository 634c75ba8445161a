"""The practices service over HTTP, on a real database, with the real catalogue in both tables."""

import secrets
from contextlib import asynccontextmanager

import aiohttp
import pytest
from pydantic import SecretStr

from practices.load import load
from practices.main import create_app
from practices.outbox import Outbox
from practices.relay import Relay
from practices.repository import RegionRepository
from practices.search import MeiliIndex, PostgresIndex
from practices.settings import Settings
from practices.source import Source
from servicekit.database import Database
from tests.support.builders_practices import (
    DATA,
    NOW,
    the_codes,
    the_languages,
    the_practices,
    the_regions,
    the_synonyms,
)
from tests.support.http import client_for
from tests.support.keys import signed as sign
from tests.support.keys import write_keys
from tests.support.meilisearch import meilisearch_server  # noqa: F401 - a fixture is found by its name
from tests.support.postgres import rolled_back


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """Key files of the caller and of everyone's public keys."""
    return write_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def signed(keys):
    """Return headers as another service signs them."""

    def by(caller, audience="practices"):
        return sign(keys, caller, audience)

    return by


def settings_for(keys, url, **more):
    return Settings(
        database_url=SecretStr(url), data_dir=DATA, service_key_file=keys / "practices.json",
        service_jwks_file=keys / "jwks.json", **more,
    )  # fmt: skip


async def fill(database, documents=None):
    """Load practices and regions, and bring them into PostgreSQL's index."""
    async with database.sessions.begin() as session:
        for region in the_regions():
            await RegionRepository(session).put(region)
    await load(database.sessions, documents or the_practices(), NOW)
    relay = a_relay(database, PostgresIndex(database.sessions, the_synonyms()))
    while await relay.step():
        pass


def a_relay(database, index, **more):
    return Relay(index, Outbox(database.sessions), Source(database.sessions, the_codes()), **more)


@pytest.fixture
def relay_for():
    """Return what makes a relay of a database and an index."""
    return a_relay


@pytest.fixture
async def meili_index(meilisearch_server):  # noqa: F811 - the fixture, asked for by its name
    """An index of the test's own at the private engine."""
    async with aiohttp.ClientSession() as session:
        yield MeiliIndex(
            meilisearch_server.url, meilisearch_server.key, session=session, synonyms=the_synonyms(),
            languages=the_languages().codes, index=f"test{secrets.token_hex(4)}",
        )  # fmt: skip


@pytest.fixture
def fill_with():
    """Return what loads practices into a database and its index."""
    return fill


@pytest.fixture
def open_client(keys):
    """Return a client of the service on a database of the test's."""

    @asynccontextmanager
    async def opened(database, **more):
        app = create_app(settings_for(keys, database.url, **more), database)
        async with client_for(app) as client:
            yield client

    return opened


@pytest.fixture(scope="session")
async def filled_database(postgres_server):
    """The addresses of a database that holds the real catalogue; written to only inside a rollback."""
    made = await postgres_server.migrated("practices")
    database = Database(made.app)
    await fill(database)
    await database.dispose()
    return made


@pytest.fixture
async def catalogue_db(filled_database):
    """The real catalogue, rolled back after the test."""
    async for database in rolled_back(filled_database):
        yield database


@pytest.fixture
async def client(catalogue_db, open_client):
    """A client on the real catalogue."""
    async with open_client(catalogue_db) as opened:
        yield opened
