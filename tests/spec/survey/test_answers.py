"""Which answers are valid: each line reads "to this question, this answer has these faults"."""

# ruff: noqa: E501 - a table of cases reads best with one case a line

import pytest

from survey.domain.submission import check_answers
from tests.support.builders_survey import a_definition, a_question, a_section, an_option

OK = []
CHOICE = {"options": [an_option("a"), an_option("b"), an_option("other")]}
CLOSED = {"options": [an_option("a"), an_option("b")]}
LONG = "x" * 500


def limits(**constraints):
    return {"constraints": constraints}


TABLE = [
    # type          further fields                       answer                       faults below #/answers/q
    ("text",         {},                                  "Words",                     OK),
    ("text",         {},                                  "  not trimmed  ",           OK),
    ("text",         {},                                  "",                          ["", "blank"]),
    ("text",         {},                                  " \u00a0\u2003",             ["", "blank"]),
    ("text",         {},                                  812,                         ["", "not_text"]),
    ("text",         {},                                  True,                        ["", "not_text"]),
    ("text",         {},                                  None,                        ["", "not_text"]),
    ("text",         {},                                  "two\nlines",                ["", "control_character"]),
    ("text",         {},                                  "a\u0085b",                  ["", "control_character"]),
    ("long_text",    {},                                  "two\n\nparagraphs",         OK),
    ("text",         limits(max_length=7),                "Example",                   OK),
    ("text",         limits(max_length=7),                "Examples",                  ["", "too_long"]),
    ("text",         limits(max_length=7),                "\U0001f30d" * 7,            OK),
    ("text",         limits(max_length=7),                "e\u0301" * 4,               ["", "too_long"]),
    ("text",         limits(min_length=3),                "ab",                        ["", "too_short"]),
    ("text",         limits(min_length=3),                "abc",                       OK),
    ("text",         limits(pattern="[A-Za-z]{2,9}"),     "ab",                        OK),
    ("text",         limits(pattern="[A-Za-z]{2,9}"),     "ab1",                       ["", "pattern"]),
    ("text",         limits(pattern="[A-Za-z]{2,9}"),     "ab\u00e9",                  ["", "pattern"]),
    ("email",        {},                                  "a.b+c@mail.example.org",    OK),
    ("email",        {},                                  "åsa@exempel.example",       OK),
    ("email",        {},                                  "a@localhost",               ["", "invalid_email"]),
    ("email",        {},                                  "a b@example.org",           ["", "invalid_email"]),
    ("email",        {},                                  "a@b@example.org",           ["", "invalid_email"]),
    ("email",        {},                                  "a@example..org",            ["", "invalid_email"]),
    ("email",        {},                                  "a@" + "x" * 300 + ".org",   ["", "invalid_email"]),
    ("email",        {},                                  ["a@example.org"],           ["", "not_text"]),
    ("url",          {},                                  "https://example.org/a?b#c", OK),
    ("url",          {},                                  "http://exämple.example:81", OK),
    ("url",          {},                                  "https://[2001:db8::1]/",    OK),
    ("url",          {},                                  "example.org",               ["", "invalid_url"]),
    ("url",          {},                                  "javascript:alert(1)",       ["", "invalid_url"]),
    ("url",          {},                                  "https://",                  ["", "invalid_url"]),
    ("url",          {},                                  "https://a:b@example.org",   ["", "invalid_url"]),
    ("url",          {},                                  "https://example.org:99999", ["", "invalid_url"]),
    ("url",          {},                                  "https://[::1/",             ["", "invalid_url"]),
    ("url",          {},                                  "https://example.org/a b",   ["", "invalid_url"]),
    ("url",          {},                                  "https://a.example/" + "x" * 2000, ["", "invalid_url"]),
    ("choice",       CHOICE,                              "b",                         OK),
    ("choice",       CHOICE,                              {"other": "Own words"},      OK),
    ("choice",       CHOICE,                              "c",                         ["", "unknown_option"]),
    ("choice",       CHOICE,                              "other",                     ["", "other_needs_text"]),
    ("choice",       CHOICE,                              ["a"],                       ["", "not_text"]),
    ("choice",       CHOICE,                              {},                          ["/other", "missing"]),
    ("choice",       CHOICE,                              {"other": ""},               ["/other", "blank"]),
    ("choice",       CHOICE,                              {"other": 1},                ["/other", "not_text"]),
    ("choice",       CHOICE,                              {"other": LONG},             OK),
    ("choice",       CHOICE,                              {"other": LONG + "x"},       ["/other", "too_long"]),
    ("choice",       CHOICE,                              {"other": "x", "more": 1},   ["/more", "unknown_field"]),
    ("choice",       CLOSED,                              {"other": "x"},              ["", "no_other"]),
    ("choices",      CHOICE,                              ["a", {"other": "x"}],       OK),
    ("choices",      CHOICE,                              "a",                         ["", "not_a_list"]),
    ("choices",      CHOICE,                              [],                          ["", "too_few"]),
    ("choices",      CHOICE,                              ["a", "c"],                  ["/1", "unknown_option"]),
    ("choices",      CHOICE,                              ["a", "b", "a"],             ["/2", "repeated_choice"]),
    ("choices",      CHOICE,                              [["a"]],                     ["/0", "not_text"]),
    ("choices",      CHOICE | limits(min_items=1, max_items=1), ["a", "b"],            ["", "too_many"]),
    ("choices",      CHOICE | {"example": ["a", "b"]} | limits(min_items=2), ["a"],    ["", "too_few"]),
    ("number",       {},                                  1.5,                         OK),
    ("number",       {},                                  "1.5",                       ["", "not_a_number"]),
    ("number",       {},                                  True,                        ["", "not_a_number"]),
    ("number",       limits(min=1, max=5),                0,                           ["", "too_small"]),
    ("number",       limits(min=1, max=5),                5,                           OK),
    ("number",       limits(min=1, max=5),                5.01,                        ["", "too_large"]),
    ("number",       {},                                  float(2**53),                ["", "integer_too_large"]),
    ("number",       {},                                  float(2**53 - 1),            OK),
    ("date",         {},                                  "2024-02-29",                OK),
    ("date",         {},                                  "2023-02-29",                ["", "invalid_date"]),
    ("date",         {},                                  "2021-06",                   ["", "invalid_date"]),
    ("date",         {},                                  "20210630",                  ["", "invalid_date"]),
    ("date",         limits(min="2021-01-01"),            "2020-12-31",                ["", "too_small"]),
    ("partial_date", {},                                  "2021",                      OK),
    ("partial_date", {},                                  "2021-06",                   OK),
    ("partial_date", {},                                  "2021-06-30",                OK),
    ("partial_date", {},                                  "2021-13",                   ["", "invalid_partial_date"]),
    ("partial_date", {},                                  "0000",                      ["", "invalid_partial_date"]),
    ("partial_date", {},                                  "2021-6",                    ["", "invalid_partial_date"]),
    ("partial_date", {},                                  "٢٠٢١",                      ["", "invalid_partial_date"]),
    ("partial_date", {},                                  2021,                        ["", "not_text"]),
    ("partial_date", limits(min="2020-06", max="2022"),   "2020",                      OK),
    ("partial_date", limits(min="2020-06", max="2022"),   "2020-05",                   ["", "too_small"]),
    ("partial_date", limits(min="2020-06", max="2022"),   "2022-12-31",                OK),
    ("partial_date", limits(min="2020-06", max="2022"),   "2023",                      ["", "too_large"]),
    ("links",        {},                                  [{"url": "https://a.example"}], OK),
    ("links",        {},                                  "https://a.example",         ["", "not_a_list"]),
    ("links",        {},                                  ["https://a.example"],       ["/0", "not_an_object"]),
    ("links",        {},                                  [{"title": "x"}],            ["/0/url", "missing"]),
    ("links",        {},                                  [{"url": 1}],                ["/0/url", "not_text"]),
    ("links",        {},                                  [{"url": "x"}],              ["/0/url", "invalid_url"]),
    ("links",        {},                                  [{"url": "https://a.example", "title": ""}],
                                                                                       ["/0/title", "blank"]),
    ("links",        {},                                  [{"url": "https://a.example", "title": None}],
                                                                                       ["/0/title", "not_text"]),
    ("links",        {},                                  [{"url": "https://a.example", "rel": "x"}],
                                                                                       ["/0/rel", "unknown_field"]),
    ("region",       {},                                  "skane",                     OK),
    ("region",       {},                                  "Skåne",                     ["", "invalid_region"]),
    ("region",       {},                                  "x" * 101,                   ["", "invalid_region"]),
    ("region",       {},                                  5,                           ["", "not_text"]),
    ("region",       {},                                  {"other": "Gozo", "country": "MT"}, OK),
    ("region",       {},                                  {"other": "Gozo"},           ["/country", "missing"]),
    ("region",       {},                                  {"country": "MT"},           ["/other", "missing"]),
    ("region",       {},                                  {"other": "Gozo", "country": "M"},
                                                                                       ["/country", "unknown_country"]),
    ("country",      {},                                  "GR",                        OK),
    ("country",      {},                                  "EL",                        OK),
    ("country",      {},                                  "gr",                        ["", "unknown_country"]),
    ("country",      {},                                  3,                           ["", "not_text"]),
    ("language",     {},                                  "ca",                        OK),
    ("language",     {},                                  "zh-Hant-TW",                OK),
    ("language",     {},                                  "c",                         ["", "invalid_language"]),
    ("language",     {},                                  None,                        ["", "not_text"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "answer", "fault"), TABLE)
def test_an_answer(kind, fields, answer, fault):
    checked = check_answers(a_definition(a_question("q", kind, **fields)), {"q": answer})
    expected = [("#/answers/q" + fault[0], fault[1])] if fault else []
    assert [(found.pointer, found.code) for found in checked.faults] == expected


TWO = a_section(
    a_question("role", "choice", options=[an_option("leader"), an_option("none"), an_option("other")],
               example="leader"),
    a_question("why", required={"question": "role", "in": ["leader"]},
               visible_if={"question": "role", "in": ["leader", "other"]}),
    a_question("more", visible_if={"question": "why", "answered": True}),
    a_question("tone", "choice", options=[an_option("a"), an_option("b", {"question": "role", "in": ["leader"]}),
                                          an_option("other", {"question": "role", "in": ["leader"]})]),
)  # fmt: skip
HIDDEN = a_section(
    a_question("extra", required=True), section_id="s2", visible_if={"question": "role", "in": ["leader"]}
)

WHOLE = [
    # answers                                               faults                                   hidden
    ({"role": "leader", "why": "x", "extra": "x"},          [],                                      []),
    ({"role": "leader", "extra": "x"},                      [("#/answers/why", "missing_answer")],   []),
    ({"role": "leader", "why": "x"},                        [("#/answers/extra", "missing_answer")], []),
    ({"role": {"other": "x"}},                              [],                                      []),
    ({"role": "none"},                                      [],                                      []),
    ({},                                                    [],                                      []),
    # A hidden answer is dropped unseen, and counts as unanswered for what comes later.
    ({"role": "none", "why": 5, "more": "x", "extra": ""},  [],                          ["why", "more", "extra"]),
    ({"role": {"other": "x"}, "why": "x", "more": "x"},     [],                                      []),
    # An option that is hidden is no answer.
    ({"role": "none", "tone": "b"},                         [("#/answers/tone", "hidden_option")],   []),
    ({"role": "none", "tone": {"other": "x"}},              [("#/answers/tone", "no_other")],        []),
    ({"role": "leader", "why": "x", "extra": "x", "tone": "b"}, [],                                  []),
    # What the survey does not ask is named, unless the name is not fit to be repeated.
    ({"surprise": 1},                              [("#/answers/surprise", "unknown_question")],     []),
    ({"<b>": 1},                                   [("#/answers", "unknown_question")],              []),
    ({"x" * 65: 1},                                [("#/answers", "unknown_question")],              []),
    ({"": 1},                                      [("#/answers", "unknown_question")],              []),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "faults", "hidden"), WHOLE)
def test_a_form(answers, faults, hidden):
    checked = check_answers(a_definition(sections=[TWO, HIDDEN]), answers)
    assert [(fault.pointer, fault.code) for fault in checked.faults] == faults
    assert list(checked.hidden) == hidden
    kept = {name: value for name, value in answers.items() if name not in hidden}
    if not any(code == "unknown_question" for _, code in faults):
        assert checked.answers == kept
