"""How an assessment is arranged after it was opened: another expert, another deadline, giving it up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from scoring.domain.assessment import Action, Seat, State, check, check_abandonment, check_replacement
from scoring.domain.refusals import ConflictOfRole, InvalidWork
from scoring.repository.arranging import ArrangementRepository
from scoring.repository.writings import LogRepository, WritingRepository

from .steps import Person, Rooms, Step, new_id

__all__ = ["Abandoned", "ArrangementService", "Scheduled", "Seated"]

_WORDS = ("justification", "note", "sources")  # what the log holds hashes of


@dataclass(frozen=True)
class Seated:
    """Who sits at a seat now."""

    assessment: str
    state: State
    seat: Seat
    person: str


@dataclass(frozen=True)
class Scheduled:
    """The deadline there is now."""

    assessment: str
    state: State
    deadline: date | None


@dataclass(frozen=True)
class Abandoned:
    """When an assessment was given up, and the state it was in."""

    assessment: str
    state: State
    at: datetime


class ArrangementService:
    """What reviewers and admins change of an assessment that is under way."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def replace(
        self, person: Person, assessment_id: str, seat: Seat, subject: str, reason: Mapping[str, str]
    ) -> Seated:
        """Give a seat to another expert, who starts anew; whoever sits there already is left there.

        What the one before answered is taken away, and the words of it are emptied.

        Raises AssessmentNotFound, AssessmentAbandoned, ConflictOfRole, InvalidWork for the other expert,
        ExpertSubmitted.
        """
        async with self._rooms.reviewer(person, assessment_id) as step:
            ref = await WritingRepository(step.session).enter(subject, new_id("p"))
            before = step.seats[seat].person
            if ref != before:
                check_replacement(await step.work(), seat)
                await _check_part(step, seat, ref)
                await _take_words(step, seat, before)
                await ArrangementRepository(step.session).reseat(step.id, seat, ref)
                written = await step.write("reason", dict(reason))
                payload = {"from": before, "to": ref, "reason": written.hash}
                await step.log("expert_replaced", payload, seat=seat)
                await step.move(step.record.state)
        return Seated(step.id, step.record.state, seat, ref)

    async def schedule(
        self, person: Person, assessment_id: str, deadline: date | None, reason: Mapping[str, str]
    ) -> Scheduled:
        """Set the deadline, or none; the one there is changes nothing. It is shown, and nothing ends by it.

        Raises AssessmentNotFound, AssessmentAbandoned, ConflictOfRole, WrongState.
        """
        async with self._rooms.reviewer(person, assessment_id) as step:
            before = step.record.deadline
            if deadline != before:
                check(step.record.state, Action.SCHEDULE)
                await ArrangementRepository(step.session).schedule(step.id, deadline)
                written = await step.write("reason", dict(reason))
                payload = {"from": _day(before), "to": _day(deadline), "reason": written.hash}
                await step.log("deadline_set", payload)
                await step.move(step.record.state)
        return Scheduled(step.id, step.record.state, deadline)

    async def abandon(self, person: Person, assessment_id: str, reason: Mapping[str, str]) -> Abandoned:
        """Give up an assessment in which no expert has submitted; one that was given up stays as it is.

        Raises AssessmentNotFound, ConflictOfRole, ExpertSubmitted.
        """
        async with self._rooms.abandoned(person, assessment_id) as step:
            if step.record.abandoned_at is None:
                check_abandonment(await step.work())
                await ArrangementRepository(step.session).abandon(step.id, step.now)
                step.record = replace(step.record, abandoned_at=step.now)
                written = await step.write("reason", dict(reason))
                await step.log("abandoned", {"reason": written.hash})
                await step.move(step.record.state)
        return Abandoned(step.id, step.record.state, step.record.abandoned_at or step.now)


async def _check_part(step: Step, seat: Seat, ref: str) -> None:
    """Raise what opening an assessment with this person would, for its other expert and its reviewers."""
    if any(held.person == ref for other, held in step.seats.items() if other is not seat):
        raise InvalidWork([("#/subject", "same_person", {})])
    # Whoever has been at work on the reviewers' side could have read the log.
    reviewing = ref in (step.actor, step.record.reviewer)
    if reviewing or await LogRepository(step.session).reviewed(step.id, ref):
        raise ConflictOfRole


async def _take_words(step: Step, seat: Seat, person: str) -> None:
    """Empty what a person wrote at a seat, also what was changed since: the log has the hashes of all."""
    logged = await LogRepository(step.session).answered(step.id, seat, person)
    hashes = {entry[name] for entry in logged for name in _WORDS if entry[name]}
    await WritingRepository(step.session).empty(person, hashes)


def _day(deadline: date | None) -> str | None:
    return deadline.isoformat() if deadline else None
