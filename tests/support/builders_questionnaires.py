"""Small questionnaires, built in a line."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

from scoring.domain import Answer, Axis, Indicator, Key, Method, Option, Questionnaire, Status

SCALE = (100, 50, 0)


def build_indicator(
    indicator_id: str,
    *,
    weight: Fraction | int = 1,
    scores: Sequence[Fraction | int] = SCALE,
    position: Mapping[str, Sequence[str]] | None = None,
) -> Indicator:
    """Return an indicator whose options are named a, b, c… in the order of the scores given."""
    options = [
        Option(chr(ord("a") + place), Fraction(score), {"en": str(score)})
        for place, score in enumerate(scores)
    ]
    return Indicator(
        id=indicator_id,
        weight=Fraction(weight),
        position={"area": ["work"]} if position is None else position,
        options=options,
        question={"en": f"{indicator_id}?"},
    )


def build_questionnaire(
    indicators: Sequence[Indicator],
    *,
    overall: Literal["indicators", "groups"] = "indicators",
    groups_axis: str | None = None,
    min_coverage: Fraction = Fraction(1, 2),
) -> Questionnaire:
    """Return a questionnaire whose axes and keys are those that its indicators name."""
    keys: dict[str, dict[str, None]] = {}
    for indicator in indicators:
        for axis, named in indicator.position.items():
            keys.setdefault(axis, {}).update(dict.fromkeys(named))
    axes = [
        Axis(axis, {"en": axis}, tuple(Key(key, {"en": key}, None, ()) for key in named))
        for axis, named in keys.items()
    ]
    return Questionnaire("small", axes, indicators, Method(overall, groups_axis, min_coverage, 0))


def build_answers(**given: str) -> dict[str, Answer]:
    """Return answers from words: the id of an option, or a status."""
    statuses = {status.value for status in Status}
    return {
        indicator: Answer(status=Status(word)) if word in statuses else Answer(option=word)
        for indicator, word in given.items()
    }
