"""Migrations that cannot hurt a running service: one at a time, with lock and statement timeouts.

`python -m servicekit.migrations services/scoring upgrade` runs a service's migrations with the address in
`{SERVICE}_OWNER_URL` (the owner role); the runtime role cannot change the schema.
"""

import asyncio
import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

__all__ = ["append_only", "run", "upgrade"]

LOCK = 7_214_401  # any number, the same for all: two migrations of one database never run at once


def run(context: EnvironmentContext, target_metadata: MetaData) -> None:
    """Run the migrations of an `env.py`, on the connection given or the address in the configuration."""
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given, context, target_metadata)
    else:
        asyncio.run(_connect_and_migrate(context, target_metadata))


async def _connect_and_migrate(context: EnvironmentContext, target_metadata: MetaData) -> None:
    engine = create_async_engine(context.config.attributes["url"], poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_migrate, context, target_metadata)
        await connection.commit()
    await engine.dispose()


def _migrate(connection: Connection, context: EnvironmentContext, target_metadata: MetaData) -> None:
    # A lock that is not had within five seconds fails the migration instead of queueing every request.
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.execute(text("SET statement_timeout = '10min'"))
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
    context.configure(connection=connection, target_metadata=target_metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})


def upgrade(service: Path, url: str, revision: str = "head") -> None:
    """Bring a service's database to a revision; `service` is the folder that holds `migrations/`."""
    config = Config()
    config.set_main_option("script_location", str(service / "migrations"))
    config.attributes["url"] = url
    command.upgrade(config, revision)


def append_only(op: Operations, table: str) -> None:
    """Leave the runtime role INSERT and SELECT only; the role `x_app` goes with the owner `x_owner`."""
    op.execute(f"""
        DO $$ DECLARE app text := regexp_replace(current_user, '_owner$', '_app'); BEGIN
            IF app <> current_user AND EXISTS (SELECT FROM pg_roles WHERE rolname = app) THEN
                EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM %I', app);
            END IF;
        END $$""")  # noqa: S608 - the table is named by a migration


def main(arguments: list[str]) -> None:
    """Run `upgrade` for one service folder."""
    if len(arguments) != 2 or arguments[1] != "upgrade":
        sys.exit("usage: python -m servicekit.migrations services/NAME upgrade")
    service = Path(arguments[0])
    variable = f"{service.resolve().name.upper()}_OWNER_URL"
    if variable not in os.environ:
        sys.exit(f"{variable} is not set: the postgresql+asyncpg:// address of the owner role")
    upgrade(service, os.environ[variable])


if __name__ == "__main__":
    main(sys.argv[1:])
