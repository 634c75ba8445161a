"""Releases: immutable snapshots of an edition, with a result for every region and cell."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
)

from .base import CONFIDENCE, REASONS, Document, metadata

__all__ = ["release", "release_region", "result"]

release = Table(
    "release", metadata,
    Column("id", Text, primary_key=True),
    Column("edition_id", ForeignKey("edition.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("issued", Date, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("loaded_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("edition_id", "sequence", name="uq_release_edition_sequence"),
    UniqueConstraint("id", "edition_id", name="uq_release_id_edition"),
    CheckConstraint("sequence >= 1", name="sequence_from_1"),
    CheckConstraint("id = edition_id || '-r' || sequence", name="id_names_edition"),
)  # fmt: skip

release_region = Table(
    "release_region", metadata,
    Column("release_id", ForeignKey("release.id"), primary_key=True),
    Column("region_id", ForeignKey("region.id"), primary_key=True),
)  # fmt: skip

result = Table(
    "result", metadata,
    Column("release_id", Text, primary_key=True),
    Column("region_id", Text, primary_key=True),
    Column("cell", Text, primary_key=True),
    Column("edition_id", Text, nullable=False),
    Column("score", Numeric),
    Column("reason", Text),
    Column("confidence", Text),
    Column("date", Text),
    Column("stated_rank", Integer),
    Column("sources", Document, nullable=False),
    Column("notes", Document, nullable=False),
    ForeignKeyConstraint(
        ["release_id", "region_id"], ["release_region.release_id", "release_region.region_id"],
        name="fk_result_release_region",
    ),
    ForeignKeyConstraint(
        ["release_id", "edition_id"], ["release.id", "release.edition_id"],
        name="fk_result_release_edition",
    ),
    ForeignKeyConstraint(
        ["edition_id", "cell"], ["edition_cell.edition_id", "edition_cell.cell"],
        name="fk_result_edition_cell",
    ),
    CheckConstraint("score BETWEEN 0 AND 100", name="score_0_to_100"),
    CheckConstraint("(score IS NULL) = (reason IS NOT NULL)", name="score_or_reason"),
    CheckConstraint(
        "score IS NULL OR (confidence IS NOT NULL AND date IS NOT NULL)", name="score_says_how_sure"
    ),
    CheckConstraint("score IS NULL OR jsonb_array_length(sources) > 0", name="score_has_source"),
    CheckConstraint(
        "score IS NOT NULL"
        " OR (confidence IS NULL AND date IS NULL AND stated_rank IS NULL AND sources = '[]')",
        name="no_score_no_details",
    ),
    CheckConstraint("stated_rank >= 1", name="stated_rank_from_1"),
    CheckConstraint(REASONS, name="reason_known"),
    CheckConstraint(CONFIDENCE, name="confidence_known"),
)  # fmt: skip
