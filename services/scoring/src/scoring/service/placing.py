"""The rankings of releases, each worked out once: a release never changes."""

from scoring.domain import Table, rank_table
from scoring.repository import Repository

__all__ = ["RankTables"]

KEPT = 16  # releases


class RankTables:
    """Keeps the rankings of the last few releases, cell by cell."""

    def __init__(self) -> None:
        self._held: dict[str, dict[str, Table]] = {}

    async def of(self, repository: Repository, release: str) -> dict[str, Table]:
        """Return the ranking of every cell of a release."""
        if release not in self._held:
            if len(self._held) >= KEPT:
                self._held.pop(next(iter(self._held)))
            entries = await repository.entries(release)
            self._held[release] = {cell: rank_table(rows) for cell, rows in entries.items()}
        return self._held[release]
