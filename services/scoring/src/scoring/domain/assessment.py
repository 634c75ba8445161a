"""The work of an assessment as a state machine: who may do what when, and what happens by itself.

    answering → submitted → decided → preliminary → published
                 ↑   ↓         │           │
                 │ clarification           │
                 └─────────────┴───────────┘  (reopened, with a reason)

Two experts answer, each without seeing the other. Once both have submitted, a reviewer compares the answers,
asks about single ones, and decides every indicator. What is decided is shown to the region's authority as
a preliminary result, and then published. A published assessment is never changed: a later one corrects it.

Three steps nobody takes, they follow: `submitted` when the second expert submits, `submitted` again when the
last open question is answered, and `decided` when the last indicator is decided.

Two ways back end with a submission, for from then on what was answered is part of the work: to replace
an expert by another, who starts anew, and to give up an assessment that was opened by mistake. One that is
given up is in no state: it stays as it is, is open to nobody, and another one can be opened in its place.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .questionnaire import Answer, Indicator, Status
from .refusals import AnswerClosed, AnswersMissing, ExpertSubmitted, TransitionRefused, WrongState

__all__ = [
    "ACTIONS", "MOVES", "Action", "Certainty", "Desk", "Seat", "State", "Work", "after_answer",
    "after_decision", "after_submission", "agreed", "check", "check_abandonment", "check_answer",
    "check_move", "check_replacement", "check_submission", "fits", "shown_to_expert", "without_competence",
]  # fmt: skip

AREA_AXIS = "policy_area"


class State(StrEnum):
    """Where an assessment stands."""

    ANSWERING = "answering"
    SUBMITTED = "submitted"
    CLARIFICATION = "clarification"
    DECIDED = "decided"
    PRELIMINARY = "preliminary"
    PUBLISHED = "published"


class Seat(StrEnum):
    """An expert's place in an assessment; outside the database nothing else is known of who sits there."""

    A = "a"
    B = "b"


class Certainty(StrEnum):
    """How sure an expert is of an answer."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Action(StrEnum):
    """What is done in an assessment."""

    ANSWER = "answer"  # by an expert
    SUBMIT = "submit"
    DECIDE = "decide"  # by a reviewer
    ASK = "ask"
    SCHEDULE = "schedule"
    COMMENT = "comment"  # by the region's authority


S = State

# In which states each thing is done.
ACTIONS: Mapping[Action, tuple[State, ...]] = {
    Action.ANSWER: (S.ANSWERING, S.CLARIFICATION),
    Action.SUBMIT: (S.ANSWERING,),
    Action.DECIDE: (S.SUBMITTED,),
    Action.ASK: (S.SUBMITTED, S.CLARIFICATION),
    # As long as there may be something to do for an expert.
    Action.SCHEDULE: (S.ANSWERING, S.SUBMITTED, S.CLARIFICATION),
    Action.COMMENT: (S.PRELIMINARY,),
}

# Where a reviewer may take it. From clarification back: a question that nobody answers must not hold up all.
MOVES: Mapping[State, tuple[State, ...]] = {
    S.ANSWERING: (),
    S.SUBMITTED: (),
    S.CLARIFICATION: (S.SUBMITTED,),
    S.DECIDED: (S.PRELIMINARY, S.SUBMITTED),
    S.PRELIMINARY: (S.PUBLISHED, S.SUBMITTED),
    S.PUBLISHED: (),
}


@dataclass(frozen=True)
class Desk:
    """What one expert has done; `asked` are the indicators with an open question to this expert."""

    submitted: bool = False
    answered: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Work:
    """What the rules need to know of an assessment."""

    state: State
    indicators: tuple[str, ...]
    desks: Mapping[Seat, Desk]
    decided: frozenset[str] = frozenset()


def check(state: State, action: Action) -> None:
    """Raise WrongState where this is not done in this state."""
    if state not in ACTIONS[action]:
        raise WrongState(state, ACTIONS[action])


def check_answer(work: Work, seat: Seat, indicator: str) -> None:
    """Raise AnswerClosed unless this expert may save this answer now.

    Until the own submission every answer is open; after it one only while a question about it is open.
    """
    desk = work.desks[seat]
    if work.state is S.ANSWERING and not desk.submitted:
        return
    if work.state is S.CLARIFICATION and indicator in desk.asked:
        return
    raise AnswerClosed(indicator)


def check_submission(work: Work, seat: Seat) -> None:
    """Raise WrongState, or AnswersMissing with the indicators that this expert has not answered."""
    check(work.state, Action.SUBMIT)
    if missing := [one for one in work.indicators if one not in work.desks[seat].answered]:
        raise AnswersMissing(missing)


def check_replacement(work: Work, seat: Seat) -> None:
    """Raise ExpertSubmitted where this expert has submitted: nobody else can sit there any more."""
    if work.desks[seat].submitted:
        raise ExpertSubmitted(seat)


def check_abandonment(work: Work) -> None:
    """Raise ExpertSubmitted with the first expert who has submitted: it can be given up no more."""
    for seat in Seat:
        check_replacement(work, seat)


def check_move(state: State, to: State) -> None:
    """Raise TransitionRefused where a reviewer cannot take an assessment from one state to the other."""
    if to not in MOVES[state]:
        raise TransitionRefused(state, to, MOVES[state])


def after_submission(work: Work) -> State:
    """Return the state once an expert has submitted: both in is submitted."""
    both = all(desk.submitted for desk in work.desks.values())
    return S.SUBMITTED if work.state is S.ANSWERING and both else work.state


def after_answer(work: Work) -> State:
    """Return the state once a question is answered: no question left open is submitted."""
    still_open = any(desk.asked for desk in work.desks.values())
    return S.SUBMITTED if work.state is S.CLARIFICATION and not still_open else work.state


def after_decision(work: Work) -> State:
    """Return the state once an indicator is decided: all of them decided is decided."""
    whole = work.decided.issuperset(work.indicators)
    return S.DECIDED if work.state is S.SUBMITTED and whole else work.state


def shown_to_expert(state: State, desk: Desk) -> State:
    """Return the state as an expert sees it: a question to the other one is not told."""
    return S.SUBMITTED if state is S.CLARIFICATION and not desk.asked else state


def agreed(one: Answer | None, other: Answer | None) -> bool:
    """Tell whether both experts answered, and the same: what pre-fills a decision, and never decides."""
    return one is not None and one == other


def fits(indicator: Indicator, answer: Answer) -> bool:
    """Tell whether an answer is one that the indicator offers; a status always is."""
    return answer.option is None or indicator.option(answer.option) is not None


def without_competence(
    indicator: Indicator, codes: Mapping[str, Collection[str]],
    areas: Mapping[str, Collection[str]] | None, spoken_of: Collection[str],
) -> Status | None:  # fmt: skip
    """Return no_competence where it may be suggested, from what is known of the region's competences.

    `codes` are the names of each policy area of the edition in the list of competences, `areas` the region's
    competences by area, and `spoken_of` the areas that sources speak of at all: of any other area nothing is
    known, and nothing is suggested. Nor is it while any one of the indicator's areas is the region's.
    """
    own = [{key, *codes.get(key, ())} for key in indicator.position.get(AREA_AXIS, ())]
    if areas is None or not own:
        return None
    none_of_them = not any(areas.get(name) for names in own for name in names)
    known = all(not names.isdisjoint(spoken_of) for names in own)
    return Status.NO_COMPETENCE if none_of_them and known else None
