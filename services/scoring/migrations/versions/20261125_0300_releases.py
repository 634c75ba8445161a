"""Releases that can be proved."""

revision = "20261125_0300"
down_revision = "20261125_0200"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
