"""Where a relay gets a practice's present state from."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .codes import Codes
from .domain import InvalidPractice, Record
from .repository import PracticeRepository, RegionRepository
from .search import Document, Labels, build

__all__ = ["Batch", "Source"]


@dataclass(frozen=True)
class Batch:
    """What keys stand for now: documents, what is gone, and what no document can be made of."""

    documents: Sequence[Document]
    gone: Sequence[str]
    broken: dict[str, str]


class Source:
    """Reads practices and builds their search documents with today's words."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], codes: Codes) -> None:
        self._sessions = sessions
        self._codes = codes
        self._words = codes.texts()

    async def read(self, keys: Collection[str]) -> Batch:
        """Return the present state of some keys."""
        async with self._sessions() as session:
            labels = await self._labels(session)
            records = await PracticeRepository(session).live(keys)
        documents, broken = _build(records.values(), labels)
        return Batch(documents, sorted(set(keys) - set(records)), broken)

    async def all(self, size: int = 500) -> AsyncIterator[Sequence[Document]]:
        """Yield the documents of all practices; what no document can be made of is left out."""
        async with self._sessions() as session:
            labels = await self._labels(session)
        after = ""
        while True:
            async with self._sessions() as session:
                records = await PracticeRepository(session).after(after, size)
            if not records:
                return
            yield _build(records, labels)[0]
            after = records[-1].id

    async def _labels(self, session: AsyncSession) -> Labels:
        regions = await RegionRepository(session).all()
        return Labels(
            languages=self._codes.languages,
            codes=self._words,
            regions={key: region.texts() for key, region in regions.items()},
            points={key: region.point for key, region in regions.items() if region.point},
        )


def _build(records: Collection[Record], labels: Labels) -> tuple[list[Document], dict[str, str]]:
    documents: list[Document] = []
    broken: dict[str, str] = {}
    for record in records:
        try:
            documents.append(build(record.document, record.version, labels))
        except InvalidPractice as error:
            broken[record.id] = str(error)
    return documents, broken
