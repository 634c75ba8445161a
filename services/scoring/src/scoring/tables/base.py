"""What the tables have in common. What can be said of a row by itself is said by a named constraint."""

from sqlalchemy import Column, DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB

from servicekit.database import metadata as named_metadata
from servicekit.feed import feed_tables

__all__ = ["CONFIDENCE", "MATCH", "REASONS", "Document", "changed", "loaded", "metadata"]

REASONS = (
    "reason IN ('not_held', 'not_assessed', 'unknown', 'not_applicable', 'no_competence',"
    " 'insufficient_coverage', 'suppressed', 'withdrawn')"
)
CONFIDENCE = "confidence IN ('high', 'medium', 'low')"
MATCH = "match IN ('exact', 'close', 'broad', 'narrow')"

metadata = named_metadata()
Document = JSONB(none_as_null=True)


def changed() -> Column[object]:
    """Return the column that says when a row last changed."""
    return Column("changed_at", DateTime(timezone=True), nullable=False)


def loaded() -> Column[str]:
    """Return the hash of what was last loaded: a row that no longer equals it was changed here."""
    return Column("loaded_hash", Text)


feed_tables(metadata)
