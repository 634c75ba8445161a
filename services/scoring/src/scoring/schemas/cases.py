"""Assessments as reviewers see them. People are random references, experts are `a` and `b`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from scoring.domain.assessment import Seat, State
from scoring.domain.chain import Broken
from scoring.domain.chain import Entry as LogEntry
from scoring.domain.questionnaire import Answer, Status
from scoring.domain.records import CommentRecord, DecisionRecord, etag
from scoring.service.cases import Case, Log, Overview, Row
from scoring.service.reviewing import Decided, Moved
from servicekit.wire import Model, Utc

from .assessments import (
    AnsweredOut,
    AskedOut,
    MovedOut,
    ProgressOut,
    WrittenOut,
    answered_out,
    asked_out,
    written_out,
)

__all__ = [
    "CaseOut", "CommentOut", "DecidedOut", "ErasedOut", "LogOut", "OverviewOut", "case_out", "comment_out",
    "decided_out", "log_out", "moved_out", "overview_out",
]  # fmt: skip


class ChoiceOut(Model):
    """An option or a status."""

    option: str | None
    status: Status | None


class DecisionOut(ChoiceOut):
    """What was decided, why, by whom (a random reference) and when."""

    reason: WrittenOut | None
    by: str
    at: Utc
    etag: str


class DecidedOut(Model):
    """A decision as it is held now, and the state."""

    id: str
    state: State
    indicator: str
    etag: str
    progress: dict[str, int]
    decision: DecisionOut


class DeskOut(Model):
    """How far an expert is."""

    person: str
    progress: ProgressOut
    submitted_at: Utc | None


class OverviewOut(Model):
    """An assessment in a list of reviewers."""

    id: str
    region: str
    edition: str
    state: State
    deadline: date | None
    experts: dict[Seat, DeskOut]
    decided: int
    of: int
    release: str | None
    created_at: Utc
    changed_at: Utc
    abandoned_at: Utc | None


class CommentOut(Model):
    """What the region's authority says."""

    id: str
    indicator: str | None
    text: WrittenOut | None
    by: str
    at: Utc


class RowOut(Model):
    """One indicator side by side: `a` and `b` are null until both experts have submitted."""

    indicator: str
    agree: bool | None
    a: AnsweredOut | None
    b: AnsweredOut | None
    prefill: ChoiceOut | None
    decision: DecisionOut | None
    questions: list[AskedOut]
    comments: list[CommentOut]


class CaseOut(OverviewOut):
    """All of an assessment, disagreements first."""

    indicators: list[RowOut]
    comments: list[CommentOut]


class LogEntryOut(Model):
    """One step; `hash` covers all else, `previous` is the hash before it."""

    assessment: str
    n: int
    at: str
    actor: str
    event: str
    indicator: str | None
    seat: Seat | None
    payload: dict[str, Any]
    previous: str
    hash: str


class BrokenOut(Model):
    """The first entry that does not fit, and what of it: number, previous or hash."""

    n: int
    reason: str


class LogOut(Model):
    """The log of an assessment, and whether its chain holds."""

    items: list[LogEntryOut]
    verified: bool
    broken: BrokenOut | None


class ErasedOut(Model):
    """How many people and texts were erased: none, where nothing (more) was held of the subject."""

    erased: int
    texts: int


def moved_out(done: Moved) -> MovedOut:
    """Return the state an assessment is in now."""
    return MovedOut(
        id=done.assessment, state=done.state, release=done.release, questions=list(done.questions)
    )


def _choice(answer: Answer | None) -> ChoiceOut | None:
    return ChoiceOut(option=answer.option, status=answer.status) if answer else None


def _decision_out(one: DecisionRecord) -> DecisionOut:
    return DecisionOut(
        option=one.answer.option,
        status=one.answer.status,
        reason=written_out(one.reason),
        by=one.person,
        at=one.decided_at,
        etag=etag(one.version),
    )


def decided_out(done: Decided) -> DecidedOut:
    """Return a decision as it is held."""
    return DecidedOut(
        id=done.assessment,
        state=done.state,
        indicator=done.decision.indicator,
        etag=etag(done.decision.version),
        progress={"decided": done.decided, "of": done.of},
        decision=_decision_out(done.decision),
    )


def _overview(one: Overview) -> dict[str, Any]:
    record = one.record
    experts = {
        seat: DeskOut(
            person=held.person,
            progress=ProgressOut(answered=one.answered[seat], of=one.of),
            submitted_at=held.submitted_at,
        )
        for seat, held in one.seats.items()
    }
    return {
        "id": record.id, "region": record.region, "edition": record.edition, "state": record.state,
        "deadline": record.deadline, "experts": experts, "decided": one.decided, "of": one.of,
        "release": record.release, "created_at": record.created_at, "changed_at": record.changed_at,
        "abandoned_at": record.abandoned_at,
    }  # fmt: skip


def overview_out(one: Overview) -> OverviewOut:
    """Return an assessment in short."""
    return OverviewOut(**_overview(one))


def comment_out(one: CommentRecord) -> CommentOut:
    """Return a comment."""
    text = written_out(one.text)
    return CommentOut(id=one.id, indicator=one.indicator, text=text, by=one.person, at=one.made_at)


def _row_out(row: Row) -> RowOut:
    given: Mapping[Seat, AnsweredOut] = {seat: answered_out(one) for seat, one in row.answers.items()}
    return RowOut(
        indicator=row.indicator,
        agree=row.agree,
        a=given.get(Seat.A),
        b=given.get(Seat.B),
        prefill=_choice(row.prefill),
        decision=_decision_out(row.decision) if row.decision else None,
        questions=[asked_out(one) for one in row.questions],
        comments=[comment_out(one) for one in row.comments],
    )


def case_out(case: Case) -> CaseOut:
    """Return an assessment side by side."""
    return CaseOut(
        **_overview(case.overview),
        indicators=[_row_out(row) for row in case.rows],
        comments=[comment_out(one) for one in case.comments],
    )


def log_out(log: Log) -> LogOut:
    """Return a log and whether it holds."""
    return LogOut(
        items=[_entry_out(entry) for entry in log.entries],
        verified=log.broken is None,
        broken=_broken_out(log.broken) if log.broken else None,
    )


def _entry_out(entry: LogEntry) -> LogEntryOut:
    return LogEntryOut.model_validate(entry)


def _broken_out(broken: Broken) -> BrokenOut:
    return BrokenOut(n=broken.n, reason=broken.reason)
