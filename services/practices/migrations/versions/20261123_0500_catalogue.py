"""The catalogue, its outbox, its full-text index, and the regions it follows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

revision = "20261123_0500"
down_revision = None
branch_labels = None
depends_on = None

FACETS = (
    "country", "region", "role", "policy_area", "theme", "target_group", "success", "language",
    "text_language", "regin_relation", "aspect", "criterion",
)  # fmt: skip
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _catalogue()
    _regions()
    _outbox()
    _search()
    _feed()


def _catalogue() -> None:
    op.create_table(
        "practice",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", JSONB, nullable=False),
        sa.Column("loaded_hash", sa.Text),
        sa.Column("document_hash", sa.Text, nullable=False),
        sa.Column("first_published", MOMENT, nullable=False),
        sa.Column("last_changed", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("replaced_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_practice"),
        sa.ForeignKeyConstraint(["replaced_by"], ["practice.id"], name="fk_practice_replaced_by"),
        sa.CheckConstraint("id ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_practice_id")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_practice_version")),
        sa.CheckConstraint("document->>'id' = id", name=op.f("ck_practice_document_id")),
        sa.CheckConstraint(
            "replaced_by IS NULL OR withdrawn_at IS NOT NULL", name=op.f("ck_practice_replaced_by")
        ),
    )
    op.create_table(
        "practice_region",
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("practice", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("region", "practice", name="pk_practice_region"),
        sa.ForeignKeyConstraint(
            ["practice"], ["practice.id"], name="fk_practice_region_practice", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_practice_region_practice", "practice_region", ["practice"])


def _regions() -> None:
    op.create_table(
        "region",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("names", JSONB, nullable=False),
        sa.Column("own_names", ARRAY(sa.Text), nullable=False),
        sa.Column("lat", sa.Float(53)),
        sa.Column("lon", sa.Float(53)),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_region"),
        sa.CheckConstraint("(lat IS NULL) = (lon IS NULL)", name=op.f("ck_region_point")),
    )
    op.create_table(
        "region_alias",
        sa.Column("alias", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("alias", "region", name="pk_region_alias"),
        sa.ForeignKeyConstraint(["region"], ["region.id"], name="fk_region_alias_region", ondelete="CASCADE"),
    )
    op.create_table(
        "feed_position",
        sa.Column("feed", sa.Text, nullable=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("feed", name="pk_feed_position"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("changed_at", MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("attempts", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("next_attempt_at", MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("claimed_by", sa.Text),
        sa.Column("claimed_until", MOMENT),
        sa.Column("parked", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("problem", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.CheckConstraint("target IN ('postgresql', 'meilisearch')", name=op.f("ck_outbox_target")),
        sa.CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name=op.f("ck_outbox_claim")),
    )
    op.create_index("ix_outbox_due", "outbox", ["target", "id"], postgresql_where=sa.text("NOT parked"))
    op.create_index("ix_outbox_target_key", "outbox", ["target", "key"])
    op.create_table(
        "search_target",
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("rebuilding_until", MOMENT),
        sa.Column("stale", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("target", name="pk_search_target"),
        sa.CheckConstraint("target IN ('postgresql', 'meilisearch')", name=op.f("ck_search_target_target")),
    )


def _search() -> None:
    op.create_table(
        "search_document",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("words", TSVECTOR, nullable=False),
        sa.Column("title_words", TSVECTOR, nullable=False),
        sa.Column("tags", ARRAY(sa.Text), nullable=False),
        *(sa.Column(f"of_{name}", ARRAY(sa.Text), nullable=False) for name in FACETS),
        sa.Column("titles", JSONB, nullable=False),
        sa.Column("newest", sa.Integer, nullable=False),
        sa.Column("lat", sa.Float(53)),
        sa.Column("lon", sa.Float(53)),
        sa.Column("precision", sa.Text),
        sa.Column("item", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_document"),
    )
    # Counting reads many rows and few columns: what is wide goes out of line, what is counted stays.
    op.execute("ALTER TABLE search_document SET (toast_tuple_target = 128)")
    op.execute("ALTER TABLE search_document ALTER COLUMN title_words SET STORAGE MAIN")
    for column in ("tags", *(f"of_{name}" for name in FACETS)):
        op.execute(f"ALTER TABLE search_document ALTER COLUMN {column} SET STORAGE PLAIN")
    op.create_index("ix_search_document_words", "search_document", ["words"], postgresql_using="gin")
    op.create_index("ix_search_document_tags", "search_document", ["tags"], postgresql_using="gin")
    op.create_table(
        "search_word",
        sa.Column("word", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_search_word"),
    )
    op.create_index(
        "ix_search_word_word", "search_word", ["word"],
        postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"},
    )  # fmt: skip


def _feed() -> None:
    op.create_table(
        "feed_entry",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=True),
        sa.Column("n", sa.BigInteger),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("at", MOMENT, server_default=sa.func.now(), nullable=False),
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
