"""SQL of the answers that each expert submitted first: they are written once and never changed."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from scoring import tables
from scoring.domain.agreement import FirstAnswers
from scoring.domain.assessment import Seat
from scoring.domain.questionnaire import Answer, Status

__all__ = ["first_answers"]

_F = tables.first_answer.c


async def first_answers(session: AsyncSession, assessments: Collection[str]) -> dict[str, FirstAnswers]:
    """Return the first answers of those of the assessments in which both experts have submitted."""
    columns = (_F.assessment_id, _F.seat, _F.indicator, _F.option, _F.status)
    query = select(*columns).where(_F.assessment_id.in_(assessments)).order_by(*columns[:3])
    found: dict[str, dict[str, dict[str, Answer]]] = {}
    for row in await session.execute(query):
        status = None if row.status is None else Status(row.status)
        of_seat = found.setdefault(row.assessment_id, {}).setdefault(row.seat, {})
        of_seat[row.indicator] = Answer(row.option, status)
    both = {name: seats for name, seats in found.items() if len(seats) == len(Seat)}
    return {name: FirstAnswers(*(seats[seat.value] for seat in Seat)) for name, seats in both.items()}
