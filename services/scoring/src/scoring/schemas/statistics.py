"""Statistics as they are answered."""

from collections.abc import Mapping
from typing import Any

from scoring.domain import Statistic
from servicekit.wire import Model, NoteOut, SourceOut, TextOut, localise, notes, sources

from .common import Confidence, Number, Reason, number


class GroupOut(Model):
    """Whom a statistic counts."""

    citizenship: str
    sex: str
    age: str


class TerritoryOut(Model):
    """The territory that a statistic is about."""

    scheme: str
    version: str
    code: str


class StatisticOut(Model):
    """A figure about a region, or the reason why it is missing."""

    region: str
    key: str
    label: TextOut | None
    group: GroupOut
    value: Number | None
    unit: str | None
    period: str | None
    territory: TerritoryOut | None
    flags: list[str]
    reason: Reason | None
    confidence: Confidence | None
    sources: list[SourceOut]
    notes: list[NoteOut]


def statistic_out(one: Statistic, words: Mapping[str, Mapping[str, Any]], lang: str) -> StatisticOut:
    """Return a statistic; `words` is the code list of statistics."""
    return StatisticOut(
        region=one.region,
        key=one.key,
        label=localise(words.get(one.key, {}).get("label"), lang),
        group=GroupOut.model_validate(one.group),
        value=None if one.value is None else number(one.value),
        unit=one.unit,
        period=one.period,
        territory=one.territory and TerritoryOut.model_validate(one.territory),
        flags=list(one.flags),
        reason=one.reason,
        confidence=one.confidence,
        sources=sources(one.sources),
        notes=notes(one.notes, lang),
    )
