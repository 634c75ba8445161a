"""Wire models of scoring, and how domain values become them."""

from .computing import ComputedOut, computed_out
from .editions import EditionOut, EditionsOut, LoadedOut, edition_out, loaded_out
from .figures import ScoresOut, scores_out
from .rankings import RankingOut, ranking_out
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
    "ComputedOut", "EditionOut", "EditionsOut", "LoadedOut", "RankingOut", "RegionFeaturesOut",
    "RegionIdentityOut", "RegionKeysOut", "RegionOut", "ScoresOut", "StatisticOut", "computed_out",
    "edition_out", "feature_out", "identity_out", "loaded_out", "ranking_out", "region_out", "scores_out",
    "statistic_out",
]  # fmt: skip
