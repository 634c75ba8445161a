"""Editions whole: their documents, and loading one while the service runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from scoring.documents import EditionDoc, InvalidEdition, Known, edition_faults
from scoring.domain import EditionNotFound, Questionnaire
from scoring.repository.editions import EditionRepository, edition_row, is_frozen
from servicekit.aside import aside
from servicekit.feed import write_change
from servicekit.problems import Fault
from servicekit.text import nearest

from .clock import Clock, utc_now
from .questionnaires import Questionnaires

__all__ = ["EditionInUse", "EditionService", "HeldDocument", "Loaded"]


class EditionInUse(Exception):
    """Assessments or releases rest on the edition, so what figures are computed from cannot change."""

    def __init__(self, edition: str) -> None:
        super().__init__(edition)
        self.edition = edition


@dataclass(frozen=True)
class Loaded:
    """What loading did, or would do."""

    edition: str
    document_hash: str
    changed: bool
    dry_run: bool


@dataclass(frozen=True)
class HeldDocument:
    """An edition's document as it was loaded, and its hash."""

    document: Mapping[str, Any]
    document_hash: str


class EditionService:
    """Reads what editions ask, and puts editions in; `known` is what one may name."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        questionnaires: Questionnaires,
        known: Known,
        clock: Clock = utc_now,
    ) -> None:
        self._sessions = sessions
        self._questionnaires = questionnaires
        self._known = known
        self._clock = clock

    async def questionnaire(self, edition: str) -> Questionnaire | None:
        """Return what an edition asks; None when it was published elsewhere, or is not there."""
        async with self._sessions.begin() as session:
            return await self._questionnaires.of(session, edition)

    async def document(self, edition: str) -> HeldDocument:
        """Return an edition's document; raises EditionNotFound."""
        async with self._sessions.begin() as session:
            held = await EditionRepository(session).document(edition)
            if held is None:
                known = await EditionRepository(session).ids()
                raise EditionNotFound(edition, nearest(edition, known))
        return HeldDocument(*held)

    async def load(self, edition: str, document: Any, size: int, *, dry_run: bool) -> Loaded:
        """Load a document of so many bytes, whole or not at all; a dry run says what would come of it.

        Raises InvalidEdition with every fault, EditionInUse.
        """
        doc = await aside(size, self._read, edition, document)
        row = await aside(size, edition_row, doc, self._clock())
        async with self._sessions.begin() as session:
            repository = EditionRepository(session)
            held = await repository.locked(edition)
            changed = held is None or held["document_hash"] != row["document_hash"]
            if held is not None and changed and is_frozen(held, row) and await repository.in_use(edition):
                raise EditionInUse(edition)
            if changed and not dry_run:
                await repository.write(doc, row)
                await write_change(session, "edition", edition)
        return Loaded(edition, row["document_hash"], changed, dry_run)

    def _read(self, edition: str, document: Any) -> EditionDoc:
        faults = edition_faults(document, self._known)
        if isinstance(document, dict):
            if document.get("kind") == "published":
                faults.append(Fault("#/kind", "only_from_files"))
            if document.get("edition") != edition:
                faults.append(Fault("#/edition", "id_mismatch"))
        if faults:
            raise InvalidEdition(faults)
        return EditionDoc.model_validate(document)
