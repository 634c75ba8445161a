"""What scores, ranks, regions and statistics are: pure values and functions, standard library only."""

from .editions import OVERALL, Axis, Edition, Key, Participation, Place, Release, default_release
from .engine import Computed, Coverage, band_of, compute, display
from .errors import (
    AmbiguousRegion,
    EditionNotFound,
    RegionMoved,
    RegionNotFound,
    ReleaseMismatch,
    UnknownValue,
)
from .figures import Figure, Interval, Result, Sheet, not_assessed
from .method import Band, Method
from .questionnaire import Answer, Indicator, Option, Questionnaire, Status
from .ranks import Entry, Rank, Table, rank_table
from .reasons import Reason
from .regions import Code, Region
from .statistics import EXPECTED, Group, Statistic, Territory, complete, usual_group

__all__ = [
    "EXPECTED", "OVERALL", "AmbiguousRegion", "Answer", "Axis", "Band", "Code", "Computed", "Coverage",
    "Edition", "EditionNotFound", "Entry", "Figure", "Group", "Indicator", "Interval", "Key", "Method",
    "Option", "Participation", "Place", "Questionnaire", "Rank", "Reason", "Region", "RegionMoved",
    "RegionNotFound", "Release", "ReleaseMismatch", "Result", "Sheet", "Statistic", "Status", "Table",
    "Territory", "UnknownValue", "band_of", "complete", "compute", "default_release", "display",
    "not_assessed", "rank_table", "usual_group",
]  # fmt: skip
