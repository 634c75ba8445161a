"""Editions and their cells."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text

from .base import Document, changed, loaded, metadata

__all__ = ["edition", "edition_cell"]

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
    loaded(),
    changed(),
    CheckConstraint("id ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="id_is_slug"),
    CheckConstraint("kind IN ('published', 'computed', 'demonstration')", name="kind_known"),
)  # fmt: skip

edition_cell = Table(
    "edition_cell", metadata,
    Column("edition_id", ForeignKey("edition.id"), primary_key=True),
    Column("cell", Text, primary_key=True),
    Column("axis", Text),
    Column("key", Text),
    CheckConstraint("cell = coalesce(axis || '-' || key, 'overall')", name="cell_names_its_place"),
)  # fmt: skip
