"""Regions beside each other: rankings, comparisons, and who resembles whom."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from scoring.domain import (
    OVERALL,
    Edition,
    Entry,
    Indicator,
    Region,
    RegionNotFound,
    Release,
    Result,
    Sheet,
    Table,
    UnknownValue,
    rank_table,
)
from scoring.domain.comparisons import Influential, Pair
from scoring.domain.errors import TooFewRegions, TooManyRegions
from scoring.domain.ranks import among
from scoring.domain.similarity import Likeness, profiles, similar
from scoring.repository import RegionFilter, Repository
from scoring.repository.comparing import ComparingRepository
from servicekit.text import nearest

from .placing import RankTables
from .questionnaires import Questionnaires
from .reading import COUNTRY_ALIASES, Which, as_of, chosen, ids_named, region_named, sheet_of

__all__ = ["LEAST", "MOST", "ComparingService", "ComparisonView", "RankingView", "SimilarView"]

LEAST, MOST = 2, 30  # regions beside each other


@dataclass(frozen=True)
class RankingView:
    """The ranking of one cell, of all or within some countries.

    `pairs`: whose order is not distinguishable; None where nothing was simulated. `influential` names what
    places among all hang on, with its indicators; None also within countries, for it says nothing of them.
    """

    edition: Edition
    release: str
    cell: str
    within: Sequence[str]
    table: Table
    results: Mapping[str, Result]
    regions: Mapping[str, Region]
    pairs: Sequence[Pair] | None
    influential: Sequence[tuple[Influential, Indicator | None]] | None
    as_of: datetime


@dataclass(frozen=True)
class ComparisonView:
    """Regions side by side, in the order asked for; `pairs` by cell, None where nothing was simulated."""

    edition: Edition
    release: str
    regions: Sequence[Region]
    sheets: Sequence[Sheet]
    pairs: Mapping[str, Sequence[Pair]] | None
    as_of: datetime


@dataclass(frozen=True)
class SimilarView:
    """Which regions a region resembles; `cells` are those that are compared, with each profile's scores."""

    edition: Edition
    release: str
    region: str
    cells: Sequence[str]
    likeness: Likeness
    names: Mapping[str, Region]
    held: Mapping[str, Mapping[str, object]]
    as_of: datetime


class ComparingService:
    """Answers from the database: each method is one read in one transaction."""

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], tables: RankTables, questionnaires: Questionnaires
    ) -> None:
        self._sessions = sessions
        self._tables = tables
        self._questionnaires = questionnaires

    async def ranking(self, cell: str, which: Which, countries: Sequence[str] = ()) -> RankingView:
        """Return the ranking of a cell; raises UnknownValue, EditionNotFound, ReleaseMismatch.

        Within countries all places are worked out anew, on exact scores.
        """
        async with self._sessions.begin() as session:
            repository = Repository(session)
            edition, release = await chosen(repository, which, None)
            if cell not in (known := [place.cell for place in edition.places()]):
                raise UnknownValue("cell", cell, nearest=nearest(cell, known), allowed=known)
            results = await repository.results_of_cell(release.id, cell)
            regions, _ = await repository.regions(RegionFilter(ids=results))
            if countries:
                table = _within(countries, regions, results)
            else:
                table = (await self._tables.of(repository, release.id)).get(cell) or rank_table([])
            pairs, influential = await self._simulated(session, edition, release, cell)
        if pairs is not None:
            pairs = [pair for pair in pairs if table.ranked.keys() >= set(pair)]
        return RankingView(
            edition=edition,
            release=release.id,
            cell=cell,
            within=countries,
            table=table,
            results=results,
            regions={one.id: one for one in regions},
            pairs=pairs,
            influential=None if countries else influential,
            as_of=as_of(edition, release),
        )

    async def compare(self, asked: Sequence[str], which: Which) -> ComparisonView:
        """Return regions (ids or aliases) side by side, each once, in the order asked for.

        Raises TooFewRegions, TooManyRegions, UnknownValue, AmbiguousRegion, EditionNotFound, ReleaseMismatch.
        """
        async with self._sessions.begin() as session:
            repository = Repository(session)
            regions = await _in_order(repository, asked)
            edition, release = await chosen(repository, which, None)
            results = await repository.results_of_release(release.id, [one.id for one in regions])
            tables = await self._tables.of(repository, release.id)
            pairs = None
            if edition.kind != "published":
                pairs = await ComparingRepository(session).pairs(release.id, [one.id for one in regions])
        return ComparisonView(
            edition=edition,
            release=release.id,
            regions=regions,
            sheets=[sheet_of(edition, release, one.id, results.get(one.id, {}), tables) for one in regions],
            pairs=pairs or None,
            as_of=as_of(edition, release),
        )

    async def similar(self, asked: str, which: Which) -> SimilarView:
        """Return which regions a region resembles; raises what `ScoringService.scores` raises."""
        async with self._sessions.begin() as session:
            repository = Repository(session)
            region = await region_named(repository, asked)
            edition, release = await chosen(repository, which, region.id)
            held = profiles(await repository.entries(release.id))
            names, _ = await repository.regions(RegionFilter(ids=held))
        cells = [place.cell for place in edition.places() if place.cell != OVERALL]
        # Of 300 regions it takes a tenth of a second, during which other requests are answered.
        likeness = await asyncio.to_thread(similar, region.id, held, cells)
        return SimilarView(
            edition=edition,
            release=release.id,
            region=region.id,
            cells=cells,
            likeness=likeness,
            names={one.id: one for one in names},
            held=held,
            as_of=as_of(edition, release),
        )

    async def _simulated(
        self, session: AsyncSession, edition: Edition, release: Release, cell: str
    ) -> tuple[list[Pair] | None, list[tuple[Influential, Indicator | None]] | None]:
        # What was published elsewhere was not simulated here: there is nothing to look for.
        found = None
        if edition.kind != "published":
            found = await ComparingRepository(session).simulated(release.id, cell)
        if found is None:
            return None, None
        asks = await self._questionnaires.of(session, edition.id)
        pairs, influential = found
        return pairs, [(one, asks.indicator(one.indicator) if asks else None) for one in influential]


def _within(countries: Sequence[str], regions: Sequence[Region], results: Mapping[str, Result]) -> Table:
    codes = {COUNTRY_ALIASES.get(code, code) for code in countries}
    entries = (Entry(region, one.score, one.reason) for region, one in results.items())
    return rank_table(among({one.id for one in regions if one.country in codes}, entries))


async def _in_order(repository: Repository, asked: Sequence[str]) -> list[Region]:
    """Return the regions that are named, each once; raises what `compare` raises."""
    try:
        ids = list(dict.fromkeys(await ids_named(repository, asked)))
    except RegionNotFound as error:
        raise UnknownValue("region", error.asked, nearest=error.nearest) from error
    if len(ids) < LEAST:
        raise TooFewRegions(LEAST, len(ids))
    if len(ids) > MOST:
        raise TooManyRegions(MOST, len(ids))
    found = {one.id: one for one in (await repository.regions(RegionFilter(ids=ids)))[0]}
    return [found[region] for region in ids]
