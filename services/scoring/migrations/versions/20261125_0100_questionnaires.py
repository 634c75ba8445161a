"""Questionnaires of editions."""

revision = "20261125_0100"
down_revision = "20261123_0500"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
