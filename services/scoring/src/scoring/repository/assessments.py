"""SQL of assessments: rows in, domain values out; never commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from scoring import tables
from scoring.domain.assessment import Certainty, Seat, State
from scoring.domain.questionnaire import Answer, Status
from scoring.domain.records import (
    AnswerRecord,
    AssessmentRecord,
    DecisionRecord,
    QuestionRecord,
    SeatRecord,
    Written,
)
from scoring.tables.assessments import OPEN

from .writings import WritingRepository

__all__ = ["AssessmentFilter", "AssessmentRepository"]

_A, _S, _N, _Q, _D = (
    table.c for table in (tables.assessment, tables.seat, tables.answer, tables.question, tables.decision)
)


@dataclass(frozen=True)
class AssessmentFilter:
    """Which assessments: OR within a field, AND across; `without` is a person who has no seat in them.

    One that was given up is in no state, and is nobody's work.
    """

    states: Sequence[str] = ()
    regions: Sequence[str] | None = None
    editions: Sequence[str] = ()
    seated: str | None = None
    without: str | None = None

    def clauses(self) -> list[ColumnElement[bool]]:
        """Return the filter in SQL."""
        found: list[ColumnElement[bool]] = []
        if self.states:
            found.append(_A.state.in_(self.states) & _A.abandoned_at.is_(None))
        if self.regions is not None:
            found.append(_A.region_id.in_(self.regions))
        if self.editions:
            found.append(_A.edition_id.in_(self.editions))
        if self.seated is not None:
            theirs = _A.id.in_(select(_S.assessment_id).where(_S.person_ref == self.seated))
            found.append(theirs & _A.abandoned_at.is_(None))
        if self.without is not None:
            found.append(_A.id.not_in(select(_S.assessment_id).where(_S.person_ref == self.without)))
        return found


class AssessmentRepository:
    """Reads and writes assessments through one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._texts = WritingRepository(session)

    # Assessments and seats

    async def assessment(self, assessment_id: str, *, lock: bool = False) -> AssessmentRecord | None:
        """Return an assessment; `lock` holds it against every other step until the transaction ends."""
        query = select(tables.assessment).where(_A.id == assessment_id)
        row = (await self._session.execute(query.with_for_update() if lock else query)).one_or_none()
        return None if row is None else _assessment(row)

    async def assessments(
        self, wanted: AssessmentFilter, offset: int = 0, limit: int | None = None
    ) -> tuple[list[AssessmentRecord], int]:
        """Return one page of the assessments asked for, the newest first, and how many there are in all."""
        clauses = wanted.clauses()
        page = select(tables.assessment).where(*clauses).order_by(_A.created_at.desc(), _A.id)
        rows = await self._session.execute(page.offset(offset).limit(limit))
        count = select(func.count()).select_from(tables.assessment).where(*clauses)
        return [_assessment(row) for row in rows], int(await self._session.scalar(count) or 0)

    async def open_one(self, region: str, edition: str) -> str | None:
        """Return the open assessment of a region in an edition: neither published nor given up."""
        query = select(_A.id).where(_A.region_id == region, _A.edition_id == edition)
        found: str | None = await self._session.scalar(query.where(text(OPEN)))
        return found

    async def create(self, one: AssessmentRecord, seats: Mapping[Seat, str]) -> bool:
        """Add an assessment with its experts; tell whether there was none open."""
        row = {
            "id": one.id, "region_id": one.region, "edition_id": one.edition, "state": one.state.value,
            "deadline": one.deadline, "reviewer_ref": one.reviewer, "version": one.version,
            "created_at": one.created_at, "changed_at": one.changed_at,
        }  # fmt: skip
        new = upsert(tables.assessment).values(row).on_conflict_do_nothing(
            index_elements=["region_id", "edition_id"], index_where=text(OPEN),
        )  # fmt: skip
        if await self._session.scalar(new.returning(_A.id)) is None:
            return False
        rows = [{"assessment_id": one.id, "seat": s.value, "person_ref": ref} for s, ref in seats.items()]
        await self._session.execute(insert(tables.seat), rows)
        return True

    async def move(self, assessment_id: str, state: State, now: datetime, release: str | None = None) -> None:
        """Note that something changed, and the state it is in now."""
        values = {"state": state.value, "version": _A.version + 1, "changed_at": now, "release_id": release}
        await self._session.execute(update(tables.assessment).where(_A.id == assessment_id).values(values))

    async def seats(self, assessments: Sequence[str]) -> dict[str, dict[Seat, SeatRecord]]:
        """Return the seats of assessments."""
        query = select(tables.seat).where(_S.assessment_id.in_(assessments)).order_by(_S.seat)
        found: dict[str, dict[Seat, SeatRecord]] = {}
        for row in await self._session.execute(query):
            one = SeatRecord(Seat(row.seat), row.person_ref, row.first_submitted_at, row.submitted_at)
            found.setdefault(row.assessment_id, {})[one.seat] = one
        return found

    async def submit(self, assessment_id: str, seat: Seat, now: datetime) -> None:
        """Note a submission, and keep what was first submitted for good."""
        mine = _S.assessment_id == assessment_id, _S.seat == seat.value
        values = {"submitted_at": now, "first_submitted_at": func.coalesce(_S.first_submitted_at, now)}
        await self._session.execute(update(tables.seat).where(*mine).values(values))
        names = ("assessment_id", "seat", "indicator", "option", "status", "certainty")
        held = select(*(_N[name] for name in names)).where(
            _N.assessment_id == assessment_id, _N.seat == seat.value
        )
        first = upsert(tables.first_answer).from_select(names, held)
        await self._session.execute(first.on_conflict_do_nothing())

    # Answers

    async def answered(self, assessments: Sequence[str]) -> dict[tuple[str, Seat], frozenset[str]]:
        """Return which indicators are answered, by assessment and seat."""
        query = select(_N.assessment_id, _N.seat, _N.indicator).where(_N.assessment_id.in_(assessments))
        found: dict[tuple[str, Seat], set[str]] = {}
        for row in await self._session.execute(query):
            found.setdefault((row.assessment_id, Seat(row.seat)), set()).add(row.indicator)
        return {key: frozenset(indicators) for key, indicators in found.items()}

    async def answers(
        self, assessment_id: str, seat: Seat | None = None, indicators: Sequence[str] | None = None
    ) -> list[AnswerRecord]:
        """Return answers with their texts: of both experts or of one, to all indicators or to some."""
        query = select(tables.answer).where(_N.assessment_id == assessment_id).order_by(_N.seat, _N.indicator)
        if seat is not None:
            query = query.where(_N.seat == seat.value)
        if indicators is not None:
            query = query.where(_N.indicator.in_(indicators))
        rows = (await self._session.execute(query)).all()
        names = ("justification_id", "note_id", "sources_id")
        ids = {text for row in rows for name in names if (text := getattr(row, name))}
        texts = await self._texts.texts(ids)
        return [_held(row, *(texts.get(getattr(row, name)) for name in names)) for row in rows]

    async def save(self, assessment_id: str, one: AnswerRecord) -> None:
        """Keep an answer in place of the one held."""
        texts = {
            "justification_id": one.justification and one.justification.id,
            "note_id": one.note and one.note.id,
            "sources_id": one.sources and one.sources.id,
        }
        values = {
            **_columns(one.answer), "certainty": one.certainty.value, "as_of": one.as_of, **texts,
            "version": one.version, "saved_at": one.saved_at,
        }  # fmt: skip
        key = {"assessment_id": assessment_id, "seat": one.seat.value, "indicator": one.indicator}
        await self._session.execute(
            upsert(tables.answer).values(**key, **values)
            .on_conflict_do_update(index_elements=list(key), set_=values)
        )  # fmt: skip

    # Questions

    async def questions(self, assessment_id: str, seat: Seat | None = None) -> list[QuestionRecord]:
        """Return the questions of an assessment, or those to one expert, in the order they were asked."""
        query = select(tables.question).where(_Q.assessment_id == assessment_id)
        if seat is not None:
            query = query.where(_Q.seat == seat.value)
        rows = (await self._session.execute(query.order_by(_Q.asked_at, _Q.id))).all()
        texts = await self._texts.texts({row.text_id for row in rows})
        return [
            QuestionRecord(
                row.id, Seat(row.seat), row.indicator, row.person_ref, texts[row.text_id],
                row.asked_at, row.closed_at,
            )
            for row in rows
        ]  # fmt: skip

    async def open_questions(self, assessments: Sequence[str]) -> dict[tuple[str, Seat], frozenset[str]]:
        """Return the indicators each expert has an open question about, by assessment and seat."""
        where = _Q.assessment_id.in_(assessments), _Q.closed_at.is_(None)
        found: dict[tuple[str, Seat], set[str]] = {}
        for row in await self._session.execute(select(_Q.assessment_id, _Q.seat, _Q.indicator).where(*where)):
            found.setdefault((row.assessment_id, Seat(row.seat)), set()).add(row.indicator)
        return {key: frozenset(indicators) for key, indicators in found.items()}

    async def ask(self, assessment_id: str, one: QuestionRecord) -> None:
        """Keep a question."""
        row = {
            "id": one.id, "assessment_id": assessment_id, "seat": one.seat.value, "indicator": one.indicator,
            "person_ref": one.person, "text_id": one.text.id, "asked_at": one.asked_at,
        }  # fmt: skip
        await self._session.execute(insert(tables.question).values(row))

    async def close_questions(
        self, assessment_id: str, now: datetime, seat: Seat | None = None, indicator: str | None = None
    ) -> None:
        """Close the open questions of an assessment, or those about one answer."""
        query = update(tables.question).where(_Q.assessment_id == assessment_id, _Q.closed_at.is_(None))
        if seat is not None:
            query = query.where(_Q.seat == seat.value, _Q.indicator == indicator)
        await self._session.execute(query.values(closed_at=now))

    # Decisions

    async def decided(self, assessments: Sequence[str]) -> dict[str, frozenset[str]]:
        """Return which indicators are decided, by assessment."""
        query = select(_D.assessment_id, _D.indicator).where(_D.assessment_id.in_(assessments))
        found: dict[str, set[str]] = {}
        for row in await self._session.execute(query):
            found.setdefault(row.assessment_id, set()).add(row.indicator)
        return {key: frozenset(indicators) for key, indicators in found.items()}

    async def decisions(self, assessment_id: str, indicator: str | None = None) -> dict[str, DecisionRecord]:
        """Return the decisions of an assessment, or that about one indicator."""
        query = select(tables.decision).where(_D.assessment_id == assessment_id).order_by(_D.indicator)
        if indicator is not None:
            query = query.where(_D.indicator == indicator)
        rows = (await self._session.execute(query)).all()
        texts = await self._texts.texts({row.reason_id for row in rows})
        return {
            row.indicator: DecisionRecord(
                row.indicator, _answer(row), texts[row.reason_id], row.person_ref, row.version, row.decided_at
            )
            for row in rows
        }

    async def decide(self, assessment_id: str, one: DecisionRecord) -> None:
        """Keep a decision in place of the one held."""
        values = {
            **_columns(one.answer), "reason_id": one.reason.id, "person_ref": one.person,
            "version": one.version, "decided_at": one.decided_at,
        }  # fmt: skip
        key = {"assessment_id": assessment_id, "indicator": one.indicator}
        await self._session.execute(
            upsert(tables.decision).values(**key, **values)
            .on_conflict_do_update(index_elements=list(key), set_=values)
        )  # fmt: skip


def _assessment(row: Row[Any]) -> AssessmentRecord:
    return AssessmentRecord(
        row.id, row.region_id, row.edition_id, State(row.state), row.deadline, row.reviewer_ref,
        row.version, row.release_id, row.created_at, row.changed_at, row.abandoned_at,
    )  # fmt: skip


def _answer(row: Row[Any]) -> Answer:
    return Answer(row.option, None if row.status is None else Status(row.status))


def _columns(answer: Answer) -> dict[str, str | None]:
    return {"option": answer.option, "status": answer.status and answer.status.value}


def _held(
    row: Row[Any], justification: Written | None, note: Written | None, sources: Written | None
) -> AnswerRecord:
    return AnswerRecord(
        Seat(row.seat), row.indicator, _answer(row), Certainty(row.certainty), row.as_of,
        justification, note, sources, row.version, row.saved_at,
    )  # fmt: skip
