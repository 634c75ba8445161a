"""How far experts agree: of one assessment, of an edition as it is assessed, and of what is published.

Who may see it differs. What is under way is for reviewers; a reviewer who is an expert in some assessment is
not told of that one. What is published is for everybody: the first answers of the assessments that a release
rests on, and of a demonstration the answers that were made up for it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from scoring.domain.agreement import Agreement, FirstAnswers, of_assessment, of_edition, of_indicators
from scoring.domain.alpha import Alpha, Measure, Undefined
from scoring.domain.assessment import Seat
from scoring.domain.editions import Edition, Release
from scoring.domain.errors import UnknownValue
from scoring.domain.questionnaire import Questionnaire
from scoring.domain.releases import Record
from scoring.proof import seed_of
from scoring.repository.assessments import AssessmentFilter, AssessmentRepository
from scoring.repository.first_answers import first_answers
from scoring.repository.releases import ReleaseRepository
from scoring.repository.writings import WritingRepository
from servicekit.text import nearest

from .questionnaires import Questionnaires
from .reading import ScoringService
from .steps import Person, Rooms

__all__ = ["AgreementService", "CaseAgreement", "EditionAgreement"]

KEPT = 16  # results
_NONE = Measure(None, Undefined.NO_PAIRS, 0)
_Found = tuple[Agreement, Mapping[str, Agreement]]


@dataclass(frozen=True)
class CaseAgreement:
    """The agreement of the two experts of one assessment."""

    assessment: str
    submitted: bool
    seed: int
    agreement: Agreement


@dataclass(frozen=True)
class EditionAgreement:
    """The agreement over many assessments: of all indicators together, and of each."""

    edition: Edition
    release: str | None
    assessments: int
    seed: int
    agreement: Agreement
    indicators: Mapping[str, Agreement]


class AgreementService:
    """Works out agreement; what it rests on never changes, so that each result is worked out once."""

    def __init__(self, rooms: Rooms, scoring: ScoringService, questionnaires: Questionnaires) -> None:
        self._rooms = rooms
        self._scoring = scoring
        self._questionnaires = questionnaires
        self._held: dict[tuple[str, ...], _Found] = {}
        self._lock = asyncio.Lock()

    async def case(self, person: Person, assessment_id: str) -> CaseAgreement:
        """Return the agreement in one assessment; no pairs until both experts have submitted.

        Raises AssessmentNotFound, ConflictOfRole.
        """
        async with self._rooms.reviewer(person, assessment_id, lock=False) as step:
            found = (await first_answers(step.session, [step.id])).get(step.id)
        seed, answers = seed_of(step.id), found or FirstAnswers({}, {})
        agreement = await asyncio.to_thread(of_assessment, step.questionnaire, answers, seed=seed)
        return CaseAgreement(step.id, found is not None, seed, agreement)

    async def under_way(self, person: Person, asked: str) -> EditionAgreement:
        """Return the agreement over the assessments of an edition that both experts have submitted.

        Not over those in which the person is an expert. Raises EditionNotFound.
        """
        edition = (await self._scoring.edition(asked)).edition
        async with self._rooms.sessions.begin() as session:
            ref = await WritingRepository(session).person(person.subject)
            wanted = AssessmentFilter(editions=[edition.id], without=ref)
            records, _ = await AssessmentRepository(session).assessments(wanted)
            found = await first_answers(session, [one.id for one in records])
            questionnaire = await self._questionnaires.of(session, edition.id)
        answers = [found[name] for name in sorted(found)]
        key = (edition.id, *sorted(found))
        return await self._edition(edition, None, questionnaire, answers, key)

    async def published(self, asked: str, release: str | None = None) -> EditionAgreement:
        """Return the agreement over what a release of an edition rests on: the current one by default.

        Raises EditionNotFound, and UnknownValue for a release that is none of the edition's.
        """
        entry = await self._scoring.edition(asked)
        edition = entry.edition
        async with self._rooms.sessions.begin() as session:
            chosen = entry.release if release is None else await _release(session, edition.id, release)
            answers = [] if chosen is None else await _answers(session, chosen)
            questionnaire = await self._questionnaires.of(session, edition.id)
        name = None if chosen is None else chosen.id
        return await self._edition(edition, name, questionnaire, answers, (name or "",))

    async def _edition(
        self,
        edition: Edition,
        release: str | None,
        questionnaire: Questionnaire | None,
        answers: Sequence[FirstAnswers],
        key: tuple[str, ...],
    ) -> EditionAgreement:
        seed = seed_of(release or edition.id)
        if (held := self._held.get(key)) is None:
            held = await self._new(questionnaire, answers, seed, key)
        agreement, indicators = held
        return EditionAgreement(edition, release, len(answers), seed, agreement, indicators)

    async def _new(
        self,
        questionnaire: Questionnaire | None,
        answers: Sequence[FirstAnswers],
        seed: int,
        key: tuple[str, ...],
    ) -> _Found:
        # One after the other: whoever asks for the same meanwhile gets what the first has worked out.
        async with self._lock:
            if key not in self._held:
                found = await asyncio.to_thread(_work_out, questionnaire, answers, seed)
                while len(self._held) >= KEPT:
                    self._held.pop(next(iter(self._held)))
                self._held[key] = found
            return self._held[key]


def _work_out(questionnaire: Questionnaire | None, answers: Sequence[FirstAnswers], seed: int) -> _Found:
    if questionnaire is None:  # its figures were published elsewhere, and so are its answers
        return Agreement(_NONE, _NONE, _NONE, Alpha(None, Undefined.NO_PAIRS, 0)), {}
    return of_edition(questionnaire, answers, seed=seed), of_indicators(questionnaire, answers, seed=seed)


async def _release(session: AsyncSession, edition: str, asked: str) -> Release:
    releases = {one.id: one for one in await ReleaseRepository(session).releases(edition)}
    if asked not in releases:
        raise UnknownValue("release", asked, nearest=nearest(asked, releases), allowed=sorted(releases))
    return releases[asked]


async def _answers(session: AsyncSession, release: Release) -> list[FirstAnswers]:
    """Return what both experts answered first of every region of a release."""
    records = await ReleaseRepository(session).records(release.id)
    first = await first_answers(session, [one.assessment for one in records if one.assessment])
    return [first.get(one.assessment or "") or _made_up(one) for one in records]


def _made_up(record: Record) -> FirstAnswers:
    # A demonstration has no assessments: what was made up for it was answered once.
    a, b = (record.answers.get(seat.value, {}) for seat in Seat)
    return FirstAnswers(*({name: one.answer for name, one in given.items()} for given in (a, b)))
