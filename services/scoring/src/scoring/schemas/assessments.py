"""Assessments as experts see them: their own work, and nothing of anybody else's."""

from datetime import date
from typing import Any

from scoring.domain.assessment import Certainty, Seat, State
from scoring.domain.questionnaire import Status
from scoring.domain.records import AnswerRecord, QuestionRecord, Written, etag
from scoring.service.assessing import Brief, Desktop, Saved, Submitted
from servicekit.wire import Model, SourceOut, Utc, sources

__all__ = [
    "AnsweredOut", "AskedOut", "AssessmentItemOut", "AssessmentOut", "AssessmentsOut", "MovedOut",
    "ProgressOut", "SavedOut", "WrittenOut", "answered_out", "asked_out", "assessment_out",
    "assessments_out", "saved_out", "submitted_out", "written_out",
]  # fmt: skip


class WrittenOut(Model):
    """What somebody wrote."""

    text: str
    lang: str


class ProgressOut(Model):
    """How much is done."""

    answered: int
    of: int


class AnsweredOut(Model):
    """An answer as it is held; `etag` guards a change of it by If-Match."""

    indicator: str
    option: str | None
    status: Status | None
    certainty: Certainty
    as_of: str | None
    justification: WrittenOut | None
    note: WrittenOut | None
    sources: list[SourceOut]
    etag: str
    saved_at: Utc


class AskedOut(Model):
    """A question about one answer; open until it is answered or taken back."""

    id: str
    to: Seat
    indicator: str
    text: WrittenOut | None
    asked_at: Utc
    closed_at: Utc | None


class AssessmentItemOut(Model):
    """One's own assessment, in short."""

    id: str
    region: str
    edition: str
    seat: Seat
    state: State
    deadline: date | None
    progress: ProgressOut
    submitted_at: Utc | None


class AssessmentsOut(Model):
    """One's own assessments, the newest first."""

    items: list[AssessmentItemOut]


class AssessmentOut(AssessmentItemOut):
    """One's own work: answers by indicator, those that may be changed now, and the questions to oneself."""

    release: str | None
    answers: dict[str, AnsweredOut]
    open_answers: list[str]
    suggested: dict[str, Status]
    questions: list[AskedOut]


class MovedOut(Model):
    """An assessment and the state it is in now."""

    id: str
    state: State
    release: str | None
    questions: list[str]


class SavedOut(Model):
    """An answer as it is held now, and the state."""

    id: str
    state: State
    indicator: str
    etag: str
    progress: ProgressOut
    answer: AnsweredOut


def written_out(text: Written | None) -> WrittenOut | None:
    """Return a text; an erased one is null."""
    return WrittenOut(**text.body) if text and text.body else None


def answered_out(one: AnswerRecord) -> AnsweredOut:
    """Return an answer as it is held."""
    return AnsweredOut(
        indicator=one.indicator,
        option=one.answer.option,
        status=one.answer.status,
        certainty=one.certainty,
        as_of=one.as_of,
        justification=written_out(one.justification),
        note=written_out(one.note),
        sources=sources(one.sources.body if one.sources else None),
        etag=etag(one.version),
        saved_at=one.saved_at,
    )


def asked_out(one: QuestionRecord) -> AskedOut:
    """Return a question."""
    return AskedOut(
        id=one.id,
        to=one.seat,
        indicator=one.indicator,
        text=written_out(one.text),
        asked_at=one.asked_at,
        closed_at=one.closed_at,
    )


def _item(brief: Brief) -> dict[str, Any]:
    record = brief.record
    return {
        "id": record.id, "region": record.region, "edition": record.edition, "seat": brief.seat.seat,
        "state": brief.state, "deadline": record.deadline, "submitted_at": brief.seat.submitted_at,
        "progress": ProgressOut(answered=brief.answered, of=brief.of),
    }  # fmt: skip


def assessments_out(briefs: list[Brief]) -> AssessmentsOut:
    """Return one's own assessments."""
    return AssessmentsOut(items=[AssessmentItemOut(**_item(one)) for one in briefs])


def assessment_out(desktop: Desktop) -> AssessmentOut:
    """Return one's own work."""
    answers = desktop.answers
    return AssessmentOut(
        **_item(desktop.brief),
        release=desktop.brief.record.release,
        answers={name: answered_out(answers[name]) for name in desktop.indicators if name in answers},
        open_answers=list(desktop.open_answers),
        suggested={name: s for name, s in desktop.suggested.items() if name not in answers},
        questions=[asked_out(one) for one in desktop.questions],
    )


def saved_out(saved: Saved) -> SavedOut:
    """Return an answer as it is held."""
    return SavedOut(
        id=saved.assessment,
        state=saved.state,
        indicator=saved.answer.indicator,
        etag=etag(saved.answer.version),
        progress=ProgressOut(answered=saved.answered, of=saved.of),
        answer=answered_out(saved.answer),
    )


def submitted_out(done: Submitted) -> MovedOut:
    """Return the state after a submission."""
    return MovedOut(id=done.assessment, state=done.state, release=None, questions=[])
