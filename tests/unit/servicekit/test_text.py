import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.text import fold_key, nearest, shown


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Skåne", "skane"),
        ("Generalitat de Catalunya (Catalonia)", "generalitat-de-catalunya-catalonia"),
        ("  Friuli-Venezia   Giulia ", "friuli-venezia-giulia"),
        ("Región de Murcia (Murcia)", "region-de-murcia-murcia"),
        ("Κρήτη", "κρητη"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("ＥＳ５１", "es51"),
        ("???", ""),
    ],
)
def test_spellings_of_a_name_meet(written, folded):
    assert fold_key(written) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold_key(fold_key(text)) == fold_key(text)


def test_the_nearest_known_word_is_found_across_spellings():
    assert nearest("catalona", ["catalonia", "campania"]) == "catalonia"
    assert nearest("Skåna", ["skane", "navarra"]) == "skane"
    assert nearest("EL51", ["ES51", "EL43"]) is None
    assert nearest("zzz", ["skane", "navarra"]) is None


def test_what_is_shown_back_is_printable_and_short():
    assert shown("a\x00b\u202ec") == "a\ufffdb\ufffdc"
    assert len(shown("x" * 500)) == 60
