"""Outcome indicators: what is asked for, of whom, and which of Eurostat's series is the same thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class EurostatSeries:
    """A data set of Eurostat, and the categories at which it is this indicator.

    `ages` says which of its ages is which of ours; where it tells none apart, that is the total.
    """

    dataset: str
    dimensions: Mapping[str, Sequence[str]]
    ages: Mapping[str, str]


@dataclass(frozen=True)
class OutcomeIndicator:
    """One indicator of the list; its words stand in the code list of statistics."""

    code: str
    domain: str
    unit: str
    groups: Mapping[str, Sequence[str]]
    direction: str
    eurostat: Sequence[EurostatSeries]


@dataclass(frozen=True)
class OutcomeIndicators:
    """All indicators in their order, and what a reader must know of them."""

    indicators: Mapping[str, OutcomeIndicator]
    notes: Sequence[Mapping[str, Any]]

    def of_dataset(self, dataset: str) -> list[tuple[OutcomeIndicator, EurostatSeries]]:
        """Return the indicators that a data set of Eurostat holds."""
        return [
            (one, series)
            for one in self.indicators.values()
            for series in one.eurostat
            if series.dataset == dataset
        ]

    def datasets(self) -> list[str]:
        """Return the data sets that hold any indicator."""
        return sorted({series.dataset for one in self.indicators.values() for series in one.eurostat})
