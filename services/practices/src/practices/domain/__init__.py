"""What a practice is, how practices are filtered, counted and ordered; standard library only."""

from .facets import FILTERS, counts, disjunctive, facet_values, missing_word, passes
from .geo import BBox, Point
from .practice import Aspect, CriterionNote, InvalidPractice, Location, Period, Practice, Success
from .query import MAX_TEXT, SORTS, Query
from .record import Record
from .region import Region
from .texts import UNDETERMINED, Text, fold, sort_key, tokens

__all__ = [
    "FILTERS",
    "MAX_TEXT",
    "SORTS",
    "UNDETERMINED",
    "Aspect",
    "BBox",
    "CriterionNote",
    "InvalidPractice",
    "Location",
    "Period",
    "Point",
    "Practice",
    "Query",
    "Record",
    "Region",
    "Success",
    "Text",
    "counts",
    "disjunctive",
    "facet_values",
    "fold",
    "missing_word",
    "passes",
    "sort_key",
    "tokens",
]
