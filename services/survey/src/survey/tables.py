"""The tables. Erasure deletes a submission's rows in the last two; the others hold no word of a person's."""

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
)

from servicekit.database import metadata
from servicekit.feed import feed_tables

__all__ = [
    "METADATA", "idempotency_key", "receipt", "submission", "submission_content", "submission_declaration",
    "survey_schedule", "survey_version",
]  # fmt: skip

METADATA = metadata()
MOMENT = DateTime(timezone=True)

# A version never changes (the runtime role may only insert and read); `document` is its canonical JSON.
survey_version = Table(
    "survey_version",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("survey", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Column("loaded_at", MOMENT, nullable=False, server_default=func.now()),
    UniqueConstraint("survey", "version", name="uq_survey_version_survey_version"),
    CheckConstraint("version > 0", name="version"),
)

# Until when a version is offered, and until when it is taken from those who began with it.
survey_schedule = Table(
    "survey_schedule",
    METADATA,
    Column("hash", Text, ForeignKey("survey_version.hash"), primary_key=True),
    Column("open_until", MOMENT),
    Column("accepted_until", MOMENT),
    CheckConstraint("accepted_until >= open_until", name="order"),
)

submission = Table(
    "submission",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("survey", Text, nullable=False),
    Column("version_hash", Text, ForeignKey("survey_version.hash"), nullable=False),
    Column("state", Text, nullable=False),
    Column("received_at", MOMENT, nullable=False),
    Column("changed_at", MOMENT, nullable=False),
    CheckConstraint(
        "state IN ('received', 'screening', 'clarification', 'analysis', 'accepted', 'declined', 'erased')",
        name="state",
    ),
)

# What was signed, as it was given out; insert and read only.
receipt = Table(
    "receipt",
    METADATA,
    Column("submission_id", Text, ForeignKey("submission.id"), primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("document", Text, nullable=False),
)

# Which submission a key made: a keyed hash of the key, so that a replay after erasure is still known.
idempotency_key = Table(
    "idempotency_key",
    METADATA,
    Column("survey", Text, primary_key=True),
    Column("key_hash", Text, primary_key=True),
    Column("submission_id", Text, ForeignKey("submission.id"), nullable=False),
)

submission_content = Table(
    "submission_content",
    METADATA,
    Column("submission_id", Text, ForeignKey("submission.id"), primary_key=True),
    Column("lang", Text, nullable=False),
    Column("answers_lang", Text, nullable=False),
    Column("answers", Text, nullable=False),
    Column("hidden", ARRAY(Text), nullable=False),
    Column("salt", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("secret_key_id", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("status_url", Text, nullable=False),
)

submission_declaration = Table(
    "submission_declaration",
    METADATA,
    Column("submission_id", Text, ForeignKey("submission.id"), primary_key=True),
    Column("declaration", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("lang", Text, nullable=False),
    Column("given", Boolean, nullable=False),
    Column("declared_at", MOMENT, nullable=False),
    Column("withdrawn_at", MOMENT),
    CheckConstraint("withdrawn_at IS NULL OR NOT given", name="withdrawn"),
)

feed_tables(METADATA)
