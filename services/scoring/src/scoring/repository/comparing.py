"""SQL of comparisons: what a release's simulation says of regions, and what was decided of one."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import String, cast, column, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from scoring import tables
from scoring.domain.comparisons import Influential, Pair
from scoring.domain.questionnaire import Answer
from scoring.domain.releases import answer_from

__all__ = ["ComparingRepository"]

_R, _RECORD = tables.release.c, tables.release_record.c


class ComparingRepository:
    """Reads through one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def pairs(self, release: str, among: Collection[str]) -> dict[str, list[Pair]]:
        """Return, by cell, the pairs of these regions whose order is not distinguishable.

        A release for which nothing was simulated has no cells. The pairs are picked where they are kept: of
        300 regions there are tens of thousands in a cell.
        """
        cell = func.jsonb_each(_R.uncertainty["indistinguishable"]).table_valued(
            "key", column("value", JSONB)
        )
        pair = func.jsonb_array_elements(cell.c.value).table_valued(column("value", JSONB), name="pair")
        names = cast(list(among), ARRAY(String))
        inside = [pair.c.value[place].astext == func.any(names) for place in (0, 1)]
        chosen = (
            select(func.coalesce(func.jsonb_agg(pair.c.value), literal([], JSONB)))
            .select_from(pair)
            .where(*inside)
            .scalar_subquery()
        )
        query = select(cell.c.key, chosen).select_from(tables.release).join(cell, true())
        rows = await self._session.execute(query.where(_R.id == release, _R.uncertainty.is_not(None)))
        return {key: [(one, other) for one, other in found] for key, found in rows}

    async def simulated(self, release: str, cell: str) -> tuple[list[Pair], list[Influential]] | None:
        """Return the pairs not told apart and the influential indicators of a cell; None: not simulated."""
        parts = (_R.uncertainty[name][cell] for name in ("indistinguishable", "influential"))
        query = select(*parts).where(_R.id == release, _R.uncertainty.is_not(None))
        row = (await self._session.execute(query)).one_or_none()
        if row is None:
            return None
        pairs, influential = row
        return [(one, other) for one, other in pairs or ()], [Influential(**one) for one in influential or ()]

    async def decisions(self, release: str, region: str) -> dict[str, Answer] | None:
        """Return what a release says was decided of a region; None where it keeps no decisions of it."""
        where = _RECORD.release_id == release, _RECORD.region_id == region
        held: Mapping[str, Any] | None = await self._session.scalar(select(_RECORD.decisions).where(*where))
        return None if held is None else {name: answer_from(one) for name, one in held.items()}
