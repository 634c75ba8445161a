"""What reviewers do: open an assessment, compare, ask, decide, take it further."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date

from scoring.domain.assessment import Action, Seat, State, after_decision, check, check_move, fits
from scoring.domain.errors import UnknownValue
from scoring.domain.questionnaire import Answer
from scoring.domain.records import AssessmentRecord, DecisionRecord, QuestionRecord, etag
from scoring.domain.refusals import (
    AssessmentOpen,
    ConflictOfRole,
    DecidedByOther,
    InvalidWork,
    NotAssessable,
    Outdated,
)
from scoring.repository import Repository
from scoring.repository.assessments import AssessmentFilter, AssessmentRepository
from scoring.repository.editions import EditionRepository
from scoring.repository.regions import RegionRepository
from scoring.repository.writings import LogRepository, WritingRepository
from servicekit.text import nearest

from .answering import holds
from .cases import Case, Log, Overview, case_of, log_of, overviews
from .reading import regions_named
from .steps import Person, Publish, Rooms, Step, new_id

__all__ = ["Decided", "Moved", "Opening", "ReviewService"]


@dataclass(frozen=True)
class Opening:
    """An assessment to be opened: its two experts sit at `a` and `b` in this order."""

    region: str
    edition: str
    experts: tuple[str, str]
    deadline: date | None = None


@dataclass(frozen=True)
class Moved:
    """An assessment and the state it is in now."""

    assessment: str
    state: State
    release: str | None = None
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decided:
    """A decision as it is held now."""

    assessment: str
    state: State
    decision: DecisionRecord
    decided: int
    of: int


class ReviewService:
    """The reviewers' side of assessments; how a release is made is handed in."""

    def __init__(self, rooms: Rooms, publish: Publish) -> None:
        self._rooms = rooms
        self._publish = publish
        # Publications follow each other, and take seconds: who waits must not hold a connection meanwhile.
        self._publishing = asyncio.Lock()

    async def open(self, person: Person, opening: Opening) -> Moved:
        """Open an assessment; raises InvalidWork, ConflictOfRole, NotAssessable, AssessmentOpen."""
        if person.subject in opening.experts:
            raise ConflictOfRole
        async with self._rooms.sessions.begin() as session:
            if not await RegionRepository(session).has(opening.region):
                raise InvalidWork([("#/region", "unknown_value", {})])
            writings, assessments = WritingRepository(session), AssessmentRepository(session)
            known = await EditionRepository(session).ids()
            if opening.edition not in known:
                hint = {"nearest": nearest(opening.edition, known)}
                raise InvalidWork([("#/edition", "unknown_value", hint)])
            questionnaire = await self._rooms.questionnaires.of(session, opening.edition)
            if questionnaire is None:
                raise NotAssessable(opening.edition)
            everybody = (person.subject, *opening.experts)
            refs = await writings.enter_all({subject: new_id("p") for subject in everybody})
            now = self._rooms.now()
            record = AssessmentRecord(
                new_id("as"), opening.region, opening.edition, State.ANSWERING, opening.deadline,
                refs[person.subject], 1, None, now, now,
            )  # fmt: skip
            seats = {seat: refs[subject] for seat, subject in zip(Seat, opening.experts, strict=True)}
            if not await assessments.create(record, seats):
                held = await assessments.open_one(opening.region, opening.edition)
                raise AssessmentOpen(held or "")
            held_seats = (await assessments.seats([record.id]))[record.id]
            step = Step(session, assessments, record, held_seats, questionnaire, record.reviewer, now)
            people = {seat.value: ref for seat, ref in seats.items()}
            deadline = opening.deadline.isoformat() if opening.deadline else None
            about = {"region": record.region, "edition": record.edition, "deadline": deadline}
            await step.log("opened", {**about, **people})
        return Moved(record.id, record.state)

    # Looking

    async def assessments(
        self, person: Person, wanted: AssessmentFilter, offset: int, limit: int
    ) -> tuple[list[Overview], int]:
        """Return one page of the assessments but those in which the person is an expert, and their number.

        Raises UnknownValue for a region or an edition there is not, AmbiguousRegion.
        """
        async with self._rooms.sessions.begin() as session:
            ref = await WritingRepository(session).person(person.subject)
            repository = AssessmentRepository(session)
            _check_known("edition", wanted.editions, await EditionRepository(session).ids())
            regions = None
            if wanted.regions:
                regions = [one.id for one in await regions_named(Repository(session), wanted.regions)]
            asked = replace(wanted, regions=regions, without=ref)
            found, total = await repository.assessments(asked, offset, limit)
            return await overviews(self._rooms, session, found), total

    async def case(self, person: Person, assessment_id: str) -> Case:
        """Return an assessment side by side; raises AssessmentNotFound, ConflictOfRole."""
        async with self._rooms.reviewer(person, assessment_id, lock=False) as step:
            return await case_of(self._rooms, step)

    async def log(self, person: Person, assessment_id: str) -> Log:
        """Return the chain and whether it holds; raises AssessmentNotFound, ConflictOfRole."""
        async with self._rooms.reviewer(person, assessment_id, lock=False) as step:
            entries = await LogRepository(step.session).entries(step.id)
        return log_of(step.record.state, entries)

    # Asking and deciding

    async def ask(
        self, person: Person, assessment_id: str, indicator: str, to: Sequence[Seat], text: Mapping[str, str]
    ) -> Moved:
        """Ask about one answer of one expert or of both, which opens just that answer.

        A question that is open already is not asked twice.

        Raises AssessmentNotFound, ConflictOfRole, InvalidWork, WrongState.
        """
        async with self._rooms.reviewer(person, assessment_id) as step:
            check(step.record.state, Action.ASK)
            _known(step, indicator, "#/indicator")
            held = {
                one.seat: one.id
                for one in await step.assessments.questions(step.id)
                if one.closed_at is None
                and (one.indicator, one.person, one.text.body) == (indicator, step.actor, text)
            }
            for seat in dict.fromkeys(to):
                if seat not in held:
                    held[seat] = await _ask(step, indicator, seat, text)
            asked = [held[seat] for seat in dict.fromkeys(to)]
        return Moved(step.id, step.record.state, questions=tuple(asked))

    async def decide(
        self, person: Person, assessment_id: str, indicator: str, *, answer: Answer,
        reason: Mapping[str, str], if_match: str | None = None,
    ) -> Decided:  # fmt: skip
        """Decide an indicator; the same decision again changes nothing.

        Raises AssessmentNotFound, ConflictOfRole, InvalidWork, DecidedByOther where another reviewer has
        decided it and no `if_match` says that the caller knows, Outdated, WrongState.
        """
        async with self._rooms.reviewer(person, assessment_id) as step:
            _fitting(step, indicator, answer)
            held = (await step.assessments.decisions(step.id, indicator)).get(indicator)
            work = await step.work()
            if held and held.person == step.actor and (held.answer, held.reason.body) == (answer, reason):
                return Decided(step.id, step.record.state, held, len(work.decided), len(work.indicators))
            # Before the state: whoever comes second to the last indicator is told of the first, too.
            if held and held.person != step.actor and if_match is None:
                raise DecidedByOther(held.person, held.decided_at, etag(held.version))
            if not holds(if_match, held.version if held else None):
                raise Outdated(etag(held.version) if held else None)
            check(step.record.state, Action.DECIDE)
            new = await _decide(step, indicator, answer, reason, held)
            work = replace(work, decided=work.decided | {indicator})
            await step.move(after_decision(work))
        return Decided(step.id, step.record.state, new, len(work.decided), len(work.indicators))

    async def move(
        self, person: Person, assessment_id: str, to: State, reason: Mapping[str, str] | None
    ) -> Moved:
        """Take an assessment further or back; there already is no error.

        Raises AssessmentNotFound, ConflictOfRole, TransitionRefused, InvalidWork for going back without a
        reason, and what the making of a release raises.
        """
        turn = self._publishing if to is State.PUBLISHED else nullcontext()
        async with turn, self._rooms.reviewer(person, assessment_id) as step:
            if to is step.record.state:
                return Moved(step.id, to, step.record.release)
            check_move(step.record.state, to)
            if to is State.SUBMITTED and reason is None:
                raise InvalidWork([("#/reason", "missing", {})])
            written = await step.write("reason", dict(reason)) if reason else None
            await _take(step, to, written.hash if written else None, self._publish)
        return Moved(step.id, to, step.record.release)


async def _ask(step: Step, indicator: str, seat: Seat, text: Mapping[str, str]) -> str:
    written = await step.write("question", dict(text))
    one = QuestionRecord(new_id("q"), seat, indicator, step.actor, written, step.now, None)
    await step.assessments.ask(step.id, one)
    payload = {"question": one.id, "text": written.hash}
    await step.log("asked", payload, indicator=indicator, seat=seat)
    await step.move(State.CLARIFICATION)
    return one.id


async def _take(step: Step, to: State, reason: str | None, publish: Publish) -> None:
    before = step.record.state
    if before is State.CLARIFICATION:
        await step.assessments.close_questions(step.id, step.now)
    # The log first: what a release proves goes up to its own publication.
    await step.log("moved", {"from": before.value, "to": to.value, "reason": reason})
    release = await publish(step.session, step.id, step.actor, step.now) if to is State.PUBLISHED else None
    step.record = replace(step.record, state=to)
    await step.move(to, release)


async def _decide(
    step: Step, indicator: str, answer: Answer, reason: Mapping[str, str], held: DecisionRecord | None
) -> DecisionRecord:
    written = await step.write("reason", dict(reason))
    version = (held.version if held else 0) + 1
    new = DecisionRecord(indicator, answer, written, step.actor, version, step.now)
    await step.assessments.decide(step.id, new)
    status = answer.status.value if answer.status else None
    payload = {"version": version, "option": answer.option, "status": status, "reason": written.hash}
    await step.log("decided", payload, indicator=indicator)
    return new


def _check_known(parameter: str, asked: Sequence[str], known: Sequence[str]) -> None:
    for value in asked:
        if value not in known:
            raise UnknownValue(parameter, value, nearest=nearest(value, known), allowed=sorted(known))


def _known(step: Step, indicator: str, place: str) -> None:
    if step.questionnaire.indicator(indicator) is None:
        raise InvalidWork([(place, "unknown_indicator", {"indicator": indicator})])


def _fitting(step: Step, indicator: str, answer: Answer) -> None:
    _known(step, indicator, "#")
    asked = step.questionnaire.indicator(indicator)
    if asked is not None and not fits(asked, answer):
        offered = ", ".join(option.id for option in asked.options)
        raise InvalidWork([("#/option", "unknown_option", {"options": offered})])
