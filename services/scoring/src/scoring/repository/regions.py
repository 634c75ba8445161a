"""SQL of what regions say of themselves, and of changing it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from scoring import tables

__all__ = ["RegionRepository"]

_R = tables.region.c


class RegionRepository:
    """Reads and changes regions through one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def has(self, region: str) -> bool:
        """Tell whether there is such a region."""
        return await self._session.scalar(select(_R.id).where(_R.id == region)) is not None

    async def competences(self, region: str) -> Mapping[str, Sequence[str]] | None:
        """Return a region's competences by area, or None where none are known."""
        areas: Mapping[str, Sequence[str]] | None = await self._session.scalar(
            select(_R.competences["areas"]).where(_R.id == region)
        )
        return areas

    async def areas_spoken_of(self) -> set[str]:
        """Return the areas that are named among the competences of any region."""
        areas = func.jsonb_object_keys(_R.competences["areas"])
        known = select(areas.label("area")).where(_R.competences.is_not(None)).distinct()
        return set(await self._session.scalars(known))

    async def change(self, region: str, field: str, value: Any, now: datetime) -> None:
        """Set one field of a region; `loaded_hash` stays, so that the loader sees a change made here."""
        await self._session.execute(
            update(tables.region).where(_R.id == region).values({field: value, "changed_at": now})
        )

    async def lock(self, region: str) -> None:
        """Hold a region against every other change until the transaction ends."""
        await self._session.execute(select(_R.id).where(_R.id == region).with_for_update())
