"""What experts do: look at their own work, answer one by one or many at once, submit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from scoring.domain.assessment import (
    Desk,
    State,
    Work,
    after_submission,
    check_submission,
    shown_to_expert,
    without_competence,
)
from scoring.domain.questionnaire import Questionnaire, Status
from scoring.domain.records import AnswerContent, AnswerRecord, AssessmentRecord, QuestionRecord, SeatRecord
from scoring.repository.assessments import AssessmentFilter, AssessmentRepository
from scoring.repository.regions import RegionRepository
from scoring.repository.writings import WritingRepository

from .answering import save_all
from .steps import Person, Rooms

__all__ = ["AssessmentService", "Brief", "Desktop", "Saved", "Submitted", "open_answers"]


@dataclass(frozen=True)
class Brief:
    """One expert's own assessment as a list has it; the state is the one that the expert is shown."""

    record: AssessmentRecord
    state: State
    seat: SeatRecord
    answered: int
    of: int


@dataclass(frozen=True)
class Desktop:
    """One expert's own work in one assessment, and nothing of anybody else's."""

    brief: Brief
    indicators: Sequence[str]
    answers: Mapping[str, AnswerRecord]
    questions: Sequence[QuestionRecord]
    suggested: Mapping[str, Status]
    open_answers: Sequence[str]


@dataclass(frozen=True)
class Saved:
    """An answer as it is held now."""

    assessment: str
    state: State
    answer: AnswerRecord
    answered: int
    of: int


@dataclass(frozen=True)
class Submitted:
    """The state after a submission, as the expert sees it."""

    assessment: str
    state: State


class AssessmentService:
    """The experts' side of assessments."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def mine(self, person: Person) -> list[Brief]:
        """Return the assessments in which a person has a seat, in short, the newest first."""
        async with self._rooms.sessions.begin() as session:
            ref = await WritingRepository(session).person(person.subject)
            if ref is None:
                return []
            wanted = AssessmentFilter(seated=ref, regions=sorted(person.regions) or None)
            repository = AssessmentRepository(session)
            found, _ = await repository.assessments(wanted)
            ids = [one.id for one in found]
            seats, answered = await repository.seats(ids), await repository.answered(ids)
            asked = await repository.open_questions(ids)
            asks = {
                edition: len((await self._rooms.questionnaire(session, edition)).indicators)
                for edition in {one.edition for one in found}
            }
        held = [(one, next(s for s in seats[one.id].values() if s.person == ref)) for one in found]
        return [
            Brief(
                one,
                shown_to_expert(one.state, Desk(asked=asked.get((one.id, seat.seat), frozenset()))),
                seat,
                len(answered.get((one.id, seat.seat), ())),
                asks[one.edition],
            )
            for one, seat in held
        ]

    async def own(self, person: Person, assessment_id: str) -> Desktop:
        """Return an expert's own work; raises AssessmentNotFound, OtherRegion."""
        async with self._rooms.expert(person, assessment_id, lock=False) as step:
            assert step.seat is not None  # noqa: S101 - the room lets nobody else in
            work = await step.work()
            answers = await step.assessments.answers(step.id, step.seat)
            questions = await step.assessments.questions(step.id, step.seat)
            suggested = await _suggested(step.session, step.record.region, step.questionnaire)
        desk = work.desks[step.seat]
        state = shown_to_expert(work.state, desk)
        return Desktop(
            Brief(step.record, state, step.seats[step.seat], len(answers), len(work.indicators)),
            work.indicators,
            {one.indicator: one for one in answers},
            questions,
            suggested,
            open_answers(work, desk),
        )

    async def save_answer(
        self, person: Person, assessment_id: str, indicator: str, content: AnswerContent,
        if_match: str | None = None,
    ) -> Saved:  # fmt: skip
        """Keep an answer; the same one again changes nothing, and answers a question about it all the same.

        Raises AssessmentNotFound, OtherRegion, InvalidWork, AnswerClosed, Outdated with the etag held.
        """
        async with self._rooms.expert(person, assessment_id) as step:
            held = await save_all(step, {indicator: content}, {indicator: if_match}, dry_run=False)
            assert step.seat is not None  # noqa: S101 - the room lets nobody else in
            work = await step.work()
            desk = work.desks[step.seat]
            state = shown_to_expert(step.record.state, desk)
            return Saved(step.id, state, held[indicator][1], len(desk.answered), len(work.indicators))

    async def submit(self, person: Person, assessment_id: str) -> Submitted:
        """Submit all answers; doing it twice is doing it once.

        Raises AssessmentNotFound, OtherRegion, WrongState, AnswersMissing with those not answered.
        """
        async with self._rooms.expert(person, assessment_id) as step:
            seat = step.seat
            assert seat is not None  # noqa: S101 - the room lets nobody else in
            work = await step.work()
            desk = work.desks[seat]
            if not desk.submitted:
                check_submission(work, seat)
                await step.assessments.submit(step.id, seat, step.now)
                await step.log("submitted", {"answers": len(desk.answered)}, seat=seat)
                desk = replace(desk, submitted=True)
                await step.move(after_submission(replace(work, desks={**work.desks, seat: desk})))
        return Submitted(step.id, shown_to_expert(step.record.state, desk))


def open_answers(work: Work, desk: Desk) -> list[str]:
    """Return the indicators whose answers the expert may change now."""
    if work.state is State.ANSWERING and not desk.submitted:
        return list(work.indicators)
    return sorted(desk.asked) if work.state is State.CLARIFICATION else []


async def _suggested(session: AsyncSession, region: str, questionnaire: Questionnaire) -> dict[str, Status]:
    regions = RegionRepository(session)
    areas, spoken_of = await regions.competences(region), await regions.areas_spoken_of()
    codes = {
        key.key: [match["code"] for match in key.matches] for axis in questionnaire.axes for key in axis.keys
    }
    found = {one.id: without_competence(one, codes, areas, spoken_of) for one in questionnaire.indicators}
    return {indicator: status for indicator, status in found.items() if status is not None}
