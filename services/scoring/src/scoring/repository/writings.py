"""SQL of people, of what they wrote, and of the log: the only tables with names and words in them."""

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from scoring import tables
from scoring.domain.assessment import Seat
from scoring.domain.chain import Entry
from scoring.domain.records import Written

__all__ = ["LogRepository", "WritingRepository"]

_P, _T, _L = tables.person.c, tables.free_text.c, tables.assessment_log.c
_BY_EXPERTS = ("answered", "submitted", "clarified", "moved")  # the last follows from the others


class WritingRepository:
    """Reads and writes people and texts through one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def person(self, subject: str) -> str | None:
        """Return the reference of the person with this subject."""
        ref: str | None = await self._session.scalar(select(_P.ref).where(_P.subject == subject))
        return ref

    async def enter(self, subject: str, ref: str) -> str:
        """Return the reference of the person with this subject, which is the one given for a new one.

        Until the transaction ends nobody erases the person: what is written meanwhile would stay for ever.
        """
        held = select(_P.ref).where(_P.subject == subject).with_for_update(read=True)
        new = upsert(tables.person).values(subject=subject, ref=ref)
        while (found := await self._session.scalar(held)) is None:
            await self._session.execute(new.on_conflict_do_nothing(index_elements=["subject"]))
        return str(found)

    async def enter_all(self, refs: Mapping[str, str]) -> dict[str, str]:
        """Return the references of several people by subject; `refs` has those for new ones.

        All who enter several do it in one order, so that no two wait for each other.
        """
        return {subject: await self.enter(subject, refs[subject]) for subject in sorted(refs)}

    async def add(self, text: Written, *, person: str, kind: str, salt: str) -> None:
        """Keep a text."""
        row = {"id": text.id, "body": text.body, "hash": text.hash, "salt": salt}
        await self._session.execute(insert(tables.free_text).values(person_ref=person, kind=kind, **row))

    async def texts(self, ids: Collection[str]) -> dict[str, Written]:
        """Return the texts with these ids."""
        query = select(_T.id, _T.body, _T.hash).where(_T.id.in_(ids))
        rows = (await self._session.execute(query)).all() if ids else ()
        return {row.id: Written(row.id, row.body, row.hash) for row in rows}

    async def erase(self, subject: str, now: datetime) -> tuple[str, int] | None:
        """Empty the name and the texts of a person; return the reference and how many texts that were."""
        # Whoever is writing as this person is waited for, and who comes later finds nobody.
        who = update(tables.person).where(_P.subject == subject).values(subject=None, erased_at=now)
        ref = await self._session.scalar(who.returning(_P.ref))
        if ref is None:
            return None
        theirs = update(tables.free_text).where(_T.person_ref == ref, _T.body.is_not(None))
        emptied = await self._session.scalars(theirs.values(body=None, salt=None).returning(_T.id))
        return ref, len(emptied.all())

    async def empty(self, person: str, hashes: Collection[str]) -> None:
        """Empty those texts of a person that these hashes stand for."""
        # An erasure of the same person waits, or is waited for: both change these rows.
        await self._session.execute(select(_P.ref).where(_P.ref == person).with_for_update(read=True))
        theirs = _T.person_ref == person, _T.hash.in_(hashes), _T.body.is_not(None)
        await self._session.execute(update(tables.free_text).where(*theirs).values(body=None, salt=None))


class LogRepository:
    """Reads and appends the logs of assessments through one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def last(self, assessment: str) -> tuple[int, str] | None:
        """Return number and hash of the last entry; the caller holds the assessment's lock to append."""
        query = select(_L.n, _L.hash).where(_L.assessment_id == assessment).order_by(_L.n.desc()).limit(1)
        row = (await self._session.execute(query)).one_or_none()
        return None if row is None else (row.n, row.hash)

    async def append(self, entry: Entry) -> None:
        """Add an entry."""
        names = ("n", "event", "indicator", "seat", "payload", "previous", "hash")
        row: dict[str, Any] = {name: getattr(entry, name) for name in names}
        at = datetime.fromisoformat(entry.at)
        row |= {"assessment_id": entry.assessment, "at": at, "actor_ref": entry.actor}
        await self._session.execute(insert(tables.assessment_log).values(row))

    async def entries(self, assessment: str) -> list[Entry]:
        """Return the chain of an assessment."""
        query = select(tables.assessment_log).where(_L.assessment_id == assessment).order_by(_L.n)
        return [_entry(row) for row in (await self._session.execute(query)).mappings()]

    async def answered(self, assessment: str, seat: Seat, person: str) -> list[dict[str, Any]]:
        """Return what was logged of each answer of a person at a seat, those that were changed included."""
        theirs = _L.assessment_id == assessment, _L.seat == seat.value, _L.actor_ref == person
        query = select(_L.payload).where(*theirs, _L.event == "answered")
        return list(await self._session.scalars(query))

    async def replaced(self, assessment: str, person: str) -> bool:
        """Tell whether a person had begun to answer as an expert and was replaced."""
        here = _L.assessment_id == assessment
        left = select(_L.n).where(here, _L.event == "expert_replaced", _L.payload["from"].astext == person)
        began = select(_L.n).where(here, _L.event == "answered", _L.actor_ref == person)
        return bool(await self._session.scalar(select(left.exists() & began.exists())))

    async def reviewed(self, assessment: str, person: str) -> bool:
        """Tell whether a person has taken a reviewer's step in an assessment that nobody has decided in."""
        theirs = _L.assessment_id == assessment, _L.actor_ref == person
        query = select(_L.n).where(*theirs, _L.event.not_in(_BY_EXPERTS)).limit(1)
        return await self._session.scalar(query) is not None

    async def chains(self) -> AsyncIterator[list[Entry]]:
        """Yield every chain there is, one at a time."""
        for assessment in (await self._session.scalars(select(tables.assessment.c.id))).all():
            yield await self.entries(assessment)

    async def count(self) -> int:
        """Return the number of all entries."""
        return int(await self._session.scalar(select(func.count()).select_from(tables.assessment_log)) or 0)


def _entry(row: Any) -> Entry:
    at = row["at"].astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    names = ("n", "event", "indicator", "seat", "payload", "previous", "hash")
    kept = {name: row[name] for name in names}
    return Entry(assessment=row["assessment_id"], at=at, actor=row["actor_ref"], **kept)
