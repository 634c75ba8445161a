import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from servicekit.catalog import Catalog
from servicekit.i18n import Languages
from servicekit.wire import localise

ROOT = Path(__file__).resolve().parents[3]
LANGUAGES = Languages.load(ROOT / "data")


@pytest.mark.parametrize(
    ("asked", "accepted", "got"),
    [
        (None, None, "en"),
        ("sv", None, "sv"),
        ("pt-BR", None, "pt"),
        ("de-AT", "fr", "de"),
        ("xx", "fr", "en"),
        ("", "fr", "en"),
        (None, "de-AT", "de"),
        (None, "ca", "es"),
        (None, "gl-ES, eu", "es"),
        (None, "nl, it;q=0.3, fr;q=0.8", "fr"),
        (None, "nl", "en"),
        (None, "fr;q=0, sv;q=0.1", "sv"),
        (None, ";;;,q=1,,de;q=x", "en"),
    ],
)
def test_the_language_a_reader_gets(asked, accepted, got):
    assert LANGUAGES.negotiate(asked, accepted) == got


def test_a_missing_text_falls_back_and_says_so():
    doc = {"sv": "Hälsa", "en": "Health"}
    assert localise(doc, "sv").lang == "sv"
    assert localise(doc, "it").lang == "en"
    assert localise({"sv": "Hälsa", "de": "Gesundheit"}, "it", original="sv").text == "Hälsa"
    assert localise({"de": "Gesundheit"}, "it").lang == "de"
    assert localise(None, "en") is None


def test_a_translation_says_how_it_came_about():
    doc, status = {"en": "Health", "sv": "Hälsa", "de": "Gesundheit"}, {"sv": "machine", "de": "reviewed"}
    assert localise(doc, "en", status=status).translation is None
    assert localise(doc, "sv", status=status).translation == "machine"
    assert localise(doc, "de", status=status).translation == "human"


def catalogues():
    folders = [ROOT / "shared", *(ROOT / "services").iterdir()]
    return sorted(path.parent for folder in folders for path in folder.glob("src/*/locale/en.po"))


@pytest.mark.parametrize("folder", catalogues(), ids=lambda folder: folder.parent.name)
def test_every_message_exists_in_every_language_with_the_same_placeholders(folder):
    texts = {}
    for code in LANGUAGES.codes:
        with (folder / f"{code}.po").open("rb") as file:
            texts[code] = {m.id: m.string for m in read_po(file) if m.id}
    for msgid, english in texts["en"].items():
        for code, messages in texts.items():
            assert messages.get(msgid), (code, msgid)
            assert sorted(re.findall(r"{\w+}", messages[msgid])) == sorted(re.findall(r"{\w+}", english))
    assert all(messages.keys() == texts["en"].keys() for messages in texts.values())


def test_a_message_never_fails_to_be_shown():
    catalog = Catalog.load()
    assert "{max}" in catalog.text("en", "fault.too_long")
    assert catalog.text("xx", "not_found.title") == "Not found"
    assert catalog.text("en", "no.such.message") == "no.such.message"
