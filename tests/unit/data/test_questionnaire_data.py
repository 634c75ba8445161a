"""The questionnaire of this platform: whole, in every language, and fair to every cell."""

import json
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "data"
EDITION = json.loads((DATA / "editions" / "regin-2026.json").read_text(encoding="utf-8"))
LANGUAGES = [item["code"] for item in json.loads((DATA / "languages.json").read_text(encoding="utf-8"))]
INDICATORS = EDITION["indicators"]


def texts(indicator):
    return [indicator["question"], indicator["help"], *(option["text"] for option in indicator["options"])]


def test_61_questions():
    assert len(INDICATORS) == len({one["id"] for one in INDICATORS}) == 61


def test_its_axes_are_those_of_the_original():
    original = json.loads((DATA / "editions" / "2021.json").read_text(encoding="utf-8"))

    assert EDITION["axes"] == original["axes"]


def test_it_says_that_it_is_our_own():
    scope = next(note for note in EDITION["notes"] if note["kind"] == "scope")

    assert "not the MIPEX-R questionnaire" in scope["text"]["en"]


@pytest.mark.parametrize("axis", [axis["key"] for axis in EDITION["axes"]])
def test_every_key_of_an_axis_is_fed_by_at_least_three_questions(axis):
    fed = Counter(key for one in INDICATORS for key in one["position"][axis])
    keys = next(one["keys"] for one in EDITION["axes"] if one["key"] == axis)

    assert {key["key"]: fed[key["key"]] for key in keys if fed[key["key"]] < 3} == {}


@pytest.mark.parametrize("indicator", INDICATORS, ids=[one["id"] for one in INDICATORS])
def test_a_question_has_three_to_five_options_from_100_to_0_in_every_language(indicator):
    scores = [option["score"] for option in indicator["options"]]

    assert 3 <= len(scores) <= 5
    assert scores == sorted(set(scores), reverse=True)
    assert (scores[0], scores[-1]) == (100, 0)
    assert all(list(text) == LANGUAGES for text in texts(indicator))
    for lang in LANGUAGES:
        options = [option["text"][lang] for option in indicator["options"]]
        assert len(set(options)) == len(options), lang


def test_what_is_the_same_in_english_is_the_same_in_every_language():
    known = {}
    for indicator in INDICATORS:
        for text in texts(indicator):
            assert known.setdefault(text["en"], text) == text
