"""SQL of editions: what their figures are computed from, and how one is put in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from scoring import tables
from scoring.canonical import document_hash
from scoring.documents import EditionDoc
from scoring.domain import Edition, Questionnaire
from scoring.domain.documents import axes_from, method_from, questionnaire_from

__all__ = ["EditionRepository", "edition_of", "edition_row", "editions_query", "is_frozen"]

_E = tables.edition.c
_FIELDS = ("id", "kind", "title", "licence", "languages", "notes", "sources", "changed_at", "document_hash")
FROZEN = ("axes", "indicators", "method")
# What the row has of its own; the rest of the document is not looked for by anybody.
COLUMNS = ("title", "licence", "languages", "axes", "notes", "sources", "method")


class EditionRepository:
    """Reads and writes through one session; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def ids(self) -> list[str]:
        """Return the ids of all editions."""
        return list(await self._session.scalars(select(_E.id).order_by(_E.id)))

    async def document_hash(self, edition: str) -> str | None:
        """Return the hash of an edition's document; None when there is no such edition, or no document."""
        return await self._session.scalar(select(_E.document_hash).where(_E.id == edition))

    async def document(self, edition: str) -> tuple[dict[str, Any], str] | None:
        """Return an edition's document as it was loaded, and its hash."""
        found = select(_E.document, _E.document_hash).where(_E.id == edition, _E.document.is_not(None))
        row = (await self._session.execute(found)).one_or_none()
        return None if row is None else (row.document, row.document_hash)

    async def questionnaire(self, edition: str) -> Questionnaire | None:
        """Return what an edition asks; None when it was published elsewhere, or is not there."""
        held = await self.document(edition)
        return questionnaire_from(held[0]) if held and held[0]["method"] else None

    async def locked(self, edition: str) -> Mapping[Any, Any] | None:
        """Return an edition's row, held against every change and publication until the transaction ends."""
        rows = await self._session.execute(select(tables.edition).where(_E.id == edition).with_for_update())
        return rows.mappings().one_or_none()

    async def in_use(self, edition: str) -> bool:
        """Tell whether somebody works with an edition, or a release of it was made."""
        release, assessment = tables.release.c.edition_id, tables.assessment.c.edition_id
        used = or_(exists().where(release == edition), exists().where(assessment == edition))
        return bool(await self._session.scalar(select(used)))

    async def write(self, doc: EditionDoc, row: Mapping[str, Any]) -> None:
        """Put an edition in, by hand: the loader will find that it is not what was loaded, and keep it."""
        statement = upsert(tables.edition).values(dict(row))
        changes = {name: value for name, value in row.items() if name != "id"}
        await self._session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changes))
        await self.write_cells(doc)

    async def write_cells(self, doc: EditionDoc) -> None:
        """Bring an edition's cells to what its document says; a cell of a release stays."""
        cell, result = tables.edition_cell.c, tables.result.c
        wanted = [
            {"edition_id": doc.edition, "cell": name, "axis": axis, "key": key}
            for name, (axis, key) in doc.cells().items()
        ]
        used = exists().where(result.edition_id == cell.edition_id, result.cell == cell.cell)
        gone = cell.edition_id == doc.edition, cell.cell.not_in([one["cell"] for one in wanted]), ~used
        await self._session.execute(delete(tables.edition_cell).where(*gone))
        await self._session.execute(upsert(tables.edition_cell).values(wanted).on_conflict_do_nothing())


def editions_query() -> Select[Any]:
    """Return the query of all editions by id, without their documents, which are long."""
    return select(*(_E[name] for name in (*_FIELDS, "axes", "method"))).order_by(_E.id)


def edition_of(row: Mapping[Any, Any]) -> Edition:
    """Return a row of that query."""
    method = None if row["method"] is None else method_from(row["method"])
    return Edition(**{name: row[name] for name in _FIELDS}, axes=axes_from(row["axes"]), method=method)


def edition_row(doc: EditionDoc, now: datetime) -> dict[str, Any]:
    """Return the row of an edition: the document, and what of it is asked for by itself."""
    document = doc.document()
    return {
        "id": doc.edition,
        "kind": doc.kind,
        **{name: document[name] for name in COLUMNS},
        "document": document,
        "document_hash": document_hash(document),
        "changed_at": now,
    }


def is_frozen(held: Mapping[Any, Any], row: Mapping[str, Any]) -> bool:
    """Tell whether two editions of one id differ in what figures are computed from.

    What was published elsewhere is not computed: its words may be corrected.
    """
    if held["kind"] == row["kind"] == "published":
        return False
    before, after = held["document"] or {}, row["document"]
    return held["kind"] != row["kind"] or any(before.get(name) != after[name] for name in FROZEN)
