"""The owners' change feeds, followed: what changed is no longer fresh."""

from collections.abc import Sequence

import structlog

from servicekit.reader import Change

from .reads import Reads

__all__ = ["Purge"]

log = structlog.get_logger()


class Purge:
    """Ends the freshness of what an owner says has changed.

    The position is kept in memory only: a gateway starts at the latest change with an empty cache, and after
    a lost connection it does the same, for then everything held is confirmed anew.
    """

    def __init__(self, owner: str, reads: Reads) -> None:
        self._owner = owner
        self._reads = reads
        self._position: str | None = None

    async def position(self) -> str | None:
        """Return where to go on from; None: from the latest."""
        return self._position

    async def resync(self, position: str) -> None:
        """Begin to follow: whatever was read before may be outdated."""
        self._reads.live(self._owner)
        self._position = position
        log.info("following changes", owner=self._owner)

    async def apply(self, changes: Sequence[Change], position: str) -> None:
        """Purge what the changes name."""
        kinds = {f"{self._owner}/{change.kind}" for change in changes}
        self._reads.purge(kinds | {f"{self._owner}/{change.kind}/{change.key}" for change in changes})
        self._position = position

    def lost(self) -> None:
        """Keep nothing fresh for longer than briefly until changes are heard again."""
        self._reads.cache.lost(self._owner)
        self._position = None
