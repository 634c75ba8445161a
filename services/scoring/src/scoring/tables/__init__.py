"""The tables of scoring, one module for each kind of thing."""

from .assessments import (
    answer,
    assessment,
    assessment_log,
    comment,
    decision,
    first_answer,
    free_text,
    person,
    proposal,
    question,
    seat,
)
from .base import metadata
from .editions import edition, edition_cell
from .regions import region, region_alias, region_code
from .releases import release, release_file, release_record, release_region, release_withdrawal, result
from .statistics import statistic, statistic_import

__all__ = [
    "REVISION", "answer", "assessment", "assessment_log", "comment", "decision", "edition", "edition_cell",
    "first_answer", "free_text", "metadata", "person", "proposal", "question", "region", "region_alias",
    "region_code", "release", "release_file", "release_record", "release_region", "release_withdrawal",
    "result", "seat", "statistic", "statistic_import",
]  # fmt: skip

REVISION = "20261125_0400"  # what this code needs at least
