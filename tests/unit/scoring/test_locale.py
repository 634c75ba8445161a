"""Every message of scoring exists in every language, with the same names to fill in."""

import string

import pytest

from scoring.main import LOCALE
from servicekit.catalog import Catalog

LANGUAGES = ("en", "fr", "de", "it", "es", "pt", "sv")
OWN = Catalog.load(LOCALE).messages
GENERAL = Catalog.load().messages


def names(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_messages(lang):
    own = OWN["en"].keys() - GENERAL["en"].keys()

    assert "overall" in own
    assert {word: names(OWN[lang][word]) for word in own} == {word: names(OWN["en"][word]) for word in own}
