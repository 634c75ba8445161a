"""The relay: brings what the outbox names into one index."""

import structlog

from .outbox import Claim, Outbox
from .search import EngineRefused, EngineUnavailable, SearchIndex
from .source import Source

__all__ = ["Relay"]

log = structlog.get_logger()

BATCH = 200  # rows of one claim; an engine takes a batch much faster than its rows one by one
AWAY_PAUSE = 1.0  # seconds until rows are tried again while the engine is away


class Relay:
    """Works off the outbox rows of one index."""

    def __init__(self, index: SearchIndex, outbox: Outbox, source: Source, *, batch: int = BATCH) -> None:
        self.index = index
        self._outbox = outbox
        self._source = source
        self._batch = batch

    async def step(self) -> int:
        """Do one batch; return how many keys are done (not how many were tried).

        Raises EngineUnavailable when the engine is away: the rows are free again and lost no attempt.
        """
        claim = await self._outbox.claim(self.index.name, self._batch)
        if not claim.rows:
            return 0
        async with self._outbox.held(claim):
            return await self._relay(claim)

    async def _relay(self, claim: Claim) -> int:
        keys = sorted(claim.rows)
        try:
            return await self._write(claim, keys)
        except EngineRefused:
            # One of them is poison: alone, each shows what it is.
            return await self._one_by_one(claim, keys)
        except EngineUnavailable as error:
            await self._outbox.release(claim, keys, str(error), AWAY_PAUSE)
            raise

    async def _one_by_one(self, claim: Claim, keys: list[str]) -> int:
        done = 0
        for place, key in enumerate(keys):
            try:
                done += await self._write(claim, [key])
            except EngineRefused as error:
                await self._fail(claim, key, str(error))
            except EngineUnavailable as error:
                # Not one timeout for each of the others.
                await self._outbox.release(claim, keys[place:], str(error), AWAY_PAUSE)
                raise
        return done

    async def _write(self, claim: Claim, keys: list[str]) -> int:
        batch = await self._source.read(keys)
        await self.index.write(batch.documents, batch.gone)
        for key, problem in batch.broken.items():
            await self._fail(claim, key, problem)
        done = [key for key in keys if key not in batch.broken]
        await self._outbox.done(claim, done)
        return len(done)

    async def _fail(self, claim: Claim, key: str, problem: str) -> None:
        log.warning("practice not indexed", index=self.index.name, practice=key, problem=problem[:200])
        await self._outbox.failed(claim, key, problem)

    async def ensure(self) -> bool:
        """Rebuild the index when it is not there, has other settings or missed changes; return whether."""
        current = await self.index.is_current() and not await self._outbox.is_stale(self.index.name)
        return not current and await self.rebuild()

    async def rebuild(self) -> bool:
        """Put all practices into a fresh index and swap; False when another worker is doing it.

        Relays wait meanwhile; what changes is in the outbox and goes into the fresh index. What the engine
        refused goes into the outbox, too: there it is tried some times more, and then parked.
        """
        async with self._outbox.rebuilding(self.index.name) as mine:
            if mine:
                log.info("rebuilding the index", index=self.index.name)
                refused = await self.index.replace(self._source.all())
                for key, problem in refused.items():
                    log.warning("practice not indexed", index=self.index.name, practice=key, problem=problem)
                await self._outbox.again(self.index.name, refused)
            return mine
