"""Releases that can be proved: exact figures, what they rest on, files, withdrawals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from servicekit.migrations import append_only

revision = "20261125_0300"
down_revision = "20261125_0200"

SOURCED = "score IS NULL OR jsonb_array_length(sources) > 0"
COMPUTED_OR_SOURCED = "score IS NULL OR exact IS NOT NULL OR jsonb_array_length(sources) > 0"
NEW = ("release_record", "release_file", "release_withdrawal")


def upgrade() -> None:
    _columns()
    _checks()
    _record()
    _file()
    _withdrawal()
    for table in NEW:
        append_only(op, table)


def downgrade() -> None:
    for table in reversed(NEW):
        op.drop_table(table)
    op.drop_constraint(op.f("ck_result_score_has_source"), "result")
    for name in ("interval", "expected", "answered", "exact"):
        op.drop_column("result", name)
    op.create_check_constraint(op.f("ck_result_score_has_source"), "result", SOURCED)
    for name in ("uncertainty", "result_hash", "manifest"):
        op.drop_column("release", name)


def _columns() -> None:
    op.add_column("release", sa.Column("manifest", JSONB))
    op.add_column("release", sa.Column("result_hash", sa.Text))
    op.add_column("release", sa.Column("uncertainty", JSONB))
    op.add_column("result", sa.Column("exact", sa.Text))
    op.add_column("result", sa.Column("answered", sa.Integer))
    op.add_column("result", sa.Column("expected", sa.Integer))
    op.add_column("result", sa.Column("interval", JSONB))


def _checks() -> None:
    op.create_check_constraint(
        op.f("ck_release_manifest_with_result_hash"), "release", "(manifest IS NULL) = (result_hash IS NULL)"
    )
    op.drop_constraint(op.f("ck_result_score_has_source"), "result")
    op.create_check_constraint(op.f("ck_result_score_has_source"), "result", COMPUTED_OR_SOURCED)
    op.create_check_constraint(
        op.f("ck_result_exact_is_fraction"), "result", "exact ~ '^[0-9]+(/[1-9][0-9]*)?$'"
    )
    op.create_check_constraint(
        op.f("ck_result_exact_of_score"),
        "result",
        "(exact IS NULL) OR (score IS NOT NULL AND expected IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_result_coverage_whole"), "result", "(answered IS NULL) = (expected IS NULL)"
    )
    op.create_check_constraint(
        op.f("ck_result_answered_of_expected"), "result", "answered BETWEEN 0 AND expected"
    )
    op.create_check_constraint(
        op.f("ck_result_interval_of_exact"), "result", "interval IS NULL OR exact IS NOT NULL"
    )


def _record() -> None:
    op.create_table(
        "release_record",
        sa.Column("release_id", sa.Text, nullable=False),
        sa.Column("region_id", sa.Text, nullable=False),
        sa.Column("assessment_id", sa.Text),
        sa.Column("decisions", JSONB, nullable=False),
        sa.Column("answers", JSONB, nullable=False),
        sa.Column("log_head", sa.Text),
        sa.Column("justifications", JSONB, nullable=False),
        sa.Column("erratum", JSONB),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(assessment_id IS NULL) = (log_head IS NULL)",
            name=op.f("ck_release_record_assessment_with_log_head"),
        ),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_release_record_assessment_id"),
        sa.ForeignKeyConstraint(
            ["release_id", "region_id"],
            ["release_region.release_id", "release_region.region_id"],
            name="fk_release_record_release_region",
        ),
        sa.PrimaryKeyConstraint("release_id", "region_id", name="pk_release_record"),
    )


def _file() -> None:
    op.create_table(
        "release_file",
        sa.Column("release_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("bytes = octet_length(content)", name=op.f("ck_release_file_bytes_are_counted")),
        sa.CheckConstraint(
            "sha256 = encode(sha256(content), 'hex')", name=op.f("ck_release_file_sha256_of_content")
        ),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_release_file_release_id"),
        sa.PrimaryKeyConstraint("release_id", "name", name="pk_release_file"),
    )


def _withdrawal() -> None:
    op.create_table(
        "release_withdrawal",
        sa.Column("release_id", sa.Text, nullable=False),
        sa.Column("reason_id", sa.Text, nullable=False),
        sa.Column("actor_ref", sa.Text, nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_ref"], ["person.ref"], name="fk_release_withdrawal_actor_ref"),
        sa.ForeignKeyConstraint(["reason_id"], ["free_text.id"], name="fk_release_withdrawal_reason_id"),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_release_withdrawal_release_id"),
        sa.PrimaryKeyConstraint("release_id", name="pk_release_withdrawal"),
    )
