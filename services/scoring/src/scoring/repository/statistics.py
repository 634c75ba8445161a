"""SQL of outcome statistics: rows in, domain values out; never commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, distinct, func, insert, literal, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from scoring import tables
from scoring.domain import EXPECTED, Code, Group, Reason, Statistic, Territory

__all__ = ["Held", "StatisticFilter", "StatisticRepository"]

_S = tables.statistic.c
CHUNK = 1_000  # rows in a statement, which takes 32,767 values
_SERIES = (_S.region_id, _S.key, _S.citizenship, _S.sex, _S.age)


Row = dict[str, Any]


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

    async def places(self) -> tuple[dict[str, list[str]], dict[str, list[Code]]]:
        """Return the folded names of all regions with the ids they lead to, and every region's codes."""
        alias, code = tables.region_alias.c, tables.region_code.c
        names: dict[str, list[str]] = {}
        for row in await self._session.execute(
            select(alias.folded, alias.region_id).order_by(alias.region_id)
        ):
            names.setdefault(row.folded, []).append(row.region_id)
        codes: dict[str, list[Code]] = {}
        ordered = select(tables.region_code).order_by(code.region_id, code.position)
        for row in await self._session.execute(ordered):
            one = Code(row.scheme, row.version, row.code, row.level, row.match)
            codes.setdefault(row.region_id, []).append(one)
        return names, codes

    async def rows(self, regions: Collection[str], keys: Collection[str]) -> dict[tuple[Any, ...], Row]:
        """Return the rows of some regions and keys, by series and period."""
        query = select(tables.statistic).where(_S.region_id.in_(regions), _S.key.in_(keys))
        found = (await self._session.execute(query)).mappings()
        return {tuple(row[column.name] for column in (*_SERIES, _S.period)): dict(row) for row in found}

    async def enter(self, record: Row, rows: Sequence[Row], now: datetime) -> None:
        """Write an import and its figures; from now on no file changes them."""
        await self._session.execute(insert(tables.statistic_import).values(at=now, **record))
        marks = {"import_id": record["id"], "loaded_hash": None, "changed_at": now}
        for start in range(0, len(rows), CHUNK):
            statement = upsert(tables.statistic).values([row | marks for row in rows[start : start + CHUNK]])
            # A figure that is corrected stays where it stands.
            kept = {"id", "position", *(column.name for column in (*_SERIES, _S.period))}
            changes = {name: statement.excluded[name] for name in (*rows[0], *marks) if name not in kept}
            await self._session.execute(
                statement.on_conflict_do_update(constraint="uq_statistic_series", set_=changes)
            )

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
