"""The change feed: how a service tells the others what changed, so that no reader skips a row.

A writer adds an unnumbered row in its own transaction. Numbers that a writer gave itself would be read out
of commit order, and a reader's cursor would step over a row committed late; so one sequencer per database
numbers the rows after their commit. Rows of one key keep their order because a writer adds its row while it
holds the lock of the thing changed: the later writer's id is the higher one.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Self

import asyncpg
import structlog
from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import BigInteger, Column, DateTime, Index, MetaData, Table, Text, func, insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from .auth import internal
from .database import Database, asyncpg_dsn
from .problems import Problem
from .wire import Model, Utc

__all__ = ["ChangeOut", "ChangesOut", "Feed", "feed_router", "feed_tables", "write_change"]

log = structlog.get_logger()

CHANNEL = "feed"
LOCK = 7_214_402  # the sequencer's advisory lock, held by one replica at a time
BATCH = 1000
POLL = 0.1  # seconds between two looks for committed rows without a number
KEPT = "90 days"
PRUNE = 3600.0

_NUMBER = f"""
WITH pending AS (
    SELECT id, row_number() OVER (ORDER BY id) AS k FROM feed_entry WHERE n IS NULL ORDER BY id LIMIT {BATCH}
), counted AS (
    UPDATE feed_state SET last_n = last_n + (SELECT count(*) FROM pending)
    WHERE EXISTS (SELECT FROM pending)
    RETURNING last_n - (SELECT count(*) FROM pending) AS base
), numbered AS (
    UPDATE feed_entry e SET n = counted.base + pending.k
    FROM pending, counted WHERE e.id = pending.id RETURNING 1
) SELECT n, CASE WHEN n > 0 THEN pg_notify('{CHANNEL}', '') END FROM (SELECT count(*) AS n FROM numbered) x"""  # noqa: S608 - constants of ours

_PRUNE = f"""
WITH gone AS (
    DELETE FROM feed_entry WHERE n IS NOT NULL AND at < now() - interval '{KEPT}' RETURNING n
) UPDATE feed_state SET first_n = greatest(first_n, (SELECT max(n) + 1 FROM gone))
WHERE EXISTS (SELECT FROM gone)"""  # noqa: S608 - a constant of ours

_READ = text("""
SELECT s.feed, s.first_n, s.last_n, e.n, e.kind, e.key, e.at
FROM feed_state s LEFT JOIN LATERAL (
    SELECT n, kind, key, at FROM feed_entry WHERE n > coalesce(:after, 0) ORDER BY n LIMIT :limit
) e ON true ORDER BY e.n""")


class ChangeOut(Model):
    """One change: the key only; the reader reads the state again."""

    position: str
    kind: str
    key: str
    at: Utc


class ChangesOut(Model):
    """Changes after a position, and the position to ask from next."""

    feed: str
    changes: list[ChangeOut]
    position: str


def feed_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Add the feed's two tables to a service's metadata (their DDL for migrations: README)."""
    entry = Table(
        "feed_entry", metadata,
        Column("id", BigInteger, primary_key=True, autoincrement=True),
        Column("n", BigInteger, unique=True),
        Column("kind", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )  # fmt: skip
    Index("ix_feed_entry_unnumbered", entry.c.id, postgresql_where=entry.c.n.is_(None))
    state = Table(
        "feed_state", metadata,
        Column("feed", Text, primary_key=True),
        Column("first_n", BigInteger, nullable=False, server_default=text("1")),
        Column("last_n", BigInteger, nullable=False, server_default=text("0")),
    )  # fmt: skip
    return entry, state


_ENTRY, _ = feed_tables(MetaData())


async def write_change(session: AsyncSession, kind: str, key: str) -> None:
    """Add a change in the caller's transaction; the caller already holds the lock of the row it changed."""
    await session.execute(insert(_ENTRY).values(kind=kind, key=key))


@dataclass(frozen=True)
class _Position:
    feed: str
    n: int

    @classmethod
    def parse(cls, text: str) -> "_Position":
        feed, _, n = text.rpartition(".")
        if not feed or not n.isascii() or not n.isdigit() or len(n) > 18:
            raise _unknown()
        return cls(feed, int(n))


def _unknown() -> Problem:
    return Problem(410, "position_unknown")


class Feed:
    """The owner's side: numbers committed rows (one replica does), wakes waiting readers, answers them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._moved = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Start listening, and stand by as sequencer."""
        self._tasks = [asyncio.create_task(self._forever(work)) for work in (self._listen, self._number)]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop; the sequencer's lock goes with its connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def changes(self, after: str | None, wait: float, limit: int) -> ChangesOut:
        """Return the changes after a position, waiting for the first one without holding a connection.

        Raises Problem 410 for a position of another feed, ahead of the end, or older than what is kept.
        """
        deadline = time.monotonic() + wait
        while True:
            moved = self._moved
            page = await self._read(after, limit)
            left = deadline - time.monotonic()
            if page.changes or after == "latest" or left <= 0:
                return page
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(moved.wait(), left)

    async def _read(self, after: str | None, limit: int) -> ChangesOut:
        latest = after == "latest"
        start = None if after is None or latest else _Position.parse(after)
        async with self._database.sessions() as session:
            values = {"after": start.n if start else None, "limit": 0 if latest else limit}
            rows = (await session.execute(_READ, values)).all()
        feed, first, last = rows[0].feed, rows[0].first_n, rows[0].last_n
        if start and (start.feed != feed or start.n > last or start.n < first - 1):
            raise _unknown()
        changes = [
            ChangeOut(position=f"{feed}.{row.n}", kind=row.kind, key=row.key, at=row.at)
            for row in rows
            if row.n is not None
        ]
        end = last if latest else start.n if start else first - 1
        return ChangesOut(
            feed=feed, changes=changes, position=changes[-1].position if changes else f"{feed}.{end}"
        )

    async def _forever(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning(
                    "feed connection lost", work=getattr(work, "__name__", ""), error=type(error).__name__
                )
            self._wake()
            await asyncio.sleep(0.5)

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(asyncpg_dsn(self._database.url), timeout=3, command_timeout=10)
        try:
            yield connection
        finally:
            connection.terminate()

    async def _listen(self) -> None:
        async with self._connection() as connection:
            await connection.add_listener(CHANNEL, lambda *_: self._wake())
            self._wake()  # what came while nobody listened was told to nobody
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _: lost.set())
            while not lost.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(lost.wait(), 5)
                await connection.execute("SELECT 1")  # a half-open connection would never wake us

    async def _number(self) -> None:
        async with self._connection() as connection:
            # The lock is another process's: no event here could tell when it is free.
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):  # noqa: ASYNC110
                await asyncio.sleep(1)
            pruned = 0.0
            while True:
                numbered = await connection.fetchval(_NUMBER)
                # Only a full batch leaves rows behind. Numbering each row as it comes would cost a busy
                # writer three round trips a row.
                if numbered == BATCH:
                    continue
                if time.monotonic() - pruned > PRUNE:
                    await connection.execute(_PRUNE)
                    pruned = time.monotonic()
                await asyncio.sleep(POLL)


def feed_router(callers: Sequence[str]) -> APIRouter:
    """Return `/internal/changes` for the named callers; `feed` is a Feed in the lifespan's state."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(internal(*callers))])

    @router.get("/internal/changes")
    async def changes(
        request: Request,
        after: str | None = None,
        wait: Annotated[float, Query(ge=0, le=25)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    ) -> ChangesOut:
        feed: Feed = request.state.feed
        poll = asyncio.create_task(feed.changes(after, wait, limit))
        ending = asyncio.create_task(request.app.state.ending.wait())
        try:
            await asyncio.wait({poll, ending}, return_when=asyncio.FIRST_COMPLETED)
            if poll.done():
                return poll.result()
        finally:
            poll.cancel()
            ending.cancel()
        return await feed.changes(after, 0, limit)  # the service ends: do not hold that up

    return router
