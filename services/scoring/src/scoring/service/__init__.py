"""What scoring can be asked, one module for each kind of work."""

from .reading import EditionEntry, Outcomes, RankingView, RegionIdentity, ScoringService, Which

__all__ = ["EditionEntry", "Outcomes", "RankingView", "RegionIdentity", "ScoringService", "Which"]
