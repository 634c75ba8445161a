"""What scoring can be asked, one module for each kind of work."""

from .comparing import ComparingService, ComparisonView, RankingView, SimilarView
from .computing import ComputingService
from .editing import EditionService, Loaded
from .outcomes import Outcomes, OutcomeService
from .placing import RankTables
from .reading import EditionEntry, RegionIdentity, ScoringService, Which
from .standing import StandingService, StandingsView

__all__ = [
    "ComparingService", "ComparisonView", "ComputingService", "EditionEntry", "EditionService", "Loaded",
    "OutcomeService", "Outcomes", "RankTables", "RankingView", "RegionIdentity", "ScoringService",
    "SimilarView", "StandingService", "StandingsView", "Which",
]  # fmt: skip
