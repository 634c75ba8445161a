"""A real PostgreSQL for tests: one server for the session, databases built by the migrations.

- `scoring_database`, `practices_database`, `survey_database`: addresses (`.owner`, `.app`) of a
  database with all migrations applied, shared by the whole session. Write to it only through the
  fixtures below.
- `scoring_db`, `practices_db`, `survey_db`: a `servicekit.database.Database` as the runtime role on
  ONE connection inside ONE transaction that is rolled back after the test; each session of the code
  under test is a savepoint in it. About a millisecond. Not for tests that need two connections at
  once (locks, LISTEN, SKIP LOCKED, the feed's sequencer).
- `committed_scoring`, `committed_practices`, `committed_survey`: addresses of a fresh copy of the
  migrated database for this test alone, and `committed_scoring_db` and so on its `Database`. For
  whatever needs real connections and commits. About 50 ms.
- `empty_database`: addresses of a fresh database with roles and rights of scoring but no tables.
"""

import itertools
import os
import random
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

from deploy.local import databases
from deploy.local.databases import DatabaseAddresses
from deploy.local.postgres import PostgresServer
from servicekit.database import Database

ROOT = Path(__file__).resolve().parents[2]
# Nothing of a test outlives the machine, so nothing need reach the disk.
FAST = {"fsync": "off", "full_page_writes": "off", "max_connections": "200", "shared_buffers": "64MB"}


def free_port() -> int:
    """Return a port that was free a moment ago."""
    # Below the range that the system takes outgoing ports from: one of those may be gone at once.
    for _ in range(100):
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise RuntimeError("no free port found")


def migrate(service: str, owner_url: str, *words: str) -> None:
    """Run the service's migrations in a process of their own, as the launcher does."""
    env = {**os.environ, f"{service.upper()}_OWNER_URL": owner_url}
    command = [sys.executable, "-m", "servicekit.migrations", f"services/{service}"]
    done = subprocess.run(
        [*command, *(words or ("upgrade",))], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"migrations of {service} failed:\n{done.stdout}{done.stderr}"


@dataclass
class TestServer:
    """The server of a test session, and the databases on it."""

    __test__ = False

    postgres: PostgresServer
    passwords: Mapping[str, str]
    _migrated: set[str] = field(default_factory=set)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def _copy(self, service: str, template: str) -> DatabaseAddresses:
        name = f"{service}_{next(self._numbers)}"
        connection = await asyncpg.connect(self.postgres.dsn())
        try:
            await databases.create(connection, service, name, template)
        finally:
            await connection.close()
        return databases.addresses(self.postgres, self.passwords, service, name)

    async def migrated(self, service: str) -> DatabaseAddresses:
        """Return a new database with all migrations applied; they run once a session."""
        if service not in self._migrated:
            migrate(service, databases.addresses(self.postgres, self.passwords, service).owner)
            self._migrated.add(service)
        return await self._copy(service, service)

    async def empty(self, service: str) -> DatabaseAddresses:
        """Return a new database with roles and rights, and no tables."""
        made = await self._copy(service, "template1")
        await databases.grant(self.postgres, service, made.name)
        return made

    async def drop(self, name: str) -> None:
        """Remove a database, cutting whoever is still connected."""
        connection = await asyncpg.connect(self.postgres.dsn())
        try:
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        finally:
            await connection.close()


@pytest.fixture(scope="session")
async def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestServer]:
    """One server on a free port in a folder of its own; it ends with the session."""
    folder = tmp_path_factory.mktemp("postgres")
    postgres = PostgresServer(folder / "postgres", free_port(), folder / "postgres.log", FAST)
    postgres.prepare(lambda _line: None)
    postgres.start()
    try:
        await postgres.wait_until_ready(lambda _line: None)
        passwords = databases.role_passwords(folder / "roles.json")
        await databases.ensure(postgres, passwords)
        yield TestServer(postgres, passwords)
    finally:
        postgres.stop()


@pytest.fixture(scope="session")
async def scoring_database(postgres_server: TestServer) -> DatabaseAddresses:
    return await postgres_server.migrated("scoring")


@pytest.fixture(scope="session")
async def practices_database(postgres_server: TestServer) -> DatabaseAddresses:
    return await postgres_server.migrated("practices")


@pytest.fixture(scope="session")
async def survey_database(postgres_server: TestServer) -> DatabaseAddresses:
    return await postgres_server.migrated("survey")


async def rolled_back(addresses: DatabaseAddresses) -> AsyncIterator[Database]:
    """Yield a Database whose every commit is a savepoint of one transaction that never commits."""
    engine = create_async_engine(addresses.app, poolclass=NullPool)
    async with engine.connect() as connection:
        outer = await connection.begin()
        sessions = async_sessionmaker(
            bind=connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        database = Database(addresses.app, sessions=sessions)
        yield database
        await database.dispose()
        await outer.rollback()
    await engine.dispose()


@pytest.fixture
async def scoring_db(scoring_database: DatabaseAddresses) -> AsyncIterator[Database]:
    async for database in rolled_back(scoring_database):
        yield database


@pytest.fixture
async def practices_db(practices_database: DatabaseAddresses) -> AsyncIterator[Database]:
    async for database in rolled_back(practices_database):
        yield database


@pytest.fixture
async def survey_db(survey_database: DatabaseAddresses) -> AsyncIterator[Database]:
    async for database in rolled_back(survey_database):
        yield database


@pytest.fixture
async def committed_scoring(postgres_server: TestServer) -> AsyncIterator[DatabaseAddresses]:
    made = await postgres_server.migrated("scoring")
    yield made
    await postgres_server.drop(made.name)


@pytest.fixture
async def committed_practices(postgres_server: TestServer) -> AsyncIterator[DatabaseAddresses]:
    made = await postgres_server.migrated("practices")
    yield made
    await postgres_server.drop(made.name)


@pytest.fixture
async def committed_survey(postgres_server: TestServer) -> AsyncIterator[DatabaseAddresses]:
    made = await postgres_server.migrated("survey")
    yield made
    await postgres_server.drop(made.name)


@pytest.fixture
async def empty_database(postgres_server: TestServer) -> AsyncIterator[DatabaseAddresses]:
    made = await postgres_server.empty("scoring")
    yield made
    await postgres_server.drop(made.name)


async def _opened(addresses: DatabaseAddresses) -> AsyncIterator[Database]:
    database = Database(addresses.app)
    yield database
    await database.dispose()


@pytest.fixture
async def committed_scoring_db(committed_scoring: DatabaseAddresses) -> AsyncIterator[Database]:
    async for database in _opened(committed_scoring):
        yield database


@pytest.fixture
async def committed_practices_db(committed_practices: DatabaseAddresses) -> AsyncIterator[Database]:
    async for database in _opened(committed_practices):
        yield database


@pytest.fixture
async def committed_survey_db(committed_survey: DatabaseAddresses) -> AsyncIterator[Database]:
    async for database in _opened(committed_survey):
        yield database
