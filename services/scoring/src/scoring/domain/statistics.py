"""Outcome statistics: never averaged into the index, and every expected one is there, known or not."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from .reasons import Reason

COUNT = "persons"  # the unit of what counts people


@dataclass(frozen=True, order=True)
class Group:
    """Whom a statistic counts; `total` where it does not tell people apart."""

    citizenship: str = "total"
    sex: str = "total"
    age: str = "total"


@dataclass(frozen=True)
class Territory:
    """The dated code of the territory that a statistic is about."""

    scheme: str
    version: str
    code: str


@dataclass(frozen=True)
class Statistic:
    """One figure about a region, or the reason why it is missing."""

    region: str
    key: str
    group: Group
    value: Decimal | None
    reason: Reason | None
    unit: str | None
    period: str | None
    territory: Territory | None
    flags: Sequence[str] = ()
    confidence: str | None = None
    sources: Sequence[Mapping[str, Any]] = ()
    notes: Sequence[Mapping[str, Any]] = ()
    changed_at: datetime | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError(f"{self.key}: a value or a reason, and not both")


_NON_EU = Group(citizenship="non_eu")
_NON_EU_WOMEN = Group(citizenship="non_eu", sex="female")

# What a region's panel is expected to show, in this order: key, group, unit.
EXPECTED: tuple[tuple[str, Group, str | None], ...] = (
    ("population", Group(), "persons"),
    ("non_eu_population", _NON_EU, "persons"),
    ("unemployment_rate", Group(), "percent"),
    ("unemployment_rate", _NON_EU, "percent"),
    ("unemployment_rate", _NON_EU_WOMEN, "percent"),
    ("neet_rate", Group(citizenship="national"), "percent"),
    ("neet_rate", _NON_EU, "percent"),
    ("neet_rate", _NON_EU_WOMEN, "percent"),
    ("poverty_or_social_exclusion_rate", Group(), "percent_of_population"),
    ("urban_rural_type", Group(), None),
)

# Whom other figures count, where the key itself names a citizenship.
_OTHERS = {
    "third_country_nationals_share": _NON_EU,
    "foreigners": Group(citizenship="foreign"),
    "foreigners_share": Group(citizenship="foreign"),
}


def usual_group(key: str) -> Group | None:
    """Return the group that a statistic counts by its key, or None when the key has several."""
    groups = [group for expected, group, _ in EXPECTED if expected == key]
    return _OTHERS.get(key, Group()) if not groups else groups[0] if len(groups) == 1 else None


def complete(
    region: str, territory: Territory | None, held: Iterable[Statistic], keys: Collection[str] = ()
) -> list[Statistic]:
    """Return the expected statistics of a region, missing ones with a reason, then any other held.

    Each series stands together, its newest period first; `keys` are the ones asked for, none means all.
    """
    series: dict[tuple[str, Group], list[Statistic]] = {}
    for one in held:
        series.setdefault((one.key, one.group), []).append(one)
    whole: list[Statistic] = []
    for key, group, unit in EXPECTED:
        if keys and key not in keys:
            continue
        missing = Statistic(region, key, group, None, Reason.NOT_HELD, unit, None, territory)
        whole.extend(_newest_first(series.pop((key, group), [missing])))
    return [*whole, *(one for found in series.values() for one in _newest_first(found))]


def _newest_first(series: Iterable[Statistic]) -> list[Statistic]:
    # What is undated may be of any age: it comes last.
    return sorted(series, key=lambda one: one.period or "", reverse=True)


def too_small(unit: str | None, value: Decimal, least: int) -> bool:
    """Tell whether a value counts so few people that somebody could be recognised."""
    return unit == COUNT and value < least


def protected(one: Statistic, least: int) -> Statistic:
    """Return the statistic as it may be shown: a count below `least` is suppressed."""
    if one.value is None or not too_small(one.unit, one.value, least):
        return one
    return replace(one, value=None, reason=Reason.SUPPRESSED, confidence=None)
