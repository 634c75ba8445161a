"""When a question is shown or must be answered: small rules over earlier answers.

A rule is a tree of JSON: `{"question", "in": []}`, `{"question", "answered": bool}`,
`{"question", "gte" | "lte": v}`, `{"all": []}`, `{"any": []}`, `{"not": rule}`. Forms written today meet
definitions written tomorrow, so an operator that is not known has no truth value: `evaluate` is three-valued
(Kleene) and a question whose rule comes out as None is shown. Nothing is asked of people because of a rule
that is not understood: it makes nothing required.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = [
    "All", "Answered", "AnyOf", "AtLeast", "AtMost", "In", "Not", "Rule", "Unknown",
    "evaluate", "leaves", "parse_rule", "requires", "shows",
]  # fmt: skip

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class In:
    """The answer is one of the values; for a list of answers, one of them is."""

    question: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Answered:
    """The question has an answer, or has none."""

    question: str
    expected: bool


@dataclass(frozen=True)
class AtLeast:
    """The answer is the bound or more; dates compare as text, which ISO 8601 is made for."""

    question: str
    bound: int | float | str


@dataclass(frozen=True)
class AtMost:
    """The answer is the bound or less."""

    question: str
    bound: int | float | str


@dataclass(frozen=True)
class All:
    """Every part holds."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: "Rule"


@dataclass(frozen=True)
class Unknown:
    """A rule of a form that this code does not know."""


Rule = In | Answered | AtLeast | AtMost | All | AnyOf | Not | Unknown


def parse_rule(document: object) -> Rule:  # noqa: PLR0911 - one line per form of rule
    """Read a rule; what is not understood becomes Unknown, never an error."""
    match document:
        case {"question": str(question), "in": list(values), **rest} if not rest:
            return In(question, tuple(values))
        case {"question": str(question), "answered": bool(expected), **rest} if not rest:
            return Answered(question, expected)
        case {"question": str(question), "gte": bound, **rest} if not rest and _comparable(bound):
            return AtLeast(question, bound)
        case {"question": str(question), "lte": bound, **rest} if not rest and _comparable(bound):
            return AtMost(question, bound)
        case {"all": list(parts), **rest} if not rest:
            return All(tuple(parse_rule(part) for part in parts))
        case {"any": list(parts), **rest} if not rest:
            return AnyOf(tuple(parse_rule(part) for part in parts))
        case {"not": part, **rest} if not rest:
            return Not(parse_rule(part))
        case _:
            return Unknown()


def leaves(rule: Rule) -> Iterator[In | Answered | AtLeast | AtMost | Unknown]:
    """Yield the parts of a rule that are no combination of others."""
    match rule:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield rule


def evaluate(rule: Rule, answers: Answers) -> bool | None:  # noqa: PLR0911 - likewise
    """Tell whether a rule holds for the visible answers so far; None when that cannot be known."""
    match rule:
        case In(question, values):
            return question in answers and _chosen(answers[question], values)
        case Answered(question, expected):
            return (question in answers) is expected
        case AtLeast(question, bound):
            return _ordered(bound, answers.get(question))
        case AtMost(question, bound):
            return _ordered(answers.get(question), bound)
        case All(parts):
            return _all([evaluate(part, answers) for part in parts])
        case AnyOf(parts):
            return _not(_all([_not(evaluate(part, answers)) for part in parts]))
        case Not(part):
            return _not(evaluate(part, answers))
        case _:
            return None


def shows(rule: Rule | None, answers: Answers) -> bool:
    """Tell whether what carries the rule is shown: unless the rule is known not to hold."""
    return rule is None or evaluate(rule, answers) is not False


def requires(required: bool | Rule, answers: Answers) -> bool:
    """Tell whether an answer is required: only when the rule is known to hold."""
    return required if isinstance(required, bool) else evaluate(required, answers) is True


def _comparable(value: object) -> bool:
    return type(value) in (int, float, str)


def _ordered(low: Any, high: Any) -> bool:
    # Only like is compared with like; what is not there, or of another type, is not in order.
    if (isinstance(low, str) and isinstance(high, str)) or (_number(low) and _number(high)):
        return bool(low <= high)
    return False


def _chosen(answer: object, values: Sequence[Any]) -> bool:
    if isinstance(answer, list):
        return any(_chosen(item, values) for item in answer)
    if isinstance(answer, dict):
        return "other" in answer and "other" in values
    # 1 == True in Python, and in JSON they are not the same answer.
    return any(_kind(answer) is _kind(value) and answer == value for value in values)


def _kind(value: object) -> type:
    return float if _number(value) else type(value)


def _number(value: object) -> bool:
    return type(value) in (int, float)


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(values: Sequence[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True
