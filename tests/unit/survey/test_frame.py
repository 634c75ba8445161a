"""The frame around the answers: fields, languages, declarations; and taking a consent back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.faults import Fault, expect
from survey.domain.submission import (
    check_answers,
    check_form,
    check_submission,
    check_withdrawal,
    form_language,
    large_integers,
)  # fmt: skip
from tests.support.builders_survey import (
    a_declaration,
    a_definition,
    a_question,
    a_section,
    an_option,
    example_answers,
    untimed,
)  # fmt: skip

LANGUAGES = ("en", "fr")


def a_body(**fields):
    return {
        "version_hash": "h", "lang": "en", "answers_lang": "ca", "answers": {}, "declarations": [], **fields,
    }  # fmt: skip


def found(faults):
    return [(fault.pointer, fault.code) for fault in faults]


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({}, []),
        ({"proof": 1}, []),
        ({"more": 1}, [("#/more", "unknown_field")]),
        ({"a/b~": 1}, [("#", "unknown_field")]),
        ({"lang": "sv"}, [("#/lang", "unknown_language")]),
        ({"lang": ["en"]}, [("#/lang", "not_text")]),
        ({"answers_lang": "x"}, [("#/answers_lang", "invalid_language")]),
        ({"answers_lang": 1}, [("#/answers_lang", "not_text")]),
        ({"version_hash": None}, [("#/version_hash", "not_text")]),
        ({"answers": []}, [("#/answers", "not_an_object")]),
        ({"declarations": {}}, [("#/declarations", "not_a_list")]),
    ],
)
def test_the_fields(fields, faults):
    assert found(check_form(a_body(**fields), LANGUAGES)) == faults


@pytest.mark.parametrize(
    ("body", "lang"),
    [({"lang": "fr"}, "fr"), ({"lang": "sv"}, None), ({"lang": ["fr"]}, None), ({}, None), ([], None)],
)
def test_the_language_of_the_form(body, lang):
    assert form_language(body, LANGUAGES) == lang


DEFINITION = a_definition(
    a_question(required=True),
    declarations=[
        a_declaration("notice", required=True, version=3),
        a_declaration("consent", "consent", text={"en": "Words", "fr": "Mots"}),
    ],
)
NOTICE = {"id": "notice", "version": 3, "lang": "en", "given": True}
CONSENT = {"id": "consent", "version": 1, "lang": "fr", "given": False}


@pytest.mark.parametrize(
    ("declarations", "faults"),
    [
        ([NOTICE], []),
        ([NOTICE, CONSENT], []),
        ([], [("#/declarations", "declaration_required")]),
        ([CONSENT], [("#/declarations", "declaration_required")]),
        ([NOTICE | {"given": False}], [("#/declarations/0/given", "declaration_required")]),
        ([NOTICE, NOTICE], [("#/declarations/1/id", "repeated_declaration")]),
        ([NOTICE | {"version": 2}], [("#/declarations/0/version", "other_version")]),
        ([NOTICE | {"version": True}], [("#/declarations/0/version", "not_a_whole_number")]),
        ([NOTICE | {"lang": "fr"}], [("#/declarations/0/lang", "unknown_language")]),
        ([NOTICE | {"more": 1}], [("#/declarations/0/more", "unknown_field")]),
        (
            [NOTICE, {"id": "oath"}],
            [(f"#/declarations/1/{n}", "missing") for n in ("version", "lang", "given")],
        ),
        ([NOTICE, CONSENT | {"id": "oath"}], [("#/declarations/1/id", "unknown_declaration")]),
        ([NOTICE, CONSENT | {"id": 1}], [("#/declarations/1/id", "not_text")]),
        ([NOTICE, 7], [("#/declarations/1", "not_an_object")]),
    ],
)
def test_the_declarations(declarations, faults):
    checked = check_submission(DEFINITION, a_body(answers={"q": "x"}, declarations=declarations), LANGUAGES)
    assert found(checked.faults) == faults
    assert [vars(given) for given in checked.declarations] == ([] if faults else declarations)


def test_a_frame_that_is_wrong_hides_no_other_fault():
    body = a_body(lang="sv", declarations=[NOTICE])
    assert found(check_submission(DEFINITION, body, LANGUAGES).faults) == [
        ("#/lang", "unknown_language"),
        ("#/answers/q", "missing_answer"),
    ]
    assert found(check_submission(DEFINITION, [], LANGUAGES).faults) == [("#", "not_an_object")]
    for broken in ({"answers": 1}, {"declarations": 1}):
        assert len(check_submission(DEFINITION, a_body(**broken), LANGUAGES).faults) == 2


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"given": False}, []),
        ({"given": True}, [("#/given", "only_withdrawal")]),
        ({"given": None}, [("#/given", "not_true_or_false")]),
        ({}, [("#/given", "missing")]),
        ({"given": False, "lang": "en"}, [("#/lang", "unknown_field")]),
        (False, [("#", "not_an_object")]),
    ],
)
def test_taking_a_consent_back(body, faults):
    assert found(check_withdrawal(body)) == faults


def test_large_integers_are_found_wherever_they_are():
    body = {"a": [1, {"b": 2**53}], "c": -(2**53), "d": 2**53 - 1, "e": float(2**60), "f": True, "g": None}
    assert found(large_integers(body)) == [("#/a/1/b", "integer_too_large"), ("#/c", "integer_too_large")]


def test_a_truth_value_is_no_number():
    assert expect(True, int, "#") == [Fault("#", "not_a_whole_number")]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
KINDS = (
    "text",
    "choice",
    "choices",
    "number",
    "date",
    "partial_date",
    "links",
    "region",
    "country",
    "language",
)
RULES = [
    None,
    {"question": "text", "answered": True},
    {"question": "number", "gte": 3},
    {"not": {"question": "choice", "in": ["a", "other"]}},
]
EVERY = a_definition(
    sections=[
        a_section(*(a_question(kind, kind, visible_if=None) for kind in KINDS)),
        a_section(
            *(
                a_question(f"later{n}", required=rule or True, visible_if=rule)
                for n, rule in enumerate(RULES)
            ),
            section_id="s2",
            visible_if={
                "any": [{"question": "country", "in": ["SE"]}, {"question": "region", "answered": False}]
            },
        ),
    ]
)
names = st.sampled_from([question.id for question in EVERY.questions()]) | st.text()


@untimed
@given(st.dictionaries(names, json_values))
def test_whatever_is_sent_is_checked_without_an_accident(answers):
    checked = check_answers(EVERY, answers)
    assert set(checked.answers) | set(checked.hidden) <= set(answers)
    assert not set(checked.answers) & set(checked.hidden)
    assert all(answers[name] == value for name, value in checked.answers.items())


@untimed
@given(st.dictionaries(names, json_values))
def test_dropping_the_hidden_answers_again_drops_nothing_more(answers):
    first = check_answers(EVERY, answers)
    again = check_answers(EVERY, first.answers)
    assert again.hidden == ()
    assert again.answers == first.answers
    unknown = [fault for fault in first.faults if fault.code == "unknown_question"]
    assert list(again.faults) == [fault for fault in first.faults if fault not in unknown]


@untimed
@given(json_values)
def test_whatever_body_is_sent_is_refused_without_an_accident(body):
    assert check_submission(DEFINITION, body, LANGUAGES).faults


def test_an_option_may_wait_for_an_answer():
    later = an_option("b", {"question": "text", "answered": True})
    definition = a_definition(
        a_question("text"), a_question("pick", "choice", options=[an_option("a"), later])
    )
    assert found(check_answers(definition, {"pick": "b"}).faults) == [("#/answers/pick", "hidden_option")]
    assert check_answers(definition, {"text": "x", "pick": "b"}).faults == ()
    assert example_answers(definition.document)["pick"] == "a"
