"""How a query is read, and what of it is marked."""

import string
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practices.search import Highlighter, Synonyms, stem, terms
from practices.search.tsquery import vector
from practices.search.words import Phrase, edits, stems
from tests.support.builders_practices import a_document, a_practice, the_synonyms


@pytest.mark.parametrize(
    ("one", "other", "lang"),
    [
        ("municipality", "municipalities", "en"),
        ("sprachkurs", "sprachkurse", "de"),
        ("trabajador", "trabajadoras", "es"),
        ("integração", "integrações", "pt"),
        ("régional", "régionales", "fr"),
        ("lavoratore", "lavoratori", "it"),
        ("kommun", "kommunernas", "sv"),
    ],
)
def test_forms_of_a_word_share_a_stem(one, other, lang):
    assert stem(one, lang) == stem(other, lang)


def test_a_language_without_a_stemmer_keeps_its_words():
    assert stem("Llengües".casefold(), "ca") == "llengues"


def test_a_word_has_its_stem_with_and_without_accents():
    assert stems("integração", "pt") >= {"integr"}
    assert stem("integracao", "pt") in stems("integração", "pt")


def test_stop_words_go_unless_there_is_nothing_else():
    assert [word.folded for word in terms("the reception of children", "en")] == ["reception", "children"]
    assert [word.folded for word in terms("of the", "en")] == ["of", "the"]
    assert terms(" ,;- ", "en") == ()


def test_a_query_has_at_most_ten_words():
    assert len(terms("word " * 40, "en")) == 10


@pytest.mark.parametrize(
    ("one", "other", "most", "near"),
    [
        ("sponsorshp", "sponsorship", 1, True),
        ("sponsorhsip", "sponsorship", 1, True),
        ("helth", "health", 1, True),
        ("health", "heat", 1, False),
        ("abc", "abc", 0, True),
        ("abc", "abd", 0, False),
        ("ab", "abcde", 2, False),
    ],
)
def test_letters_missing_added_wrong_or_swapped(one, other, most, near):
    assert edits(one, other, most) is near


SHORT = st.text(alphabet="abc", max_size=5)


@given(SHORT, SHORT)
def test_edits_are_the_same_both_ways(one, other):
    assert edits(one, other, 2) == edits(other, one, 2)


def test_synonyms_meet_across_languages_and_forms():
    ((_, same),) = the_synonyms().segments(terms("Wohnungen", "de"))
    assert ("en", ("housing",)) in {(phrase.lang, phrase.words) for phrase in same}


def test_the_longest_phrase_is_taken():
    synonyms = Synonyms([[Phrase("en", ("vocational", "training")), Phrase("fr", ("apprentissage",))]])
    parts = list(synonyms.segments(terms("good vocational training places", "en")))
    assert [" ".join(word.folded for word in words) for words, _ in parts] == [
        "good", "vocational training", "places",
    ]  # fmt: skip
    assert synonyms.by_stems()["vocat train"] == ["apprentissag"]


def test_without_synonyms_each_word_stands_alone():
    assert [len(words) for words, _ in Synonyms([]).segments(terms("two words", "en"))] == [1, 1]


def marked(query, text, lang="en", text_lang="en"):
    return Highlighter(query, lang, the_synonyms()).mark({"title": (text, text_lang)})["title"]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("schools", "One school, two Schools", "One <mark>school</mark>, two <mark>Schools</mark>"),
        ("spons", "Sponsorship", "<mark>Sponsorship</mark>"),
        ("spons club", "Sponsorship club", "Sponsorship <mark>club</mark>"),
        ("sponsorshp", "Sponsorship", "<mark>Sponsorship</mark>"),
        ("Skane", "I Skåne", "I <mark>Skåne</mark>"),
        ("accommodation", "Housing first", "<mark>Housing</mark> first"),
        ("script", "<script>&\"'", "&lt;<mark>script</mark>&gt;&amp;&quot;&#x27;"),
        ("mark", "<mark>x</mark>", "&lt;<mark>mark</mark>&gt;x&lt;/<mark>mark</mark>&gt;"),
        ("nothing", "Here", "Here"),
    ],
)
def test_words_are_marked(query, text, expected):
    assert marked(query, text) == expected


@given(st.text(alphabet=string.printable + "åßﬁ𝒜中", max_size=60), st.text(alphabet="abcmrk<>&", max_size=10))
def test_marks_are_the_only_tags_whatever_the_text(text, query):
    html = marked(query, text)
    bare = html.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert ">" not in bare
    assert unescape(bare) == text


def test_a_field_without_text_stays_none():
    fields = {"title": ("School", "en"), "summary": None}
    assert Highlighter("zzzzz", "en", the_synonyms()).mark(fields) == {"title": "School", "summary": None}


def test_a_vector_holds_words_and_stems_by_weight():
    text, words = vector(a_document(a_practice("p", title={"pt": "Integração"}, summary={"pt": "x" * 70})))
    assert "'=integracao':1A" in text
    assert "'pt/integr':1A" in text
    assert words == {"integracao"}
