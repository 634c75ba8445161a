"""SQL of what regions' authorities say: comments on preliminary results, and proposals."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from scoring import tables
from scoring.domain.records import CommentRecord, ProposalRecord, Written

from .writings import WritingRepository

__all__ = ["CommentRepository", "ProposalRepository"]

_C, _P = tables.comment.c, tables.proposal.c


class CommentRepository:
    """Reads and writes comments through one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._texts = WritingRepository(session)

    async def comments(self, assessment: str) -> list[CommentRecord]:
        """Return the comments on a preliminary result, the oldest first."""
        query = select(tables.comment).where(_C.assessment_id == assessment).order_by(_C.made_at, _C.id)
        rows = (await self._session.execute(query)).all()
        texts = await self._texts.texts({row.text_id for row in rows})
        return [
            CommentRecord(row.id, row.indicator, row.person_ref, texts[row.text_id], row.made_at)
            for row in rows
        ]

    async def comment(self, assessment: str, one: CommentRecord) -> None:
        """Keep a comment in place of the one its author made of the same indicator before."""
        row = {
            "id": one.id, "assessment_id": assessment, "indicator": one.indicator, "person_ref": one.person,
            "text_id": one.text.id, "made_at": one.made_at,
        }  # fmt: skip
        new = upsert(tables.comment).values(row)
        changed = {"text_id": one.text.id, "made_at": one.made_at}
        await self._session.execute(new.on_conflict_do_update(constraint="uq_comment_one", set_=changed))


class ProposalRepository:
    """Reads and writes proposals through one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._texts = WritingRepository(session)

    async def proposal(self, proposal_id: str) -> ProposalRecord | None:
        """Return a proposal, held against every other decision until the transaction ends."""
        query = select(tables.proposal).where(_P.id == proposal_id).with_for_update()
        rows = (await self._session.execute(query)).all()
        return (await self._read(rows))[0] if rows else None

    async def proposals(
        self, states: Sequence[str], regions: Sequence[str] | None, offset: int, limit: int | None
    ) -> tuple[list[ProposalRecord], int]:
        """Return one page of the proposals, the newest first, and how many there are in all."""
        clauses = [_P.state.in_(states)] if states else []
        clauses += [_P.region_id.in_(regions)] if regions is not None else []
        page = select(tables.proposal).where(*clauses).order_by(_P.made_at.desc(), _P.id)
        rows = (await self._session.execute(page.offset(offset).limit(limit))).all()
        count = select(func.count()).select_from(tables.proposal).where(*clauses)
        return await self._read(rows), int(await self._session.scalar(count) or 0)

    async def propose(self, one: ProposalRecord) -> None:
        """Keep a proposal."""
        row = {
            "id": one.id, "region_id": one.region, "field": one.field, "value_id": one.value.id,
            "reason_id": one.reason.id, "person_ref": one.person, "state": one.state, "made_at": one.made_at,
        }  # fmt: skip
        await self._session.execute(insert(tables.proposal).values(row))

    async def decide(
        self, proposal_id: str, state: str, *, person: str, reason: Written, now: datetime
    ) -> None:
        """Note what became of a proposal."""
        values = {
            "state": state, "decided_by_ref": person, "decision_reason_id": reason.id, "decided_at": now
        }  # fmt: skip
        await self._session.execute(update(tables.proposal).where(_P.id == proposal_id).values(values))

    async def _read(self, rows: Sequence[Row[Any]]) -> list[ProposalRecord]:
        ids = {text for row in rows for text in (row.value_id, row.reason_id, row.decision_reason_id) if text}
        texts = await self._texts.texts(ids)
        return [
            ProposalRecord(
                row.id, row.region_id, row.field, texts[row.value_id], texts[row.reason_id], row.person_ref,
                row.state, row.decided_by_ref, texts.get(row.decision_reason_id), row.made_at, row.decided_at,
            )
            for row in rows
        ]  # fmt: skip
