"""What this service takes and answers: the shapes of CONTRACTS section 6."""

from .answers import (
    FacetOut,
    FeatureCollectionOut,
    FeatureOut,
    KeysOut,
    PanelOut,
    RecordOut,
    SearchOut,
    Show,
)  # fmt: skip
from .items import ItemOut, Marker, Uri
from .queries import FilterQuery, PracticeQuery
from .whole import PracticeOut

__all__ = [
    "FacetOut", "FeatureCollectionOut", "FeatureOut", "FilterQuery", "ItemOut", "KeysOut", "Marker",
    "PanelOut", "PracticeOut", "PracticeQuery", "RecordOut", "SearchOut", "Show", "Uri",
]  # fmt: skip
