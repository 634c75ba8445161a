"""The tables of scoring. What can be said of a row by itself is said by a named constraint."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
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
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from servicekit.database import metadata as named_metadata
from servicekit.feed import feed_tables

__all__ = [
    "REVISION", "edition", "edition_cell", "metadata", "region", "region_alias", "region_code", "release",
    "release_region", "result", "statistic",
]  # fmt: skip

REVISION = "20261123_0500"  # what this code needs at least

REASONS = (
    "reason IN ('not_held', 'not_assessed', 'unknown', 'not_applicable', 'no_competence',"
    " 'insufficient_coverage', 'suppressed', 'withdrawn')"
)
CONFIDENCE = "confidence IN ('high', 'medium', 'low')"
MATCH = "match IN ('exact', 'close', 'broad', 'narrow')"

metadata = named_metadata()
Document = JSONB(none_as_null=True)


def _changed() -> Column[object]:
    return Column("changed_at", DateTime(timezone=True), nullable=False)


# What was last loaded, as a hash: a row that no longer equals it was changed here and is left alone.
def _loaded() -> Column[str]:
    return Column("loaded_hash", Text)


region = Table(
    "region", metadata,
    Column("id", Text, primary_key=True),
    Column("name", Document, nullable=False),
    Column("own_names", Document, nullable=False),
    Column("country", Text, nullable=False),
    Column("point", Document),
    Column("regin_pilot", Boolean, nullable=False),
    Column("mipex_r", Boolean, nullable=False),
    Column("network", Boolean, nullable=False),
    Column("assessed_body", Text),
    Column("websites", Document, nullable=False),
    Column("responsible_body", Document),
    Column("competences", Document),
    Column("policy_context", Document),
    Column("notes", Document, nullable=False),
    Column("aliases", Document, nullable=False),
    _loaded(),
    _changed(),
    CheckConstraint("id ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="id_is_slug"),
    CheckConstraint("country ~ '^[A-Z]{2}$' AND country <> 'EL'", name="country_is_iso"),
)  # fmt: skip

region_code = Table(
    "region_code", metadata,
    Column("region_id", ForeignKey("region.id"), primary_key=True),
    Column("scheme", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("level", Integer),
    Column("match", Text, nullable=False),
    CheckConstraint(MATCH, name="match_known"),
)  # fmt: skip
# One territory is one region's: two regions that both are exactly ES51 would be a mistake in the data.
Index(
    "uq_region_code_exact", region_code.c.scheme, region_code.c.version, region_code.c.code,
    unique=True, postgresql_where=text("match = 'exact'"),
)  # fmt: skip

region_alias = Table(
    "region_alias", metadata,
    Column("folded", Text, primary_key=True),
    Column("region_id", ForeignKey("region.id"), primary_key=True),
    Column("shared", Boolean, nullable=False),
    CheckConstraint("folded <> ''", name="folded_not_empty"),
)  # fmt: skip
# A folded name leads to one region, unless it is known that two really share it.
Index("uq_region_alias_folded", region_alias.c.folded, unique=True, postgresql_where=text("NOT shared"))

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
    _loaded(),
    _changed(),
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
    _loaded(),
    _changed(),
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

feed_tables(metadata)
