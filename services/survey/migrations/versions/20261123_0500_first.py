"""Surveys, submissions, receipts, and the change feed.

What erasure empties stands apart from what must last: rows of `submission_content` and
`submission_declaration` are deleted, those of `submission`, `receipt` and `idempotency_key` stay and hold
no word of a person's.
"""

import sqlalchemy as sa
from alembic import op

from servicekit.migrations import append_only

revision = "20261123_0500"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _surveys()
    _submissions()
    _feed()


def _surveys() -> None:
    op.create_table(
        "survey_version",
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("survey", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_survey_version"),
        sa.UniqueConstraint("survey", "version", name="uq_survey_version_survey_version"),
        sa.CheckConstraint("version > 0", name="ck_survey_version_version"),
    )
    append_only(op, "survey_version")
    op.create_table(
        "survey_schedule",
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True)),
        sa.Column("accepted_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("hash", name="pk_survey_schedule"),
        sa.ForeignKeyConstraint(["hash"], ["survey_version.hash"], name="fk_survey_schedule_hash"),
        sa.CheckConstraint("accepted_until >= open_until", name="ck_survey_schedule_order"),
    )


def _submissions() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("survey", sa.Text, nullable=False),
        sa.Column("version_hash", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.ForeignKeyConstraint(["version_hash"], ["survey_version.hash"], name="fk_submission_version_hash"),
        sa.CheckConstraint(
            "state IN ('received', 'screening', 'clarification', 'analysis', 'accepted', 'declined',"
            " 'erased')",
            name="ck_submission_state",
        ),
    )
    op.create_table(
        "receipt",
        sa.Column("submission_id", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("submission_id", name="pk_receipt"),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_receipt_submission_id"),
    )
    append_only(op, "receipt")
    op.create_table(
        "idempotency_key",
        sa.Column("survey", sa.Text, nullable=False),
        sa.Column("key_hash", sa.Text, nullable=False),
        sa.Column("submission_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("survey", "key_hash", name="pk_idempotency_key"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_idempotency_key_submission_id"
        ),
    )
    append_only(op, "idempotency_key")
    op.create_table(
        "submission_content",
        sa.Column("submission_id", sa.Text, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("answers_lang", sa.Text, nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("hidden", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("nonce", sa.Text, nullable=False),
        sa.Column("secret_key_id", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("status_url", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("submission_id", name="pk_submission_content"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_submission_content_submission_id"
        ),
    )
    op.create_table(
        "submission_declaration",
        sa.Column("submission_id", sa.Text, nullable=False),
        sa.Column("declaration", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("given", sa.Boolean, nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("submission_id", "declaration", name="pk_submission_declaration"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_submission_declaration_submission_id"
        ),
        sa.CheckConstraint("withdrawn_at IS NULL OR NOT given", name="ck_submission_declaration_withdrawn"),
    )


def _feed() -> None:
    op.create_table(
        "feed_entry",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=True),
        sa.Column("n", sa.BigInteger),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
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


def downgrade() -> None:
    for table in (
        "feed_state",
        "feed_entry",
        "submission_declaration",
        "submission_content",
        "idempotency_key",
        "receipt",
        "submission",
        "survey_schedule",
        "survey_version",
    ):
        op.drop_table(table)
