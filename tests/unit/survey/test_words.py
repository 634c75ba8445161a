"""Every error the service can answer with has its words in seven languages, with the same figures in them."""

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import survey
from servicekit.catalog import Catalog
from tests.support.builders_survey import LANGUAGES

SOURCE = Path(survey.__file__).parent
LOCALE = SOURCE / "locale"


def messages(lang):
    with (LOCALE / f"{lang}.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def texts_in(*paths):
    """Return every text constant of some modules."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def fault_codes():
    """Return the codes of faults: the second argument of each Fault, and those chosen beside it."""
    names = ("faults", "values", "submission")
    candidates = texts_in(*(SOURCE / "domain" / f"{name}.py" for name in names), SOURCE / "service.py")
    known = Catalog.load(LOCALE)
    return {text for text in candidates if known.has(f"fault.{text}")}


def test_the_seven_catalogues_hold_the_same_messages():
    english = messages("en")
    for lang in LANGUAGES:
        found = messages(lang)
        assert found.keys() == english.keys()
        assert not [msgid for msgid, words in found.items() if not words.strip()]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_translation_names_the_same_figures(lang):
    def names(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    english = messages("en")
    assert {k: names(v) for k, v in messages(lang).items()} == {k: names(v) for k, v in english.items()}


def test_every_problem_has_title_and_detail():
    codes = {text for text in texts_in(SOURCE / "problems.py") if re.fullmatch("[a-z]+(_[a-z]+)+", text)}
    known = Catalog.load(LOCALE)
    assert len(codes) == 12
    assert [code for code in codes if not (known.has(f"{code}.title") and known.has(f"{code}.detail"))] == []


def test_every_message_is_used():
    faults = {msgid.removeprefix("fault.") for msgid in messages("en") if msgid.startswith("fault.")}
    assert faults <= fault_codes()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_apostrophes_and_quotation_marks_are_typographic(lang):
    assert [msgid for msgid, words in messages(lang).items() if "'" in words or '"' in words] == []
