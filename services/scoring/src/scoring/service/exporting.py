"""What exports are made of: whole snapshots, and what their figures rest on."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from scoring.domain import Edition, Release
from scoring.domain.questionnaire import Questionnaire
from scoring.domain.releases import Record
from scoring.repository.releases import ReleaseRepository

from .questionnaires import Questionnaires
from .reading import ScoringService, Snapshot, Which

__all__ = ["Asked", "ExportService", "Grounds"]


@dataclass(frozen=True)
class Grounds:
    """A snapshot with what was asked and decided; nothing of both where it was published elsewhere."""

    snapshot: Snapshot
    questionnaire: Questionnaire | None
    records: Sequence[Record]


@dataclass(frozen=True)
class Asked:
    """What an edition asks; it may have no release yet."""

    edition: Edition
    release: Release | None
    questionnaire: Questionnaire | None


class ExportService:
    """Collects what is exported; the sessions are handed in."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        scoring: ScoringService,
        questionnaires: Questionnaires,
    ) -> None:
        self._sessions = sessions
        self._scoring = scoring
        self._questionnaires = questionnaires

    async def grounds(self, regions: Sequence[str], which: Which) -> Grounds:
        """Return the figures of regions (ids or aliases; none: all) and what they rest on.

        Raises UnknownValue, AmbiguousRegion, EditionNotFound, ReleaseMismatch.
        """
        snapshot = await self._scoring.snapshot(regions, which)
        async with self._sessions.begin() as session:
            questionnaire = await self._questionnaires.of(session, snapshot.edition.id)
            records = await ReleaseRepository(session).records(snapshot.release.id)
        asked = [record for record in records if record.region in snapshot.regions]
        return Grounds(snapshot, questionnaire, asked)

    async def asked(self, which: Which) -> Asked:
        """Return what an edition asks, one without a release too; raises what `grounds` raises."""
        if which.edition is not None and which.release is None and which.at is None:
            entries = {entry.edition.id: entry for entry in await self._scoring.editions()}
            if (entry := entries.get(which.edition)) is not None:
                return await self._asked(entry.edition, entry.release)
        snapshot = await self._scoring.snapshot((), which)
        return await self._asked(snapshot.edition, snapshot.release)

    async def _asked(self, edition: Edition, release: Release | None) -> Asked:
        async with self._sessions.begin() as session:
            return Asked(edition, release, await self._questionnaires.of(session, edition.id))
