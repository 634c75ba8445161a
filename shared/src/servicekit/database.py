"""A service's own database: engine, sessions, and whether its schema is new enough."""

from typing import Any

from sqlalchemy import MetaData, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

__all__ = ["Database", "asyncpg_dsn", "is_outage", "metadata"]

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def metadata() -> MetaData:
    """Return an empty MetaData whose constraints get predictable names."""
    return MetaData(naming_convention=NAMES)


def asyncpg_dsn(url: str) -> str:
    """Return the address as asyncpg itself takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def is_outage(error: Exception) -> bool:
    """Tell whether an error says that the database is away or overwhelmed, and not that we have a bug."""
    if isinstance(error, DBAPIError):
        # SQLSTATE classes: 08 connection, 53 resources, 57 operator intervention, 40 and 55P03 conflicts
        # that a retry mends. No state at all: the connection is gone.
        state = getattr(error.orig, "sqlstate", None)
        return state is None or state[:2] in ("08", "53", "57", "40") or state == "55P03"
    # The network's errors name no file.
    return isinstance(error, PoolTimeout) or (isinstance(error, OSError) and error.filename is None)


class Database:
    """One pool of connections; `sessions.begin()` is a transaction.

    `url` is a postgresql+asyncpg address; tests hand in sessions joined to a connection of theirs.
    """

    def __init__(
        self, url: str, *, pool_size: int = 10, sessions: async_sessionmaker[AsyncSession] | None = None
    ) -> None:
        self.url = url
        limits = {"statement_timeout": "10000", "lock_timeout": "5000", "timezone": "UTC"}
        arguments: dict[str, Any] = {"timeout": 3, "command_timeout": 15, "server_settings": limits}
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=3,
            pool_pre_ping=False,  # a dead connection is found at its use and answered 503
            hide_parameters=True,  # an error that is logged must not hold what a person wrote
            connect_args=arguments,
        )
        self.sessions = sessions or async_sessionmaker(self.engine, expire_on_commit=False)

    async def is_current(self, revision: str) -> bool:
        """Tell whether the schema is at or after a revision (revisions begin with their UTC date)."""
        try:
            async with self.sessions() as session:
                applied = await session.scalar(text("SELECT max(version_num) FROM alembic_version"))
        except (DBAPIError, PoolTimeout, OSError):
            return False
        return applied is not None and str(applied) >= revision

    async def dispose(self) -> None:
        """Close the pool."""
        await self.engine.dispose()
