"""The work of an assessment: who may do what when, and what follows by itself."""

from fractions import Fraction

import pytest

from scoring.domain import Answer, Indicator, Option, Status
from scoring.domain.assessment import (
    ACTIONS,
    MOVES,
    Action,
    Desk,
    Seat,
    State,
    Work,
    after_answer,
    after_decision,
    after_submission,
    agreed,
    check,
    check_abandonment,
    check_answer,
    check_move,
    check_replacement,
    check_submission,
    fits,
    shown_to_expert,
    without_competence,
)
from scoring.domain.refusals import (
    AnswerClosed,
    AnswersMissing,
    ExpertSubmitted,
    TransitionRefused,
    WrongState,
)

BOTH = frozenset({"I1", "I2"})
DONE = Desk(submitted=True, answered=BOTH)


def work(state, a=DONE, b=DONE, decided=()):
    return Work(State(state), ("I1", "I2"), {Seat.A: a, Seat.B: b}, frozenset(decided))


def asked(*indicators):
    return Desk(submitted=True, answered=BOTH, asked=frozenset(indicators))


@pytest.mark.parametrize(
    ("action", "states"),
    [
        ("answer", "answering clarification"),
        ("submit", "answering"),
        ("decide", "submitted"),
        ("ask", "submitted clarification"),
        ("comment", "preliminary"),
        ("schedule", "answering submitted clarification"),
    ],
)
def test_what_is_done_in_which_state(action, states):
    for state in State:
        if state in states.split():
            check(state, Action(action))
        else:
            with pytest.raises(WrongState) as refused:
                check(state, Action(action))
            assert [*refused.value.allowed] == states.split()
    assert set(ACTIONS) == set(Action)


@pytest.mark.parametrize(
    ("state", "to"),
    [
        ("answering", ""),
        ("submitted", ""),
        ("clarification", "submitted"),
        ("decided", "preliminary submitted"),
        ("preliminary", "published submitted"),
        ("published", ""),
    ],
)
def test_where_a_reviewer_may_take_it(state, to):
    for other in State:
        if other in to.split():
            check_move(State(state), other)
        else:
            with pytest.raises(TransitionRefused) as refused:
                check_move(State(state), other)
            assert [*refused.value.allowed] == to.split()
    assert set(MOVES) == set(State)


@pytest.mark.parametrize(
    ("rule", "held", "open_to_a"),
    [
        ("all answers, until the own submission", work("answering", a=Desk(), b=Desk()), "I1 I2"),
        ("also once the other one has submitted", work("answering", a=Desk()), "I1 I2"),
        ("none after it", work("answering", b=Desk()), ""),
        ("none while the reviewer reads", work("submitted"), ""),
        ("just the one that is asked about", work("clarification", a=asked("I2")), "I2"),
        ("none where the other one is asked", work("clarification", b=asked("I2")), ""),
        ("none once decided", work("decided", a=asked("I2")), ""),
        ("none in a preliminary result", work("preliminary"), ""),
        ("none once published", work("published"), ""),
    ],
)
def test_which_answers_may_be_changed(rule, held, open_to_a):
    for indicator in ("I1", "I2"):
        if indicator in open_to_a.split():
            check_answer(held, Seat.A, indicator)
        else:
            with pytest.raises(AnswerClosed):
                check_answer(held, Seat.A, indicator)


@pytest.mark.parametrize(
    ("rule", "answered", "missing"),
    [
        ("everything is answered", "I1 I2", None),
        ("one is missing", "I2", ["I1"]),
        ("all are missing, in the order of the edition", "", ["I1", "I2"]),
    ],
)
def test_a_submission_is_whole(rule, answered, missing):
    held = work("answering", a=Desk(answered=frozenset(answered.split())))
    if missing is None:
        check_submission(held, Seat.A)
        return
    with pytest.raises(AnswersMissing) as refused:
        check_submission(held, Seat.A)
    assert [*refused.value.indicators] == missing


@pytest.mark.parametrize(
    ("rule", "held", "replaced", "given_up"),
    [
        ("nobody has answered", work("answering", a=Desk(), b=Desk()), "a b", True),
        ("to answer is not to submit", work("answering", a=Desk(answered=BOTH), b=Desk()), "a b", True),
        ("one has submitted", work("answering", b=Desk()), "b", False),
        ("the other one has", work("answering", a=Desk()), "a", False),
        ("both have", work("submitted"), "", False),
        ("a question opens an answer, not the seat", work("clarification", a=asked("I1")), "", False),
        ("all is decided", work("decided", decided=BOTH), "", False),
        ("a preliminary result", work("preliminary", decided=BOTH), "", False),
        ("a published one", work("published", decided=BOTH), "", False),
    ],
)
def test_the_ways_back_end_with_a_submission(rule, held, replaced, given_up):
    for seat in Seat:
        if seat in replaced.split():
            check_replacement(held, seat)
        else:
            with pytest.raises(ExpertSubmitted) as refused:
                check_replacement(held, seat)
            assert refused.value.seat == seat, rule
    if given_up:
        check_abandonment(held)
        return
    with pytest.raises(ExpertSubmitted):
        check_abandonment(held)


@pytest.mark.parametrize(
    ("rule", "follows", "held", "then"),
    [
        ("the first expert submits", after_submission, work("answering", b=Desk()), "answering"),
        ("the second expert submits", after_submission, work("answering"), "submitted"),
        ("nothing is submitted twice", after_submission, work("decided"), "decided"),
        ("one of two questions is answered", after_answer, work("clarification", b=asked("I1")),
         "clarification"),
        ("the last question is answered", after_answer, work("clarification"), "submitted"),
        ("an answer before the submission", after_answer, work("answering", a=Desk()), "answering"),
        ("one of two is decided", after_decision, work("submitted", decided=["I1"]), "submitted"),
        ("the last one is decided", after_decision, work("submitted", decided=["I1", "I2"]), "decided"),
    ],
)  # fmt: skip
def test_what_follows_by_itself(rule, follows, held, then):
    assert follows(held) == then, rule


@pytest.mark.parametrize(
    ("rule", "state", "desk", "shown"),
    [
        ("a question to oneself", "clarification", asked("I1"), "clarification"),
        ("a question to the other one is not told", "clarification", DONE, "submitted"),
        ("any other state is told", "decided", DONE, "decided"),
    ],
)
def test_the_state_an_expert_sees(rule, state, desk, shown):
    assert shown_to_expert(State(state), desk) == shown, rule


UNKNOWN = Answer(status=Status.UNKNOWN)


@pytest.mark.parametrize(
    ("rule", "one", "other", "verdict"),
    [
        ("the same option", Answer("a"), Answer("a"), True),
        ("another option", Answer("a"), Answer("b"), False),
        ("the same status", UNKNOWN, UNKNOWN, True),
        ("an option and a status", Answer("a"), UNKNOWN, False),
        ("two statuses", Answer(status=Status.NOT_APPLICABLE), UNKNOWN, False),
        ("nobody answered", None, None, False),
        ("one answered", Answer("a"), None, False),
    ],
)
def test_agreement(rule, one, other, verdict):
    assert agreed(one, other) is verdict, rule


def indicator(*areas):
    options = (Option("a", Fraction(100), {}), Option("b", Fraction(0), {}))
    return Indicator("I1", Fraction(1), {"policy_area": areas}, options, {})


@pytest.mark.parametrize(
    ("given", "verdict"),
    [(Answer("a"), True), (Answer("c"), False), (Answer(status=Status.NO_COMPETENCE), True)],
)
def test_an_answer_is_one_of_those_offered(given, verdict):
    assert fits(indicator("labour"), given) is verdict


@pytest.mark.parametrize(
    ("rule", "areas", "competences", "suggested"),
    [
        ("the region has it", ["labour"], {"labour": ["shared"]}, False),
        ("the region lacks it", ["health"], {"labour": ["shared"]}, True),
        ("an empty list is none", ["labour"], {"labour": []}, True),
        ("one of two is enough to be asked", ["health", "labour"], {"labour": ["shared"]}, False),
        ("it lacks both", ["health", "labour"], {}, True),
        ("nothing is known of the region", ["health"], None, False),
        ("nobody speaks of the area", ["sport"], {"labour": ["shared"]}, False),
        ("the edition's name for it is another", ["culture_and_religion"], {"labour": ["shared"]}, True),
        ("and the region has it by that name", ["culture_and_religion"], {"culture": ["shared"]}, False),
        ("the indicator has no area", [], {"labour": ["shared"]}, False),
    ],
)
def test_no_competence_is_suggested(rule, areas, competences, suggested):
    codes = {"culture_and_religion": ["culture", "religion"]}
    spoken_of = {"labour", "health", "culture"}

    found = without_competence(indicator(*areas), codes, competences, spoken_of)

    assert (found is Status.NO_COMPETENCE) is suggested, rule
