"""Assessments, what people wrote, and the log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from servicekit.migrations import append_only

revision = "20261125_0200"
down_revision = "20261125_0100"


def upgrade() -> None:
    _person()
    _free_text()
    _assessment()
    _seat()
    _answer()
    _first_answer()
    _question()
    _decision()
    _comment()
    _proposal()
    _assessment_log()
    # What was first submitted and what was logged never changes. `person` is updated by an erasure, and
    # `free_text` by that and by the replacement of an expert; both by nothing else.
    for table in ("first_answer", "assessment_log"):
        append_only(op, table)


def downgrade() -> None:
    for table in (
        "assessment_log",
        "proposal",
        "comment",
        "decision",
        "question",
        "first_answer",
        "answer",
        "seat",
        "assessment",
        "free_text",
        "person",
    ):
        op.drop_table(table)


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "(subject IS NULL) = (erased_at IS NOT NULL)", name=op.f("ck_person_subject_or_erased")
        ),
        sa.PrimaryKeyConstraint("ref", name="pk_person"),
        sa.UniqueConstraint("subject", name="uq_person_subject"),
    )


def _free_text() -> None:
    op.create_table(
        "free_text",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person_ref", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", JSONB),
        sa.Column("salt", sa.Text),
        sa.Column("hash", sa.Text, nullable=False),
        sa.CheckConstraint("(body IS NULL) = (salt IS NULL)", name=op.f("ck_free_text_body_with_its_salt")),
        sa.CheckConstraint(
            "kind IN ('justification', 'note', 'sources', 'reason', 'question', 'comment', 'proposal')",
            name=op.f("ck_free_text_kind_known"),
        ),
        sa.ForeignKeyConstraint(["person_ref"], ["person.ref"], name="fk_free_text_person_ref"),
        sa.PrimaryKeyConstraint("id", name="pk_free_text"),
    )
    op.create_index("ix_free_text_person_ref", "free_text", ["person_ref"])


def _assessment() -> None:
    op.create_table(
        "assessment",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("region_id", sa.Text, nullable=False),
        sa.Column("edition_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("deadline", sa.Date),
        sa.Column("reviewer_ref", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("release_id", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("abandoned_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "abandoned_at IS NULL OR state = 'answering'",
            name=op.f("ck_assessment_abandoned_while_answering"),
        ),
        sa.CheckConstraint(
            "(state = 'published') = (release_id IS NOT NULL)",
            name=op.f("ck_assessment_published_in_a_release"),
        ),
        sa.CheckConstraint(
            "state IN ('answering', 'submitted', 'clarification', 'decided', 'preliminary', 'published')",
            name=op.f("ck_assessment_state_known"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_assessment_edition_id"),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name="fk_assessment_region_id"),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_assessment_release_id"),
        sa.ForeignKeyConstraint(["reviewer_ref"], ["person.ref"], name="fk_assessment_reviewer_ref"),
        sa.PrimaryKeyConstraint("id", name="pk_assessment"),
    )
    op.create_index(
        "uq_assessment_open",
        "assessment",
        ["region_id", "edition_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'published' AND abandoned_at IS NULL"),
    )


def _seat() -> None:
    op.create_table(
        "seat",
        sa.Column("assessment_id", sa.Text, nullable=False),
        sa.Column("seat", sa.Text, nullable=False),
        sa.Column("person_ref", sa.Text, nullable=False),
        sa.Column("first_submitted_at", sa.DateTime(timezone=True)),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("seat IN ('a', 'b')", name=op.f("ck_seat_seat_known")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_seat_assessment_id"),
        sa.ForeignKeyConstraint(["person_ref"], ["person.ref"], name="fk_seat_person_ref"),
        sa.PrimaryKeyConstraint("assessment_id", "seat", name="pk_seat"),
        sa.UniqueConstraint("assessment_id", "person_ref", name="uq_seat_person"),
    )
    op.create_index("ix_seat_person_ref", "seat", ["person_ref"])


def _answer() -> None:
    op.create_table(
        "answer",
        sa.Column("assessment_id", sa.Text, nullable=False),
        sa.Column("seat", sa.Text, nullable=False),
        sa.Column("indicator", sa.Text, nullable=False),
        sa.Column("option", sa.Text),
        sa.Column("status", sa.Text),
        sa.Column("certainty", sa.Text, nullable=False),
        sa.Column("as_of", sa.Text),
        sa.Column("justification_id", sa.Text),
        sa.Column("note_id", sa.Text),
        sa.Column("sources_id", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("certainty IN ('high', 'medium', 'low')", name=op.f("ck_answer_certainty_known")),
        sa.CheckConstraint("(option IS NULL) <> (status IS NULL)", name=op.f("ck_answer_option_or_status")),
        sa.CheckConstraint(
            "status IN ('unknown', 'not_applicable', 'no_competence')", name=op.f("ck_answer_status_known")
        ),
        sa.ForeignKeyConstraint(["justification_id"], ["free_text.id"], name="fk_answer_justification_id"),
        sa.ForeignKeyConstraint(["note_id"], ["free_text.id"], name="fk_answer_note_id"),
        sa.ForeignKeyConstraint(
            ["assessment_id", "seat"], ["seat.assessment_id", "seat.seat"], name="fk_answer_seat"
        ),
        sa.ForeignKeyConstraint(["sources_id"], ["free_text.id"], name="fk_answer_sources_id"),
        sa.PrimaryKeyConstraint("assessment_id", "seat", "indicator", name="pk_answer"),
    )


def _first_answer() -> None:
    op.create_table(
        "first_answer",
        sa.Column("assessment_id", sa.Text, nullable=False),
        sa.Column("seat", sa.Text, nullable=False),
        sa.Column("indicator", sa.Text, nullable=False),
        sa.Column("option", sa.Text),
        sa.Column("status", sa.Text),
        sa.Column("certainty", sa.Text, nullable=False),
        sa.CheckConstraint(
            "certainty IN ('high', 'medium', 'low')", name=op.f("ck_first_answer_certainty_known")
        ),
        sa.CheckConstraint(
            "(option IS NULL) <> (status IS NULL)", name=op.f("ck_first_answer_option_or_status")
        ),
        sa.CheckConstraint(
            "status IN ('unknown', 'not_applicable', 'no_competence')",
            name=op.f("ck_first_answer_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id", "seat"], ["seat.assessment_id", "seat.seat"], name="fk_first_answer_seat"
        ),
        sa.PrimaryKeyConstraint("assessment_id", "seat", "indicator", name="pk_first_answer"),
    )


def _question() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("assessment_id", sa.Text, nullable=False),
        sa.Column("seat", sa.Text, nullable=False),
        sa.Column("indicator", sa.Text, nullable=False),
        sa.Column("person_ref", sa.Text, nullable=False),
        sa.Column("text_id", sa.Text, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["person_ref"], ["person.ref"], name="fk_question_person_ref"),
        sa.ForeignKeyConstraint(
            ["assessment_id", "seat"], ["seat.assessment_id", "seat.seat"], name="fk_question_seat"
        ),
        sa.ForeignKeyConstraint(["text_id"], ["free_text.id"], name="fk_question_text_id"),
        sa.PrimaryKeyConstraint("id", name="pk_question"),
    )
    op.create_index("ix_question_assessment_id", "question", ["assessment_id"])


def _decision() -> None:
    op.create_table(
        "decision",
        sa.Column("assessment_id", sa.Text, nullable=False),
        sa.Column("indicator", sa.Text, nullable=False),
        sa.Column("option", sa.Text),
        sa.Column("status", sa.Text),
        sa.Column("reason_id", sa.Text, nullable=False),
        sa.Column("person_ref", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(option IS NULL) <> (status IS NULL)", name=op.f("ck_decision_option_or_status")),
        sa.CheckConstraint(
            "status IN ('unknown', 'not_applicable', 'no_competence')", name=op.f("ck_decision_status_known")
        ),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_decision_assessment_id"),
        sa.ForeignKeyConstraint(["person_ref"], ["person.ref"], name="fk_decision_person_ref"),
        sa.ForeignKeyConstraint(["reason_id"], ["free_text.id"], name="fk_decision_reason_id"),
        sa.PrimaryKeyConstraint("assessment_id", "indicator", name="pk_decision"),
    )


def _comment() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("assessment_id", sa.Text, nullable=False),
        sa.Column("indicator", sa.Text),
        sa.Column("person_ref", sa.Text, nullable=False),
        sa.Column("text_id", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_comment_assessment_id"),
        sa.ForeignKeyConstraint(["person_ref"], ["person.ref"], name="fk_comment_person_ref"),
        sa.ForeignKeyConstraint(["text_id"], ["free_text.id"], name="fk_comment_text_id"),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
        sa.UniqueConstraint(
            "assessment_id",
            "indicator",
            "person_ref",
            name="uq_comment_one",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_comment_assessment_id", "comment", ["assessment_id"])


def _proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("region_id", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("value_id", sa.Text, nullable=False),
        sa.Column("reason_id", sa.Text, nullable=False),
        sa.Column("person_ref", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_by_ref", sa.Text),
        sa.Column("decision_reason_id", sa.Text),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_proposal_decided_or_open")
        ),
        sa.CheckConstraint("field IN ('websites', 'competences')", name=op.f("ck_proposal_field_known")),
        sa.CheckConstraint("state IN ('open', 'accepted', 'declined')", name=op.f("ck_proposal_state_known")),
        sa.ForeignKeyConstraint(["decided_by_ref"], ["person.ref"], name="fk_proposal_decided_by_ref"),
        sa.ForeignKeyConstraint(
            ["decision_reason_id"], ["free_text.id"], name="fk_proposal_decision_reason_id"
        ),
        sa.ForeignKeyConstraint(["person_ref"], ["person.ref"], name="fk_proposal_person_ref"),
        sa.ForeignKeyConstraint(["reason_id"], ["free_text.id"], name="fk_proposal_reason_id"),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name="fk_proposal_region_id"),
        sa.ForeignKeyConstraint(["value_id"], ["free_text.id"], name="fk_proposal_value_id"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
    )
    op.create_index("ix_proposal_region_id", "proposal", ["region_id"])


def _assessment_log() -> None:
    op.create_table(
        "assessment_log",
        sa.Column("assessment_id", sa.Text, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_ref", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("indicator", sa.Text),
        sa.Column("seat", sa.Text),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_assessment_log_n_from_1")),
        sa.ForeignKeyConstraint(["actor_ref"], ["person.ref"], name="fk_assessment_log_actor_ref"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_assessment_log_assessment_id"),
        sa.PrimaryKeyConstraint("assessment_id", "n", name="pk_assessment_log"),
    )
