"""SQL of outcome statistics: rows in, domain values out; never commits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, distinct, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from scoring import tables
from scoring.domain import EXPECTED, Group, Reason, Statistic, Territory

__all__ = ["Held", "StatisticFilter", "StatisticRepository"]

_S = tables.statistic.c
_SERIES = (_S.region_id, _S.key, _S.citizenship, _S.sex, _S.age)


@dataclass(frozen=True)
class StatisticFilter:
    """Which figures: keys (none: all), the periods that overlap a span, of each series only the newest."""

    keys: Collection[str] = ()
    period_from: str | None = None
    period_to: str | None = None
    latest: bool = False

    def clauses(self) -> list[ColumnElement[bool]]:
        """Return the filter in SQL, without `latest`."""
        found: list[ColumnElement[bool]] = []
        if self.keys:
            found.append(_S.key.in_(self.keys))
        # Periods are years, months or days: 2020 overlaps 2020-06, so only what both have is compared.
        if self.period_from is not None:
            found.append(func.left(literal(self.period_from), func.length(_S.period)) <= _S.period)
        if self.period_to is not None:
            found.append(func.left(_S.period, len(self.period_to)) <= self.period_to)
        return found


@dataclass(frozen=True)
class Held:
    """How much is held of a region: figures, and how many of the expected series have one."""

    figures: int
    expected: int
    changed_at: datetime


class StatisticRepository:
    """Reads and writes statistics through one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def held(self, regions: Collection[str], wanted: StatisticFilter) -> dict[str, Held]:
        """Return how much there is of each region; one of which nothing is held is not there."""
        series = tuple_(_S.key, _S.citizenship, _S.sex, _S.age)
        expected = series.in_([(key, g.citizenship, g.sex, g.age) for key, g, _ in EXPECTED])
        figures = func.count(distinct(series)) if wanted.latest else func.count()
        rows = await self._session.execute(
            select(_S.region_id, figures, func.count(distinct(series)).filter(expected))
            .add_columns(func.max(_S.changed_at))
            .where(_S.region_id.in_(regions), *wanted.clauses())
            .group_by(_S.region_id)
        )
        return {region: Held(*rest) for region, *rest in rows}

    async def figures(self, regions: Collection[str], wanted: StatisticFilter) -> list[Statistic]:
        """Return the figures of these regions, in the order of their files."""
        query = select(tables.statistic).where(_S.region_id.in_(regions), *wanted.clauses())
        if wanted.latest:
            newest = query.ext(distinct_on(*_SERIES)).order_by(
                *_SERIES, _S.value.is_(None), _S.period.desc().nulls_last()
            )
            query = select(newest.subquery())
        found = query.selected_columns
        rows = await self._session.execute(query.order_by(found.region_id, found.position, found.id))
        return [_statistic(row) for row in rows.mappings()]


def _statistic(row: Mapping[Any, Any]) -> Statistic:
    names = ("key", "value", "unit", "period", "flags", "confidence", "sources", "notes", "changed_at")
    return Statistic(
        region=row["region_id"],
        group=Group(row["citizenship"], row["sex"], row["age"]),
        reason=None if row["reason"] is None else Reason(row["reason"]),
        territory=Territory(row["scheme"], row["version"], row["code"]),
        **{name: row[name] for name in names},
    )
