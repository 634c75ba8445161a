"""Outcome statistics of regions."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
)

from .base import CONFIDENCE, REASONS, Document, changed, loaded, metadata

__all__ = ["statistic", "statistic_import"]

# Who brought figures in, when, and from which file; the file itself is not kept.
statistic_import = Table(
    "statistic_import", metadata,
    Column("id", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("person_ref", ForeignKey("person.ref")),  # null: by command
    Column("format", Text, nullable=False),
    Column("file_hash", Text, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("same", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    CheckConstraint("format IN ('table', 'jsonstat', 'sdmx-csv')", name="format_known"),
)  # fmt: skip

statistic = Table(
    "statistic", metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("region_id", ForeignKey("region.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("citizenship", Text, nullable=False),
    Column("sex", Text, nullable=False),
    Column("age", Text, nullable=False),
    Column("period", Text),
    Column("position", Integer, nullable=False),
    Column("value", Numeric),
    Column("reason", Text),
    Column("unit", Text, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("flags", Document, nullable=False),
    Column("confidence", Text),
    Column("sources", Document, nullable=False),
    Column("notes", Document, nullable=False),
    Column("import_id", ForeignKey("statistic_import.id")),  # null: from the data files
    loaded(),
    changed(),
    # An undated figure is one figure: two nulls are the same period.
    UniqueConstraint(
        "region_id", "key", "citizenship", "sex", "age", "period",
        name="uq_statistic_series", postgresql_nulls_not_distinct=True,
    ),
    ForeignKeyConstraint(
        ["region_id", "scheme", "version", "code"],
        ["region_code.region_id", "region_code.scheme", "region_code.version", "region_code.code"],
        name="fk_statistic_territory",
    ),
    CheckConstraint("(value IS NULL) = (reason IS NOT NULL)", name="value_or_reason"),
    CheckConstraint("value IS NULL OR jsonb_array_length(sources) > 0", name="value_has_source"),
    CheckConstraint(REASONS, name="reason_known"),
    CheckConstraint(CONFIDENCE, name="confidence_known"),
)  # fmt: skip

# Of one indicator in all regions; a region's own are found by the series.
Index("ix_statistic_key", statistic.c.key, statistic.c.region_id)
