"""An edition is refused whole, with every fault, its place and a code that does not change."""

import json
from decimal import Decimal

import pytest

from scoring.canonical import canonical, document_hash
from scoring.checks import known_codes
from scoring.documents import EditionDoc, Known, edition_faults, read_edition
from scoring.domain.documents import questionnaire_from
from tests.support.builders_editions import computed, question
from tests.support.builders_scoring import DATA, edition, words

KNOWN = known_codes(DATA)


def faults(document, known=KNOWN):
    return [(fault.pointer, fault.code) for fault in edition_faults(document, known)]


def at(document, path):
    """Return what holds the last step, and that step."""
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in steps:
        document = document[step]
    return document, last


def test_an_edition_without_a_fault():
    assert faults(computed()) == []
    assert faults(edition().document()) == []


@pytest.mark.parametrize(
    ("place", "value", "pointer", "code"),
    [
        ("indicators/1/id", "L1", "#/indicators/1/id", "stands_twice"),
        ("indicators/0/options/1/id", "a", "#/indicators/0/options/1/id", "stands_twice"),
        ("indicators/0/options/0/score", 100.5, "#/indicators/0/options/0/score", "too_large"),
        ("indicators/0/options/0/score", -1, "#/indicators/0/options/0/score", "too_small"),
        ("indicators/0/options/0/score", True, "#/indicators/0/options/0/score", "wrong_type"),
        ("indicators/0/options/0/score", "100", "#/indicators/0/options/0/score", "wrong_type"),
        ("indicators/0/weight", 0, "#/indicators/0/weight", "not_above"),
        ("indicators/0/weight", -0.5, "#/indicators/0/weight", "not_above"),
        (
            "indicators/0/weight",
            Decimal("0.1000000000000000001"),
            "#/indicators/0/weight",
            "number_not_exact",
        ),
        ("indicators/0/weight", Decimal("1e400"), "#/indicators/0/weight", "number_not_exact"),
        ("indicators/0/weight", Decimal("1e-400"), "#/indicators/0/weight", "number_not_exact"),
        ("indicators/0/weight", 2**53 + 1, "#/indicators/0/weight", "number_not_exact"),
        ("indicators/0/options", [], "#/indicators/0/options", "too_few"),
        ("indicators/0/id", "L 1", "#/indicators/0/id", "bad_form"),
        ("indicators/0/position/area/0", "labor", "#/indicators/0/position/area/0", "unknown_key"),
        ("indicators/1/position/area/1", "labour", "#/indicators/1/position/area/1", "stands_twice"),
        ("indicators/0/position/sector", ["labour"], "#/indicators/0/position/sector", "unknown_axis"),
        ("indicators/0/position/a b", ["labour"], "#/indicators/0/position/a b", "bad_form"),
        ("indicators/0/colour", "red", "#/indicators/0/colour", "unknown_field"),
        ("indicators/0/question/sv", None, "#/indicators/0/question/sv", "wrong_type"),
        ("indicators/0/help", {"en": "Help"}, "#/indicators/0/help", "language_missing"),
        ("indicators/0/help", words("x") | {"ca": "x"}, "#/indicators/0/help/ca", "language_not_listed"),
        ("indicators/0/help/en", "", "#/indicators/0/help/en", "too_short"),
        ("indicators", [], "#/indicators", "too_few"),
        ("indicators", [question("A", 1, position={"area": ["labour"]})] * 501, "#/indicators", "too_many"),
        ("axes/0/keys/1/key", "labour", "#/axes/0/keys/1/key", "stands_twice"),
        ("axes/0/keys/1/key", "sport", "#/axes/0/keys/1", "key_without_indicator"),
        ("axes/0/keys/1/key", "He", "#/axes/0/keys/1/key", "bad_form"),
        ("axes/0/keys", [], "#/axes/0/keys", "too_few"),
        ("axes/1", {"key": "area", "label": words("x"), "keys": []}, "#/axes/1/key", "stands_twice"),
        ("languages/6", "ca", "#/languages/6", "unknown_language"),
        ("languages/6", "en", "#/languages/6", "stands_twice"),
        ("languages/6", "en", "#/languages", "language_missing"),
        ("title", {"en": "Only English"}, "#/title", "language_missing"),
        ("method", None, "#/method", "missing"),
        ("method/min_coverage", 1.1, "#/method/min_coverage", "too_large"),
        ("method/rounding/digits", 4, "#/method/rounding/digits", "too_large"),
        ("method/rounding/digits", 1.0, "#/method/rounding/digits", "wrong_type"),
        ("method/rounding/mode", "down", "#/method/rounding/mode", "unknown_value"),
        ("method/overall/mean_of", "groups", "#/method/overall/axis", "missing"),
        ("method/overall", {"mean_of": "groups", "axis": "sector"}, "#/method/overall/axis", "unknown_axis"),
        ("method/overall/axis", "area", "#/method/overall/axis", "unknown_field"),
        ("method/bands/1/from", 0, "#/method/bands/1/from", "not_ascending"),
        ("method/bands/1/from", float("nan"), "#/method/bands/1/from", "number_not_exact"),
        ("method/bands/1/key", "low", "#/method/bands/1/key", "stands_twice"),
        ("method/bands/1/from", True, "#/method/bands/1/from", "wrong_type"),
        ("release", {"id": "small-r1", "issued": "2026-01-01"}, "#/release", "not_for_kind"),
        ("kind", "guessed", "#/kind", "unknown_value"),
        ("kind", "published", "#/indicators", "not_for_kind"),
        ("kind", "published", "#/method", "not_for_kind"),
        ("kind", "published", "#/release", "missing"),
        ("edition", "Small", "#/edition", "bad_form"),
        ("notes", None, "#/notes", "wrong_type"),
    ],
)
def test_a_fault(place, value, pointer, code):
    document = computed()
    holder, last = at(document, place)
    if isinstance(holder, list) and last == len(holder):
        holder.append(value)
    elif holder is None:
        document["indicators"][0]["help"] = words("Help") | {last: value}
    else:
        holder[last] = value

    assert (pointer, code) in faults(document)


@pytest.mark.parametrize(
    ("match", "place", "code"),
    [
        ({"relation": "exact", "list": "policy_area", "code": "labour"}, None, None),
        ({"relation": "exact", "list": "2030.area", "code": "anything"}, None, None),
        ({"relation": "exact", "list": "policy_areas", "code": "labour"}, "list", "unknown_list"),
        ({"relation": "exact", "list": "policy_area", "code": "labor"}, "code", "unknown_code"),
        ({"relation": "exact", "list": 1, "code": "labour"}, "list", "wrong_type"),
    ],
)
def test_what_a_key_matches(match, place, code):
    document = computed()
    document["axes"][0]["keys"][0]["matches"] = [match]

    assert faults(document) == ([(f"#/axes/0/keys/0/matches/0/{place}", code)] if code else [])


@pytest.mark.parametrize(("release", "good"), [("2021-r2", True), ("2021-r0", False), ("r1", False)])
def test_the_release_of_a_published_edition_is_named_after_it(release, good):
    document = edition().document()
    document["release"]["id"] = release

    assert faults(document) == ([] if good else [("#/release/id", "release_id")])


def test_all_faults_are_found_at_once_whatever_their_kind():
    document = computed()
    document["indicators"][0]["options"][0]["score"] = "many"
    document["indicators"][1]["id"] = "L1"
    document["axes"][0]["label"].pop("it")
    document["axes"][0]["keys"].append({"key": "sport", "label": words("Sport")})
    del document["method"]["rounding"]

    assert set(faults(document)) == {
        ("#/indicators/0/options/0/score", "wrong_type"),
        ("#/indicators/1/id", "stands_twice"),
        ("#/axes/0/label", "language_missing"),
        ("#/axes/0/keys/2", "key_without_indicator"),
        ("#/axes/0/keys/2/definition", "missing"),
        ("#/axes/0/keys/2/matches", "missing"),
        ("#/method/rounding", "missing"),
    }


@pytest.mark.parametrize(
    "document",
    [
        None, [], "x", 1, {}, {"axes": 1}, {"axes": [1, {"keys": "x"}], "indicators": [None, {"options": 3}]},
        {"indicators": [{"position": []}], "languages": 1}, {"indicators": [{"position": {"a": 1}}]},
        {"axes": [{"key": "a", "keys": []}], "indicators": [{"position": {"a": [1, None, "x"]}}]},
        {"languages": [1, None, {}], "method": {"overall": [], "bands": [1, {"from": "x"}]}}, {"method": 1},
        {"kind": "published", "release": 1}, {"kind": ["x"], "title": {"en": []}},
        {"languages": [["en"]], "axes": [{"key": [], "keys": [{"key": {}}]}]},
        {"method": {"overall": {"mean_of": "groups", "axis": ["area"]}}, "axes": [{"key": ["area"]}]},
    ],
)  # fmt: skip
def test_a_document_of_any_shape_is_refused_and_never_an_error(document):
    assert faults(document)


def test_an_edition_that_is_only_computed_with_may_have_fewer_languages():
    some = Known(KNOWN.languages, KNOWN.lists, every_language=False)
    document = computed()
    document["languages"] = ["en", "sv"]

    assert ("#/languages", "language_missing") in faults(document)
    assert {code for _, code in faults(document, some)} == {"language_not_listed"}


def test_what_was_read_is_the_document_again_to_the_last_digit():
    document = computed()

    doc = read_edition(document, KNOWN)

    assert doc.document() == document
    assert [one.weight for one in doc.indicators] == [Decimal("0.1"), Decimal("0.2"), 1]
    asked = questionnaire_from(json.loads(json.dumps(doc.document())))
    assert [str(one.weight) for one in asked.indicators] == ["1/10", "1/5", "1"]
    assert [str(option.score) for option in asked.indicators[2].options] == ["999/10", "333/10"]
    assert asked.method.bands[1].start == Decimal("60.5")


def test_the_hash_is_that_of_the_canonical_json():
    document = EditionDoc.model_validate(computed()).document()
    otherwise = {name: document[name] for name in reversed(document)}
    otherwise["method"] = {**document["method"], "min_coverage": 0.50}

    assert document_hash(document) == document_hash(otherwise)
    assert canonical({"b": 1.0, "a": [0.1, 1e21, "é"]}) == '{"a":[0.1,1e+21,"é"],"b":1}'.encode()
    assert document_hash({}).startswith("sha256:44136fa355b3678a1146ad16f7e8649e")


def test_what_stands_beyond_the_longest_list_is_not_looked_at():
    document = computed() | {"indicators": [{}] * 100_000}

    assert faults(document) == [("#/indicators", "too_many")]
