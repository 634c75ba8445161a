"""Questionnaires, each read once: a document of 61 indicators takes longer to read than to compute."""

from sqlalchemy.ext.asyncio import AsyncSession

from scoring.domain import Questionnaire
from scoring.repository.editions import EditionRepository

__all__ = ["Questionnaires"]

KEPT = 8


class Questionnaires:
    """Keeps the last few, each by its edition and the hash of its document, so that none is outdated."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], Questionnaire] = {}

    async def of(self, session: AsyncSession, edition: str) -> Questionnaire | None:
        """Return what an edition asks; None when it was published elsewhere, or is not there."""
        repository = EditionRepository(session)
        document_hash = await repository.document_hash(edition)
        if document_hash is None:
            return None
        if (held := self._held.get((edition, document_hash))) is not None:
            return held
        found = await repository.questionnaire(edition)
        if found is not None:
            while len(self._held) >= KEPT:
                self._held.pop(next(iter(self._held)))
            self._held[edition, document_hash] = found
        return found
