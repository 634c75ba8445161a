"""Where figures were brought in from, and an index for one indicator in all regions."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_0400"
down_revision = "20261125_0300"


def upgrade() -> None:
    op.create_table(
        "statistic_import",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_ref", sa.Text),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("file_hash", sa.Text, nullable=False),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.Column("same", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "format IN ('table', 'jsonstat', 'sdmx-csv')", name=op.f("ck_statistic_import_format_known")
        ),
        sa.ForeignKeyConstraint(["person_ref"], ["person.ref"], name="fk_statistic_import_person_ref"),
        sa.PrimaryKeyConstraint("id", name="pk_statistic_import"),
    )
    op.add_column("statistic", sa.Column("import_id", sa.Text))
    op.create_foreign_key("fk_statistic_import_id", "statistic", "statistic_import", ["import_id"], ["id"])
    op.create_index("ix_statistic_key", "statistic", ["key", "region_id"])


def downgrade() -> None:
    op.drop_index("ix_statistic_key", "statistic")
    op.drop_constraint("fk_statistic_import_id", "statistic")
    op.drop_column("statistic", "import_id")
    op.drop_table("statistic_import")
