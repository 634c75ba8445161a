"""The catalogue as it ships: its facts, its codes and their words in seven languages."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[3] / "data"
CODELISTS = DATA / "codelists" / "practices"
LANGUAGES = {item["code"] for item in json.loads((DATA / "languages.json").read_text("utf-8"))}

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE = re.compile(r"[a-z][a-z0-9_]*")
PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")

# What CONTRACTS and the catalogue's sources fix; theme and target_group are our own.
EXPECTED_CODES = {
    "policy_area": "labour education health housing language culture religion"
    " social_security_and_assistance anti_discrimination",
    "role": "leader active_partner coordinator support funding advice",
    "role_kind": "direct indirect",
    "aspect": "communication inclusion innovation monitoring_evaluation multi_level_governance"
    " multi_stakeholder_approach sustainability",
    "criterion": "relevance effectiveness efficiency impact sustainability",
    "transferability": "replicable other_groups lasting risks",
    "success": "worked mixed did_not_work unknown",
    "success_basis": "evaluation self_reported editor",
    "regin_relation": "pilot_action pilot_action_component test_bed test_bed_component none",
    "scope": "regional eu",
    "location_precision": "site municipality region",
    "basis": "stated read mapped",
    "practice_sort": "relevance newest title",
    "search_engine": "meilisearch postgresql",
    "facet_word": "unknown",
    "practice_filter": "country region role policy_area theme target_group success language"
    " text_language regin_relation aspect criterion",
}
# One word must say what it means before a reader can choose it: these lists leave none out.
FULLY_DEFINED = (
    *("role", "role_kind", "aspect", "criterion", "transferability"),
    *("success", "success_basis", "scope", "location_precision", "basis", "facet_word"),
)
LIST_OF_WORDS = {"themes": "theme", "target_groups": "target_group"}


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


PRACTICES: list[dict[str, Any]] = read(DATA / "practices.json")
LISTS: dict[str, list[dict[str, Any]]] = {
    path.stem: read(path)["items"] for path in sorted(CODELISTS.glob("*.json"))
}


def codes(name: str) -> list[str]:
    return [item["code"] for item in LISTS[name]]


def codes_of_word(name: str) -> dict[str, list[str]]:
    """Each printed word with the codes that carry it."""
    found: dict[str, list[str]] = {}
    for item in LISTS[name]:
        for word in item["words"]:
            found.setdefault(word, []).append(item["code"])
    return found


def count(field: str) -> dict[str, int]:
    return dict(Counter(value for practice in PRACTICES for value in practice[field]))


def strings(value: Any) -> list[str]:
    """Every text inside a document, keys left out."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for part in value for text in strings(part)]
    return []


def is_original_text(value: Any) -> bool:
    return isinstance(value, dict) and list(value) == ["en"] and isinstance(value["en"], str)


def all_sources(practice: dict[str, Any]) -> list[dict[str, Any]]:
    in_notes = [source for note in practice["notes"] for source in note["sources"]]
    return [*practice["sources"], *practice["success"]["sources"], *in_notes]


# Code lists


def test_there_is_a_list_for_every_enumeration_of_the_catalogue() -> None:
    assert set(LISTS) == {*EXPECTED_CODES, "theme", "target_group"}


@pytest.mark.parametrize("name", sorted(EXPECTED_CODES))
def test_a_list_holds_the_agreed_codes_in_order(name: str) -> None:
    assert codes(name) == EXPECTED_CODES[name].split()


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_is_complete_in_seven_languages(name: str) -> None:
    assert read(CODELISTS / f"{name}.json")["list"] == name
    for item in LISTS[name]:
        assert CODE.fullmatch(item["code"])
        assert set(item["label"]) == LANGUAGES, item["code"]
        assert item["definition"] is None or set(item["definition"]) == LANGUAGES, item["code"]
        assert (item["status"], item["replaced_by"]) == ("current", None)
        assert all(text == text.strip() != "" for text in strings(item)), item["code"]


@pytest.mark.parametrize("name", sorted(LISTS))
def test_codes_and_labels_are_unique_in_their_list(name: str) -> None:
    assert len(set(codes(name))) == len(LISTS[name])
    for language in LANGUAGES:
        labels = Counter(item["label"][language].casefold() for item in LISTS[name])
        assert [label for label, times in labels.items() if times > 1] == [], language


@pytest.mark.parametrize("name", FULLY_DEFINED)
def test_a_list_that_needs_explaining_defines_every_code(name: str) -> None:
    assert [item["code"] for item in LISTS[name] if item["definition"] is None] == []


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_definition_is_one_sentence(name: str) -> None:
    for item in LISTS[name]:
        for language, text in (item["definition"] or {}).items():
            assert text[-1] in ".?", (item["code"], language)
            assert not re.search(r"[.?!] ", text), (item["code"], language)


def test_matches_name_codes_that_exist() -> None:
    known = {name: set(codes(name)) for name in LISTS}
    for axis in read(DATA / "editions" / "2021.json")["axes"]:
        known[f"2021.{axis['key']}"] = {key["key"] for key in axis["keys"]}
    for items in LISTS.values():
        for match in (match for item in items for match in item["matches"]):
            assert match["relation"] in {"exact", "close", "broad", "narrow"}
            assert match["code"] in known[match["list"]]


def test_each_role_is_direct_or_indirect() -> None:
    kinds = {item["code"]: item["matches"] for item in LISTS["role"]}
    broad = {"relation": "broad", "list": "role_kind"}
    for role in ("leader", "active_partner", "coordinator"):
        assert kinds[role] == [{**broad, "code": "direct"}]
    for role in ("support", "funding", "advice"):
        assert kinds[role] == [{**broad, "code": "indirect"}]


def test_the_two_groups_of_the_2021_edition_are_among_the_target_groups() -> None:
    exact = {
        (item["code"], match["list"], match["code"])
        for item in LISTS["target_group"]
        for match in item["matches"]
        if match["relation"] == "exact"
    }
    assert exact == {("tcn", "2021.target_group", "tcn"), ("bip", "2021.target_group", "bip")}


# Printed words and the codes they were brought to


@pytest.mark.parametrize(
    ("field", "name", "printed"),
    [
        ("themes", "theme", 42),
        ("target_groups", "target_group", 75),
    ],
)
def test_the_mapping_covers_exactly_the_printed_words(field: str, name: str, printed: int) -> None:
    words = {word for practice in PRACTICES for word in practice["words"][field]}
    assert words == set(codes_of_word(name))
    assert len(words) == printed


@pytest.mark.parametrize(("field", "name"), sorted(LIST_OF_WORDS.items()))
def test_a_practice_has_the_codes_of_its_words_and_no_others(field: str, name: str) -> None:
    mapping = codes_of_word(name)
    for practice in PRACTICES:
        expected = {code for word in practice["words"][field] for code in mapping[word]}
        assert set(practice[field]) == expected, practice["id"]
        assert len(practice[field]) == len(expected), practice["id"]


@pytest.mark.parametrize("name", sorted(LIST_OF_WORDS.values()))
def test_every_code_of_our_own_lists_carries_a_printed_word(name: str) -> None:
    assert [item["code"] for item in LISTS[name] if not item["words"]] == []


# Practices


def test_there_are_69_practices_with_valid_ids() -> None:
    ids = [practice["id"] for practice in PRACTICES]
    assert len(ids) == len(set(ids)) == 69
    assert all(SLUG.fullmatch(practice_id) for practice_id in ids)


def test_every_practice_has_the_same_fields() -> None:
    assert len({tuple(practice) for practice in PRACTICES}) == 1
    assert {tuple(practice["words"]) for practice in PRACTICES} == {("themes", "target_groups", "roles")}
    assert {tuple(practice["period"]) for practice in PRACTICES} == {("start", "end", "ongoing", "text")}
    assert {tuple(practice["transferability"]) for practice in PRACTICES} == {tuple(codes("transferability"))}


@pytest.mark.parametrize(("field", "expected"), [
    ("countries", {"ES": 33, "IT": 13, "SE": 10, "PT": 6, "DE": 2, "GR": 2, "AT": 1, "FR": 1}),
    ("regions", {
        "catalonia": 10, "murcia": 10, "navarra": 9, "skane": 8, "azores": 6, "puglia": 6,
        "campania": 3, "basque-country": 2, "valencia": 2, "bremen": 2, "emilia-romagna": 2,
        "vastra-gotaland": 2, "vorarlberg": 1, "trento": 1, "occitanie": 1, "tuscany": 1,
        "crete": 1, "central-macedonia": 1,
    }),
    ("roles", {"leader": 35, "coordinator": 12, "funding": 11, "support": 7, "active_partner": 2}),
    ("role_kinds", {"direct": 46, "indirect": 16}),
    ("policy_areas", {
        "social_security_and_assistance": 18, "labour": 14, "health": 13, "culture": 12,
        "education": 11, "language": 11, "housing": 10, "anti_discrimination": 6,
    }),
    ("practice_languages", {"en": 2, "es": 2, "fr": 2, "pt": 1, "zh": 1, "ar": 1}),
])  # fmt: skip
def test_the_facts_are_those_of_the_sources(field: str, expected: dict[str, int]) -> None:
    assert count(field) == expected


def test_success_is_claimed_only_with_a_basis_and_a_source() -> None:
    judged = [practice["success"] for practice in PRACTICES]
    assert Counter((success["value"], success["basis"]) for success in judged) == {
        ("unknown", None): 65,
        ("worked", "evaluation"): 3,
        ("worked", "self_reported"): 1,
    }
    assert all(bool(success["sources"]) == (success["value"] != "unknown") for success in judged)


def test_relation_to_the_project_is_null_where_there_is_none() -> None:
    relations = Counter(practice["regin_relation"] for practice in PRACTICES)
    assert relations == {
        None: 56,
        "pilot_action": 5,
        "pilot_action_component": 4,
        "test_bed_component": 3,
        "test_bed": 1,
    }


def test_texts_and_sources_are_all_there() -> None:
    texts = ("objectives", "results", "lessons_learnt", "funding", "url")
    assert {f: sum(p[f] is not None for p in PRACTICES) for f in texts} == {
        "objectives": 36, "results": 34, "lessons_learnt": 9, "funding": 28, "url": 47,
    }  # fmt: skip
    lists = ("activities", "challenges", "actors", "aspects", "sources", "notes")
    assert {f: sum(len(p[f]) for p in PRACTICES) for f in lists} == {
        "activities": 77, "challenges": 29, "actors": 147,
        "aspects": 45, "sources": 187, "notes": 16,
    }  # fmt: skip


def test_no_place_is_invented() -> None:
    assert {str(practice["location"]) for practice in PRACTICES} == {"None"}


def test_every_code_is_in_its_list() -> None:
    fields = {"roles": "role", "role_kinds": "role_kind", "policy_areas": "policy_area"}
    for practice in PRACTICES:
        for field, name in {**fields, **LIST_OF_WORDS}.items():
            assert set(practice[field]) <= set(codes(name)), practice["id"]
        assert practice["scope"] in codes("scope")
        assert practice["regin_relation"] in {None, *codes("regin_relation")} - {"none"}
        assert set(practice["basis"].values()) <= set(codes("basis"))
        assert {aspect["aspect"] for aspect in practice["aspects"]} <= set(codes("aspect"))
        assert {item["criterion"] for item in practice["criteria"]} <= set(codes("criterion"))
        assert {n["kind"] for n in practice["notes"]} <= {"conflict", "caveat", "scope"}


def test_role_kinds_follow_from_the_roles() -> None:
    kind = {item["code"]: item["matches"][0]["code"] for item in LISTS["role"]}
    for practice in PRACTICES:
        kinds = {kind[role] for role in practice["roles"]}
        assert practice["role_kinds"] == [code for code in codes("role_kind") if code in kinds]


def test_basis_is_given_for_what_is_there_and_only_for_that() -> None:
    for practice in PRACTICES:
        assert all(practice[field] for field in practice["basis"]), practice["id"]
        for field in ("roles", *LIST_OF_WORDS):
            assert bool(practice[field]) == (field in practice["basis"]), practice["id"]


def test_every_text_is_a_document_in_its_original_language() -> None:
    optional = ("objectives", "results", "lessons_learnt", "funding")
    for practice in PRACTICES:
        assert practice["original"] == "en"
        required = [practice["title"], practice["summary"]]
        required += [*practice["activities"], *practice["challenges"], *practice["actors"]]
        required += [note["text"] for note in practice["notes"]]
        assert all(is_original_text(text) for text in required), practice["id"]
        may_be_null = [practice[field] for field in optional]
        may_be_null += [practice["period"]["text"], *practice["transferability"].values()]
        for aspect in practice["aspects"]:
            may_be_null += [aspect["inspiring"], aspect["improvement"]]
        assert all(t is None or is_original_text(t) for t in may_be_null), practice["id"]


def test_no_text_is_empty_or_padded() -> None:
    for practice in PRACTICES:
        assert all(text == text.strip() != "" for text in strings(practice)), practice["id"]


def test_every_practice_names_its_sources() -> None:
    for practice in PRACTICES:
        assert practice["sources"], practice["id"]
        addresses = [practice["url"], *(source["url"] for source in all_sources(practice))]
        assert all(url is None or re.match(r"https?://\S+$", url) for url in addresses)
        assert all(source["title"] for source in all_sources(practice))


def test_dates_are_as_exact_as_the_source_and_no_more() -> None:
    for practice in PRACTICES:
        dates = [practice["period"]["start"], practice["period"]["end"]]
        dates += [source["published"] for source in all_sources(practice)]
        assert all(date is None or PARTIAL_DATE.fullmatch(date) for date in dates), practice["id"]


def test_every_region_is_one_we_know() -> None:
    known = {region["id"] for region in read(DATA / "regions.json")}
    assert {region for practice in PRACTICES for region in practice["regions"]} <= known
