"""Outcome indicators as they are answered."""

from typing import Literal

from scoring.domain.outcomes import OutcomeIndicator, OutcomeIndicators
from servicekit.codelists import Lists
from servicekit.wire import Model, NoteOut, TextOut, localise, notes

from .common import text_out


class GroupsOut(Model):
    """The groups of people that an indicator is asked for."""

    citizenship: list[str]
    sex: list[str]
    age: list[str]


class EurostatSeriesOut(Model):
    """A data set of Eurostat that holds the indicator, and the categories at which it does.

    `ages` says which of its ages is which of ours; everything else stands at its total.
    """

    dataset: str
    dimensions: dict[str, list[str]]
    ages: dict[str, str]


class OutcomeIndicatorOut(Model):
    """An outcome indicator; `own` because the definition is ours."""

    code: str
    domain: str
    label: TextOut
    definition: TextOut | None
    unit: str
    groups: GroupsOut
    direction: Literal["higher_better", "lower_better", "none"]
    eurostat: list[EurostatSeriesOut]
    own: bool


class IndicatorsOut(Model):
    """All outcome indicators, and what is to be known of them."""

    items: list[OutcomeIndicatorOut]
    total: int
    notes: list[NoteOut]


def indicators_out(held: OutcomeIndicators, lists: Lists, lang: str) -> IndicatorsOut:
    """Return the definitions in the language asked for; their words are those of the code list."""
    items = [_indicator_out(one, lists, lang) for one in held.indicators.values()]
    return IndicatorsOut(items=items, total=len(items), notes=notes(held.notes, lang))


def _indicator_out(one: OutcomeIndicator, lists: Lists, lang: str) -> OutcomeIndicatorOut:
    words = lists["statistic"][one.code]
    return OutcomeIndicatorOut(
        code=one.code,
        domain=one.domain,
        label=text_out(words["label"], lang),
        definition=localise(words["definition"], lang),
        unit=one.unit,
        groups=GroupsOut.model_validate(one.groups),
        direction=one.direction,
        eurostat=[EurostatSeriesOut.model_validate(series) for series in one.eurostat],
        own=True,
    )
