"""Editions and their cells."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text

from .base import Document, changed, loaded, metadata

__all__ = ["edition", "edition_cell"]

# `document` is the whole edition as it was loaded: what its figures are computed from is read from there, and
# its hash is of its canonical JSON. Lists of editions leave it alone, for it is long.
edition = Table(
    "edition", metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("title", Document, nullable=False),
    Column("licence", Text),
    Column("languages", Document, nullable=False),
    Column("axes", Document, nullable=False),
    Column("notes", Document, nullable=False),
    Column("sources", Document, nullable=False),
    Column("method", Document),
    Column("document", Document),
    Column("document_hash", Text),
    loaded(),
    changed(),
    CheckConstraint("id ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="id_is_slug"),
    CheckConstraint("kind IN ('published', 'computed', 'demonstration')", name="kind_known"),
    CheckConstraint("(document IS NULL) = (document_hash IS NULL)", name="document_has_hash"),
    CheckConstraint(
        "kind NOT IN ('computed', 'demonstration') OR (document IS NOT NULL AND method IS NOT NULL)",
        name="computed_says_how",
    ),
)  # fmt: skip

edition_cell = Table(
    "edition_cell", metadata,
    Column("edition_id", ForeignKey("edition.id"), primary_key=True),
    Column("cell", Text, primary_key=True),
    Column("axis", Text),
    Column("key", Text),
    CheckConstraint("cell = coalesce(axis || '-' || key, 'overall')", name="cell_names_its_place"),
)  # fmt: skip
