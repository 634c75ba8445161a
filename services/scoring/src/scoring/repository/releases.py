"""SQL of releases: what they rest on, what proves them, and what came of them; never commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, insert, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from scoring import tables
from scoring.domain.editions import Release
from scoring.domain.questionnaire import Answer, Status
from scoring.domain.releases import Erratum, Judgement, Record, TextRef

from .records import erratum_of, record_of, record_row
from .results import text_of

__all__ = ["Content", "FileRow", "Proof", "ReleaseRepository"]

_R, _W, _F = tables.release.c, tables.release_withdrawal.c, tables.release_file.c
_RECORD, _TEXT = tables.release_record.c, tables.free_text.c

_WITH_TEXTS_OF = text("""
SELECT r.release_id FROM release_record r
CROSS JOIN LATERAL jsonb_to_recordset(r.justifications) AS j (text_id text)
JOIN free_text t ON t.id = j.text_id WHERE t.person_ref = :person
UNION SELECT r.release_id FROM release_record r
JOIN free_text t ON t.id = r.erratum ->> 'reason_id' WHERE t.person_ref = :person
UNION SELECT w.release_id FROM release_withdrawal w
JOIN free_text t ON t.id = w.reason_id WHERE t.person_ref = :person
ORDER BY 1""")


_TEXTS_LEFT = text("""
SELECT r.release_id, count(*) AS texts FROM release_record r
CROSS JOIN LATERAL jsonb_to_recordset(r.justifications) AS j (text_id text)
JOIN free_text t ON t.id = j.text_id AND t.body IS NOT NULL
WHERE r.release_id = ANY(:releases) GROUP BY r.release_id""")


@dataclass(frozen=True)
class FileRow:
    """A file of a release, without its content."""

    name: str
    media_type: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Content:
    """A file of a release."""

    file: FileRow
    content: bytes


@dataclass(frozen=True)
class Proof:
    """What is kept of a release beside its figures."""

    result_hash: str | None
    withdrawal_reason: str | None


class ReleaseRepository:
    """Reads and writes releases through one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    # Writing

    async def last_sequence(self, edition: str) -> int:
        """Return the number of the newest release, withdrawn or not; 0 where there is none."""
        return int(
            await self._session.scalar(select(func.max(_R.sequence)).where(_R.edition_id == edition)) or 0
        )

    async def write(
        self,
        release: Mapping[str, Any],
        results: Sequence[Mapping[str, Any]],
        records: Sequence[Record],
        files: Sequence[Content],
    ) -> None:
        """Add a release with its figures, records and files."""
        await self._session.execute(insert(tables.release).values(**release))
        parts = [{"release_id": release["id"], "region_id": record.region} for record in records]
        await self._session.execute(insert(tables.release_region), parts)
        ids = {"release_id": release["id"], "edition_id": release["edition_id"]}
        await self._session.execute(insert(tables.result), [{**ids, **row} for row in results])
        rows = [{"release_id": release["id"], **record_row(record)} for record in records]
        await self._session.execute(insert(tables.release_record), rows)
        for one in files:
            row = {"release_id": release["id"], **asdict(one.file), "content": one.content}
            await self._session.execute(insert(tables.release_file).values(row))

    async def withdraw(self, release: str, reason_id: str, actor_ref: str, now: datetime) -> None:
        """Note that a release is withdrawn."""
        row = {"release_id": release, "reason_id": reason_id, "actor_ref": actor_ref, "withdrawn_at": now}
        await self._session.execute(insert(tables.release_withdrawal).values(row))

    async def is_withdrawn(self, release: str) -> bool:
        """Tell whether a release is withdrawn."""
        return await self._session.scalar(select(_W.release_id).where(_W.release_id == release)) is not None

    # What a release rests on

    async def records(self, release: str) -> list[Record]:
        """Return the records of a release, by region."""
        query = select(tables.release_record).where(_RECORD.release_id == release).order_by(_RECORD.region_id)
        return [record_of(row) for row in (await self._session.execute(query)).mappings()]

    async def assessed(self, assessment: str) -> tuple[str, Record] | None:
        """Return the edition and the record of an assessment as it stands; None where nothing is decided."""
        a, d, log = tables.assessment.c, tables.decision.c, tables.assessment_log.c
        head = select(log.hash).where(log.assessment_id == assessment).order_by(log.n.desc()).limit(1)
        place = (
            await self._session.execute(select(a.region_id, a.edition_id).where(a.id == assessment))
        ).one_or_none()
        decided = (
            await self._session.execute(select(tables.decision).where(d.assessment_id == assessment))
        ).all()
        if place is None or not decided:
            return None
        answers, texts = await self._answers(assessment)
        return place.edition_id, Record(
            region=place.region_id,
            decisions={row.indicator: _answer(row) for row in decided},
            answers=answers,
            decided_at=max(row.decided_at for row in decided),
            assessment=assessment,
            log_head=await self._session.scalar(head),
            justifications=texts,
        )

    async def reason(self, assessment: str, person: str) -> tuple[str, str] | None:
        """Return id and hash of the reason that a person gave for the last step of an assessment."""
        log = tables.assessment_log.c
        last = select(log.payload).where(log.assessment_id == assessment).order_by(log.n.desc()).limit(1)
        payload = await self._session.scalar(last)
        given = (payload or {}).get("reason")
        query = select(_TEXT.id, _TEXT.hash).where(_TEXT.hash == given, _TEXT.person_ref == person)
        row = (await self._session.execute(query)).first() if given else None
        return None if row is None else (row.id, row.hash)

    async def _answers(self, assessment: str) -> tuple[dict[str, dict[str, Judgement]], list[TextRef]]:
        n = tables.answer.c
        query = select(tables.answer).where(n.assessment_id == assessment).order_by(n.seat, n.indicator)
        rows = (await self._session.execute(query)).all()
        answers: dict[str, dict[str, Judgement]] = {}
        wanted: list[tuple[str, Any, Any]] = []
        for row in rows:
            given = Judgement(_answer(row), row.certainty, row.as_of)
            answers.setdefault(row.seat, {})[row.indicator] = given
            wanted += [("justification", row, row.justification_id), ("sources", row, row.sources_id)]
        ids = [text_id for _, _, text_id in wanted if text_id]
        hashes = await self._hashes(ids)
        texts = [
            TextRef(
                row.seat, row.indicator, "sources" if kind == "sources" else "justification", text_id, found
            )
            for kind, row, text_id in wanted
            if text_id is not None and (found := hashes.get(text_id)) is not None
        ]
        return answers, texts

    async def _hashes(self, ids: Collection[str]) -> dict[str, str]:
        query = select(_TEXT.id, _TEXT.hash).where(_TEXT.id.in_(ids))
        return {row.id: row.hash for row in await self._session.execute(query)} if ids else {}

    async def texts(self, ids: Collection[str]) -> dict[str, tuple[Any, str | None]]:
        """Return what people wrote, with its salt; both are None once it is erased."""
        # As one array: 300 regions have more texts than a statement has parameters.
        named = _TEXT.id == func.any(cast(list(ids), ARRAY(Text)))
        rows = (await self._session.execute(select(_TEXT.id, _TEXT.body, _TEXT.salt).where(named))).all()
        return {row.id: (row.body, row.salt) for row in rows}

    async def texts_left(self, releases: Collection[str]) -> dict[str, int]:
        """Return how many of the texts beside these releases are not erased; of none it has no number."""
        rows = await self._session.execute(_TEXTS_LEFT, {"releases": list(releases)})
        return {row.release_id: row.texts for row in rows}

    async def with_texts_of(self, person: str) -> list[str]:
        """Return the releases beside which something stands that a person wrote."""
        return list(await self._session.scalars(_WITH_TEXTS_OF, {"person": person}))

    # What is told of releases

    async def releases(self, edition: str | None, until: datetime | None = None) -> list[Release]:
        """Return the releases of an edition, or all, as of a moment: the newest of each edition first."""
        # Not the manifest, and not what was simulated: these are long.
        facts = _R["id", "edition_id", "sequence", "issued", "loaded_at"]
        query = select(*facts, _W.withdrawn_at).outerjoin(tables.release_withdrawal, _W.release_id == _R.id)
        if edition is not None:
            query = query.where(_R.edition_id == edition)
        if until is not None:
            query = query.where(_R.loaded_at <= until)
        rows = await self._session.execute(query.order_by(_R.edition_id, _R.sequence.desc()))
        return [_release(row, until) for row in rows.mappings()]

    async def proofs(self, releases: Collection[str]) -> dict[str, Proof]:
        """Return what is kept beside the figures."""
        query = (
            select(_R.id, _R.result_hash, _TEXT.body)
            .outerjoin(tables.release_withdrawal, _W.release_id == _R.id)
            .outerjoin(tables.free_text, _TEXT.id == _W.reason_id)
            .where(_R.id.in_(releases))
        )
        return {
            row.id: Proof(row.result_hash, text_of(row.body)) for row in await self._session.execute(query)
        }

    async def errata(self, releases: Collection[str]) -> dict[str, list[tuple[str, Erratum]]]:
        """Return which regions each release corrects."""
        query = (
            select(_RECORD.release_id, _RECORD.region_id, _RECORD.erratum)
            .where(_RECORD.release_id.in_(releases), _RECORD.erratum["release"].astext == _RECORD.release_id)
            .order_by(_RECORD.release_id, _RECORD.region_id)
        )
        found: dict[str, list[tuple[str, Erratum]]] = {}
        for row in await self._session.execute(query):
            erratum = erratum_of(row.erratum)
            if erratum is not None:
                found.setdefault(row.release_id, []).append((row.region_id, erratum))
        return found

    async def files(self, releases: Collection[str]) -> dict[str, list[FileRow]]:
        """Return the files that releases keep, by name."""
        columns = (_F.release_id, _F.name, _F.media_type, _F.bytes, _F.sha256)
        query = select(*columns).where(_F.release_id.in_(releases)).order_by(_F.release_id, _F.name)
        found: dict[str, list[FileRow]] = {}
        for release, *facts in await self._session.execute(query):
            found.setdefault(release, []).append(FileRow(*facts))
        return found

    async def file(self, release: str, name: str) -> Content | None:
        """Return one kept file."""
        query = select(tables.release_file).where(_F.release_id == release, _F.name == name)
        row = (await self._session.execute(query)).one_or_none()
        if row is None:
            return None
        return Content(FileRow(row.name, row.media_type, row.bytes, row.sha256), row.content)


def _release(row: Mapping[Any, Any], until: datetime | None) -> Release:
    gone: datetime | None = row["withdrawn_at"]
    if gone is not None and until is not None and gone > until:
        gone = None
    return Release(
        row["id"], row["edition_id"], row["sequence"], row["issued"], row["loaded_at"], withdrawn_at=gone
    )


def _answer(row: Any) -> Answer:
    return Answer(row.option, None if row.status is None else Status(row.status))
