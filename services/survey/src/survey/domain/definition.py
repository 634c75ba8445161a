"""A survey's definition as the checks need it; the texts stay in the document it was read from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .patterns import Pattern
from .rules import Rule

__all__ = [
    "DECLARATION_KINDS", "OTHER", "QUESTION_TYPES", "Constraints", "Declaration", "Definition", "Option",
    "Question", "Section",
]  # fmt: skip

OTHER = "other"  # the option that takes the person's own words: {"other": "text"}
QUESTION_TYPES = (
    "text", "long_text", "email", "url", "choice", "choices", "number", "date", "partial_date", "links",
    "region", "country", "language",
)  # fmt: skip
DECLARATION_KINDS = ("notice", "licence", "consent", "statement")


@dataclass(frozen=True)
class Constraints:
    """Limits of an answer, each optional; lengths are in Unicode code points."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: Pattern | None = None
    min: int | float | str | None = None
    max: int | float | str | None = None
    min_items: int | None = None
    max_items: int | None = None


@dataclass(frozen=True)
class Option:
    """One value to choose."""

    value: str
    visible_if: Rule | None = None


@dataclass(frozen=True)
class Question:
    """One question; a rule as `required` says when an answer is."""

    id: str
    type: str
    required: bool | Rule = False
    visible_if: Rule | None = None
    options: tuple[Option, ...] = ()
    constraints: Constraints = Constraints()
    personal: bool = False


@dataclass(frozen=True)
class Section:
    """Questions that belong together; a hidden section hides them all."""

    id: str
    questions: tuple[Question, ...]
    visible_if: Rule | None = None


@dataclass(frozen=True)
class Declaration:
    """What a person is told or says beside the answers; only a consent can be taken back."""

    id: str
    kind: str
    version: int
    required: bool
    languages: frozenset[str]


@dataclass(frozen=True)
class Definition:
    """One version of a survey; `document` is the whole of it, in all languages."""

    survey: str
    version: int
    languages: tuple[str, ...]
    original: str
    sections: tuple[Section, ...]
    declarations: tuple[Declaration, ...]
    document: Mapping[str, Any]

    def questions(self) -> Iterator[Question]:
        """Yield all questions in their order."""
        for section in self.sections:
            yield from section.questions
