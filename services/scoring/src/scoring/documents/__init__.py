"""The data files as they must be, one class for each thing in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from .common import BadData
from .editions import EditionDoc
from .faults import InvalidEdition, Known, edition_faults, read_edition
from .regions import CodeDoc, GroupDoc, RegionDoc, StatisticDoc
from .scores import ScoreDoc

__all__ = [
    "BadData", "Bundle", "CodeDoc", "EditionDoc", "GroupDoc", "InvalidEdition", "Known", "RegionDoc",
    "ScoreDoc", "StatisticDoc", "edition_faults", "read_edition",
]  # fmt: skip


@dataclass(frozen=True)
class Bundle:
    """All that is loaded, checked."""

    regions: Sequence[RegionDoc] = ()
    editions: Sequence[EditionDoc] = ()
    scores: Sequence[ScoreDoc] = ()
