"""SQL of scoring: rows in, domain values out; never commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from scoring import tables
from scoring.domain import Code, Edition, Entry, Participation, Reason, Region, Release, Result

from .editions import edition_of, editions_query
from .results import reasons_of, result_of, score_of

__all__ = ["RegionFilter", "Repository"]

_R = tables.region.c
# Not the manifest, and not what was simulated: these are long.
_RELEASE = tables.release.c["id", "edition_id", "sequence", "issued", "loaded_at"]
_FIELDS = (
    "id", "name", "own_names", "country", "point", "regin_pilot", "mipex_r", "network", "assessed_body",
    "websites",    "responsible_body", "competences", "policy_context", "notes", "changed_at",
)  # fmt: skip


@dataclass(frozen=True)
class RegionFilter:
    """Which regions are asked for: OR within a field, AND across; `words` is a folded part of a name."""

    ids: Collection[str] | None = None
    countries: Sequence[str] = ()
    mipex_r: bool | None = None
    words: str | None = None

    def clauses(self) -> list[ColumnElement[bool]]:
        """Return the filter in SQL."""
        found: list[ColumnElement[bool]] = []
        if self.ids is not None:
            found.append(_R.id.in_(self.ids))
        if self.countries:
            found.append(_R.country.in_(self.countries))
        if self.mipex_r is not None:
            found.append(_R.mipex_r.is_(self.mipex_r))
        if self.words is not None:
            alias = tables.region_alias.c
            named = exists().where(
                alias.region_id == _R.id, alias.folded.contains(self.words, autoescape=True)
            )
            found.append(named if self.words else literal(value=False))
        return found


class Repository:
    """Reads through one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    # Regions

    async def region(self, region_id: str) -> Region | None:
        """Return the region with this id."""
        row = (await self._session.execute(_regions().where(_R.id == region_id))).mappings().one_or_none()
        return _region(row) if row else None

    async def regions(
        self, wanted: RegionFilter, offset: int = 0, limit: int | None = None
    ) -> tuple[list[Region], int]:
        """Return one page of the regions asked for, by id, and how many there are in all."""
        clauses = wanted.clauses()
        page = _regions().where(*clauses).order_by(_R.id).offset(offset).limit(limit)
        found = [_region(row) for row in (await self._session.execute(page)).mappings()]
        if limit is None:
            return found, len(found)
        total = await self._session.scalar(select(func.count()).select_from(tables.region).where(*clauses))
        return found, int(total or 0)

    async def region_ids(self) -> list[str]:
        """Return the ids of all regions."""
        return list(await self._session.scalars(select(_R.id).order_by(_R.id)))

    async def named(self, folded: Collection[str]) -> dict[str, list[str]]:
        """Return the regions that these folded names lead to."""
        alias = tables.region_alias.c
        rows = await self._session.execute(
            select(alias.folded, alias.region_id).where(alias.folded.in_(folded)).order_by(alias.region_id)
        )
        found: dict[str, list[str]] = {}
        for word, region in rows:
            found.setdefault(word, []).append(region)
        return found

    async def spellings(self) -> dict[str, str]:
        """Return every folded name with a region it leads to."""
        alias = tables.region_alias.c
        rows = await self._session.execute(select(alias.folded, alias.region_id).order_by(alias.folded))
        return {row.folded: row.region_id for row in rows}

    async def aliases_of(self, region: str) -> list[str]:
        """Return the folded names of one region."""
        alias = tables.region_alias.c
        names = select(alias.folded).where(alias.region_id == region).order_by(alias.folded)
        return list(await self._session.scalars(names))

    # Editions and releases

    async def editions(self) -> list[Edition]:
        """Return all editions, by id."""
        rows = await self._session.execute(editions_query())
        return [edition_of(row) for row in rows.mappings()]

    async def participations(
        self, region: str | None = None, until: datetime | None = None
    ) -> list[Participation]:
        """Return the current release of every edition, and whether the region takes part in it.

        `until`: as of that moment. A release that is withdrawn is never the current one.
        """
        release, edition, part = tables.release.c, tables.edition.c, tables.release_region.c
        gone = tables.release_withdrawal.c
        takes_part = exists().where(part.release_id == release.id, part.region_id == region)
        withdrawn = exists().where(gone.release_id == release.id)
        newest = func.max(release.sequence).over(partition_by=release.edition_id)
        first = func.min(release.issued).over(partition_by=release.edition_id)
        query = (
            select(*_RELEASE, edition.kind, newest.label("newest"), first.label("first"))
            .add_columns(takes_part.label("takes_part"))
            .join(tables.edition, edition.id == release.edition_id)
            .order_by(release.edition_id)
        )
        if until is None:
            query = query.where(~withdrawn)
        else:
            query = query.where(release.loaded_at <= until, ~withdrawn.where(gone.withdrawn_at <= until))
        return [
            Participation(_release(row), row["kind"], row["first"], takes_part=row["takes_part"])
            for row in (await self._session.execute(query)).mappings()
            if row["sequence"] == row["newest"]
        ]

    async def first_published(self, edition: str | None) -> datetime | None:
        """Return when the first release of an edition, or of any, was published here."""
        query = select(func.min(tables.release.c.loaded_at))
        if edition is not None:
            query = query.where(tables.release.c.edition_id == edition)
        found: datetime | None = await self._session.scalar(query)
        return found

    async def releases(self) -> dict[str, Release]:
        """Return all releases by id."""
        rows = await self._session.execute(select(*_RELEASE).order_by(tables.release.c.id))
        return {row["id"]: _release(row) for row in rows.mappings()}

    # Results

    async def results(self, release: str, region: str) -> dict[str, Result]:
        """Return what a release holds of a region, by cell; nothing when the region took no part."""
        r = tables.result.c
        return await self._results("cell", r.release_id == release, r.region_id == region)

    async def results_of_cell(self, release: str, cell: str) -> dict[str, Result]:
        """Return what a release holds of a cell, by region."""
        r = tables.result.c
        return await self._results("region_id", r.release_id == release, r.cell == cell)

    async def results_of_release(
        self, release: str, regions: Collection[str] | None = None
    ) -> dict[str, dict[str, Result]]:
        """Return what a release holds of some regions, or of all who take part in it, by region and cell."""
        r = tables.result.c
        query = select(tables.result).where(r.release_id == release).order_by(r.region_id)
        if regions is not None:
            query = query.where(r.region_id.in_(regions))
        rows = (await self._session.execute(query)).mappings().all()
        reasons = await reasons_of(self._session, rows)
        found: dict[str, dict[str, Result]] = {}
        for row in rows:
            found.setdefault(row["region_id"], {})[row["cell"]] = result_of(row, reasons)
        return found

    async def _results(self, key: str, *where: ColumnElement[bool]) -> dict[str, Result]:
        rows = (await self._session.execute(select(tables.result).where(*where))).mappings().all()
        reasons = await reasons_of(self._session, rows)
        return {row[key]: result_of(row, reasons) for row in rows}

    async def entries(self, release: str) -> dict[str, list[Entry]]:
        """Return who takes part in the ranking of each cell."""
        r = tables.result.c
        rows = await self._session.execute(
            select(r.cell, r.region_id, r.exact, r.score, r.reason, r.stated_rank).where(
                r.release_id == release
            )
        )
        found: dict[str, list[Entry]] = {}
        for name, region, exact, score, reason, stated in rows:
            known = score_of(exact, score)
            entry = Entry(region, known, None if reason is None else Reason(reason), stated)
            found.setdefault(name, []).append(entry)
        return found


def _regions() -> Select[Any]:
    code = tables.region_code.c
    document = func.jsonb_build_object(
        "scheme",
        code.scheme,
        "version",
        code.version,
        "code",
        code.code,
        "level",
        code.level,
        "match",
        code.match,
    )
    in_order = func.jsonb_agg(aggregate_order_by(document, code.position))
    codes = select(func.coalesce(in_order, func.jsonb_build_array())).where(code.region_id == _R.id)
    return select(*(_R[name] for name in _FIELDS), codes.scalar_subquery().label("codes"))


def _region(row: Mapping[Any, Any]) -> Region:
    codes = tuple(Code(**code) for code in row["codes"])
    return Region(**{name: row[name] for name in _FIELDS}, codes=codes)


def _release(row: Mapping[Any, Any]) -> Release:
    return Release(row["id"], row["edition_id"], row["sequence"], row["issued"], row["loaded_at"])
