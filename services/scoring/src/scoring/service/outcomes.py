"""Outcome statistics: what is held of the regions, series by series."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from scoring.domain import EXPECTED, Region, Statistic, Territory, complete
from scoring.domain.statistics import protected
from scoring.repository import Repository
from scoring.repository.statistics import Held, StatisticFilter, StatisticRepository

from .reading import regions_named

__all__ = ["OutcomeService", "Outcomes"]


@dataclass(frozen=True)
class Outcomes:
    """One page of statistics, how many there are in all, and when any of them last changed."""

    items: Sequence[Statistic]
    total: int
    as_of: datetime | None


class OutcomeService:
    """Answers from the database; counts of fewer people than `small_cell` are never shown."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], small_cell: int) -> None:
        self._sessions = sessions
        self._small_cell = small_cell

    async def outcomes(
        self, regions: Sequence[str], wanted: StatisticFilter, offset: int = 0, limit: int | None = None
    ) -> Outcomes:
        """Return the statistics of regions (ids or aliases; none: all).

        Raises UnknownValue for an unknown region, AmbiguousRegion for a name that two share.
        """
        async with self._sessions.begin() as session:
            repository = StatisticRepository(session)
            found = await regions_named(Repository(session), regions)
            held = await repository.held([region.id for region in found], wanted)
            window, skipped, total = _window(found, held, wanted, offset, limit)
            figures = await repository.figures([region.id for region in window], wanted)
        of_region: dict[str, list[Statistic]] = {}
        for one in figures:
            of_region.setdefault(one.region, []).append(protected(one, self._small_cell))
        whole = [
            one
            for region in window
            for one in complete(region.id, _territory(region), of_region.get(region.id, ()), wanted.keys)
        ]
        start = offset - skipped
        items = whole[start:] if limit is None else whole[start : start + limit]
        moments = [*(one.changed_at for one in held.values()), *(region.changed_at for region in found)]
        return Outcomes(items, total, max(moments, default=None))


def _window(
    regions: Sequence[Region],
    held: Mapping[str, Held],
    wanted: StatisticFilter,
    offset: int,
    limit: int | None,
) -> tuple[list[Region], int, int]:
    """Return the regions that a page touches, how many items stand before them, and how many in all.

    Series over many years are long: only those of the page are read.
    """
    expected = sum(not wanted.keys or key in wanted.keys for key, _, _ in EXPECTED)
    end = None if limit is None else offset + limit
    window: list[Region] = []
    total = skipped = 0
    for region in regions:
        own = held.get(region.id)
        size = own.figures + expected - own.expected if own else expected
        if total + size <= offset:
            skipped += size
        elif end is None or total < end:
            window.append(region)
        total += size
    return window, skipped, total


def _territory(region: Region) -> Territory | None:
    code = region.exact_code
    return Territory(code.scheme, code.version, code.code) if code else None
