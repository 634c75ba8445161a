"""What scoring can be asked, one module for each kind of work."""

from .outcomes import Outcomes, OutcomeService
from .reading import EditionEntry, RankingView, RegionIdentity, ScoringService, Which

__all__ = [
    "EditionEntry", "OutcomeService", "Outcomes", "RankingView", "RegionIdentity", "ScoringService", "Which",
]  # fmt: skip
