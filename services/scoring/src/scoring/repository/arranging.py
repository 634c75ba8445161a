"""SQL of how an assessment is arranged: who sits where, until when, and whether it goes on at all."""

from datetime import date, datetime

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from scoring import tables
from scoring.domain.assessment import Seat

__all__ = ["ArrangementRepository"]

_A, _S, _N = tables.assessment.c, tables.seat.c, tables.answer.c


class ArrangementRepository:
    """Writes arrangements through one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def reseat(self, assessment_id: str, seat: Seat, person: str) -> None:
        """Give a seat to another person, and take away the answers that were given at it."""
        given = delete(tables.answer).where(_N.assessment_id == assessment_id, _N.seat == seat.value)
        await self._session.execute(given)
        held = update(tables.seat).where(_S.assessment_id == assessment_id, _S.seat == seat.value)
        await self._session.execute(held.values(person_ref=person))

    async def schedule(self, assessment_id: str, deadline: date | None) -> None:
        """Set the deadline, or none."""
        await self._session.execute(
            update(tables.assessment).where(_A.id == assessment_id).values(deadline=deadline)
        )

    async def abandon(self, assessment_id: str, now: datetime) -> None:
        """Note that an assessment was given up."""
        await self._session.execute(
            update(tables.assessment).where(_A.id == assessment_id).values(abandoned_at=now)
        )
