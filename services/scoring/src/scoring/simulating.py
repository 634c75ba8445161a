"""The uncertainty of a release, as a document: what the simulation says of its records."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from .domain.questionnaire import Answer, Questionnaire
from .domain.releases import Judgement
from .simulation import Judged, RegionCase, Uncertainty, simulate

__all__ = ["DRAWS", "Basis", "simulated", "uncertainty"]

DRAWS = 10_000
Basis = Mapping[str, tuple[Mapping[str, Answer], Mapping[str, Mapping[str, Judgement]]]]
"""By region: what was decided, and the experts' answers by seat."""


def uncertainty(
    questionnaire: Questionnaire, basis: Basis, *, seed: int, draws: int = DRAWS
) -> dict[str, Any]:
    """Return intervals, pairs whose order is not distinguishable, and what indicators move places most."""
    found = simulate(questionnaire, _cases(basis), seed=seed, draws=draws)
    return {
        "provenance": {
            "engine": found.engine, "numpy": found.numpy, "seed": found.seed, "draws": found.draws,
            "constants": dict(found.constants),
        },
        "intervals": _intervals(found),
        "indistinguishable": {
            cell: sorted(sorted(pair) for pair in pairs) for cell, pairs in found.indistinguishable.items()
        },
        "influential": {cell: [asdict(one) for one in most] for cell, most in found.influential.items()},
    }  # fmt: skip


def simulated(questionnaire: Questionnaire, basis: Basis, *, seed: int, draws: int) -> dict[str, Any]:
    """Return the intervals alone, by cell and region."""
    return _intervals(simulate(questionnaire, _cases(basis), seed=seed, draws=draws))


def _cases(basis: Basis) -> list[RegionCase]:
    return [
        RegionCase(
            region,
            decided,
            tuple(
                {name: Judged(one.answer, one.certainty) for name, one in answers[seat].items()}
                for seat in sorted(answers)
            ),
        )
        for region, (decided, answers) in sorted(basis.items())
    ]


def _intervals(found: Uncertainty) -> dict[str, Any]:
    return {
        cell: {region: asdict(one) for region, one in regions.items()}
        for cell, regions in found.intervals.items()
    }
