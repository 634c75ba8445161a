"""Outcome indicators and series."""

revision = "20261125_0400"
down_revision = "20261125_0300"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
