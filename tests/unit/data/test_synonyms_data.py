"""Words of the field that mean the same, so that a query in one language finds texts in another."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[3] / "data"
LANGUAGES = {item["code"] for item in json.loads((DATA / "languages.json").read_text("utf-8"))}
SYNONYMS: list[dict[str, Any]] = json.loads((DATA / "search" / "synonyms.json").read_text("utf-8"))
CODE = re.compile(r"[a-z][a-z0-9_]*")


def test_every_group_of_synonyms_has_words_in_every_language() -> None:
    ids = [group["id"] for group in SYNONYMS]
    assert len(ids) == len(set(ids)) >= 40
    for group in SYNONYMS:
        assert CODE.fullmatch(group["id"])
        assert set(group["words"]) == LANGUAGES, group["id"]
        for language, words in group["words"].items():
            assert words, (group["id"], language)
            assert len(words) == len(set(words)), (group["id"], language)
            assert all(word == word.strip().lower() != "" for word in words), group["id"]


def test_a_word_belongs_to_one_group_only() -> None:
    groups: dict[str, set[str]] = {}
    for group in SYNONYMS:
        for word in (word for words in group["words"].values() for word in words):
            groups.setdefault(word, set()).add(group["id"])
    assert {word: ids for word, ids in groups.items() if len(ids) > 1} == {}


@pytest.mark.parametrize(("query", "english"), [
    ("wohnen", "housing"), ("logement", "housing"), ("alloggio", "housing"),
    ("vivienda", "housing"), ("habitação", "housing"), ("bostad", "housing"),
    ("arbetsmarknad", "employment"), ("requerentes de asilo", "asylum seekers"),
    ("bénévolat", "volunteers"), ("razzismo", "racism"), ("salud", "health"),
    ("nyanlända", "newcomers"), ("familiennachzug", "family reunification"),
])  # fmt: skip
def test_a_query_in_any_language_leads_to_the_english_word(query: str, english: str) -> None:
    group = next(g for g in SYNONYMS if any(query in words for words in g["words"].values()))
    assert english in group["words"]["en"]
