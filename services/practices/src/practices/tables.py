"""The tables of the practices database; constraints are named and enforced here."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    func,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

from servicekit.database import metadata as new_metadata
from servicekit.feed import feed_tables

from .domain import FILTERS

__all__ = [
    "REVISION", "feed_position", "metadata", "outbox", "practice", "practice_region", "region",
    "region_alias", "search_document", "search_target", "search_word",
]  # fmt: skip

REVISION = "20261123_0500"  # the schema this code needs

metadata = new_metadata()
feed_tables(metadata)

_MOMENT = DateTime(timezone=True)

practice = Table(
    "practice", metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    # The whole practice, every text as {language: text}: the shape of data/practices.json.
    Column("document", JSONB, nullable=False),
    # Of the document as last loaded from a file; null or another than the document's: an editor's work.
    Column("loaded_hash", Text),
    Column("document_hash", Text, nullable=False),
    Column("first_published", _MOMENT, nullable=False),
    Column("last_changed", _MOMENT, nullable=False),
    Column("withdrawn_at", _MOMENT),
    Column("replaced_by", Text, ForeignKey("practice.id")),
    CheckConstraint("id ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="id"),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("document->>'id' = id", name="document_id"),
    CheckConstraint("replaced_by IS NULL OR withdrawn_at IS NOT NULL", name="replaced_by"),
)  # fmt: skip

# The regions of each document once more, so that none of "which regions, whose practices" reads them all.
practice_region = Table(
    "practice_region", metadata,
    Column("region", Text, primary_key=True),
    Column("practice", Text, ForeignKey("practice.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_practice_region_practice", "practice"),
)  # fmt: skip

# What scoring says of its regions: words for search and labels, aliases for the filter, points for the map.
region = Table(
    "region", metadata,
    Column("id", Text, primary_key=True),
    Column("country", Text, nullable=False),
    Column("names", JSONB, nullable=False),
    Column("own_names", ARRAY(Text), nullable=False),
    Column("lat", Float(53)),
    Column("lon", Float(53)),
    Column("changed_at", _MOMENT, nullable=False),
    CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="point"),
)  # fmt: skip

# Not unique by alias alone: a name that fits two regions is kept, and finds both.
region_alias = Table(
    "region_alias", metadata,
    Column("alias", Text, primary_key=True),
    Column("region", Text, ForeignKey("region.id", ondelete="CASCADE"), primary_key=True),
)  # fmt: skip

feed_position = Table(
    "feed_position", metadata,
    Column("feed", Text, primary_key=True),
    Column("position", Text, nullable=False),
)  # fmt: skip

# Keys to bring to an index. A row is a promise: it goes when the index holds the key's present state.
outbox = Table(
    "outbox", metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("target", Text, nullable=False),
    Column("key", Text, nullable=False),
    # The clock at the write, not the transaction's begin: see `complete_through` in outbox.py.
    Column("changed_at", _MOMENT, nullable=False, server_default=func.clock_timestamp()),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_attempt_at", _MOMENT, nullable=False, server_default=func.clock_timestamp()),
    Column("claimed_by", Text),
    Column("claimed_until", _MOMENT),
    Column("parked", Boolean, nullable=False, server_default=text("false")),
    Column("problem", Text),
    CheckConstraint("target IN ('postgresql', 'meilisearch')", name="target"),
    CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="claim"),
)  # fmt: skip
Index("ix_outbox_due", outbox.c.target, outbox.c.id, postgresql_where=text("NOT parked"))
Index("ix_outbox_target_key", outbox.c.target, outbox.c.key)

search_target = Table(
    "search_target", metadata,
    Column("target", Text, primary_key=True),
    # While a rebuild runs the relay waits, so that no change goes into the index that is being replaced.
    Column("rebuilding_until", _MOMENT),
    # Changes went by while the engine was not configured: it is rebuilt before it is used again.
    Column("stale", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("target IN ('postgresql', 'meilisearch')", name="target"),
)  # fmt: skip

search_document = Table(
    "search_document", metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("words", TSVECTOR, nullable=False),
    Column("title_words", TSVECTOR, nullable=False),
    Column("tags", ARRAY(Text), nullable=False),  # "country:ES": every value of every facet
    *(Column(f"of_{name}", ARRAY(Text), nullable=False) for name in FILTERS),  # the same, by facet
    Column("titles", JSONB, nullable=False),  # language -> sort key
    Column("newest", Integer, nullable=False),
    Column("lat", Float(53)),
    Column("lon", Float(53)),
    Column("precision", Text),
    Column("item", JSONB, nullable=False),
    Index("ix_search_document_words", "words", postgresql_using="gin"),
    Index("ix_search_document_tags", "tags", postgresql_using="gin"),
)  # fmt: skip

# The wide columns are kept out of line, so that counting reads narrow rows (the migration says how).

# Every word of every text, folded, for typing errors and parts of compounds.
search_word = Table(
    "search_word", metadata,
    Column("word", Text, primary_key=True),
    Index("ix_search_word_word", "word", postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"}),
)  # fmt: skip
