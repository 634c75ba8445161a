"""Whether a whole submission is valid, and which answers of it are kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .definition import Declaration, Definition
from .faults import MAX_FAULTS, Fault, expect, listed, token, unknown
from .places import is_language
from .rules import requires, shows
from .values import MAX_INTEGER, check_value

__all__ = [
    "Checked", "Given", "check_answers", "check_form", "check_submission", "check_withdrawal",
    "form_language", "large_integers",
]  # fmt: skip

FIELDS = ("version_hash", "lang", "answers_lang", "answers", "declarations", "proof")


@dataclass(frozen=True)
class Given:
    """A declaration as a person gave it, or did not."""

    id: str
    version: int
    lang: str
    given: bool


@dataclass(frozen=True)
class Checked:
    """What a check came to: the answers to keep, those left out, and the faults in the form's order."""

    answers: Mapping[str, Any]
    hidden: tuple[str, ...]
    faults: tuple[Fault, ...]
    declarations: tuple[Given, ...] = ()


def form_language(body: object, languages: Sequence[str]) -> str | None:
    """Return the language the form was shown in, when the body names one of the platform's."""
    lang = body.get("lang") if isinstance(body, dict) else None
    return lang if isinstance(lang, str) and lang in languages else None


def check_form(body: object, languages: Sequence[str]) -> tuple[Fault, ...]:
    """Return what is wrong with the frame around the answers, which no definition is needed for."""
    if not isinstance(body, dict):
        return tuple(expect(body, dict, "#"))
    faults = unknown(body, FIELDS, "#")
    faults += [Fault(f"#/{name}", "missing") for name in FIELDS if name != "proof" and name not in body]
    kinds = {"version_hash": str, "lang": str, "answers_lang": str, "answers": dict, "declarations": list}
    for name, kind in kinds.items():
        if name in body:
            faults += expect(body[name], kind, f"#/{name}")
    if isinstance(body.get("lang"), str) and body["lang"] not in languages:
        faults.append(Fault("#/lang", "unknown_language", {"allowed": ", ".join(languages)}))
    if isinstance(body.get("answers_lang"), str) and not is_language(body["answers_lang"]):
        faults.append(Fault("#/answers_lang", "invalid_language"))
    return tuple(faults)


def check_withdrawal(body: object) -> tuple[Fault, ...]:
    """Return what is wrong with `{"given": false}`: a consent can be taken back here, not given."""
    if not isinstance(body, dict):
        return tuple(expect(body, dict, "#"))
    faults = unknown(body, ("given",), "#")
    if "given" not in body:
        return (*faults, Fault("#/given", "missing"))
    faults += expect(body["given"], bool, "#/given")
    if body["given"] is True:
        faults.append(Fault("#/given", "only_withdrawal"))
    return tuple(faults)


def check_submission(definition: Definition, body: object, languages: Sequence[str]) -> Checked:
    """Check everything at once, so that a person sees all faults and not the first one only."""
    frame = check_form(body, languages)
    fields = body if isinstance(body, dict) else {}
    answers = fields.get("answers")
    checked = check_answers(definition, answers if isinstance(answers, dict) else {})
    faults = [*frame, *(checked.faults if isinstance(answers, dict) else ())]
    declarations = fields.get("declarations")
    given: tuple[Given, ...] = ()
    if isinstance(declarations, list):
        wrong = _check_declarations(definition, declarations)
        faults += wrong
        if not wrong:
            given = tuple(Given(d["id"], d["version"], d["lang"], d["given"]) for d in declarations)
    return Checked(checked.answers, checked.hidden, tuple(faults), given)


def check_answers(definition: Definition, answers: Mapping[str, Any]) -> Checked:
    """Walk the questions in their order; a hidden one counts as unanswered for all that follow."""
    visible: dict[str, Any] = {}
    hidden: list[str] = []
    faults: list[Fault] = []
    for section in definition.sections:
        section_shown = shows(section.visible_if, visible)
        for question in section.questions:
            answered = question.id in answers
            if not (section_shown and shows(question.visible_if, visible)):
                hidden += [question.id] * answered
            elif answered:
                value = answers[question.id]
                faults += check_value(question, value, visible, f"#/answers/{question.id}")
                visible[question.id] = value
            elif requires(question.required, visible):
                faults.append(Fault(f"#/answers/{question.id}", "missing_answer"))
    known = {question.id for question in definition.questions()}
    faults += unknown(answers, known, "#/answers", "unknown_question")
    kept = {key: value for key, value in answers.items() if key in visible}
    return Checked(kept, tuple(hidden), tuple(faults))


def _check_declarations(definition: Definition, items: Sequence[Any]) -> list[Fault]:
    known = {declaration.id: declaration for declaration in definition.declarations}
    if len(items) > max(MAX_FAULTS, len(known)):
        return [Fault("#/declarations", "too_many", {"max": len(known), "got": len(items)})]
    faults: list[Fault] = []
    named: set[str] = set()
    for place, item in enumerate(items):
        at = f"#/declarations/{place}"
        name: Any = item.get("id") if isinstance(item, dict) else None
        wrong = _check_given(known, item, at)
        if not wrong and name in named:
            wrong = [Fault(f"{at}/id", "repeated_declaration")]
        elif not wrong and known[name].required and not item["given"]:
            wrong = [Fault(f"{at}/given", "declaration_required", {"declaration": name})]
        faults += wrong
        # One complaint per declaration: one that is there and faulty is not missing as well.
        named |= {name} if isinstance(name, str) else set()
    faults += [
        Fault("#/declarations", "declaration_required", {"declaration": name})
        for name, declaration in known.items()
        if declaration.required and name not in named
    ]
    return faults


def large_integers(body: object) -> list[Fault]:
    """Return a fault for every integer that not every JSON reader keeps exact (RFC 8785 refuses them)."""
    if not isinstance(body, dict | list) or not _holds_large(body):
        return []
    pointers = list(_large(body))
    return listed(pointers, lambda at: Fault("#" + at, "integer_too_large", {"max": MAX_INTEGER}))


def _holds_large(body: Mapping[str, Any] | Sequence[Any]) -> bool:
    # Nearly none does, and this walk, without pointers, costs a fifth of the other.
    left: list[Any] = [body]
    while left:
        value = left.pop()
        for item in value.values() if isinstance(value, dict) else value:
            kind = type(item)
            if kind is int and abs(item) > MAX_INTEGER:
                return True
            if kind is dict or kind is list:
                left.append(item)
    return False


def _large(value: Mapping[str, Any] | Sequence[Any]) -> Iterator[str]:
    # A pointer is written only on the way back from what is too large.
    for key, item in value.items() if isinstance(value, Mapping) else enumerate(value):
        inner: Iterator[str] | tuple[str, ...] = ()
        if type(item) is int and abs(item) > MAX_INTEGER:
            inner = ("",)
        elif isinstance(item, dict | list):
            inner = _large(item)
        for rest in inner:
            yield (token(key) if isinstance(key, str) else f"/{key}") + rest


def _check_given(known: Mapping[str, Declaration], item: Any, pointer: str) -> list[Fault]:
    if not isinstance(item, dict):
        return expect(item, dict, pointer)
    kinds = {"id": str, "version": int, "lang": str, "given": bool}
    faults = unknown(item, kinds, pointer)
    faults += [Fault(f"{pointer}/{name}", "missing") for name in kinds if name not in item]
    for name, kind in kinds.items():
        if name in item:
            faults += expect(item[name], kind, f"{pointer}/{name}")
    if faults:
        return faults
    found = known.get(item["id"])
    if found is None:
        return [Fault(f"{pointer}/id", "unknown_declaration")]
    if item["version"] != found.version:
        return [Fault(f"{pointer}/version", "other_version", {"current": found.version})]
    if item["lang"] not in found.languages:
        return [Fault(f"{pointer}/lang", "unknown_language", {"allowed": ", ".join(sorted(found.languages))})]
    return []
