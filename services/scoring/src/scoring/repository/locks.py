"""Who waits for whom."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

__all__ = ["lock_data"]

DATA = 7_214_410


async def lock_data(session: AsyncSession) -> None:
    """Wait for others who write the data of regions, the loader among them, until the transaction ends."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": DATA})
