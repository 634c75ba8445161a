"""The real definition: short, whole in seven languages, and in the catalogue's own codes."""

import json

import pytest

from survey.domain.places import COUNTRIES
from survey.domain.reading import TEXT_TYPES, read_definition, texts_of
from survey.domain.submission import check_answers
from tests.support.builders_survey import DATA, LANGUAGES, the_document

DOCUMENT = the_document()
QUESTIONS = {q["id"]: q for section in DOCUMENT["sections"] for q in section["questions"]}


def codes(name):
    document = json.loads((DATA / "codelists" / name).read_text(encoding="utf-8"))
    return {item["code"] for item in document["items"]}


def test_it_is_complete_in_seven_languages():
    assert tuple(DOCUMENT["languages"]) == LANGUAGES
    assert [text for text in texts_of(DOCUMENT) if tuple(text) != LANGUAGES] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_its_examples_together_are_a_valid_submission(lang):
    answers = {
        name: question["example"][lang] if question["type"] in TEXT_TYPES else question["example"]
        for name, question in QUESTIONS.items()
    }
    checked = check_answers(read_definition(DOCUMENT), answers)
    assert (checked.faults, checked.hidden) == ((), ("end",))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("policy_areas", "policy_area"),
        ("role", "role"),
        ("target_groups", "target_group"),
        ("outcome", "success"),
    ],
)
def test_its_options_are_the_catalogues_codes(question, name):
    values = {option["value"] for option in QUESTIONS[question]["options"]} - {"other"}
    assert values <= codes(f"practices/{name}.json")
    if name != "target_group":
        assert values == codes(f"practices/{name}.json")


def test_the_practice_that_failed_is_asked_what_did_not_work():
    definition = read_definition(DOCUMENT)
    for outcome, missing in (
        ("worked", ["what_worked"]),
        ("mixed", ["what_worked", "what_did_not"]),
        ("did_not_work", ["what_did_not"]),
        ("unknown", []),
    ):
        faults = check_answers(definition, {"outcome": outcome}).faults
        asked = {"#/answers/what_worked": "what_worked", "#/answers/what_did_not": "what_did_not"}
        assert [asked[fault.pointer] for fault in faults if fault.pointer in asked] == missing


def test_whoever_is_a_person_is_marked_and_nothing_about_them_is_required():
    personal = {name for name, question in QUESTIONS.items() if question["personal"]}
    assert personal == {"contact_email", "contact_name"}
    assert not any(QUESTIONS[name]["required"] for name in personal)


def test_declarations_stand_apart_and_consents_are_free():
    kinds = {d["id"]: (d["kind"], d["required"]) for d in DOCUMENT["declarations"]}
    assert kinds == {
        "privacy_notice": ("notice", True),
        "text_licence": ("licence", True),
        "may_share": ("statement", True),
        "publish_organisation": ("consent", False),
        "be_contacted": ("consent", False),
    }
    assert all("CC BY 4.0" in text for text in DOCUMENT["declarations"][1]["text"].values())


@pytest.mark.parametrize(
    "path", sorted((DATA / "codelists" / "survey").glob("*.json")), ids=lambda path: path.stem
)
def test_every_code_has_its_words_in_seven_languages(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["list"] == path.stem
    for item in document["items"]:
        assert tuple(item["label"]) == LANGUAGES
        assert item["definition"] is None or tuple(item["definition"]) == LANGUAGES


@pytest.mark.parametrize(
    ("name", "used"),
    [
        ("question_type", {question["type"] for question in QUESTIONS.values()}),
        ("declaration_kind", {item["kind"] for item in DOCUMENT["declarations"]}),
        ("declaration_purpose", {item["purpose"] for item in DOCUMENT["declarations"]}),
        ("survey_language", set(LANGUAGES)),
    ],
)
def test_the_codes_it_uses_are_in_their_lists(name, used):
    assert used <= codes(f"survey/{name}.json")


def test_there_are_all_countries():
    assert len(COUNTRIES) == 249 + len({"EL", "XK"})
