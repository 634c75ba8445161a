"""Answers as they are sent, checked against the questions they are of."""

from collections.abc import Iterator, Mapping
from typing import Any

from scoring.domain import Answer, Indicator, Questionnaire, Status
from servicekit.problems import Fault

from .places import step

__all__ = ["answer_faults", "read_answers"]

FIELDS = ("option", "status")


def read_answers(document: Mapping[str, Any]) -> dict[str, Answer]:
    """Return answers that were checked."""
    return {
        name: Answer(status=Status(one["status"])) if one.get("status") else Answer(option=one["option"])
        for name, one in document.items()
    }


def answer_faults(document: Any, questionnaire: Questionnaire, place: str) -> Iterator[Fault]:
    """Yield every fault of answers, in whatever shape they are."""
    if not isinstance(document, Mapping):
        yield Fault(place, "wrong_type")
        return
    indicators = {one.id: one for one in questionnaire.indicators}
    for name, answer in document.items():
        here = step(place, name)
        if name not in indicators:
            yield Fault(here, "unknown_indicator")
        elif not isinstance(answer, Mapping):
            yield Fault(here, "wrong_type")
        else:
            yield from _faults(here, answer, indicators[name])


def _faults(place: str, answer: Mapping[str, Any], indicator: Indicator) -> Iterator[Fault]:
    yield from (Fault(step(place, name), "unknown_field") for name in answer if name not in FIELDS)
    given = {name: answer[name] for name in FIELDS if answer.get(name) is not None}
    if len(given) != 1:
        yield Fault(place, "option_or_status")
    for name, word in given.items():
        if not isinstance(word, str):
            yield Fault(step(place, name), "wrong_type")
        elif name == "option" and indicator.option(word) is None:
            yield Fault(step(place, name), "unknown_option")
        elif name == "status" and word not in {status.value for status in Status}:
            yield Fault(step(place, name), "unknown_status")
