"""When a question is shown: each line reads "with these answers, this rule says ..."."""

# ruff: noqa: E501 - a table of cases reads best with one case a line

import pytest

from survey.domain.rules import evaluate, parse_rule, requires, shows

YES, NO, UNKNOWN = True, False, None
WEIRD = {"question": "role", "matches": "lead.*"}

TABLE = [
    # rule                                                       answers                               says
    ({"question": "role", "in": ["leader", "funding"]},          {"role": "leader"},                   YES),
    ({"question": "role", "in": ["leader", "funding"]},          {"role": "advice"},                   NO),
    ({"question": "role", "in": ["leader"]},                     {},                                   NO),
    ({"question": "role", "in": []},                             {"role": "leader"},                   NO),
    ({"question": "role", "in": ["leader"]},                     {"role": ["advice", "leader"]},       YES),
    ({"question": "role", "in": ["leader"]},                     {"role": ["advice"]},                 NO),
    ({"question": "role", "in": ["leader"]},                     {"role": []},                         NO),
    ({"question": "role", "in": ["other"]},                      {"role": {"other": "referee"}},       YES),
    ({"question": "role", "in": ["leader"]},                     {"role": {"other": "leader"}},        NO),
    ({"question": "role", "in": ["other"]},                      {"role": ["x", {"other": "y"}]},      YES),
    ({"question": "role", "in": ["other"]},                      {"role": {"own": "y"}},               NO),
    ({"question": "region", "in": ["other"]},                    {"region": {"other": "A", "country": "MT"}}, YES),
    ({"question": "n", "in": [1]},                               {"n": 1.0},                           YES),
    ({"question": "n", "in": [1]},                               {"n": True},                          NO),
    ({"question": "n", "in": [1]},                               {"n": "1"},                           NO),
    ({"question": "n", "in": [True]},                            {"n": 1},                             NO),
    ({"question": "role", "answered": True},                     {"role": "leader"},                   YES),
    ({"question": "role", "answered": True},                     {},                                   NO),
    ({"question": "role", "answered": False},                    {},                                   YES),
    ({"question": "role", "answered": False},                    {"role": "leader"},                   NO),
    ({"question": "n", "gte": 3},                                {"n": 3},                             YES),
    ({"question": "n", "gte": 3},                                {"n": 2.5},                           NO),
    ({"question": "n", "gte": 3},                                {"n": "5"},                           NO),
    ({"question": "n", "gte": 0},                                {"n": True},                          NO),
    ({"question": "n", "gte": 3},                                {},                                   NO),
    ({"question": "n", "lte": 3},                                {"n": 3},                             YES),
    ({"question": "n", "lte": 3},                                {"n": 4},                             NO),
    ({"question": "n", "lte": 3},                                {},                                   NO),
    ({"question": "start", "gte": "2020"},                       {"start": "2021-06"},                 YES),
    ({"question": "start", "lte": "2020-12-31"},                 {"start": "2020"},                    YES),
    ({"question": "start", "lte": "2020-12-31"},                 {"start": "2021"},                    NO),
    ({"all": [{"question": "a", "answered": True},
              {"question": "b", "answered": True}]},             {"a": 1, "b": 1},                     YES),
    ({"all": [{"question": "a", "answered": True},
              {"question": "b", "answered": True}]},             {"a": 1},                             NO),
    ({"all": []},                                                {},                                   YES),
    ({"any": [{"question": "a", "answered": True},
              {"question": "b", "answered": True}]},             {"b": 1},                             YES),
    ({"any": [{"question": "a", "answered": True}]},             {},                                   NO),
    ({"any": []},                                                {},                                   NO),
    ({"not": {"question": "a", "answered": True}},               {},                                   YES),
    ({"not": {"question": "a", "answered": True}},               {"a": 1},                             NO),
    # What this code does not know has no truth value, and spoils only what depends on it.
    (WEIRD,                                                      {"role": "leader"},                   UNKNOWN),
    ({"not": WEIRD},                                             {},                                   UNKNOWN),
    ({"all": [WEIRD, {"question": "a", "answered": True}]},      {},                                   NO),
    ({"all": [WEIRD, {"question": "a", "answered": True}]},      {"a": 1},                             UNKNOWN),
    ({"any": [WEIRD, {"question": "a", "answered": True}]},      {"a": 1},                             YES),
    ({"any": [WEIRD, {"question": "a", "answered": True}]},      {},                                   UNKNOWN),
    ({"question": "n", "gte": 1, "lte": 3},                      {"n": 9},                             UNKNOWN),
    ({"question": "n", "gte": [1]},                              {"n": 9},                             UNKNOWN),
    ({"question": "n", "gte": True},                             {"n": 9},                             UNKNOWN),
    ({"all": [], "any": []},                                     {},                                   UNKNOWN),
    ({"question": 1, "in": []},                                  {},                                   UNKNOWN),
    ({"question": "a", "answered": "yes"},                       {},                                   UNKNOWN),
    ({"not": []},                                                {},                                   UNKNOWN),
    ({},                                                         {},                                   UNKNOWN),
    ("always",                                                   {},                                   UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "answers", "says"), TABLE)
def test_a_rule(rule, answers, says):
    assert evaluate(parse_rule(rule), answers) is says


@pytest.mark.parametrize(("rule", "answers", "says"), TABLE)
def test_a_question_is_shown_unless_its_rule_says_no(rule, answers, says):
    assert shows(parse_rule(rule), answers) is (says is not NO)


@pytest.mark.parametrize(("rule", "answers", "says"), TABLE)
def test_an_answer_is_required_only_when_the_rule_says_yes(rule, answers, says):
    assert requires(parse_rule(rule), answers) is (says is YES)


def test_without_a_rule_a_question_is_shown():
    assert shows(None, {})


@pytest.mark.parametrize("required", [True, False])
def test_required_may_be_plain(required):
    assert requires(required, {}) is required
