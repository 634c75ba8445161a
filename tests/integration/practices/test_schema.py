"""The tables in code are those that the migrations make."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from practices.tables import REVISION, metadata


async def test_migrations_and_tables_agree(practices_database):
    engine = create_async_engine(practices_database.owner)
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"compare_type": True}), metadata
            )
        )
        applied = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    await engine.dispose()
    assert differences == []
    assert applied == REVISION


async def test_every_constraint_has_the_name_the_code_gives_it(practices_database):
    engine = create_async_engine(practices_database.owner)
    async with engine.connect() as connection:
        ours = "connamespace = 'public'::regnamespace AND contype <> 'n'"
        rows = await connection.execute(text(f"SELECT conname FROM pg_constraint WHERE {ours}"))
        there = {name for (name,) in rows} - {"alembic_version_pkc"}
    await engine.dispose()
    here = {str(constraint.name) for table in metadata.tables.values() for constraint in table.constraints}
    assert there == here


async def test_the_runtime_role_cannot_change_the_schema(practices_database):
    engine = create_async_engine(practices_database.app)
    async with engine.connect() as connection:
        may = await connection.scalar(text("SELECT has_schema_privilege('public', 'CREATE')"))
    await engine.dispose()
    assert may is False
