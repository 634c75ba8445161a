"""Regions, editions, releases with their results, statistics, and the change feed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from servicekit.migrations import append_only

revision = "20261123_0500"
down_revision = None

REASONS = (
    "reason IN ('not_held', 'not_assessed', 'unknown', 'not_applicable', 'no_competence',"
    " 'insufficient_coverage', 'suppressed', 'withdrawn')"
)


def upgrade() -> None:
    _regions()
    _editions()
    _releases()
    _statistics()
    _feed()
    # A release never changes: what corrects it is the next release.
    for table in ("release", "release_region", "result"):
        append_only(op, table)


def downgrade() -> None:
    for table in (
        "feed_state", "feed_entry", "statistic", "result", "release_region", "release",
        "edition_cell", "edition", "region_alias", "region_code", "region",
    ):  # fmt: skip
        op.drop_table(table)


def _regions() -> None:
    op.create_table(
        "region",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", JSONB, nullable=False),
        sa.Column("own_names", JSONB, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("point", JSONB),
        sa.Column("regin_pilot", sa.Boolean, nullable=False),
        sa.Column("mipex_r", sa.Boolean, nullable=False),
        sa.Column("network", sa.Boolean, nullable=False),
        sa.Column("assessed_body", sa.Text),
        sa.Column("websites", JSONB, nullable=False),
        sa.Column("responsible_body", JSONB),
        sa.Column("competences", JSONB),
        sa.Column("policy_context", JSONB),
        sa.Column("notes", JSONB, nullable=False),
        sa.Column("aliases", JSONB, nullable=False),
        sa.Column("loaded_hash", sa.Text),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "country ~ '^[A-Z]{2}$' AND country <> 'EL'", name=op.f("ck_region_country_is_iso")
        ),
        sa.CheckConstraint("id ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_region_id_is_slug")),
        sa.PrimaryKeyConstraint("id", name="pk_region"),
    )
    op.create_table(
        "region_alias",
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("region_id", sa.Text, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.CheckConstraint("folded <> ''", name=op.f("ck_region_alias_folded_not_empty")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name="fk_region_alias_region_id"),
        sa.PrimaryKeyConstraint("folded", "region_id", name="pk_region_alias"),
    )
    op.create_index(
        "uq_region_alias_folded",
        "region_alias",
        ["folded"],
        unique=True,
        postgresql_where=sa.text("NOT shared"),
    )
    op.create_table(
        "region_code",
        sa.Column("region_id", sa.Text, nullable=False),
        sa.Column("scheme", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("level", sa.Integer),
        sa.Column("match", sa.Text, nullable=False),
        sa.CheckConstraint(
            "match IN ('exact', 'close', 'broad', 'narrow')", name=op.f("ck_region_code_match_known")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name="fk_region_code_region_id"),
        sa.PrimaryKeyConstraint("region_id", "scheme", "version", "code", name="pk_region_code"),
    )
    op.create_index(
        "uq_region_code_exact",
        "region_code",
        ["scheme", "version", "code"],
        unique=True,
        postgresql_where=sa.text("match = 'exact'"),
    )


def _editions() -> None:
    op.create_table(
        "edition",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", JSONB, nullable=False),
        sa.Column("licence", sa.Text),
        sa.Column("languages", JSONB, nullable=False),
        sa.Column("axes", JSONB, nullable=False),
        sa.Column("notes", JSONB, nullable=False),
        sa.Column("sources", JSONB, nullable=False),
        sa.Column("loaded_hash", sa.Text),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_edition_id_is_slug")),
        sa.CheckConstraint(
            "kind IN ('published', 'computed', 'demonstration')", name=op.f("ck_edition_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_edition"),
    )
    op.create_table(
        "edition_cell",
        sa.Column("edition_id", sa.Text, nullable=False),
        sa.Column("cell", sa.Text, nullable=False),
        sa.Column("axis", sa.Text),
        sa.Column("key", sa.Text),
        sa.CheckConstraint(
            "cell = coalesce(axis || '-' || key, 'overall')",
            name=op.f("ck_edition_cell_cell_names_its_place"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_edition_cell_edition_id"),
        sa.PrimaryKeyConstraint("edition_id", "cell", name="pk_edition_cell"),
    )


def _releases() -> None:
    op.create_table(
        "release",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("edition_id", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("issued", sa.Date, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = edition_id || '-r' || sequence", name=op.f("ck_release_id_names_edition")),
        sa.CheckConstraint("sequence >= 1", name=op.f("ck_release_sequence_from_1")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_release_edition_id"),
        sa.PrimaryKeyConstraint("id", name="pk_release"),
        sa.UniqueConstraint("edition_id", "sequence", name="uq_release_edition_sequence"),
        sa.UniqueConstraint("id", "edition_id", name="uq_release_id_edition"),
    )
    op.create_table(
        "release_region",
        sa.Column("release_id", sa.Text, nullable=False),
        sa.Column("region_id", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name="fk_release_region_region_id"),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_release_region_release_id"),
        sa.PrimaryKeyConstraint("release_id", "region_id", name="pk_release_region"),
    )
    op.create_table(
        "result",
        sa.Column("release_id", sa.Text, nullable=False),
        sa.Column("region_id", sa.Text, nullable=False),
        sa.Column("cell", sa.Text, nullable=False),
        sa.Column("edition_id", sa.Text, nullable=False),
        sa.Column("score", sa.Numeric),
        sa.Column("reason", sa.Text),
        sa.Column("confidence", sa.Text),
        sa.Column("date", sa.Text),
        sa.Column("stated_rank", sa.Integer),
        sa.Column("sources", JSONB, nullable=False),
        sa.Column("notes", JSONB, nullable=False),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')", name=op.f("ck_result_confidence_known")
        ),
        sa.CheckConstraint(REASONS, name=op.f("ck_result_reason_known")),
        sa.CheckConstraint(
            "score IS NOT NULL"
            " OR (confidence IS NULL AND date IS NULL AND stated_rank IS NULL AND sources = '[]')",
            name=op.f("ck_result_no_score_no_details"),
        ),
        sa.CheckConstraint("(score IS NULL) = (reason IS NOT NULL)", name=op.f("ck_result_score_or_reason")),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_result_score_0_to_100")),
        sa.CheckConstraint(
            "score IS NULL OR (confidence IS NOT NULL AND date IS NOT NULL)",
            name=op.f("ck_result_score_says_how_sure"),
        ),
        sa.CheckConstraint(
            "score IS NULL OR jsonb_array_length(sources) > 0", name=op.f("ck_result_score_has_source")
        ),
        sa.CheckConstraint("stated_rank >= 1", name=op.f("ck_result_stated_rank_from_1")),
        sa.ForeignKeyConstraint(
            ["edition_id", "cell"],
            ["edition_cell.edition_id", "edition_cell.cell"],
            name="fk_result_edition_cell",
        ),
        sa.ForeignKeyConstraint(
            ["release_id", "edition_id"],
            ["release.id", "release.edition_id"],
            name="fk_result_release_edition",
        ),
        sa.ForeignKeyConstraint(
            ["release_id", "region_id"],
            ["release_region.release_id", "release_region.region_id"],
            name="fk_result_release_region",
        ),
        sa.PrimaryKeyConstraint("release_id", "region_id", "cell", name="pk_result"),
    )


def _statistics() -> None:
    op.create_table(
        "statistic",
        sa.Column("id", sa.BigInteger, sa.Identity(always=False), nullable=False),
        sa.Column("region_id", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("citizenship", sa.Text, nullable=False),
        sa.Column("sex", sa.Text, nullable=False),
        sa.Column("age", sa.Text, nullable=False),
        sa.Column("period", sa.Text),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("value", sa.Numeric),
        sa.Column("reason", sa.Text),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("scheme", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("flags", JSONB, nullable=False),
        sa.Column("confidence", sa.Text),
        sa.Column("sources", JSONB, nullable=False),
        sa.Column("notes", JSONB, nullable=False),
        sa.Column("loaded_hash", sa.Text),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')", name=op.f("ck_statistic_confidence_known")
        ),
        sa.CheckConstraint(REASONS, name=op.f("ck_statistic_reason_known")),
        sa.CheckConstraint(
            "(value IS NULL) = (reason IS NOT NULL)", name=op.f("ck_statistic_value_or_reason")
        ),
        sa.CheckConstraint(
            "value IS NULL OR jsonb_array_length(sources) > 0", name=op.f("ck_statistic_value_has_source")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "scheme", "version", "code"],
            ["region_code.region_id", "region_code.scheme", "region_code.version", "region_code.code"],
            name="fk_statistic_territory",
        ),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name="fk_statistic_region_id"),
        sa.PrimaryKeyConstraint("id", name="pk_statistic"),
        sa.UniqueConstraint(
            "region_id",
            "key",
            "citizenship",
            "sex",
            "age",
            "period",
            name="uq_statistic_series",
            postgresql_nulls_not_distinct=True,
        ),
    )


def _feed() -> None:
    op.create_table(
        "feed_entry",
        sa.Column("id", sa.BigInteger, autoincrement=True, nullable=False),
        sa.Column("n", sa.BigInteger),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed_entry"),
        sa.UniqueConstraint("n", name="uq_feed_entry_n"),
    )
    op.create_index("ix_feed_entry_unnumbered", "feed_entry", ["id"], postgresql_where=sa.text("n IS NULL"))
    op.create_table(
        "feed_state",
        sa.Column("feed", sa.Text, nullable=False),
        sa.Column("first_n", sa.BigInteger, server_default=sa.text("1"), nullable=False),
        sa.Column("last_n", sa.BigInteger, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("feed", name="pk_feed_state"),
    )
    op.execute("INSERT INTO feed_state (feed) VALUES (replace(gen_random_uuid()::text, '-', ''))")
