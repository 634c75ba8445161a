"""The data of regions, editions, scores and statistics: whole, sourced, and the same in every language."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scoring.domain import EXPECTED
from servicekit.text import fold_key

DATA = Path(__file__).parents[3] / "data"
LANGUAGES = [language["code"] for language in json.loads((DATA / "languages.json").read_text("utf-8"))]
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")
NAME = re.compile(r"[a-z][a-z0-9_]*")
PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
# The enumerations whose whole content the contracts fix, in their order.
FIXED = {
    "scoring/reason": "not_held not_assessed unknown not_applicable no_competence insufficient_coverage"
    " suppressed withdrawn",
    "scoring/origin": "published computed demonstration simulated",
    "scoring/confidence": "high medium low",
    "scoring/note_kind": "conflict caveat scope erratum break",
    "scoring/code_match": "exact close broad narrow",
    "scoring/relation": "exact close broad narrow",
    "scoring/edition_kind": "published computed demonstration",
    "scoring/mean_of": "indicators groups",
    "scoring/rounding_mode": "half_up",
    "scoring/release_status": "current superseded withdrawn",
    "scoring/competence": "shared some_exclusive implementing",
    "scoring/better_for": "tcn bip equal",
    "gateway/part_status": "fresh stale missing",
    "gateway/panel_part": "scores statistics practices suggestions",
    "gateway/suggestion_why": "scores_higher similar_profile same_topic",
    "gateway/suggestion_as": "example lesson undetermined",
    "gateway/translation": "human machine",
}


def read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def lists() -> list[str]:
    paths = [path for owner in ("scoring", "gateway") for path in (DATA / "codelists" / owner).glob("*.json")]
    return sorted(f"{path.parent.name}/{path.stem}" for path in paths)


def items(name: str) -> list[Any]:
    return read(f"codelists/{name}.json")["items"]


def codes(name: str) -> list[str]:
    return [item["code"] for item in items(name)]


def nodes(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value of a document with its place."""
    yield pointer, value
    if isinstance(value, list):
        value = dict(enumerate(value))
    if isinstance(value, dict):
        for key, child in value.items():
            yield from nodes(child, f"{pointer}/{key}")


def found(document: Any, key: str) -> list[Any]:
    return [value for pointer, value in nodes(document) if pointer.endswith(f"/{key}")]


REGIONS = read("regions.json")
SCORES = read("published_scores.json")
EDITION = read("editions/2021.json")
STATISTICS = [(region["id"], one) for region in REGIONS for one in region["statistics"]]
FIGURES = [*SCORES, *(one for _, one in STATISTICS)]
KEYS = {axis["key"]: axis["keys"] for axis in EDITION["axes"]}
ALL_KEYS = {key["key"] for keys in KEYS.values() for key in keys}
NOTES = [note for notes in found([REGIONS, SCORES, EDITION], "notes") for note in notes]
MATCHES = [match for matches in found(EDITION, "matches") for match in matches]
COMPETENCES = [region["competences"] for region in REGIONS if region["competences"]]
CONTEXTS = [region["policy_context"] for region in REGIONS if region["policy_context"]]
OWN = ["regions.json", "published_scores.json", "editions/2021.json"]


@pytest.mark.parametrize("name", [*OWN, *(f"codelists/{name}.json" for name in lists())])
def test_every_text_is_there_in_every_language(name):
    document = read(name)
    texts = {place: value for place, value in nodes(document) if isinstance(value, dict) and "en" in value}

    assert texts
    assert {place: list(text) for place, text in texts.items() if list(text) != LANGUAGES} == {}
    words = [word for text in texts.values() for word in text.values()]
    assert [word for word in words if not word or word != word.strip()] == []
    # A bare string where a text document belongs would be shown in one language only.
    labels = [*found(document, "label"), *found(document, "definition")]
    assert [label for label in labels if isinstance(label, str)] == []


def test_what_people_read_of_a_region_is_a_text_document():
    bodies = [region["responsible_body"]["name"] for region in REGIONS if region["responsible_body"]]
    words = [*found(CONTEXTS, "note"), *found(CONTEXTS, "integration_policies"), *found(COMPETENCES, "note")]
    remarks = [note["text"] for note in NOTES]

    for text in [*(region["name"] for region in REGIONS), *bodies, *filter(None, words), *remarks]:
        assert list(text) == LANGUAGES, text


def test_translations_are_not_the_english_text_again():
    for note in NOTES:
        assert len(set(note["text"].values())) == len(LANGUAGES), note


def test_the_regions_are_those_that_are_known():
    assert len(REGIONS) == len({region["id"] for region in REGIONS}) == 34
    assert sum(region["mipex_r"] for region in REGIONS) == 25
    assert sum(region["regin_pilot"] for region in REGIONS) == 6
    assert len({region["country"] for region in REGIONS if region["mipex_r"]}) == 7
    assert len(STATISTICS) == 37


def test_ids_and_keys_are_well_formed():
    assert [region["id"] for region in REGIONS if not SLUG.fullmatch(region["id"])] == []
    names = {*KEYS, *ALL_KEYS, *(one["key"] for _, one in STATISTICS)}
    assert {name for name in names if not NAME.fullmatch(name)} == set()
    assert SLUG.fullmatch(EDITION["edition"])
    assert SLUG.fullmatch(EDITION["release"]["id"])


def test_no_spelling_means_two_regions():
    meant = defaultdict(set)
    for region in REGIONS:
        own = [name["text"] for name in region["own_names"]]
        numbers = [code["code"] for code in region["codes"]]
        for spelling in [region["id"], *numbers, *own, *region["name"].values(), *region["aliases"]]:
            assert fold_key(spelling), spelling
            meant[fold_key(spelling)].add(region["id"])

    assert {spelling: ids for spelling, ids in meant.items() if len(ids) > 1} == {}


@pytest.mark.parametrize(
    ("spelling", "region"),
    [("Catalogne", "catalonia"), ("Pouilles", "puglia"), ("Schonen", "skane"), ("Lissabon", "lisbon"),
     ("Lisboa e Vale do Tejo", "lisbon-and-tagus-valley"), ("Südtirol", "south-tyrol"), ("Tirol", "tyrol")],
)
def test_a_region_is_found_by_its_name_in_any_language(spelling, region):
    folded = fold_key(spelling)
    matching = [
        one["id"] for one in REGIONS
        if folded in map(fold_key, [*one["name"].values(), *(name["text"] for name in one["own_names"])])
    ]
    assert matching == [region]


def test_the_edition_2021_holds_published_figures_and_nothing_computed():
    assert {axis: [key["key"] for key in keys] for axis, keys in KEYS.items()} == {
        "governance": ["actions", "actors_relations", "resources"],
        "policy_cycle": ["formulation", "policy_output", "implementation", "evaluation"],
        "target_group": ["tcn", "bip"],
        "policy_area": ["labour", "education", "health", "housing", "language", "culture_and_religion",
                        "social_security_and_assistance", "anti_discrimination"],
    }
    assert (EDITION["edition"], EDITION["kind"]) == ("2021", "published")
    assert (EDITION["method"], EDITION["indicators"]) == (None, [])
    assert EDITION["languages"] == LANGUAGES
    assert EDITION["release"] == {"id": "2021-r1", "issued": "2026-11-23"}
    assert [note["kind"] for note in EDITION["notes"] if note["sources"]] == ["conflict"]


def test_a_definition_of_the_edition_has_a_source_or_is_not_known():
    for key in (key for keys in KEYS.values() for key in keys):
        assert (key["definition"] is None) == (key["sources"] == []), key["key"]


def test_the_published_scores_are_the_sixteen_that_are_known():
    held = {(one["region"], one["axis"], one["key"]): one["score"] for one in SCORES}
    areas = ["health", "language", "culture_and_religion", "anti_discrimination"]

    assert len(SCORES) == len(held) == 16
    assert len({region for region, _, _ in held}) == 9
    assert held == {
        ("vienna", "overall", "overall"): 78,
        ("basque-country", "overall", "overall"): 77,
        ("catalonia", "overall", "overall"): 64,
        ("navarra", "overall", "overall"): 47,
        ("valencia", "overall", "overall"): 28,
        ("melilla", "overall", "overall"): 23,
        ("murcia", "overall", "overall"): 14,
        ("basque-country", "policy_area", "social_security_and_assistance"): 33,
        ("basque-country", "governance", "resources"): 100,
        **{("basque-country", "policy_area", area): 100 for area in areas},
        ("catalonia", "policy_cycle", "policy_output"): 71,
        ("skane", "policy_cycle", "implementation"): 81,
        ("puglia", "policy_cycle", "evaluation"): 63,
    }
    stated = {one["region"]: one["stated_rank"] for one in SCORES if "stated_rank" in one}
    assert stated == {"vienna": {"position": 1, "of": 25}, "basque-country": {"position": 2, "of": 25}}


def test_a_score_belongs_to_a_region_that_took_part_and_to_a_cell_of_the_edition():
    taking_part = {region["id"] for region in REGIONS if region["mipex_r"]}
    places = {(axis, key["key"]) for axis, keys in KEYS.items() for key in keys} | {("overall", "overall")}

    for one in SCORES:
        assert one["region"] in taking_part
        assert (one["axis"], one["key"]) in places
        assert one["edition"] == EDITION["edition"]


def test_every_figure_has_a_source():
    for figure in FIGURES:
        assert figure["sources"], figure
    for source in (one for sources in found([REGIONS, SCORES, EDITION], "sources") for one in sources):
        assert source["title"]
        assert source.get("published") is None or PARTIAL_DATE.fullmatch(source["published"]), source


def test_known_populations_carry_over():
    held = {region: one["value"] for region, one in STATISTICS if one["key"] == "population"}

    assert len(held) == 24
    assert (held["catalonia"], held["skane"], held["vienna"]) == (7780479, 1389336, 1911728)


@pytest.mark.parametrize(("name", "expected"), FIXED.items())
def test_a_list_that_the_contracts_fix_has_just_these_codes(name, expected):
    assert codes(name) == expected.split()


@pytest.mark.parametrize("name", lists())
def test_a_code_list_is_well_formed(name):
    assert read(f"codelists/{name}.json")["list"] == name.partition("/")[2]
    assert len(set(codes(name))) == len(codes(name)) > 0
    for item in items(name):
        assert set(item) == {"code", "label", "definition", "status", "replaced_by", "matches"}
        assert CODE.fullmatch(item["code"])
        assert (item["status"], item["replaced_by"]) == ("current", None)
    for lang in LANGUAGES:
        labels = [item["label"][lang] for item in items(name)]
        assert len(set(labels)) == len(labels), lang


def test_every_code_in_use_stands_in_its_list():
    used = {
        "note_kind": {note["kind"] for note in NOTES},
        "confidence": {one["confidence"] for one in FIGURES},
        "code_match": {code["match"] for region in REGIONS for code in region["codes"]},
        "code_scheme": {code["scheme"] for region in REGIONS for code in region["codes"]},
        "website_status": {site["status"] for region in REGIONS for site in region["websites"]},
        "statistic": {one["key"] for _, one in STATISTICS},
        "unit": {one["unit"] for _, one in STATISTICS},
        "statistic_flag": {flag for _, one in STATISTICS for flag in one["flags"]},
        "competence": {kind for one in COMPETENCES for kinds in one["areas"].values() for kind in kinds},
        "policy_context": {key for context in CONTEXTS for key in context} - {"sources"},
        "better_for": set(found(REGIONS, "better_for")),
        "relation": {match["relation"] for match in MATCHES},
        "edition_kind": {EDITION["kind"]},
        "country": {region["country"] for region in REGIONS},
        "language": {lang for lang in found([REGIONS, SCORES, EDITION], "lang") if lang} | set(LANGUAGES),
    }

    unlisted = {name: held - set(codes(f"scoring/{name}")) for name, held in used.items()}
    assert unlisted == {name: set() for name in used}


def test_the_languages_and_countries_of_the_practices_have_words():
    practices = read("practices.json")
    spoken = {lang for one in practices for lang in one["practice_languages"]}

    assert spoken | {lang for lang in found(practices, "lang") if lang} <= set(codes("scoring/language"))
    assert {country for one in practices for country in one["countries"]} <= set(codes("scoring/country"))


def test_codes_of_the_catalogue_that_are_named_exist():
    areas = set(codes("practices/policy_area"))
    strong_and_weak = {key for name in ("strong", "weak") for named in found(CONTEXTS, name) for key in named}

    assert {area for one in COMPETENCES for area in one["areas"]} <= areas
    assert {match["list"] for match in MATCHES} == {"policy_area"}
    assert {match["code"] for match in MATCHES} <= areas
    assert strong_and_weak <= ALL_KEYS


def test_an_area_has_the_same_words_in_the_edition_and_in_the_catalogue():
    catalogue = {item["code"]: item["label"] for item in items("practices/policy_area")}
    for key in KEYS["policy_area"]:
        for code in (match["code"] for match in key["matches"] if match["relation"] == "exact"):
            # English keeps the edition's own word: "Labour" where the catalogue has "Labour market".
            assert {**catalogue[code], "en": ""} == {**key["label"], "en": ""}, code


def test_the_expected_statistics_have_words_for_their_keys_groups_and_units():
    for key, group, unit in EXPECTED:
        assert key in codes("scoring/statistic")
        assert group.citizenship in codes("scoring/citizenship")
        assert group.sex in codes("scoring/sex")
        assert group.age in codes("scoring/age")
        assert unit is None or unit in codes("scoring/unit")


@pytest.mark.parametrize(
    ("name", "parts"),
    [("findings.json", 6), ("network.json", 10), ("recommendations.json", None), ("toolkit.json", None)],
)
def test_what_is_copied_names_known_regions_and_its_sources(name, parts):
    document = read(name)
    known = {region["id"] for region in REGIONS}

    assert parts is None or len(document) == parts
    assert {region for region in found(document, "region") if isinstance(region, str)} <= known
    assert all(source["title"] for sources in found(document, "sources") for source in sources)
