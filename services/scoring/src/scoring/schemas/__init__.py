"""Wire models of scoring, and how domain values become them."""

from .figures import EditionOut, EditionsOut, RankingOut, ScoresOut, edition_out, ranking_out, scores_out
from .regions import (
    RegionFeaturesOut,
    RegionIdentityOut,
    RegionKeysOut,
    RegionOut,
    feature_out,
    identity_out,
    region_out,
)
from .statistics import StatisticOut, statistic_out

__all__ = [
    "EditionOut", "EditionsOut", "RankingOut", "RegionFeaturesOut", "RegionIdentityOut",
    "RegionKeysOut", "RegionOut", "ScoresOut", "StatisticOut", "edition_out", "feature_out", "identity_out",
    "ranking_out", "region_out", "scores_out", "statistic_out",
]  # fmt: skip
