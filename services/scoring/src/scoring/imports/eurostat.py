"""What the data sets of Eurostat have in common: their categories, their flags, and which series is ours."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from scoring.domain import Group, Reason
from scoring.domain.outcomes import EurostatSeries, OutcomeIndicator, OutcomeIndicators

from .observations import Broken, Observation, Refused, named, source_of

__all__ = ["EurostatFile", "dataset_of"]

_SEX = {"T": "total", "F": "female", "M": "male"}
_CITIZEN = {"TOTAL": "total", "NAT": "national", "FOR": "foreign", "NEU27_2020_FOR": "non_eu"}
_TOTALS = {"TOTAL", "T"}
_FLAGS = {
    "b": "break", "d": "definition_differs", "e": "estimated", "f": "forecast", "n": "not_significant",
    "p": "provisional", "r": "revised", "s": "estimated", "u": "low_reliability",
}  # fmt: skip
_REASONS = {"c": Reason.SUPPRESSED, "z": Reason.NOT_APPLICABLE, ":": Reason.UNKNOWN}
_UNSURE = {"estimated": "medium", "forecast": "low", "low_reliability": "low"}
_DATASET = re.compile(r"(?:[A-Za-z0-9_.]+:)?([A-Za-z0-9_]+)(?:\$[A-Za-z0-9_]+)?(?:\([0-9.]+\))?")
_YEAR = re.compile(r"\d{4}", re.ASCII)
_SHOWN = "https://ec.europa.eu/eurostat/databrowser/view/"


@dataclass(frozen=True)
class _Match:
    indicator: OutcomeIndicator
    group: Group


@dataclass(frozen=True)
class _Why:
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


def dataset_of(text: str) -> str:
    """Return the code of a data set as ours are written: `ESTAT:DEMO_R_D2JAN(1.0)` is demo_r_d2jan."""
    found = _DATASET.fullmatch(text.strip())
    return found[1].lower() if found else ""


@dataclass
class EurostatFile:
    """A data set of Eurostat: says of each figure which indicator it is, or why none.

    Raises Broken when no indicator is held by the data set.
    """

    dataset: str
    indicators: OutcomeIndicators
    published: str | None = None
    _series: Sequence[tuple[OutcomeIndicator, EurostatSeries]] = field(init=False)
    _known: dict[tuple[str, ...], _Match | _Why] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._series = self.indicators.of_dataset(self.dataset)
        if not self._series:
            params = {"dataset": named(self.dataset), "allowed": self.indicators.datasets()}
            raise Broken(Refused("#", "import_dataset_unknown", params))

    def figure(
        self, place: str, at: Mapping[str, str], value: Decimal | None, flags: str
    ) -> Observation | Refused:
        """Return the figure at some categories (geo and time among them), or why it is refused."""
        rest = {name: code for name, code in at.items() if name not in ("geo", "time")}
        key = tuple(rest.values())
        if key not in self._known:
            self._known[key] = self._match(rest)
        found = self._known[key]
        if isinstance(found, _Why):
            return Refused(place, found.code, found.params)
        if not _YEAR.fullmatch(at["time"]):
            return Refused(place, "import_period_not_annual")
        marks = flags.replace(" ", "").replace(",", "").lower()
        if unknown := [mark for mark in marks if mark not in _FLAGS and mark not in _REASONS]:
            return Refused(place, "import_flag_unknown", {"flag": named(unknown[0])})
        reason = next((_REASONS[mark] for mark in marks if mark in _REASONS), None)
        reason = reason or (Reason.UNKNOWN if value is None else None)
        known = tuple(dict.fromkeys(_FLAGS[mark] for mark in marks if mark in _FLAGS))
        sure = min((_UNSURE[flag] for flag in known if flag in _UNSURE), default="high")
        return Observation(
            place=place, territory=at["geo"], by_code=True, key=found.indicator.code, group=found.group,
            unit=found.indicator.unit, period=at["time"], value=None if reason else value, reason=reason,
            flags=known, confidence=None if reason else sure, source=self._source,
        )  # fmt: skip

    def _match(self, at: Mapping[str, str]) -> _Match | _Why:
        # An annual figure is asked for whatever the data set: a quarter of a year is another thing.
        if at.get("freq", "A") != "A":
            return _Why("import_period_not_annual")
        whys = []
        for indicator, series in self._series:
            why = next((_why(n, c) for n, c in at.items() if not _fits(n, c, series)), None)
            if why is None:
                age = series.ages.get(at.get("age", ""), "total")
                sex, citizen = _SEX[at.get("sex", "T")], _CITIZEN[at.get("citizen", "TOTAL")]
                return _Match(indicator, Group(citizen, sex, age))
            whys.append(why)
        return whys[0]

    @cached_property
    def _source(self) -> dict[str, Any]:
        return source_of({
            "title": f"Eurostat, {self.dataset}", "publisher": "Eurostat", "url": _SHOWN + self.dataset,
            "published": self.published, "locator": self.dataset, "lang": "en",
        })  # fmt: skip


def _fits(name: str, code: str, series: EurostatSeries) -> bool:
    if name in series.dimensions:
        return code in series.dimensions[name]
    if name == "age" and series.ages:
        return code in series.ages
    known = {"freq": {"A"}, "sex": _SEX, "citizen": _CITIZEN}.get(name, _TOTALS)
    return code in known


def _why(name: str, code: str) -> _Why:
    return _Why("import_breakdown_not_held", {"dimension": named(name), "value": named(code)})
