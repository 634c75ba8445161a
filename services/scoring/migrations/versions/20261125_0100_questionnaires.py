"""Editions whose figures are computed here: the whole document, its hash, and its method."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261125_0100"
down_revision = "20261123_0500"


def upgrade() -> None:
    # All null for the editions that are there: the next loading fills them in.
    op.add_column("edition", sa.Column("method", JSONB))
    op.add_column("edition", sa.Column("document", JSONB))
    op.add_column("edition", sa.Column("document_hash", sa.Text))
    op.create_check_constraint(
        op.f("ck_edition_document_has_hash"), "edition", "(document IS NULL) = (document_hash IS NULL)"
    )
    op.create_check_constraint(
        op.f("ck_edition_computed_says_how"),
        "edition",
        "kind NOT IN ('computed', 'demonstration') OR (document IS NOT NULL AND method IS NOT NULL)",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_edition_computed_says_how"), "edition")
    op.drop_constraint(op.f("ck_edition_document_has_hash"), "edition")
    for column in ("document_hash", "document", "method"):
        op.drop_column("edition", column)
