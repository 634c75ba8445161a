"""The three databases: an owner role for migrations and a runtime role without DDL for each.

No role of one service can even connect to the database of another: CONNECT is taken from PUBLIC
everywhere and given to the two roles of each database.
"""

import asyncio
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import asyncpg

from .errors import LaunchError
from .postgres import PostgresServer, write_secret

SERVICES = ("scoring", "practices", "survey")
EXTENSIONS: Mapping[str, tuple[str, ...]] = {"practices": ("pg_trgm",)}
"""What only a superuser may add to a database: for the full-text search of the catalogue."""
PASSWORD = re.compile(r"[A-Za-z0-9_-]{16,}")


class Superuser(Protocol):
    """Who may make roles and databases."""

    def dsn(self, database: str = "postgres") -> str:
        """Return the superuser's address of a database."""


@dataclass(frozen=True)
class RemoteSuperuser:
    """The superuser of a server that somebody else runs."""

    url: str

    def dsn(self, database: str = "postgres") -> str:
        """Return the superuser's address of a database."""
        return urlsplit(self.url)._replace(path=f"/{database}").geturl()


@dataclass(frozen=True)
class DatabaseAddresses:
    """One service's database as its owner role and as its runtime role, for SQLAlchemy."""

    name: str
    owner: str
    app: str


def addresses(
    server: PostgresServer, passwords: Mapping[str, str], service: str, database: str | None = None
) -> DatabaseAddresses:
    """Return a database's two addresses; `database` names a copy of the service's own."""
    name = database or service
    place = f"127.0.0.1:{server.port}/{name}"
    owner, app = f"{service}_owner", f"{service}_app"
    return DatabaseAddresses(
        name=name,
        owner=f"postgresql+asyncpg://{owner}:{passwords[owner]}@{place}",
        app=f"postgresql+asyncpg://{app}:{passwords[app]}@{place}",
    )


def role_names() -> list[str]:
    """Return the six roles."""
    return [f"{service}_{kind}" for service in SERVICES for kind in ("owner", "app")]


def passwords_from(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the roles' passwords as given by `SCORING_OWNER_PASSWORD` and so on.

    Raises LaunchError that names what is missing or would not fit into an address as it is.
    """
    given = {role: environment.get(f"{role.upper()}_PASSWORD", "") for role in role_names()}
    for role, password in given.items():
        if not PASSWORD.fullmatch(password):
            raise LaunchError(
                f"{role.upper()}_PASSWORD must be set: 16 or more of letters, digits, '-' and '_'."
            )
    return given


def role_passwords(file: Path) -> dict[str, str]:
    """Return the passwords of the six roles, made and kept in the file the first time."""
    known: dict[str, str] = json.loads(file.read_text(encoding="ascii")) if file.exists() else {}
    missing = [role for role in role_names() if role not in known]
    if missing:
        known |= {role: secrets.token_urlsafe(32) for role in missing}
        write_secret(file, json.dumps(known, indent=1))
    return known


async def ensure(server: Superuser, passwords: Mapping[str, str]) -> list[str]:
    """Bring roles, databases and rights to what they should be; return the databases just made."""
    connection = await asyncpg.connect(server.dsn())
    try:
        for role, password in passwords.items():
            await _ensure_role(connection, role, password)
        for name in ("postgres", "template1"):
            await connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        made = [service for service in SERVICES if await create(connection, service)]
    finally:
        await connection.close()
    await asyncio.gather(*(grant(server, service) for service in SERVICES))
    return made


async def _ensure_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    """Make the role or set its password; both names and passwords are our own words."""
    exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if exists else "CREATE"
    await connection.execute(
        f"{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{password}'"
    )


async def loaded(server: Superuser, service: str) -> str | None:
    """Return which data a database says it holds, None when it says nothing."""
    connection = await asyncpg.connect(server.dsn())
    try:
        found: str | None = await connection.fetchval(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", service
        )
    finally:
        await connection.close()
    return found


async def note_loaded(server: Superuser, service: str, data: str) -> None:
    """Note at the database itself which data it holds, so that the note goes where it goes."""
    connection = await asyncpg.connect(server.dsn())
    try:
        # `data` is a digest of our own: a comment takes no parameters.
        await connection.execute(f"COMMENT ON DATABASE {service} IS '{data}'")
    finally:
        await connection.close()


async def create(
    connection: asyncpg.Connection, service: str, name: str | None = None, template: str = "template1"
) -> bool:
    """Make a service's database, or a copy of one, unless it is there; return whether it was."""
    name = name or service
    made = not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name)
    if made:
        await connection.execute(f"CREATE DATABASE {name} OWNER {service}_owner TEMPLATE {template}")
    await connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    await connection.execute(f"GRANT CONNECT ON DATABASE {name} TO {service}_owner, {service}_app")
    return made


def rights(service: str) -> Iterable[str]:
    """Yield what must hold inside the database of a service, each statement repeatable."""
    owner, app = f"{service}_owner", f"{service}_app"
    for extension in EXTENSIONS.get(service, ()):
        yield f"CREATE EXTENSION IF NOT EXISTS {extension}"
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    yield f"ALTER SCHEMA public OWNER TO {owner}"
    yield f"GRANT USAGE ON SCHEMA public TO {app}"
    by_default = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT"
    yield f"{by_default} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}"
    yield f"{by_default} USAGE, SELECT ON SEQUENCES TO {app}"


async def grant(server: Superuser, service: str, name: str | None = None) -> None:
    """Give the two roles their rights inside the service's database."""
    connection = await asyncpg.connect(server.dsn(name or service))
    try:
        for statement in rights(service):
            await connection.execute(statement)
    finally:
        await connection.close()
