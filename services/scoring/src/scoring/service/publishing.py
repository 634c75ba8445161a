"""Making a release: the snapshot of a whole edition, computed, simulated, proved and signed.

All of it happens in the transaction of whoever publishes, which holds the edition's row: two publications of
one edition follow each other, and the second builds on the first.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from scoring.canonical import canonical
from scoring.domain.documents import questionnaire_from
from scoring.domain.editions import Release
from scoring.domain.engine import compute, display
from scoring.domain.questionnaire import Questionnaire
from scoring.domain.refusals import InvalidWork, NotAssessable
from scoring.domain.releases import (
    Erratum,
    Figures,
    Record,
    certainties,
    confidence,
    corrected,
    snapshot,
    statuses,
)
from scoring.proof import Made, Signer, prove, seed_of
from scoring.repository.editions import EditionRepository
from scoring.repository.releases import Content, FileRow, ReleaseRepository
from scoring.simulating import uncertainty
from servicekit.catalog import Catalog
from servicekit.feed import write_change

from .citing import cite, licence_of, release_address

__all__ = ["CannotSign", "Publisher", "main_file"]

LOCALE = Path(__file__).parents[1] / "locale"
DIGITS = Decimal(1).scaleb(-12)  # of the decimal that stands beside an exact score


class CannotSign(Exception):
    """No key signs releases here: SCORING_SIGNING_KEY_FILE is not set."""


@dataclass(frozen=True)
class Reason:
    """Why something was published again: where the words are kept, and their hash."""

    text_id: str
    hash: str


class Publisher:
    """Makes releases; without a signer it makes none."""

    def __init__(self, signer: Signer | None) -> None:
        self._signer = signer

    async def assessment(self, session: AsyncSession, assessment: str, actor: str, now: datetime) -> str:
        """Publish a decided assessment, in the caller's transaction; return the release.

        Raises CannotSign, NotAssessable, and InvalidWork where it corrects a region without a reason.
        """
        repository = ReleaseRepository(session)
        found = await repository.assessed(assessment)
        if found is None:
            raise InvalidWork([("#", "missing", {})])
        edition, record = found
        reason = await repository.reason(assessment, actor)
        return await self.publish(session, edition, [record], now, reason and Reason(*reason))

    async def publish(
        self,
        session: AsyncSession,
        edition: str,
        new: Sequence[Record],
        now: datetime,
        reason: Reason | None = None,
        *,
        issued: date | None = None,
    ) -> str:
        """Publish records of regions in the caller's transaction and return the release (issued: today).

        Raises CannotSign, NotAssessable for an edition whose figures come from elsewhere, and InvalidWork
        where a region is corrected without a reason.
        """
        if self._signer is None:
            raise CannotSign
        repository = ReleaseRepository(session)
        row = await EditionRepository(session).locked(edition)
        if row is None or row["kind"] == "published" or row["document"] is None:
            raise NotAssessable(edition)
        document: Mapping[str, Any] = row["document"]
        questionnaire = questionnaire_from(document)
        held = await _current(repository, edition)
        release = f"{edition}-r{await repository.last_sequence(edition) + 1}"
        before = await repository.records(held.id) if held else []
        told = _erratum(release, held, reason, now)
        records, figures = _corrected(questionnaire, before, new, told)
        # Seconds of arithmetic, and of writing canonical JSON, during which other requests are answered.
        made, proved = await asyncio.to_thread(
            _made, questionnaire, document, records, figures,
            release=release, held=held, issued=issued or now.date(), signer=self._signer,
        )  # fmt: skip
        await _write(repository, made, proved, questionnaire, now)
        await write_change(session, "release", release)
        return release


@dataclass(frozen=True)
class _Proved:
    """What is signed of a release, and the bytes of the file that proves it."""

    manifest: Mapping[str, Any]
    content: bytes


def main_file(release: str) -> str:
    """Return the name of the file that proves a release."""
    return f"{release}.json"


async def _current(repository: ReleaseRepository, edition: str) -> Release | None:
    releases = await repository.releases(edition)
    status = statuses(releases)
    return next((one for one in releases if status[one.id] == "current"), None)


def _erratum(release: str, held: Release | None, reason: Reason | None, now: datetime) -> Erratum | None:
    if held is None:
        return None
    day = now.date().isoformat()
    words = (reason.text_id, reason.hash) if reason else (None, None)
    return Erratum(release, held.id, day, *words)


def _corrected(
    questionnaire: Questionnaire, before: Sequence[Record], new: Sequence[Record], told: Erratum | None
) -> tuple[list[Record], Figures]:
    """Return the records of the next release and all its figures; a region that was there is corrected."""
    old = {record.region: record for record in before}
    again = [record for record in new if record.region in old]
    if again and (told is None or told.reason_hash is None):
        raise InvalidWork([("#/reason", "missing", {})])
    records = snapshot(before, new)
    figures = {record.region: compute(questionnaire, record.decisions) for record in records}
    if told is not None and again:
        was = {record.region: compute(questionnaire, old[record.region].decisions) for record in again}
        fixed = [corrected(record, told, was, figures) for record in again]
        records = snapshot(records, fixed)
    return records, figures


def _made(
    questionnaire: Questionnaire,
    document: Mapping[str, Any],
    records: Sequence[Record],
    figures: Figures,
    *,
    release: str,
    held: Release | None,
    issued: date,
    signer: Signer,
) -> tuple[Made, _Proved]:
    basis = {record.region: (record.decisions, record.answers) for record in records}
    made = Made(
        release=release,
        edition=document,
        issued=issued,
        previous=held.id if held else None,
        licence=licence_of(document["licence"]),
        cite_as=cite(document["title"]["en"], release, issued, release_address(signer.base_url, release)),
        records=records,
        figures=figures,
        uncertainty=uncertainty(questionnaire, basis, seed=seed_of(release)),
    )
    proof = prove(made, signer)
    return made, _Proved(proof["manifest"], canonical(proof))


async def _write(
    repository: ReleaseRepository, made: Made, proved: _Proved, questionnaire: Questionnaire, now: datetime
) -> None:
    digest = hashlib.sha256(proved.content).hexdigest()
    name = main_file(made.release)
    release = {
        "id": made.release,
        "edition_id": made.edition["edition"],
        "sequence": int(made.release.rpartition("-r")[2]),
        "issued": made.issued,
        "content_hash": digest,
        "loaded_at": now,
        "manifest": proved.manifest,
        "result_hash": proved.manifest["result_hash"],
        "uncertainty": {name: part for name, part in made.uncertainty.items() if name != "intervals"},
    }
    file = Content(FileRow(name, "application/json", len(proved.content), digest), proved.content)
    rows = [row for record in made.records for row in _rows(made, record, questionnaire)]
    await repository.write(release, rows, made.records, [file])


def _rows(made: Made, record: Record, questionnaire: Questionnaire) -> list[dict[str, Any]]:
    """Return the results of one region."""
    cells = questionnaire.cells()
    intervals = made.uncertainty["intervals"]
    notes = _notes(made, record, questionnaire.method.digits)
    day = record.decided_at.date().isoformat()
    rows = []
    for cell, figure in made.figures[record.region].items():
        known = figure.score is not None
        sure = confidence(figure.coverage, certainties(cells[cell], record)) if known else None
        rows.append({
            "region_id": record.region,
            "cell": cell,
            "score": None if figure.score is None else _decimal(figure.score),
            "exact": None if figure.score is None else str(figure.score),
            "reason": figure.reason and figure.reason.value,
            "confidence": sure,
            "date": day if known else None,
            "stated_rank": None,
            "sources": [],
            "notes": notes.get(cell, []),
            "answered": figure.coverage.answered,
            "expected": figure.coverage.expected,
            "interval": intervals.get(cell, {}).get(record.region) if known else None,
        })  # fmt: skip
    return rows


def _decimal(score: Fraction) -> Decimal:
    return (Decimal(score.numerator) / Decimal(score.denominator)).quantize(DIGITS)


def _notes(made: Made, record: Record, digits: int) -> dict[str, list[dict[str, Any]]]:
    """Return what is said beside the figures that a correction changed, cell by cell."""
    erratum = record.erratum
    if erratum is None:
        return {}
    return {
        change.cell: [{
            "kind": "erratum",
            "text": _texts(made.edition["languages"], erratum, change.before, digits),
            "sources": [],
            "reason_id": erratum.reason_id,
        }]
        for change in erratum.changes
    }  # fmt: skip


def _texts(
    languages: Sequence[str], erratum: Erratum, before: Fraction | None, digits: int
) -> dict[str, str]:
    params = {"date": erratum.date, "release": erratum.release, "corrects": erratum.corrects}
    message = "erratum.no_score" if before is None else "erratum.score"
    shown = "" if before is None else str(display(before, digits))
    return {lang: _catalog().text(lang, message, before=shown, **params) for lang in languages}


@cache
def _catalog() -> Catalog:
    return Catalog.load(LOCALE)
