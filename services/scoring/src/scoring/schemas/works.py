"""What people in the work of an assessment send: answers, decisions, questions, reasons."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from scoring.domain.assessment import Certainty, Seat, State
from scoring.domain.dates import is_partial_date
from scoring.domain.questionnaire import Answer, Status
from scoring.domain.records import AnswerContent
from scoring.domain.refusals import InvalidWork
from scoring.service.reviewing import Opening
from servicekit.text import PlainText

from .common import In

__all__ = [
    "AnswerIn", "AssessmentIn", "CommentIn", "DecisionIn", "ErasureIn", "Line", "QuestionIn", "Reason",
    "SourceIn", "Tag", "TransitionIn", "Url", "Words", "reason_of",
]  # fmt: skip

MAX_TEXT, MAX_SOURCES, MAX_TITLE = 5000, 20, 500
UNDETERMINED = "und"  # BCP 47: a text whose language nobody told

Long = Annotated[PlainText, Field(max_length=MAX_TEXT, pattern=r"\S")]
Title = Annotated[PlainText, Field(max_length=MAX_TITLE, pattern=r"\S")]
Line = Title
Tag = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]


def _on_the_calendar(text: str) -> str:
    if not is_partial_date(text):
        raise ValueError("no year, month or day of the calendar")
    return text


PartialDate = Annotated[
    str,
    Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$", examples=["2026", "2026-11"]),
    AfterValidator(_on_the_calendar),
]
Subject = Annotated[PlainText, Field(max_length=200, pattern=r"\S")]
Url = Annotated[PlainText, Field(max_length=2000, pattern=r"^https?://\S+$")]
Code = Annotated[PlainText, Field(max_length=100)]


class Words(In):
    """A text in a language."""

    text: Long
    lang: Tag


class CommentIn(Words):
    """What a region's authority says of a preliminary result."""


def _in_some_language(given: Any) -> Any:
    return {"text": given, "lang": UNDETERMINED} if isinstance(given, str) else given


Reason = Annotated[Words, BeforeValidator(_in_some_language, json_schema_input_type=Words | Long)]
"""Why something is done: a text in a language, or a text alone."""


def reason_of(given: Words) -> dict[str, str]:
    """Return a reason as it is kept."""
    return given.model_dump()


class SourceIn(In):
    """Where an answer is taken from; only the title is required."""

    title: Title
    publisher: Line | None = None
    url: Url | None = None
    published: PartialDate | None = None
    accessed: PartialDate | None = None
    locator: Line | None = None
    lang: Tag | None = None
    licence: Line | None = None


class _Choice(In):
    """An option of the indicator, or a status; not both."""

    option: Code | None = None
    status: Status | None = None

    def answer(self) -> Answer:
        """Return the choice; raises InvalidWork for both or neither."""
        if (self.option is None) == (self.status is None):
            raise InvalidWork([("#", "option_or_status", {})])
        return Answer(self.option, self.status)


class AnswerIn(_Choice):
    """An expert's answer. An option is justified; a status speaks for itself and may be."""

    certainty: Certainty
    as_of: PartialDate | None = Field(None, description="When what is answered was so: YYYY[-MM[-DD]].")
    justification: Words | None = Field(None, description="Published beside the release.")
    note: Words | None = Field(None, description="For the reviewer; never published.")
    sources: Annotated[list[SourceIn], Field(max_length=MAX_SOURCES)] = Field(default_factory=list)

    def content(self) -> AnswerContent:
        """Return what was given; raises InvalidWork for an option that is not justified."""
        answer = self.answer()
        if answer.option is not None and self.justification is None:
            raise InvalidWork([("#/justification", "missing", {})])
        return AnswerContent(
            answer,
            self.certainty,
            self.as_of,
            self.justification.model_dump() if self.justification else None,
            self.note.model_dump() if self.note else None,
            tuple(one.model_dump(exclude_none=True) for one in self.sources),
        )


class AssessmentIn(In):
    """An assessment to be opened: two different people, neither of them its reviewer."""

    region: Code
    edition: Code
    experts: Annotated[list[Subject], Field(min_length=2, max_length=2)]
    deadline: date | None = Field(None, description="Shown to the experts; nothing ends by it.")

    def opening(self) -> Opening:
        """Return what is to be opened; raises InvalidWork for one person in both places."""
        if self.experts[0] == self.experts[1]:
            raise InvalidWork([("#/experts/1", "same_person", {})])
        return Opening(self.region, self.edition, (self.experts[0], self.experts[1]), self.deadline)


class DecisionIn(_Choice):
    """What is decided of an indicator, and why."""

    reason: Reason


class QuestionIn(Words):
    """A question about one answer, to one expert or to both."""

    indicator: Code
    to: Annotated[list[Seat], Field(min_length=1, max_length=2)]

    def words(self) -> Mapping[str, str]:
        """Return the question's text."""
        return {"text": self.text, "lang": self.lang}


class TransitionIn(In):
    """Where an assessment is taken; going back to `submitted` has a reason."""

    to: State
    reason: Reason | None = None

    def why(self) -> dict[str, str] | None:
        """Return the reason."""
        return reason_of(self.reason) if self.reason else None


class ErasureIn(In):
    """Whose name and texts are to be erased."""

    subject: Subject
