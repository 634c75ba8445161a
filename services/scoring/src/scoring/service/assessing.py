"""What experts do: look at their own work, answer one by one or many at once, submit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from scoring.domain.assessment import (
    Desk,
    Seat,
    State,
    Work,
    after_answer,
    after_submission,
    check_answer,
    check_submission,
    fits,
    shown_to_expert,
    without_competence,
)
from scoring.domain.questionnaire import Questionnaire, Status
from scoring.domain.records import (
    AnswerContent,
    AnswerRecord,
    AssessmentRecord,
    QuestionRecord,
    SeatRecord,
    Written,
    etag,
)
from scoring.domain.refusals import InvalidWork, Outdated
from scoring.repository.assessments import AssessmentFilter, AssessmentRepository
from scoring.repository.regions import RegionRepository
from scoring.repository.writings import WritingRepository

from .steps import Person, Rooms, Step

__all__ = [
    "AssessmentService", "Desktop", "Saved", "SavedMany", "Submitted", "Verdict", "holds", "open_answers",
    "save_all", "saved_many",
]  # fmt: skip

Verdict = Literal["new", "changed", "same"]


@dataclass(frozen=True)
class Desktop:
    """One expert's own work in one assessment, and nothing of anybody else's."""

    record: AssessmentRecord
    state: State
    seat: SeatRecord
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
class SavedMany:
    """What happened, or in a dry run would happen, to each answer."""

    assessment: str
    state: State
    verdicts: Mapping[str, Verdict]


@dataclass(frozen=True)
class Submitted:
    """The state after a submission, as the expert sees it."""

    assessment: str
    state: State


class AssessmentService:
    """The experts' side of assessments."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def mine(self, person: Person) -> list[Desktop]:
        """Return the assessments in which a person has a seat, the newest first."""
        async with self._rooms.sessions.begin() as session:
            ref = await WritingRepository(session).person(person.subject)
            if ref is None:
                return []
            wanted = AssessmentFilter(seated=ref, regions=sorted(person.regions) or None)
            found, _ = await AssessmentRepository(session).assessments(wanted)
        return [await self.own(person, one.id) for one in found]

    async def own(self, person: Person, assessment_id: str) -> Desktop:
        """Return an expert's own work; raises AssessmentNotFound, OtherRegion."""
        async with self._rooms.expert(person, assessment_id, lock=False) as step:
            assert step.seat is not None  # noqa: S101 - the room lets nobody else in
            work = await step.work()
            answers = await step.assessments.answers(step.id, step.seat)
            questions = await step.assessments.questions(step.id, step.seat)
            suggested = await _suggested(step.session, step.record.region, step.questionnaire)
        desk = work.desks[step.seat]
        return Desktop(
            step.record,
            shown_to_expert(work.state, desk),
            step.seats[step.seat],
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

    async def save_answers(
        self, person: Person, assessment_id: str, contents: Mapping[str, AnswerContent], *, dry_run: bool
    ) -> SavedMany:
        """Keep all these answers or none; a dry run tells what would happen. Raises what one answer does."""
        async with self._rooms.expert(person, assessment_id) as step:
            return await saved_many(step, contents, dry_run=dry_run)

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


async def save_all(
    step: Step, contents: Mapping[str, AnswerContent], tags: Mapping[str, str | None], *, dry_run: bool
) -> dict[str, tuple[Verdict, AnswerRecord]]:
    """Keep all these answers of the expert at the step, or in a dry run say what would happen to each.

    Raises InvalidWork, AnswerClosed, Outdated; then nothing of the caller's transaction may be committed.
    """
    seat = step.seat
    assert seat is not None  # noqa: S101 - the room lets nobody else in
    _check_contents(step.questionnaire, contents, single=bool(tags))
    held = {one.indicator: one for one in await step.assessments.answers(step.id, seat, list(contents))}
    work = await step.work()
    done: dict[str, tuple[Verdict, AnswerRecord]] = {}
    for indicator, content in contents.items():
        old = held.get(indicator)
        if old is not None and old.content == content:
            done[indicator] = "same", old
            if not dry_run:
                await _answer_question(step, work, seat, indicator)
            continue
        check_answer(work, seat, indicator)
        if not holds(tags.get(indicator), old.version if old else None):
            raise Outdated(etag(old.version) if old else None)
        verdict: Verdict = "changed" if old else "new"
        if dry_run:
            done[indicator] = verdict, old or _draft(step, seat, indicator, content)
            continue
        done[indicator] = verdict, await _write(step, seat, indicator, content, old)
        await _answer_question(step, work, seat, indicator)
    if not dry_run and any(verdict != "same" for verdict, _ in done.values()):
        await step.move(step.record.state)
    return done


async def saved_many(step: Step, contents: Mapping[str, AnswerContent], *, dry_run: bool) -> SavedMany:
    """Do `save_all`, and return what happened as the expert is told it."""
    held = await save_all(step, contents, {}, dry_run=dry_run)
    assert step.seat is not None  # noqa: S101 - the room lets nobody else in
    state = shown_to_expert(step.record.state, (await step.work()).desks[step.seat])
    return SavedMany(step.id, state, {name: verdict for name, (verdict, _) in held.items()})


def holds(if_match: str | None, version: int | None) -> bool:
    """Tell whether a change may be made to what is held: without a condition always."""
    if if_match is None:
        return True
    tags = [tag.strip() for tag in if_match.split(",")]
    return version is not None and ("*" in tags or etag(version) in tags)


def open_answers(work: Work, desk: Desk) -> list[str]:
    """Return the indicators whose answers the expert may change now."""
    if work.state is State.ANSWERING and not desk.submitted:
        return list(work.indicators)
    return sorted(desk.asked) if work.state is State.CLARIFICATION else []


def _check_contents(
    questionnaire: Questionnaire, contents: Mapping[str, AnswerContent], *, single: bool
) -> None:
    faults: list[tuple[str, str, Mapping[str, object]]] = []
    for name, content in contents.items():
        place = "#" if single else f"#/{name}"
        indicator = questionnaire.indicator(name)
        if indicator is None:
            faults.append((place, "unknown_indicator", {"indicator": name}))
        elif not fits(indicator, content.answer):
            offered = ", ".join(option.id for option in indicator.options)
            faults.append((f"{place}/option", "unknown_option", {"options": offered}))
    if faults:
        raise InvalidWork(faults)


def _draft(step: Step, seat: Seat, indicator: str, content: AnswerContent) -> AnswerRecord:
    answer, certainty = content.answer, content.certainty
    return AnswerRecord(seat, indicator, answer, certainty, content.as_of, None, None, None, 0, step.now)


async def _write(
    step: Step, seat: Seat, indicator: str, content: AnswerContent, old: AnswerRecord | None
) -> AnswerRecord:
    async def text(kind: str, body: Any, held: Written | None) -> Written | None:
        if not body:
            return None
        return held if held is not None and held.body == body else await step.write(kind, body)

    justification = await text("justification", content.justification, old.justification if old else None)
    note = await text("note", content.note, old.note if old else None)
    sources = await text("sources", [dict(one) for one in content.sources], old.sources if old else None)
    new = AnswerRecord(
        seat, indicator, content.answer, content.certainty, content.as_of, justification, note, sources,
        (old.version if old else 0) + 1, step.now,
    )  # fmt: skip
    await step.assessments.save(step.id, new)
    payload = {
        "version": new.version, "option": new.answer.option,
        "status": new.answer.status.value if new.answer.status else None,
        "certainty": new.certainty.value, "as_of": new.as_of,
        "justification": _hash(justification), "note": _hash(note), "sources": _hash(sources),
    }  # fmt: skip
    await step.log("answered", payload, indicator=indicator, seat=seat)
    return new


async def _answer_question(step: Step, work: Work, seat: Seat, indicator: str) -> None:
    """Close the question about an answer that was given again, changed or not."""
    if indicator not in work.desks[seat].asked or step.record.state is not State.CLARIFICATION:
        return
    await step.assessments.close_questions(step.id, step.now, seat, indicator)
    await step.log("clarified", indicator=indicator, seat=seat)
    await step.move(after_answer(await step.work()))


async def _suggested(session: AsyncSession, region: str, questionnaire: Questionnaire) -> dict[str, Status]:
    regions = RegionRepository(session)
    areas, spoken_of = await regions.competences(region), await regions.areas_spoken_of()
    codes = {
        key.key: [match["code"] for match in key.matches] for axis in questionnaire.axes for key in axis.keys
    }
    found = {one.id: without_competence(one, codes, areas, spoken_of) for one in questionnaire.indicators}
    return {indicator: status for indicator, status in found.items() if status is not None}


def _hash(text: Written | None) -> str | None:
    return text.hash if text else None
