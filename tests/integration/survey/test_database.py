"""What the database itself guards: rights, constraints, tables as migrated; and readiness."""

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from servicekit.database import Database, asyncpg_dsn
from survey.main import create_app
from survey.tables import METADATA
from tests.support.builders_survey import a_submission, key_ring, read_survey, send, service, settings
from tests.support.http import client_for


@pytest.fixture
async def filled(committed_survey, tmp_path):
    database = Database(committed_survey.app)
    async with service(database, tmp_path) as client:
        await send(client, a_submission(await read_survey(client)))
    await database.dispose()
    connection = await asyncpg.connect(asyncpg_dsn(committed_survey.app))
    yield connection
    await connection.close()


@pytest.mark.parametrize("table", ["receipt", "survey_version", "idempotency_key"])
async def test_what_must_last_cannot_be_changed_or_deleted_by_the_service(filled, table):
    for statement in (f"UPDATE {table} SET {'hash' if table == 'survey_version' else 'submission_id'} = 'x'",
                      f"DELETE FROM {table}", f"TRUNCATE {table}"):  # fmt: skip
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await filled.execute(statement)


async def test_the_service_cannot_change_the_schema(filled):
    for statement in ("CREATE TABLE more (a int)", "ALTER TABLE receipt ADD a int", "DROP TABLE receipt"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await filled.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE submission SET state = 'lost'",
        "UPDATE submission_declaration SET withdrawn_at = now()",
        "UPDATE survey_schedule SET open_until = now(), accepted_until = now() - interval '1 day'",
        "INSERT INTO survey_version (hash, survey, version, document) VALUES ('h', 's', 0, '{}')",
        "INSERT INTO receipt (submission_id, key_id, document) VALUES ('none', 'k', '{}')",
        "INSERT INTO idempotency_key SELECT survey, key_hash, submission_id FROM idempotency_key",
    ],
)
async def test_the_database_refuses_what_cannot_be_true(filled, statement):
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await filled.execute(statement)


async def test_tables_and_migrations_agree(survey_database):
    engine = create_async_engine(survey_database.owner)
    async with engine.connect() as connection:
        found = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(
                    sync, opts={"compare_type": True, "compare_server_default": False}
                ),
                METADATA,
            )
        )
    await engine.dispose()
    assert found == []


async def test_ready_when_the_schema_is_and_alive_without_a_database(survey_db, tmp_path):
    async with service(survey_db, tmp_path) as client:
        assert (await client.get("/readyz")).status_code == 200
    key_ring(tmp_path)
    app = create_app(settings(tmp_path))
    async with client_for(app) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        gone = await client.get("/v1/surveys/integration-practice", params={"lang": "es"})
        assert (gone.status_code, gone.json()["code"]) == (503, "unavailable")
        assert gone.headers["retry-after"]
        refused = await client.post(
            "/v1/surveys/integration-practice/submissions", content=b"{}", headers={"Idempotency-Key": "k"}
        )
        assert refused.status_code == 503
        assert (await client.get("/v1/surveys/keys")).status_code == 200
        assert (await client.get("/v1/codelists/submission_status?lang=fr")).status_code == 200
