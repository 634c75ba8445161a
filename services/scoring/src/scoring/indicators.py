"""Reading the definitions of the outcome indicators."""

import json
from pathlib import Path

from .domain.outcomes import EurostatSeries, OutcomeIndicator, OutcomeIndicators

__all__ = ["read_indicators"]


def read_indicators(data_dir: Path) -> OutcomeIndicators:
    """Read `outcomes/indicators.json`; raises OSError, ValueError, KeyError for a file that is not one."""
    path = data_dir / "outcomes" / "indicators.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    indicators = [
        OutcomeIndicator(
            code=one["code"],
            domain=one["domain"],
            unit=one["unit"],
            groups=one["groups"],
            direction=one["direction"],
            eurostat=tuple(EurostatSeries(**series) for series in one["eurostat"]),
        )
        for one in document["indicators"]
    ]
    return OutcomeIndicators({one.code: one for one in indicators}, document["notes"])
