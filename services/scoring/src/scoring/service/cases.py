"""Assessments as reviewers see them: in short, and both sides of each indicator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from scoring.domain.assessment import Seat, State, agreed
from scoring.domain.chain import Broken, Entry, verify
from scoring.domain.questionnaire import Answer
from scoring.domain.records import (
    AnswerRecord,
    AssessmentRecord,
    CommentRecord,
    DecisionRecord,
    QuestionRecord,
    SeatRecord,
)
from scoring.repository.assessments import AssessmentRepository
from scoring.repository.comments import CommentRepository

from .steps import Rooms, Step

__all__ = ["Case", "Log", "Overview", "Row", "case_of", "log_of", "overviews"]


@dataclass(frozen=True)
class Overview:
    """An assessment as a list has it."""

    record: AssessmentRecord
    seats: Mapping[Seat, SeatRecord]
    answered: Mapping[Seat, int]
    decided: int
    of: int


@dataclass(frozen=True)
class Row:
    """One indicator side by side; nothing of the answers until both experts have submitted."""

    indicator: str
    agree: bool | None
    answers: Mapping[Seat, AnswerRecord]
    prefill: Answer | None
    decision: DecisionRecord | None
    questions: Sequence[QuestionRecord]
    comments: Sequence[CommentRecord]


@dataclass(frozen=True)
class Case:
    """All a reviewer sees of an assessment, disagreements first."""

    overview: Overview
    rows: Sequence[Row]
    comments: Sequence[CommentRecord]


@dataclass(frozen=True)
class Log:
    """The chain of an assessment, and where it is broken, if it is."""

    entries: Sequence[Entry]
    broken: Broken | None


def log_of(state: State, entries: Sequence[Entry]) -> Log:
    """Return a log as reviewers see it: like the answers, what was answered only once both experts are in."""
    shown = [
        replace(one, payload={}) if state is State.ANSWERING and one.event == "answered" else one
        for one in entries
    ]
    return Log(shown, verify(entries))


async def overviews(rooms: Rooms, session: AsyncSession, found: Sequence[AssessmentRecord]) -> list[Overview]:
    """Return assessments in short."""
    repository, ids = AssessmentRepository(session), [one.id for one in found]
    seats, answered = await repository.seats(ids), await repository.answered(ids)
    decided = await repository.decided(ids)
    of = {
        edition: len((await rooms.questionnaire(session, edition)).indicators)
        for edition in {one.edition for one in found}
    }
    return [
        Overview(
            one,
            seats[one.id],
            {seat: len(answered.get((one.id, seat), ())) for seat in Seat},
            len(decided.get(one.id, ())),
            of[one.edition],
        )
        for one in found
    ]


async def case_of(rooms: Rooms, step: Step) -> Case:
    """Return all of an assessment; of the answers nothing until both experts have submitted."""
    overview = (await overviews(rooms, step.session, [step.record]))[0]
    both_in = step.record.state is not State.ANSWERING
    answers = await step.assessments.answers(step.id) if both_in else []
    questions = await step.assessments.questions(step.id)
    decisions = await step.assessments.decisions(step.id)
    comments = await CommentRepository(step.session).comments(step.id)
    by_key = {(one.indicator, one.seat): one for one in answers}
    rows = [
        _row(indicator.id, by_key, decisions, questions, comments)
        for indicator in step.questionnaire.indicators
    ]
    # A stable sort: within each of the two groups the edition's order stays.
    rows.sort(key=lambda row: row.agree is not False)
    return Case(overview, rows, [one for one in comments if one.indicator is None])


def _row(
    indicator: str,
    answers: Mapping[tuple[str, Seat], AnswerRecord],
    decisions: Mapping[str, DecisionRecord],
    questions: Sequence[QuestionRecord],
    comments: Sequence[CommentRecord],
) -> Row:
    given = {seat: one for seat in Seat if (one := answers.get((indicator, seat)))}
    pair = [given[seat].answer if seat in given else None for seat in Seat]
    agree = agreed(*pair)
    return Row(
        indicator,
        agree if given else None,
        given,
        pair[0] if agree else None,
        decisions.get(indicator),
        [one for one in questions if one.indicator == indicator],
        [one for one in comments if one.indicator == indicator],
    )
