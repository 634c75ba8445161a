"""Strengths and weaknesses of a region, and what is recommended beside its weak cells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from scoring.domain import Edition, Figure, Questionnaire, Reason, Result, UnknownValue
from scoring.domain.recommendations import Recommendation, speaking_to
from scoring.domain.strengths import Standing, Why, standings, weak_cells
from scoring.repository import Repository
from scoring.repository.comparing import ComparingRepository
from servicekit.text import nearest

from .placing import RankTables
from .questionnaires import Questionnaires
from .reading import Which, chosen, region_named, sheet_of

__all__ = ["StandingRow", "StandingService", "StandingsView"]


@dataclass(frozen=True)
class StandingRow:
    """One cell: its figure, where its indicators stand, whether it is weak, and what speaks to it then."""

    figure: Figure
    standing: Standing | None
    weak: Why | None
    recommendations: Sequence[Recommendation]


@dataclass(frozen=True)
class StandingsView:
    """All cells of a region; `reason` says why nothing is counted, where nothing is."""

    region: str
    edition: Edition
    release: str
    reason: Reason | None
    questionnaire: Questionnaire | None
    rows: Sequence[StandingRow]
    as_of: datetime


class StandingService:
    """Answers from the database, and from what is recommended."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        tables: RankTables,
        questionnaires: Questionnaires,
        recommendations: Sequence[Recommendation],
    ) -> None:
        self._sessions = sessions
        self._tables = tables
        self._questionnaires = questionnaires
        self._recommendations = recommendations

    async def standings(self, asked: str, which: Which) -> StandingsView:
        """Return a region's strengths and weaknesses; raises what `ScoringService.scores` raises."""
        async with self._sessions.begin() as session:
            repository = Repository(session)
            region = await region_named(repository, asked)
            edition, release = await chosen(repository, which, region.id)
            results = await repository.results(release.id, region.id)
            tables = await self._tables.of(repository, release.id)
            published = edition.kind == "published"  # elsewhere, and the answers are not held here
            asks = None if published else await self._questionnaires.of(session, edition.id)
            decisions = await ComparingRepository(session).decisions(release.id, region.id) if asks else None
        sheet = sheet_of(edition, release, region.id, results, tables)
        found = standings(asks, decisions) if asks and decisions is not None else {}
        return StandingsView(
            region=region.id,
            edition=edition,
            release=release.id,
            reason=None if found else _why(results),
            questionnaire=asks,
            rows=self._rows(sheet.figures, found),
            as_of=sheet.as_of,
        )

    async def recommendations(self, cells: Sequence[str]) -> list[Recommendation]:
        """Return all recommendations, or those that speak to cells; raises UnknownValue for no known cell."""
        if not cells:
            return list(self._recommendations)
        async with self._sessions.begin() as session:
            editions = await Repository(session).editions()
        known = dict.fromkeys(place.cell for edition in editions for place in edition.places())
        for cell in cells:
            if cell not in known:
                raise UnknownValue("cell", cell, nearest=nearest(cell, known), allowed=list(known))
        return speaking_to(cells, self._recommendations)

    def _rows(self, figures: Iterable[Figure], found: Mapping[str, Standing]) -> list[StandingRow]:
        shown = list(figures)
        weak = weak_cells({one.place.cell: _known(one.result) for one in shown})
        return [
            StandingRow(
                figure,
                found.get(cell),
                weak.get(cell),
                speaking_to([cell], self._recommendations) if cell in weak else (),
            )
            for figure in shown
            for cell in [figure.place.cell]
        ]


def _known(result: Result) -> Fraction | Reason:
    known = result.score if result.score is not None else result.reason
    assert known is not None  # noqa: S101 - a result has a score or a reason
    return known


def _why(results: Mapping[str, Result]) -> Reason:
    # Whoever published the figures counted these; a region that took no part has nothing to count.
    return Reason.NOT_HELD if results else Reason.NOT_ASSESSED
