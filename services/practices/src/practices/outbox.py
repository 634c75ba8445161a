"""The outbox: keys whose present state an index does not hold yet.

A row is written in the transaction that changes the practice, one for each index. A relay claims rows,
reads the practices again, writes the index and only then deletes the rows; so a crash at any point loses
nothing, and doing a row twice does no harm. A claim is a lease: it is renewed while its relay lives and
runs out when it does not. No row lock is held while the engine works, so writers never wait for it.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from servicekit.database import is_outage
from servicekit.feed import write_change

__all__ = ["TARGETS", "Backlog", "Claim", "Outbox", "enqueue", "outages_waited_out"]

TARGETS = ("postgresql", "meilisearch")
LEASE = 10.0  # seconds until the rows of a relay that died are free again
MAX_ATTEMPTS = 8
LONGEST_PAUSE = 300  # seconds between two attempts

_ENQUEUE = text("""
INSERT INTO outbox (target, key)
SELECT t, k FROM unnest(CAST(:keys AS text[])) k, unnest(CAST(:targets AS text[])) t""")

# One claim of a target at a time (a millisecond), so that no two relays ever hold rows of one key: the
# later of them could otherwise write an older state.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('outbox'), hashtext(:target))")
_CLAIM = text("""
UPDATE outbox SET claimed_by = :token,
    claimed_until = clock_timestamp() + CAST(:lease AS float8) * interval '1 s'
WHERE id IN (
    SELECT id FROM outbox o
    WHERE target = :target AND NOT parked AND next_attempt_at <= clock_timestamp()
      AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
      AND NOT EXISTS (SELECT FROM outbox c WHERE c.target = o.target AND c.key = o.key
                      AND c.claimed_until >= clock_timestamp())
      AND NOT EXISTS (SELECT FROM search_target s WHERE s.target = o.target
                      AND s.rebuilding_until >= clock_timestamp())
    ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED)
RETURNING id, key""")
_RENEW = text("""
UPDATE outbox SET claimed_until = clock_timestamp() + CAST(:lease AS float8) * interval '1 s'
WHERE claimed_by = :token""")
_DONE = text("DELETE FROM outbox WHERE id = ANY(:ids) AND claimed_by = :token RETURNING key")
_RELEASE = text("""
UPDATE outbox SET claimed_by = NULL, claimed_until = NULL, problem = :problem,
    next_attempt_at = clock_timestamp() + CAST(:pause AS float8) * interval '1 s'
WHERE id = ANY(:ids) AND claimed_by = :token""")
_FAILED = text("""
UPDATE outbox SET claimed_by = NULL, claimed_until = NULL, problem = :problem, attempts = attempts + 1,
    parked = attempts + 1 >= :most,
    next_attempt_at = clock_timestamp() + least(power(2, attempts), :longest) * interval '1 s'
WHERE id = ANY(:ids) AND claimed_by = :token""")

# Every key changed at or before it is indexed or parked. A transaction that is still open may commit a row
# with an older moment, so nothing later than its begin is promised. With nothing left to do it is the
# present second: whole, so that answers keep their tags for as long. Asked before the outbox is, in a
# statement of its own: what commits between the two is seen by both, never by neither.
_SETTLED = text("""
SELECT least(date_trunc('second', clock_timestamp()),
    (SELECT min(xact_start) FROM pg_stat_activity WHERE datname = current_database()
     AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()) - interval '1 microsecond')""")
# An index that missed changes holds no whole past at all until it is rebuilt.
_COMPLETE = text("""
SELECT t.target, CASE WHEN s.stale THEN NULL ELSE least(CAST(:settled AS timestamptz),
    (SELECT min(changed_at) FROM outbox o WHERE o.target = t.target AND NOT parked)
     - interval '1 microsecond') END AS through
FROM unnest(CAST(:targets AS text[])) AS t(target) LEFT JOIN search_target s USING (target)""")
_FORGET = text("""
WITH gone AS (DELETE FROM outbox WHERE target = :target RETURNING 1)
INSERT INTO search_target (target, stale) SELECT :target, true WHERE EXISTS (SELECT FROM gone)
ON CONFLICT (target) DO UPDATE SET stale = true""")
_HOLD = text("""
UPDATE search_target SET rebuilding_until = clock_timestamp() + CAST(:lease AS float8) * interval '1 s'
WHERE target = :target AND (:mine OR coalesce(rebuilding_until < clock_timestamp(), true)) RETURNING 1""")
_RELEASE_TARGET = text("""
UPDATE search_target SET rebuilding_until = NULL, stale = stale AND NOT :done WHERE target = :target""")
_BACKLOG = text("""
SELECT t.target, count(o.id) FILTER (WHERE NOT parked) AS waiting,
    count(o.id) FILTER (WHERE parked) AS parked,
    coalesce(extract(epoch FROM clock_timestamp() - min(changed_at) FILTER (WHERE NOT parked)), 0) AS age
FROM unnest(CAST(:targets AS text[])) AS t(target) LEFT JOIN outbox o USING (target) GROUP BY t.target""")


async def enqueue(session: AsyncSession, keys: Collection[str], targets: Sequence[str] = TARGETS) -> None:
    """Add keys to the outbox, in the transaction that changes what they stand for."""
    if keys:
        await session.execute(_ENQUEUE, {"keys": sorted(keys), "targets": list(targets)})


@contextlib.contextmanager
def outages_waited_out() -> Iterator[None]:
    """Let an outage of the database pass, for what is done again soon; every other error raises."""
    try:
        yield
    except Exception as error:
        if not is_outage(error):
            raise


@dataclass(frozen=True)
class Claim:
    """Rows one relay works on: key -> ids of its rows."""

    target: str
    token: str
    rows: Mapping[str, Sequence[int]]

    def ids(self, keys: Iterable[str]) -> list[int]:
        """Return the rows of some of the keys."""
        return [row for key in keys for row in self.rows[key]]


@dataclass(frozen=True)
class Backlog:
    """How far behind an index is; `age` is the oldest waiting row's, in seconds."""

    waiting: int
    parked: int
    age: float


class Outbox:
    """The relay's side of the outbox."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], *, lease: float = LEASE) -> None:
        self._sessions = sessions
        self._lease = lease

    async def claim(self, target: str, limit: int) -> Claim:
        """Take up to so many due rows of keys that no other relay is working on."""
        token = secrets.token_hex(8)
        async with self._sessions.begin() as session:
            await session.execute(_LOCK, {"target": target})
            found = await session.execute(
                _CLAIM, {"target": target, "limit": limit, "token": token, "lease": self._lease}
            )
            rows: dict[str, list[int]] = {}
            for row, key in found:
                rows.setdefault(key, []).append(row)
        return Claim(target, token, rows)

    @contextlib.asynccontextmanager
    async def held(self, claim: Claim) -> AsyncIterator[None]:
        """Renew a claim for as long as its work takes."""
        renewing = asyncio.create_task(self._renew(claim))
        try:
            yield
        finally:
            await _ended(renewing)

    async def _renew(self, claim: Claim) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            with outages_waited_out():  # the next round, or the lease runs out
                async with self._sessions.begin() as session:
                    await session.execute(_RENEW, {"token": claim.token, "lease": self._lease})

    async def done(self, claim: Claim, keys: Sequence[str]) -> None:
        """Delete the rows of keys that the index now holds, and say so in the feed.

        A row that is ours no more was taken over while we worked; what we wrote may be older than what the
        other relay wrote, so its key is done once more.
        """
        async with self._sessions.begin() as session:
            params = {"ids": claim.ids(keys), "token": claim.token}
            ours = {key for (key,) in await session.execute(_DONE, params)}
            await enqueue(session, set(keys) - ours, [claim.target])
            for key in sorted(ours):
                await write_change(session, "index", key)

    async def release(self, claim: Claim, keys: Iterable[str], problem: str, pause: float) -> None:
        """Give rows back untried: the engine is away, which is no fault of theirs."""
        async with self._sessions.begin() as session:
            params = {"ids": claim.ids(keys), "token": claim.token, "problem": problem[:500], "pause": pause}
            await session.execute(_RELEASE, params)

    async def failed(self, claim: Claim, key: str, problem: str) -> None:
        """Count a failed attempt; the next waits longer, and after the last the row is parked."""
        async with self._sessions.begin() as session:
            params = {"ids": claim.ids([key]), "token": claim.token, "problem": problem[:500]}
            await session.execute(_FAILED, {**params, "most": MAX_ATTEMPTS, "longest": LONGEST_PAUSE})

    async def again(self, target: str, keys: Collection[str]) -> None:
        """Have keys tried again that a rebuild could not bring in; what is refused for good gets parked."""
        async with self._sessions.begin() as session:
            await enqueue(session, keys, [target])

    async def forget(self, target: str) -> None:
        """Drop the rows of an index that is not configured, and remember that it missed them."""
        async with self._sessions.begin() as session:
            await session.execute(_FORGET, {"target": target})

    async def is_stale(self, target: str) -> bool:
        """Tell whether an index missed changes, so that it must be rebuilt."""
        async with self._sessions() as session:
            stale = await session.scalar(
                text("SELECT stale FROM search_target WHERE target = :target"), {"target": target}
            )
            return bool(stale)

    async def complete_through(self) -> dict[str, datetime | None]:
        """Return, for each index, the moment up to which every change is in it (or parked); None: unknown."""
        async with self._sessions() as session:
            settled = await session.scalar(_SETTLED)
            rows = await session.execute(_COMPLETE, {"targets": list(TARGETS), "settled": settled})
            return {target: through for target, through in rows}  # noqa: C416 - rows are no plain pairs to mypy

    async def backlog(self) -> dict[str, Backlog]:
        """Return how far behind each index is."""
        async with self._sessions() as session:
            rows = await session.execute(_BACKLOG, {"targets": list(TARGETS)})
            return {row.target: Backlog(row.waiting, row.parked, float(row.age)) for row in rows}

    @contextlib.asynccontextmanager
    async def rebuilding(self, target: str) -> AsyncIterator[bool]:
        """Hold relays of an index back while it is rebuilt; yields False when another worker does it already.

        The lease runs out when the rebuild is killed.
        """
        mine = await self._hold(target, mine=False)
        renewing = asyncio.create_task(self._keep_holding(target)) if mine else None
        done = False
        try:
            yield mine
            done = True
        finally:
            if renewing is not None:
                await _ended(renewing)
                async with self._sessions.begin() as session:
                    await session.execute(_RELEASE_TARGET, {"target": target, "done": done})

    async def _keep_holding(self, target: str) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            with outages_waited_out():
                await self._hold(target, mine=True)

    async def _hold(self, target: str, *, mine: bool) -> bool:
        async with self._sessions.begin() as session:
            await session.execute(
                text("INSERT INTO search_target (target) VALUES (:target) ON CONFLICT DO NOTHING"),
                {"target": target},
            )
            held = await session.execute(_HOLD, {"target": target, "lease": self._lease, "mine": mine})
            return held.first() is not None


async def _ended(renewing: asyncio.Task[None]) -> None:
    renewing.cancel()
    (end,) = await asyncio.gather(renewing, return_exceptions=True)
    if isinstance(end, Exception):  # not the cancelling: renewing had ended long before, by a bug
        raise end
