"""The roles of the three databases: what each may do, and that none sees another's."""

import itertools

import asyncpg
import pytest
from sqlalchemy import text

from deploy.local import databases
from servicekit.database import asyncpg_dsn
from tests.support.postgres import rolled_back

ROLES = [(service, kind) for service in databases.SERVICES for kind in ("owner", "app")]


def dsn_of(server, service, kind):
    address = databases.addresses(server.postgres, server.passwords, service)
    return asyncpg_dsn(getattr(address, kind))


@pytest.mark.parametrize(
    ("role", "database"),
    [
        (role, database)
        for role, database in itertools.product(ROLES, (*databases.SERVICES, "postgres"))
        if role[0] != database
    ],
)
async def test_no_role_can_connect_to_a_database_that_is_not_its_own(postgres_server, role, database):
    own = dsn_of(postgres_server, *role)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="CONNECT"):
        await asyncpg.connect(own.rsplit("/", 1)[0] + f"/{database}")


async def test_a_wrong_password_is_refused(postgres_server):
    address = dsn_of(postgres_server, "scoring", "app")
    wrong = address.replace(postgres_server.passwords["scoring_app"], "wrong")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong)


async def test_the_runtime_role_reads_and_writes_what_the_owner_makes(empty_database):
    owner = await asyncpg.connect(asyncpg_dsn(empty_database.owner))
    await owner.execute("CREATE TABLE thing (id bigserial PRIMARY KEY, name text)")
    await owner.close()
    app = await asyncpg.connect(asyncpg_dsn(empty_database.app))
    await app.execute("INSERT INTO thing (name) VALUES ('one')")
    await app.execute("UPDATE thing SET name = 'two'")
    assert await app.fetchval("SELECT name FROM thing") == "two"
    await app.execute("DELETE FROM thing")
    await app.close()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE other (id int)",
        "CREATE TEMP TABLE other (id int)",
        "CREATE SCHEMA other",
        "CREATE EXTENSION hstore",
        "DROP TABLE thing",
        "ALTER TABLE thing ADD COLUMN more int",
        "TRUNCATE thing",
    ],
)
async def test_the_runtime_role_cannot_change_the_schema(empty_database, statement):
    owner = await asyncpg.connect(asyncpg_dsn(empty_database.owner))
    await owner.execute("CREATE TABLE thing (id int)")
    await owner.close()
    app = await asyncpg.connect(asyncpg_dsn(empty_database.app))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute(statement)
    await app.close()


async def test_ensuring_twice_changes_nothing_and_sets_a_lost_password_again(postgres_server):
    server, passwords = postgres_server.postgres, postgres_server.passwords
    connection = await asyncpg.connect(server.dsn())
    await connection.execute("ALTER ROLE survey_app PASSWORD 'lost'")
    await connection.close()
    assert await databases.ensure(server, passwords) == []
    again = await asyncpg.connect(dsn_of(postgres_server, "survey", "app"))
    await again.close()


async def test_the_catalogue_has_the_extensions_of_its_search(postgres_server):
    practices = await asyncpg.connect(dsn_of(postgres_server, "practices", "app"))
    found = await practices.fetch("SELECT extname FROM pg_extension")
    assert {"pg_trgm"} <= {row["extname"] for row in found}
    await practices.close()


async def test_the_text_order_is_that_of_code_points_on_every_machine(postgres_server):
    survey = await asyncpg.connect(dsn_of(postgres_server, "survey", "app"))
    assert await survey.fetchval("SELECT 'Z' < 'a' AND 'z' < 'Å'")
    assert await survey.fetchval("SELECT lower('ÅÉ')") == "åé"
    await survey.close()


async def test_what_a_savepoint_test_commits_is_gone_for_the_next(empty_database):
    owner = await asyncpg.connect(asyncpg_dsn(empty_database.owner))
    await owner.execute("CREATE TABLE thing (id int)")
    for _ in range(2):
        async for database in rolled_back(empty_database):
            async with database.sessions.begin() as session:
                await session.execute(text("INSERT INTO thing VALUES (1)"))
            async with database.sessions() as session:
                assert await session.scalar(text("SELECT count(*) FROM thing")) == 1
    assert await owner.fetchval("SELECT count(*) FROM thing") == 0
    await owner.close()
