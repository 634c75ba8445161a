"""Erasing a person: the name and every text, and nothing else, so that logs and releases still hold."""

from scoring.repository.releases import ReleaseRepository
from scoring.repository.writings import WritingRepository
from servicekit.feed import write_change

from .steps import Rooms

__all__ = ["ErasureService"]


class ErasureService:
    """Empties the only tables that hold names and words of people."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def erase(self, subject: str) -> tuple[int, int]:
        """Erase a person; return how many people and texts were erased, none for one who is not held.

        That somebody was erased is not kept under the name either, so a second call finds nobody: it
        changes nothing, and says so.
        """
        async with self._rooms.sessions.begin() as session:
            erased = await WritingRepository(session).erase(subject, self._rooms.now())
            if erased is None:
                return 0, 0
            ref, texts = erased
            for release in await ReleaseRepository(session).with_texts_of(ref):
                await write_change(session, "release", release)  # who keeps its texts has to read them again
            return 1, texts
