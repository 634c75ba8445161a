"""What a definition must be before it is loaded: each line changes one thing and names the fault it makes."""

# ruff: noqa: E501 - a table of cases reads best with one case a line

import pytest

from survey.domain.reading import InvalidDefinition, read_definition, texts_of
from tests.support.builders_survey import (
    a_declaration,
    a_document,
    a_question,
    a_section,
    a_text,
    an_option,
)  # fmt: skip

Q = "#/sections/0/questions/0"
AT_B = "#/sections/0/questions/1"
EARLIER = a_question("a")


def faults(document):
    with pytest.raises(InvalidDefinition) as refused:
        read_definition(document)
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def number(**constraints):
    return a_question("q", "number", constraints=constraints)


QUESTIONS = [
    # the question                                                      where                     what
    (a_question("1-a"),                                                 f"{Q}/id",                "invalid_id"),
    (a_question(7),                                                     f"{Q}/id",                "invalid_id"),
    (a_question("s1"),                                                  f"{Q}/id",                "repeated_id"),
    (a_question(label={}),                                              f"{Q}/label/en",          "missing"),
    (a_question(label="Words"),                                         f"{Q}/label",             "not_an_object"),
    (a_question(label={"en": "Words", "sv": "Ord"}),                    f"{Q}/label/sv",          "unknown_language"),
    (a_question(label={"en": "Words", "fr": " "}),                      f"{Q}/label/fr",          "blank"),
    (a_question(help={"fr": "Mots"}),                                   f"{Q}/help/en",           "missing"),
    (a_question(personal="no"),                                         f"{Q}/personal",          "not_true_or_false"),
    (a_question(autocomplete=1),                                        f"{Q}/autocomplete",      "not_text"),
    (a_question(kind="colour"),                                         f"{Q}/type",              "unknown_type"),
    (a_question(surprise=1),                                            f"{Q}/surprise",          "unknown_field"),
    (a_question(required="yes"),                                        f"{Q}/required",          "unknown_rule"),
    (a_question(required=None),                                         f"{Q}/required",          "not_true_or_false"),
    (a_question(visible_if={"question": "q", "answered": True}),        f"{Q}/visible_if", "not_an_earlier_question"),
    (a_question(visible_if={"not": {"question": "z", "in": []}}),       f"{Q}/visible_if", "not_an_earlier_question"),
    (a_question(visible_if={"question": "q", "like": "x"}),             f"{Q}/visible_if",        "unknown_rule"),
    (a_question(options=[an_option("a")]),                              f"{Q}/options",           "options_and_type"),
    (a_question(options={}),                                            f"{Q}/options",           "not_a_list"),
    (a_question(constraints=[]),                                        f"{Q}/constraints",       "not_an_object"),
    (a_question(constraints={"size": 1}),                               f"{Q}/constraints/size",  "unknown_field"),
    (a_question(constraints={"min": 1}),                                f"{Q}/constraints/min",   "constraint_and_type"),
    (a_question(constraints={"max_items": 1}),                          f"{Q}/constraints/max_items",
                                                                                                  "constraint_and_type"),
    (a_question(constraints={"max_length": "9"}),                       f"{Q}/constraints/max_length",
                                                                                                  "not_a_whole_number"),
    (a_question(constraints={"min_length": -1}),                        f"{Q}/constraints/min_length",
                                                                                                  "not_a_whole_number"),
    (a_question(constraints={"pattern": "a*"}),                         f"{Q}/constraints/pattern", "unsafe_pattern"),
    (a_question(constraints={"pattern": 5}),                            f"{Q}/constraints/pattern", "unsafe_pattern"),
    (number(min="1"),                                                   f"{Q}/constraints/min",   "constraint_and_type"),
    (number(max=0),                                                     f"{Q}/example",           "too_large"),
    (a_question(kind="partial_date", constraints={"min": 2020}),        f"{Q}/constraints/min",   "constraint_and_type"),
    (a_question(example="Words"),                                       f"{Q}/example",           "not_an_object"),
    (a_question(constraints={"max_length": 3}),                         f"{Q}/example/en",        "too_long"),
    (a_question(kind="choice", options=[]),                             f"{Q}/options",           "options_and_type"),
    (a_question(kind="choice", options=[an_option("a"), an_option("a")]), f"{Q}/options/1/value", "invalid_id"),
    (a_question(kind="choice", options=[an_option("a"), an_option("b c")]), f"{Q}/options/1/value", "invalid_id"),
    (a_question(kind="choice", options=[an_option("a"), {"value": "b"}]), f"{Q}/options/1/label", "missing"),
    (a_question(kind="choice", options=[an_option("a"), 7]),            f"{Q}/options/1",         "not_an_object"),
    (a_question(kind="choice", example="c"),                            f"{Q}/example",           "unknown_option"),
    (7,                                                                 Q,                        "not_an_object"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "pointer", "code"), QUESTIONS)
def test_a_question(question, pointer, code):
    assert (pointer, code) in faults(a_document(question))


def test_an_example_is_valid_when_only_the_options_visible_by_default_are():
    options = [an_option("a"), an_option("b", {"question": "a", "answered": True})]
    fine, hidden = (a_question("b", "choice", options=options, example=value) for value in ("a", "b"))
    read_definition(a_document(EARLIER, fine))
    assert faults(a_document(EARLIER, hidden)) == [(f"{AT_B}/example", "hidden_option")]


DOCUMENTS = [
    ({"survey": "Test"},                        "#/survey",                    "invalid_id"),
    ({"survey": "keys"},                        "#/survey",                    "invalid_id"),
    ({"survey": 1},                             "#/survey",                    "invalid_id"),
    ({"version": 0},                            "#/version",                   "not_a_whole_number"),
    ({"version": True},                         "#/version",                   "not_a_whole_number"),
    ({"languages": []},                         "#/languages",                 "not_a_list"),
    ({"languages": [1]},                        "#/languages",                 "not_a_list"),
    ({"original": "sv"},                        "#/original",                  "unknown_language"),
    ({"title": {}},                             "#/title/en",                  "missing"),
    ({"privacy": "none"},                       "#/privacy",                   "not_an_object"),
    ({"privacy": {"purpose": {}}},              "#/privacy/purpose/en",        "missing"),
    ({"sections": {"a": 1}},                    "#/sections",                  "not_a_list"),
    ({"sections": [7]},                         "#/sections/0",                "not_an_object"),
    ({"sections": [a_section(visible_if={})]},  "#/sections/0/visible_if",     "unknown_rule"),
    ({"declarations": 7},                       "#/declarations",              "not_a_list"),
    ({"declarations": [7]},                     "#/declarations/0",            "not_an_object"),
    ({"declarations": [a_declaration(kind="oath")]}, "#/declarations/0/kind",  "unknown_kind"),
    ({"declarations": [a_declaration(purpose="A b")]}, "#/declarations/0/purpose", "invalid_id"),
    ({"declarations": [a_declaration(version="1")]}, "#/declarations/0/version", "not_a_whole_number"),
    ({"declarations": [a_declaration(required=None)]}, "#/declarations/0/required", "not_true_or_false"),
    ({"declarations": [a_declaration(kind="consent", required=True)]}, "#/declarations/0/required",
                                                                               "consent_required"),
    ({"declarations": [a_declaration(), a_declaration()]}, "#/declarations/1/id", "repeated_id"),
    ({"surprise": 1},                           "#/surprise",                  "unknown_field"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "pointer", "code"), DOCUMENTS)
def test_a_document(fields, pointer, code):
    assert (pointer, code) in faults(a_document(EARLIER, **fields))


@pytest.mark.parametrize("document", [None, [], 7, "x"])
def test_what_is_no_document(document):
    assert faults(document) == [("#", "not_an_object")]


def test_all_faults_are_listed():
    assert len(faults(a_document(a_question(label={}), a_question("b", required=None), version=0))) == 3


def test_a_rule_may_look_back_over_sections_and_a_faulty_question_still_counts_as_asked():
    later = a_section(a_question("b"), section_id="s2", visible_if={"question": "a", "answered": True})
    definition = read_definition(a_document(sections=[a_section(EARLIER), later]))
    assert [question.id for question in definition.questions()] == ["a", "b"]
    broken = a_section(a_question("a", label={}))
    assert faults(a_document(sections=[broken, later])) == [("#/sections/0/questions/0/label/en", "missing")]


def test_every_text_is_found_for_the_count_of_what_is_translated():
    question = a_question("a", help=a_text("Help"), kind="choice")
    document = a_document(question, a_question("b"), declarations=[a_declaration()])
    read_definition(document)
    assert len(texts_of(document)) == 11
