"""SQL, in and out of domain objects; never commits."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from .domain.errors import TwinInFlight
from .domain.records import ERASED, Content, DeclarationRecord, Held, New, Schedule, Stored, Submission
from .tables import (
    receipt,
    submission,
    submission_content,
    submission_declaration,
    survey_schedule,
    survey_version,
)

__all__ = ["Repository"]

LOCK_NOT_AVAILABLE = "55P03"
CONTENT = tuple(column.name for column in submission_content.c if column.name != "submission_id")

# One round trip for all that is known before a submission is checked: what its key made, and its version.
_ATTEMPT = text(f"""
SELECT k.submission_id, r.document AS receipt, v.hash, s.open_until, s.accepted_until,
    {", ".join(f"c.{name}" for name in CONTENT)}
FROM (VALUES (1)) AS one
LEFT JOIN idempotency_key k ON k.survey = :survey AND k.key_hash = :key_hash
LEFT JOIN submission_content c ON c.submission_id = k.submission_id
LEFT JOIN receipt r ON r.submission_id = k.submission_id
LEFT JOIN survey_version v ON v.survey = :survey AND v.hash = :hash
LEFT JOIN survey_schedule s ON s.hash = v.hash""")  # noqa: S608 - the names are our own columns

# One statement, so that a submission costs one round trip and is a transaction by itself. The key goes
# first: its unique index is where a twin waits for us to commit, and nothing is stored when it was faster, or
# when the version is not taken any more. The row of the feed is what `write_change` would write.
_INSERT = text(f"""
WITH bound AS (
    INSERT INTO idempotency_key (survey, key_hash, submission_id)
    SELECT :survey, :key_hash, :id FROM survey_version v LEFT JOIN survey_schedule s ON s.hash = v.hash
    WHERE v.hash = :version_hash AND v.survey = :survey
        AND (s.accepted_until IS NULL OR s.accepted_until >= CAST(:at AS timestamptz))
    ON CONFLICT DO NOTHING RETURNING submission_id AS id
), made AS (
    INSERT INTO submission (id, survey, version_hash, state, received_at, changed_at)
    SELECT id, :survey, :version_hash, :state, CAST(:at AS timestamptz), CAST(:at AS timestamptz) FROM bound
), signed AS (
    INSERT INTO receipt (submission_id, key_id, document) SELECT id, :key_id, :receipt FROM bound
), filled AS (
    INSERT INTO submission_content (submission_id, {", ".join(CONTENT)})
    SELECT id, {", ".join(f":{name}" for name in CONTENT)} FROM bound
), declared AS (
    INSERT INTO submission_declaration (submission_id, declaration, version, lang, given, declared_at)
    SELECT bound.id, d.*, CAST(:at AS timestamptz)
    FROM bound, unnest(CAST(:names AS text[]), CAST(:versions AS int[]), CAST(:langs AS text[]),
        CAST(:givens AS boolean[])) AS d
), told AS (
    INSERT INTO feed_entry (kind, key) SELECT 'submission', id FROM bound
) SELECT count(*) FROM bound""")  # noqa: S608 - the names are our own columns


class Repository:
    """What the service reads and writes, in the caller's transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def surveys(self) -> list[str]:
        """Return the ids of all surveys."""
        found = await self._session.scalars(
            select(survey_version.c.survey).distinct().order_by(survey_version.c.survey)
        )
        return list(found)

    async def newest(self, survey: str | None = None) -> dict[str, Schedule]:
        """Return hash and schedule of the newest version of every survey, or of one, in the order of ids."""
        query = (
            _versions()
            .ext(distinct_on(survey_version.c.survey))
            .order_by(survey_version.c.survey, survey_version.c.version.desc())
        )
        if survey is not None:
            query = query.where(survey_version.c.survey == survey)
        return {row.hash: _schedule(row) for row in await self._session.execute(query)}

    async def schedule(self, survey: str, version_hash: str) -> Schedule | None:
        """Return the schedule of a survey's version, None when it has no such version."""
        query = _versions().where(survey_version.c.hash == version_hash, survey_version.c.survey == survey)
        row = (await self._session.execute(query)).first()
        return _schedule(row) if row else None

    async def document(self, version_hash: str) -> dict[str, Any]:
        """Return the whole definition of a version, which is there."""
        query = select(survey_version.c.document).where(survey_version.c.hash == version_hash)
        found: dict[str, Any] = json.loads((await self._session.execute(query)).scalar_one())
        return found

    async def version_numbers(self, survey: str) -> dict[int, str]:
        """Return the hash of every version of a survey."""
        query = select(survey_version.c.version, survey_version.c.hash).where(
            survey_version.c.survey == survey
        )
        return {row.version: row.hash for row in await self._session.execute(query)}

    async def add_version(self, version_hash: str, document: Mapping[str, Any], canonical: str) -> None:
        """Store a new version, for ever."""
        await self._session.execute(
            insert(survey_version).values(
                hash=version_hash, survey=document["survey"], version=document["version"], document=canonical
            )
        )

    async def set_schedule(self, version_hash: str, schedule: Schedule) -> bool:
        """Store a version's schedule; return whether that changed anything."""
        values = {"open_until": schedule.open_until, "accepted_until": schedule.accepted_until}
        statement = insert(survey_schedule).values(hash=version_hash, **values)
        changed = await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["hash"],
                set_=values,
                where=survey_schedule.c.open_until.is_distinct_from(schedule.open_until)
                | survey_schedule.c.accepted_until.is_distinct_from(schedule.accepted_until),
            ).returning(survey_schedule.c.hash)
        )
        return changed.first() is not None

    async def attempt(
        self, survey: str, key_hash: str, version_hash: str
    ) -> tuple[Stored | None, Schedule | None]:
        """Return what the key has made, and the schedule of the survey's version of that hash."""
        values = {"survey": survey, "key_hash": key_hash, "hash": version_hash}
        row = (await self._session.execute(_ATTEMPT, values)).one()
        schedule = _schedule(row) if row.hash is not None else None
        if row.submission_id is None:
            return None, schedule
        content = _content(row) if row.answers is not None else None
        return Stored(row.submission_id, content, row.receipt), schedule

    async def add_submission(self, new: New) -> bool:
        """Store a submission whole, and tell the feed; return whether that was done.

        It is not when its key has made a submission already or its version is not taken. Waits for a
        transaction that is storing the same key; raises TwinInFlight when that takes too long.
        """
        try:
            return bool(await self._session.scalar(_INSERT, _values(new)))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
                raise TwinInFlight from error
            raise

    async def submission(self, submission_id: str, *, lock: bool = False) -> Held | None:
        """Return a submission with its content, None when there is none or it was erased."""
        query = (
            select(submission, *(submission_content.c[name] for name in CONTENT), receipt.c.document)
            .join(submission_content, submission_content.c.submission_id == submission.c.id)
            .join(receipt, receipt.c.submission_id == submission.c.id)
            .where(submission.c.id == submission_id)
        )
        if lock:
            query = query.with_for_update(of=[submission, submission_content])
        row = (await self._session.execute(query)).first()
        # Asked in any case: how long the answer takes must not tell whether there is such a submission.
        declarations = await self._declarations(submission_id)
        if row is None:
            return None
        return Held(_submission(row), _content(row), json.loads(row.document), declarations)

    async def state(self, submission_id: str) -> Submission | None:
        """Return what lasts of a submission."""
        row = (
            await self._session.execute(select(submission).where(submission.c.id == submission_id))
        ).first()
        return _submission(row) if row else None

    async def submission_ids(self) -> list[str]:
        """Return the ids of all submissions, erased ones too."""
        return list(await self._session.scalars(select(submission.c.id).order_by(submission.c.id)))

    async def erase(self, submission_id: str, at: datetime) -> None:
        """Delete all that is personal; what stays says only that there was a submission."""
        for table in (submission_declaration, submission_content):
            await self._session.execute(delete(table).where(table.c.submission_id == submission_id))
        await self._touch(submission_id, at, state=ERASED)

    async def withdraw(self, submission_id: str, declaration: str, at: datetime) -> None:
        """Take a consent back."""
        await self._session.execute(
            update(submission_declaration)
            .where(submission_declaration.c.submission_id == submission_id)
            .where(submission_declaration.c.declaration == declaration)
            .values(given=False, withdrawn_at=at)
        )
        await self._touch(submission_id, at)

    async def _touch(self, submission_id: str, at: datetime, **values: str) -> None:
        later = func.greatest(submission.c.changed_at, at)
        await self._session.execute(
            update(submission).where(submission.c.id == submission_id).values(changed_at=later, **values)
        )

    async def _declarations(self, submission_id: str) -> tuple[DeclarationRecord, ...]:
        query = select(submission_declaration).where(submission_declaration.c.submission_id == submission_id)
        rows = await self._session.execute(query.order_by(submission_declaration.c.declaration))
        return tuple(
            DeclarationRecord(
                row.declaration, row.version, row.lang, row.given, row.declared_at, row.withdrawn_at
            )
            for row in rows
        )


def _versions() -> Any:
    schedule = survey_schedule.c
    columns = (survey_version.c.hash, schedule.open_until, schedule.accepted_until)
    return select(*columns).outerjoin(survey_schedule, schedule.hash == survey_version.c.hash)


def _schedule(row: Row[Any]) -> Schedule:
    return Schedule(row.open_until, row.accepted_until)


def _submission(row: Row[Any]) -> Submission:
    return Submission(row.id, row.survey, row.version_hash, row.state, row.received_at, row.changed_at)


def _content(row: Row[Any]) -> Content:
    values = {name: getattr(row, name) for name in CONTENT}
    return Content(**{**values, "hidden": tuple(values["hidden"])})


def _values(new: New) -> dict[str, Any]:
    declared: Sequence[Any] = new.declarations
    return {
        **{name: getattr(new.content, name) for name in CONTENT},
        "hidden": list(new.content.hidden),
        "id": new.submission.id,
        "survey": new.submission.survey,
        "version_hash": new.submission.version_hash,
        "state": new.submission.state,
        "at": new.submission.received_at,
        "key_hash": new.key_hash,
        "key_id": new.key_id,
        "receipt": new.receipt,
        "names": [item.id for item in declared],
        "versions": [item.version for item in declared],
        "langs": [item.lang for item in declared],
        "givens": [item.given for item in declared],
    }
