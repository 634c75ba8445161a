"""Assessments, what people wrote, and the log."""

revision = "20261125_0200"
down_revision = "20261125_0100"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
