"""Releases: immutable snapshots of an edition, a result for every region and cell, and what proves them."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
)

from .base import CONFIDENCE, REASONS, Document, metadata

__all__ = ["release", "release_file", "release_record", "release_region", "release_withdrawal", "result"]

release = Table(
    "release", metadata,
    Column("id", Text, primary_key=True),
    Column("edition_id", ForeignKey("edition.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("issued", Date, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("loaded_at", DateTime(timezone=True), nullable=False),
    # Of a release that is computed here: what is signed, and what the simulation found of all regions.
    Column("manifest", Document),
    Column("result_hash", Text),
    Column("uncertainty", Document),
    UniqueConstraint("edition_id", "sequence", name="uq_release_edition_sequence"),
    UniqueConstraint("id", "edition_id", name="uq_release_id_edition"),
    CheckConstraint("sequence >= 1", name="sequence_from_1"),
    CheckConstraint("id = edition_id || '-r' || sequence", name="id_names_edition"),
    CheckConstraint("(manifest IS NULL) = (result_hash IS NULL)", name="manifest_with_result_hash"),
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
    # Of a computed figure: its exact value ("185/3"; `score` is the decimal next to it), on how many of the
    # indicators it rests, and between what the simulation puts it.
    Column("exact", Text),
    Column("answered", Integer),
    Column("expected", Integer),
    Column("interval", Document),
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
    # What is computed here rests on the answers of its release and not on somebody's print.
    CheckConstraint(
        "score IS NULL OR exact IS NOT NULL OR jsonb_array_length(sources) > 0", name="score_has_source"
    ),
    CheckConstraint("exact ~ '^[0-9]+(/[1-9][0-9]*)?$'", name="exact_is_fraction"),
    CheckConstraint("(exact IS NULL) OR (score IS NOT NULL AND expected IS NOT NULL)", name="exact_of_score"),
    CheckConstraint("(answered IS NULL) = (expected IS NULL)", name="coverage_whole"),
    CheckConstraint("answered BETWEEN 0 AND expected", name="answered_of_expected"),
    CheckConstraint("interval IS NULL OR exact IS NOT NULL", name="interval_of_exact"),
    CheckConstraint(
        "score IS NOT NULL"
        " OR (confidence IS NULL AND date IS NULL AND stated_rank IS NULL AND sources = '[]')",
        name="no_score_no_details",
    ),
    CheckConstraint("stated_rank >= 1", name="stated_rank_from_1"),
    CheckConstraint(REASONS, name="reason_known"),
    CheckConstraint(CONFIDENCE, name="confidence_known"),
)  # fmt: skip

# What the figures of a region rest on in a release; copied from release to release until it is replaced.
release_record = Table(
    "release_record", metadata,
    Column("release_id", Text, primary_key=True),
    Column("region_id", Text, primary_key=True),
    Column("assessment_id", ForeignKey("assessment.id")),  # none: a demonstration
    Column("decisions", Document, nullable=False),
    Column("answers", Document, nullable=False),
    Column("log_head", Text),
    Column("justifications", Document, nullable=False),  # the free texts and their hashes, never a text
    Column("erratum", Document),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(
        ["release_id", "region_id"], ["release_region.release_id", "release_region.region_id"],
        name="fk_release_record_release_region",
    ),
    CheckConstraint("(assessment_id IS NULL) = (log_head IS NULL)", name="assessment_with_log_head"),
)  # fmt: skip

release_file = Table(
    "release_file", metadata,
    Column("release_id", ForeignKey("release.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    CheckConstraint("bytes = octet_length(content)", name="bytes_are_counted"),
    CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="sha256_of_content"),
)  # fmt: skip

# A release that should not have been made; it stays readable by its id, and is never the default again.
release_withdrawal = Table(
    "release_withdrawal", metadata,
    Column("release_id", ForeignKey("release.id"), primary_key=True),
    Column("reason_id", ForeignKey("free_text.id"), nullable=False),
    Column("actor_ref", ForeignKey("person.ref"), nullable=False),
    Column("withdrawn_at", DateTime(timezone=True), nullable=False),
)  # fmt: skip
