"""Assessments: who answers, what was answered, asked, decided, and the log of all of it.

What people wrote stands in `free_text` alone, and their names in `person` alone: erasing somebody empties
rows of these two, and everything else, the hash chain included, stays as it is. Replacing an expert empties
what the one before wrote in that seat.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from .base import Document, metadata

__all__ = [
    "answer", "assessment", "assessment_log", "comment", "decision", "first_answer", "free_text", "person",
    "proposal", "question", "seat",
]  # fmt: skip

STATES = "state IN ('answering', 'submitted', 'clarification', 'decided', 'preliminary', 'published')"
SEAT = "seat IN ('a', 'b')"
STATUS = "status IN ('unknown', 'not_applicable', 'no_competence')"
ONE_ANSWER = "(option IS NULL) <> (status IS NULL)"
CERTAINTY = "certainty IN ('high', 'medium', 'low')"


def _moment(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


# A pseudonym; its subject (the `sub` of the person's tokens) is emptied by erasure.
person = Table(
    "person", metadata,
    Column("ref", Text, primary_key=True),
    Column("subject", Text, unique=True),
    _moment("erased_at", nullable=True),
    CheckConstraint("(subject IS NULL) = (erased_at IS NOT NULL)", name="subject_or_erased"),
)  # fmt: skip

# `hash` is over the canonical JSON of {"body", "salt"}; body and salt are emptied by erasure.
free_text = Table(
    "free_text", metadata,
    Column("id", Text, primary_key=True),
    Column("person_ref", ForeignKey("person.ref"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("body", Document),
    Column("salt", Text),
    Column("hash", Text, nullable=False),
    CheckConstraint("(body IS NULL) = (salt IS NULL)", name="body_with_its_salt"),
    CheckConstraint(
        "kind IN ('justification', 'note', 'sources', 'reason', 'question', 'comment', 'proposal')",
        name="kind_known",
    ),
)  # fmt: skip

assessment = Table(
    "assessment", metadata,
    Column("id", Text, primary_key=True),
    Column("region_id", ForeignKey("region.id"), nullable=False),
    Column("edition_id", ForeignKey("edition.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("deadline", Date),
    Column("reviewer_ref", ForeignKey("person.ref"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("release_id", ForeignKey("release.id")),  # what published it
    _moment("created_at"),
    _moment("changed_at"),
    _moment("abandoned_at", nullable=True),  # when it was given up; it keeps the state it was in
    CheckConstraint(STATES, name="state_known"),
    CheckConstraint("(state = 'published') = (release_id IS NOT NULL)", name="published_in_a_release"),
    CheckConstraint("abandoned_at IS NULL OR state = 'answering'", name="abandoned_while_answering"),
)  # fmt: skip

OPEN = "state <> 'published' AND abandoned_at IS NULL"

# One open assessment of a region in an edition.
Index(
    "uq_assessment_open", assessment.c.region_id, assessment.c.edition_id,
    unique=True, postgresql_where=text(OPEN),
)  # fmt: skip

seat = Table(
    "seat", metadata,
    Column("assessment_id", ForeignKey("assessment.id"), primary_key=True),
    Column("seat", Text, primary_key=True),
    Column("person_ref", ForeignKey("person.ref"), nullable=False, index=True),
    _moment("first_submitted_at", nullable=True),
    _moment("submitted_at", nullable=True),
    UniqueConstraint("assessment_id", "person_ref", name="uq_seat_person"),
    CheckConstraint(SEAT, name="seat_known"),
)  # fmt: skip

_SEAT = (["assessment_id", "seat"], ["seat.assessment_id", "seat.seat"])

answer = Table(
    "answer", metadata,
    Column("assessment_id", Text, primary_key=True),
    Column("seat", Text, primary_key=True),
    Column("indicator", Text, primary_key=True),
    Column("option", Text),
    Column("status", Text),
    Column("certainty", Text, nullable=False),
    Column("as_of", Text),
    Column("justification_id", ForeignKey("free_text.id")),
    Column("note_id", ForeignKey("free_text.id")),
    Column("sources_id", ForeignKey("free_text.id")),
    Column("version", Integer, nullable=False),
    _moment("saved_at"),
    ForeignKeyConstraint(*_SEAT, name="fk_answer_seat"),
    CheckConstraint(ONE_ANSWER, name="option_or_status"),
    CheckConstraint(STATUS, name="status_known"),
    CheckConstraint(CERTAINTY, name="certainty_known"),
)  # fmt: skip

# What each expert first submitted, before any question: agreement is computed on it. Never changed.
first_answer = Table(
    "first_answer", metadata,
    Column("assessment_id", Text, primary_key=True),
    Column("seat", Text, primary_key=True),
    Column("indicator", Text, primary_key=True),
    Column("option", Text),
    Column("status", Text),
    Column("certainty", Text, nullable=False),
    ForeignKeyConstraint(*_SEAT, name="fk_first_answer_seat"),
    CheckConstraint(ONE_ANSWER, name="option_or_status"),
    CheckConstraint(STATUS, name="status_known"),
    CheckConstraint(CERTAINTY, name="certainty_known"),
)  # fmt: skip

# A reviewer's question about one answer of one expert: while it is open, just that answer may be changed.
question = Table(
    "question", metadata,
    Column("id", Text, primary_key=True),
    Column("assessment_id", Text, nullable=False, index=True),
    Column("seat", Text, nullable=False),
    Column("indicator", Text, nullable=False),
    Column("person_ref", ForeignKey("person.ref"), nullable=False),
    Column("text_id", ForeignKey("free_text.id"), nullable=False),
    _moment("asked_at"),
    _moment("closed_at", nullable=True),
    ForeignKeyConstraint(*_SEAT, name="fk_question_seat"),
)  # fmt: skip

decision = Table(
    "decision", metadata,
    Column("assessment_id", ForeignKey("assessment.id"), primary_key=True),
    Column("indicator", Text, primary_key=True),
    Column("option", Text),
    Column("status", Text),
    Column("reason_id", ForeignKey("free_text.id"), nullable=False),
    Column("person_ref", ForeignKey("person.ref"), nullable=False),
    Column("version", Integer, nullable=False),
    _moment("decided_at"),
    CheckConstraint(ONE_ANSWER, name="option_or_status"),
    CheckConstraint(STATUS, name="status_known"),
)  # fmt: skip

# What the region's authority says of a preliminary result, of an indicator or (null) of the whole.
comment = Table(
    "comment", metadata,
    Column("id", Text, primary_key=True),
    Column("assessment_id", ForeignKey("assessment.id"), nullable=False, index=True),
    Column("indicator", Text),
    Column("person_ref", ForeignKey("person.ref"), nullable=False),
    Column("text_id", ForeignKey("free_text.id"), nullable=False),
    _moment("made_at"),
    UniqueConstraint(
        "assessment_id", "indicator", "person_ref",
        name="uq_comment_one", postgresql_nulls_not_distinct=True,
    ),
)  # fmt: skip

# A change of its own profile that an authority proposes; a reviewer accepts or declines it. The value stands
# in `free_text`, for until it is accepted it is what somebody wrote.
proposal = Table(
    "proposal", metadata,
    Column("id", Text, primary_key=True),
    Column("region_id", ForeignKey("region.id"), nullable=False, index=True),
    Column("field", Text, nullable=False),
    Column("value_id", ForeignKey("free_text.id"), nullable=False),
    Column("reason_id", ForeignKey("free_text.id"), nullable=False),
    Column("person_ref", ForeignKey("person.ref"), nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by_ref", ForeignKey("person.ref")),
    Column("decision_reason_id", ForeignKey("free_text.id")),
    _moment("made_at"),
    _moment("decided_at", nullable=True),
    CheckConstraint("field IN ('websites', 'competences')", name="field_known"),
    CheckConstraint("state IN ('open', 'accepted', 'declined')", name="state_known"),
    CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_or_open"),
)  # fmt: skip

# Append-only. The chain is per assessment: `n` counts from 1, `hash` covers `previous` and the entry.
assessment_log = Table(
    "assessment_log", metadata,
    Column("assessment_id", ForeignKey("assessment.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    _moment("at"),
    Column("actor_ref", ForeignKey("person.ref"), nullable=False),
    Column("event", Text, nullable=False),
    Column("indicator", Text),
    Column("seat", Text),
    Column("payload", Document, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    CheckConstraint("n >= 1", name="n_from_1"),
)  # fmt: skip
