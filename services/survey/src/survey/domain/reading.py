"""Reading a definition from its document, with every fault that it has.

A survey is loaded once and answered for years, so what could go wrong at answering is refused at loading: a
rule that looks ahead, an option that is not there, an example that is no valid answer, a text nobody wrote.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .definition import (
    DECLARATION_KINDS,
    QUESTION_TYPES,
    Constraints,
    Declaration,
    Definition,
    Option,
    Question,
    Section,
)
from .faults import Fault, expect
from .patterns import Pattern, UnsafePattern, compile_pattern
from .rules import Rule, Unknown, leaves, parse_rule
from .values import check_value

__all__ = ["RESERVED", "InvalidDefinition", "read_definition", "texts_of"]

RESERVED = frozenset({"keys"})  # an address of the API where a survey's id would stand
TEXT_TYPES = frozenset({"text", "long_text", "email", "url"})
_SURVEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_NUMERIC = frozenset({"number", "date", "partial_date"})
_CHOOSING = frozenset({"choice", "choices"})
_COUNTED = frozenset({"choices", "links"})
_ROOT = ("survey", "version", "original", "languages", "title", "privacy", "sections", "declarations")
_SECTION = ("id", "title", "visible_if", "questions")
_QUESTION = (
    "id",
    "type",
    "label",
    "help",
    "required",
    "visible_if",
    "options",
    "constraints",
    "autocomplete",
    "personal",
    "example",
)
_DECLARATION = ("id", "kind", "purpose", "version", "text", "required")
_CONSTRAINTS = ("min_length", "max_length", "pattern", "min", "max", "min_items", "max_items")


class InvalidDefinition(ValueError):
    """A document is no definition; `faults` says all that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.pointer} {fault.code}" for fault in faults))
        self.faults = tuple(faults)


def read_definition(document: Any) -> Definition:
    """Return the definition that a document holds; raises InvalidDefinition with all its faults."""
    reader = _Reader()
    definition = reader.definition(document)
    if definition is None or reader.faults:
        raise InvalidDefinition(reader.faults)
    return definition


def texts_of(document: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """Return every text of a valid definition, each by language."""
    texts = [document["title"], *document["privacy"].values()]
    texts += [declaration["text"] for declaration in document["declarations"]]
    for section in document["sections"]:
        texts.append(section["title"])
        for question in section["questions"]:
            texts += [question["label"], *filter(None, [question["help"]])]
            texts += [option["label"] for option in question["options"]]
            texts += [question["example"]] if question["type"] in TEXT_TYPES else []
    return texts


@dataclass
class _Reader:
    faults: list[Fault] = field(default_factory=list)
    languages: tuple[str, ...] = ()
    original: str = ""
    ids: set[str] = field(default_factory=set)
    earlier: set[str] = field(default_factory=set)

    def fault(self, pointer: str, code: str) -> None:
        self.faults.append(Fault(pointer, code))

    def object(self, value: Any, pointer: str, names: Sequence[str]) -> dict[str, Any] | None:
        """Return an object that has exactly the named members, or None."""
        before = len(self.faults)
        if not isinstance(value, dict):
            self.faults += expect(value, dict, pointer)
            return None
        self.faults += [Fault(f"{pointer}/{name}", "missing") for name in names if name not in value]
        self.faults += [Fault(f"{pointer}/{key}", "unknown_field") for key in value if key not in names]
        return value if len(self.faults) == before else None

    def items(self, value: Any, pointer: str) -> list[Any]:
        self.faults += expect(value, list, pointer)
        return value if isinstance(value, list) else []

    def text(self, value: Any, pointer: str) -> frozenset[str]:
        """Check a text in its languages: the original must be there, and nothing may be blank."""
        if not isinstance(value, dict):
            self.faults += expect(value, dict, pointer)
            return frozenset()
        if self.original not in value:
            self.fault(f"{pointer}/{self.original}", "missing")
        for lang, text in value.items():
            if lang not in self.languages:
                self.fault(f"{pointer}/{lang}", "unknown_language")
            elif not isinstance(text, str) or not text.strip():
                self.fault(f"{pointer}/{lang}", "blank")
        return frozenset(value)

    def id(self, value: Any, pointer: str) -> None:
        if not isinstance(value, str) or _ID.fullmatch(value) is None:
            self.fault(pointer, "invalid_id")
        elif value in self.ids:
            self.fault(pointer, "repeated_id")
        else:
            self.ids.add(value)

    def rule(self, value: Any, pointer: str) -> Rule | None:
        if value is None:
            return None
        rule = parse_rule(value)
        for leaf in leaves(rule):
            if isinstance(leaf, Unknown):
                self.fault(pointer, "unknown_rule")
            elif leaf.question not in self.earlier:
                self.fault(pointer, "not_an_earlier_question")
        return rule

    def definition(self, value: Any) -> Definition | None:
        root = self.object(value, "#", _ROOT)
        if root is None:
            return None
        survey, version = root["survey"], root["version"]
        if not isinstance(survey, str) or _SURVEY.fullmatch(survey) is None or survey in RESERVED:
            self.fault("#/survey", "invalid_id")
        if type(version) is not int or version < 1:
            self.fault("#/version", "not_a_whole_number")
        self._languages(root)
        self.text(root["title"], "#/title")
        privacy = root["privacy"]
        self.faults += expect(privacy, dict, "#/privacy")
        for name, text in (privacy if isinstance(privacy, dict) else {}).items():
            self.text(text, f"#/privacy/{name}")
        sections = [
            self._section(item, f"#/sections/{place}")
            for place, item in enumerate(self.items(root["sections"], "#/sections"))
        ]
        declarations = [
            self._declaration(item, f"#/declarations/{place}")
            for place, item in enumerate(self.items(root["declarations"], "#/declarations"))
        ]
        return Definition(
            survey=survey,
            version=version,
            languages=self.languages,
            original=self.original,
            sections=tuple(section for section in sections if section),
            declarations=tuple(declaration for declaration in declarations if declaration),
            document=root,
        )

    def _languages(self, root: Mapping[str, Any]) -> None:
        languages, original = root["languages"], root["original"]
        if isinstance(languages, list) and languages and all(isinstance(code, str) for code in languages):
            self.languages = tuple(languages)
        else:
            self.fault("#/languages", "not_a_list")
        if original in self.languages:
            self.original = original
        else:
            self.fault("#/original", "unknown_language")

    def _section(self, value: Any, pointer: str) -> Section | None:
        section = self.object(value, pointer, _SECTION)
        if section is None:
            return None
        self.id(section["id"], f"{pointer}/id")
        self.text(section["title"], f"{pointer}/title")
        visible_if = self.rule(section["visible_if"], f"{pointer}/visible_if")
        questions = [
            self._question(item, f"{pointer}/questions/{place}")
            for place, item in enumerate(self.items(section["questions"], f"{pointer}/questions"))
        ]
        return Section(section["id"], tuple(q for q in questions if q), visible_if)

    def _question(self, value: Any, pointer: str) -> Question | None:
        found = self.object(value, pointer, _QUESTION)
        if found is None:
            return None
        self.id(found["id"], f"{pointer}/id")
        self.text(found["label"], f"{pointer}/label")
        if found["help"] is not None:
            self.text(found["help"], f"{pointer}/help")
        self.faults += expect(found["personal"], bool, f"{pointer}/personal")
        if found["autocomplete"] is not None:
            self.faults += expect(found["autocomplete"], str, f"{pointer}/autocomplete")
        if found["type"] not in QUESTION_TYPES:
            self.fault(f"{pointer}/type", "unknown_type")
            return None
        before = len(self.faults)
        question = Question(
            id=found["id"],
            type=found["type"],
            required=self._required(found["required"], f"{pointer}/required"),
            visible_if=self.rule(found["visible_if"], f"{pointer}/visible_if"),
            options=self._options(found, pointer),
            constraints=self._constraints(found, f"{pointer}/constraints"),
            personal=found["personal"],
        )
        if len(self.faults) == before:
            self._example(question, found["example"], f"{pointer}/example")
        self.earlier.add(str(found["id"]))
        return question

    def _required(self, value: Any, pointer: str) -> bool | Rule:
        if isinstance(value, bool):
            return value
        rule = self.rule(value, pointer)
        if rule is None:
            self.fault(pointer, "not_true_or_false")
            return False
        return rule

    def _options(self, found: Mapping[str, Any], pointer: str) -> tuple[Option, ...]:
        items = self.items(found["options"], f"{pointer}/options")
        if bool(items) is not (found["type"] in _CHOOSING):
            self.fault(f"{pointer}/options", "options_and_type")
        options: dict[str, Option] = {}
        for place, item in enumerate(items):
            at = f"{pointer}/options/{place}"
            option = self.object(item, at, ("value", "label", "visible_if"))
            if option is None:
                continue
            self.text(option["label"], f"{at}/label")
            value = option["value"]
            if not isinstance(value, str) or _ID.fullmatch(value) is None or value in options:
                self.fault(f"{at}/value", "invalid_id")
                continue
            options[value] = Option(value, self.rule(option["visible_if"], f"{at}/visible_if"))
        return tuple(options.values())

    def _constraints(self, found: Mapping[str, Any], pointer: str) -> Constraints:
        value, kind = found["constraints"], found["type"]
        if not isinstance(value, dict):
            self.faults += expect(value, dict, pointer)
            return Constraints()
        pattern: Pattern | None = None
        for name, limit in value.items():
            at = f"{pointer}/{name}"
            if name not in _CONSTRAINTS:
                self.fault(at, "unknown_field")
            elif name == "pattern":
                pattern = self._pattern(limit, at)
            elif name in ("min", "max"):
                wanted = (int, float) if kind == "number" else (str,)
                if kind not in _NUMERIC or type(limit) not in wanted:
                    self.fault(at, "constraint_and_type")
            elif name.endswith("_items") and kind not in _COUNTED:
                self.fault(at, "constraint_and_type")
            elif type(limit) is not int or limit < 0:
                self.fault(at, "not_a_whole_number")
        limits = {name: value.get(name) for name in _CONSTRAINTS if name != "pattern"}
        return Constraints(**limits, pattern=pattern)

    def _pattern(self, source: Any, pointer: str) -> Pattern | None:
        try:
            return compile_pattern(source if isinstance(source, str) else "")
        except UnsafePattern:
            self.fault(pointer, "unsafe_pattern")
            return None

    def _example(self, question: Question, value: Any, pointer: str) -> None:
        # Checked as a first answer would be: options that need an earlier answer are not there yet.
        if question.type not in TEXT_TYPES:
            self.faults += check_value(question, value, {}, pointer)
            return
        self.text(value, pointer)
        for lang, text in (value if isinstance(value, dict) else {}).items():
            self.faults += check_value(question, text, {}, f"{pointer}/{lang}")

    def _declaration(self, value: Any, pointer: str) -> Declaration | None:
        found = self.object(value, pointer, _DECLARATION)
        if found is None:
            return None
        self.id(found["id"], f"{pointer}/id")
        if found["kind"] not in DECLARATION_KINDS:
            self.fault(f"{pointer}/kind", "unknown_kind")
        if not isinstance(found["purpose"], str) or _CODE.fullmatch(found["purpose"]) is None:
            self.fault(f"{pointer}/purpose", "invalid_id")
        if type(found["version"]) is not int or found["version"] < 1:
            self.fault(f"{pointer}/version", "not_a_whole_number")
        self.faults += expect(found["required"], bool, f"{pointer}/required")
        # A consent that must be given is none: it would not be free.
        if found["kind"] == "consent" and found["required"] is True:
            self.fault(f"{pointer}/required", "consent_required")
        languages = self.text(found["text"], f"{pointer}/text")
        return Declaration(
            id=found["id"],
            kind=found["kind"],
            version=found["version"],
            required=found["required"] is True,
            languages=languages,
        )
