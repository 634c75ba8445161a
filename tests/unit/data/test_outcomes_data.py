"""The 55 outcome indicators: ours, whole, with words in every language and nothing written twice."""

import json
import re
from pathlib import Path

import pytest

from scoring.domain import EXPECTED

DATA = Path(__file__).parents[3] / "data"
LANGUAGES = ["en", "fr", "de", "it", "es", "pt", "sv"]
DOCUMENT = json.loads((DATA / "outcomes" / "indicators.json").read_text(encoding="utf-8"))
INDICATORS = DOCUMENT["indicators"]
BY_CODE = {one["code"]: one for one in INDICATORS}


def items(name):
    document = json.loads((DATA / "codelists" / "scoring" / f"{name}.json").read_text(encoding="utf-8"))
    return {item["code"]: item for item in document["items"]}


def test_there_are_55_and_each_stands_once():
    assert len(INDICATORS) == len(BY_CODE) == 55
    assert [code for code in BY_CODE if not re.fullmatch(r"[a-z][a-z0-9_]*", code)] == []


def test_they_are_declared_as_our_own():
    (note,) = DOCUMENT["notes"]

    assert (note["kind"], list(note["text"])) == ("scope", LANGUAGES)
    assert "our own" in note["text"]["en"]


@pytest.mark.parametrize("code", BY_CODE)
def test_an_indicator_has_its_words_in_the_code_list(code):
    item = items("statistic")[code]

    assert list(item["label"]) == LANGUAGES
    assert list(item["definition"]) == LANGUAGES
    # Words that are the same in several languages exist ("Immigration"); a sentence that is, does not.
    assert len(set(item["definition"].values())) == len(LANGUAGES)


@pytest.mark.parametrize("one", INDICATORS, ids=list(BY_CODE))
def test_an_indicator_uses_known_codes_only(one):
    assert set(one) == {"code", "domain", "unit", "groups", "direction", "eurostat"}
    assert one["domain"] in items("outcome_domain")
    assert one["unit"] in items("unit")
    assert one["direction"] in items("outcome_direction")
    assert list(one["groups"]) == ["citizenship", "sex", "age"]
    for name, codes in one["groups"].items():
        assert codes
        assert set(codes) <= set(items(name))


@pytest.mark.parametrize("one", INDICATORS, ids=list(BY_CODE))
def test_a_series_of_eurostat_says_what_it_is_fixed_to(one):
    for series in one["eurostat"]:
        assert set(series) == {"dataset", "dimensions", "ages"}
        assert re.fullmatch(r"[a-z0-9_]+", series["dataset"])
        assert series["dimensions"]
        assert all(codes and isinstance(codes, list) for codes in series["dimensions"].values())
        assert set(series["ages"].values()) <= set(one["groups"]["age"])


def test_two_indicators_of_one_data_set_are_told_apart_by_a_dimension():
    seen = {}
    for one in INDICATORS:
        for series in one["eurostat"]:
            for other, fixed in seen.setdefault(series["dataset"], {}).items():
                shared = fixed.keys() & series["dimensions"].keys()
                apart = [d for d in shared if not set(fixed[d]) & set(series["dimensions"][d])]
                assert apart, (one["code"], other)
            seen[series["dataset"]][one["code"]] = series["dimensions"]


def test_what_a_panel_expects_is_asked_for():
    for key, group, unit in EXPECTED:
        if unit is None:  # the urban-rural type is no outcome
            continue
        assert BY_CODE[key]["unit"] == unit
        assert group.citizenship in BY_CODE[key]["groups"]["citizenship"]
        assert group.sex in BY_CODE[key]["groups"]["sex"]
        assert group.age in BY_CODE[key]["groups"]["age"]
