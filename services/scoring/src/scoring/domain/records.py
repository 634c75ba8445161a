"""What is held of an assessment: who sits where, what was answered, asked, decided and said.

A text is `Written`: its hash stays when its body has been erased with whoever wrote it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .assessment import Certainty, Seat, State
from .questionnaire import Answer

__all__ = [
    "AnswerContent", "AnswerRecord", "AssessmentRecord", "CommentRecord", "DecisionRecord", "ProposalRecord",
    "QuestionRecord", "SeatRecord", "Written", "etag",
]  # fmt: skip


def etag(version: int) -> str:
    """Return the entity tag of a version."""
    return f'"{version}"'


@dataclass(frozen=True)
class Written:
    """What somebody wrote; without a body it has been erased."""

    id: str
    body: Any
    hash: str


def _body(text: Written | None) -> Any:
    return text.body if text else None


@dataclass(frozen=True)
class AssessmentRecord:
    """An assessment of one region in one edition."""

    id: str
    region: str
    edition: str
    state: State
    deadline: date | None
    reviewer: str
    version: int
    release: str | None
    created_at: datetime
    changed_at: datetime
    abandoned_at: datetime | None = None


@dataclass(frozen=True)
class SeatRecord:
    """An expert's place, and when the answers were first and last submitted."""

    seat: Seat
    person: str
    first_submitted_at: datetime | None
    submitted_at: datetime | None


@dataclass(frozen=True)
class AnswerContent:
    """An answer as it is given: the answer itself, how sure, as of when, and on what grounds."""

    answer: Answer
    certainty: Certainty
    as_of: str | None = None
    justification: Mapping[str, str] | None = None
    note: Mapping[str, str] | None = None
    sources: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class AnswerRecord:
    """An answer as it is held."""

    seat: Seat
    indicator: str
    answer: Answer
    certainty: Certainty
    as_of: str | None
    justification: Written | None
    note: Written | None
    sources: Written | None
    version: int
    saved_at: datetime

    @property
    def content(self) -> AnswerContent:
        """What was given."""
        return AnswerContent(
            self.answer,
            self.certainty,
            self.as_of,
            _body(self.justification),
            _body(self.note),
            tuple(_body(self.sources) or ()),
        )


@dataclass(frozen=True)
class QuestionRecord:
    """A reviewer's question about one answer of one expert; open until it is answered or taken back."""

    id: str
    seat: Seat
    indicator: str
    person: str
    text: Written
    asked_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class DecisionRecord:
    """What a reviewer decided about an indicator, and why."""

    indicator: str
    answer: Answer
    reason: Written
    person: str
    version: int
    decided_at: datetime


@dataclass(frozen=True)
class CommentRecord:
    """What a region's authority says of an indicator, or (None) of the whole preliminary result."""

    id: str
    indicator: str | None
    person: str
    text: Written
    made_at: datetime


@dataclass(frozen=True)
class ProposalRecord:
    """A change of its profile that a region's authority proposes; `state` is open, accepted or declined."""

    id: str
    region: str
    field: str
    value: Written
    reason: Written
    person: str
    state: str
    decided_by: str | None
    decision_reason: Written | None
    made_at: datetime
    decided_at: datetime | None
