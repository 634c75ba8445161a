"""What scores, ranks, regions and statistics are: pure values and functions, standard library only."""

from .editions import OVERALL, Axis, Edition, Key, Participation, Place, Release, default_release
from .errors import (
    AmbiguousRegion,
    EditionNotFound,
    RegionMoved,
    RegionNotFound,
    ReleaseMismatch,
    UnknownValue,
)
from .figures import Figure, Result, Sheet, display, not_assessed
from .questionnaire import Answer, Band, Indicator, Method, Option, Questionnaire, Status
from .ranks import Entry, Rank, Table, rank_table
from .reasons import Reason
from .regions import Code, Region
from .statistics import EXPECTED, Group, Statistic, Territory, complete, usual_group

__all__ = [
    "EXPECTED", "OVERALL", "AmbiguousRegion", "Answer", "Axis", "Band", "Code", "Edition", "EditionNotFound",
    "Entry", "Figure", "Group", "Indicator", "Key", "Method", "Option", "Participation", "Place",
    "Questionnaire", "Rank", "Reason", "Region", "RegionMoved", "RegionNotFound", "Release",
    "ReleaseMismatch", "Result", "Sheet", "Statistic", "Status", "Table", "Territory", "UnknownValue",
    "complete", "default_release", "display", "not_assessed", "rank_table", "usual_group",
]  # fmt: skip
