"""A body of four megabytes costs little: what is surely wrong is not walked to its end."""

import threading

import pytest

from servicekit.aside import LARGE, aside
from survey.domain.faults import MAX_FAULTS, Fault, listed, unknown
from survey.domain.submission import check_answers, check_submission, large_integers
from tests.support.builders_survey import a_declaration, a_definition, a_question, an_option

MANY = 80_000


class Counted(list):
    """A list that counts the items it gives out."""

    given = 0

    def __iter__(self):
        for item in super().__iter__():
            self.given += 1
            yield item

    def __getitem__(self, where):
        found = super().__getitem__(where)
        self.given += len(found) if isinstance(where, slice) else 1
        return found


def found(faults):
    return [(fault.pointer, fault.code) for fault in faults]


@pytest.mark.parametrize(
    ("kind", "constraints", "item", "looked_at"),
    [
        ("links", {"max_items": 5}, {"url": "x"}, 5),
        ("links", {}, {"url": "x"}, 100),
        ("choices", {"max_items": 2}, "none", 2),
        ("choices", {}, {"other": ""}, 100),
    ],
)
def test_a_list_is_not_walked_beyond_what_it_may_hold(kind, constraints, item, looked_at):
    value = Counted([item] * MANY)
    definition = a_definition(a_question("q", kind, constraints=constraints))
    faults = check_answers(definition, {"q": value}).faults
    assert faults[0] == Fault("#/answers/q", "too_many", {"max": looked_at, "got": MANY})
    assert len(faults) == looked_at + 1
    assert value.given <= 2 * looked_at


def test_as_many_choices_as_options_are_never_too_many():
    values = [f"v{number}" for number in range(150)]
    question = a_question("q", "choices", options=[an_option(value) for value in values], example=["v1"])
    definition = a_definition(question)
    assert check_answers(definition, {"q": values}).faults == ()
    assert found(check_answers(definition, {"q": [*values, "v1"]}).faults) == [("#/answers/q", "too_many")]


def test_a_list_of_declarations_that_cannot_be_is_not_walked():
    definition = a_definition(a_question("q"), declarations=[a_declaration(required=True)])
    items = [{"id": "x"}] * MANY
    body = {"version_hash": "h", "lang": "en", "answers_lang": "en", "answers": {}, "declarations": items}
    checked = check_submission(definition, body, ("en",))
    assert checked.faults == (Fault("#/declarations", "too_many", {"max": 1, "got": MANY}),)


def test_behind_the_hundredth_fault_all_are_only_counted():
    made = []
    assert len(listed(range(MANY), lambda item: made.append(item) or item)) == MANY
    assert made == list(range(MAX_FAULTS))
    assert listed([], str) == []


def test_keys_that_are_not_known_are_named_a_hundred_times_and_all_counted():
    faults = unknown([f"k{number}" for number in range(MANY)], ("k0",), "#/a")
    assert len(faults) == MANY - 1
    assert found(faults[:MAX_FAULTS]) == [(f"#/a/k{number}", "unknown_field") for number in range(1, 101)]


def test_large_integers_are_all_counted():
    faults = large_integers({"a": [[2**53]] * MANY})
    assert len(faults) == MANY
    assert found(faults[:2]) == [("#/a/0/0", "integer_too_large"), ("#/a/1/0", "integer_too_large")]
    assert large_integers(2**53) == []


async def test_work_on_large_bodies_is_done_one_at_a_time_in_another_thread():
    here = threading.current_thread()
    assert await aside(LARGE, threading.current_thread) is here
    others = [await aside(LARGE + 1, threading.current_thread) for _ in range(3)]
    assert here not in others
    assert len(set(others)) == 1


def test_a_body_without_large_integers_has_none():
    assert large_integers({"a": [1, {"b": "x", "c": [2**53 - 1]}], "d": {}}) == []
