"""Putting editions into the database, and the releases of those that were published elsewhere.

A release is never changed: when the files differ from one that is issued, that is reported, and the files
need a release id of their own. An edition is never changed in what its figures are computed from, once
somebody works with it or a release was computed by it.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from servicekit.feed import write_change

from . import tables
from .canonical import fingerprint
from .documents import BadData, EditionDoc, ScoreDoc
from .domain import Reason
from .merging import Report, Row, Verdict, judge, stored, write
from .repository.editions import EditionRepository, edition_row, is_frozen

__all__ = ["load_editions", "load_release", "results_of"]


async def load_editions(
    session: AsyncSession, docs: Sequence[EditionDoc], report: Report, now: datetime
) -> None:
    """Load the editions; raises BadData for one that is in use and would be computed otherwise."""
    held_rows = await stored(session, tables.edition, ("id",))
    repository, faults = EditionRepository(session), []
    for doc in docs:
        row, held = edition_row(doc, now), held_rows.get((doc.edition,))
        verdict = _verdict(held, row)
        if verdict == "changed" and held and is_frozen(held, row) and await repository.in_use(doc.edition):
            faults.append(f"editions/{doc.edition}.json: is in use; a changed edition needs an id of its own")
            continue
        report.note("editions", doc.edition, verdict)
        await write(session, tables.edition, ("id",), row, verdict)
        await repository.write_cells(doc)
        if verdict in ("new", "changed"):
            await write_change(session, "edition", doc.edition)
    if faults:
        raise BadData(faults)
    report.unnamed("edition", held_rows, {(doc.edition,) for doc in docs})


def _verdict(held: Row | None, row: Row) -> Verdict:
    # The hash stands for the document and the method: neither needs comparing.
    told = {name: value for name, value in row.items() if name not in ("document", "method")}
    verdict = judge(held, told)
    row["loaded_hash"] = told["loaded_hash"]
    if held is None or held["document_hash"] is not None:
        return verdict
    # Loaded before documents were kept: what there was decides whether an editor changed it.
    before = {name: value for name, value in told.items() if name not in ("document_hash", "loaded_hash")}
    return "kept" if judge(held, before) == "kept" else "changed"


def results_of(edition: EditionDoc, taking_part: Sequence[str], scores: Sequence[ScoreDoc]) -> list[Row]:
    """Return one row for every region that takes part and every cell: its score, or that it is not held."""
    held = {(one.region, one.cell): one for one in scores}
    rows = []
    for region in taking_part:
        for cell in edition.cells():
            one = held.get((region, cell))
            rows.append({
                "region_id": region,
                "cell": cell,
                "score": Decimal(one.score) if one else None,
                "reason": None if one else Reason.NOT_HELD.value,
                "confidence": one.confidence if one else None,
                "date": one.date if one else None,
                "stated_rank": one.stated_rank.position if one and one.stated_rank else None,
                "sources": [source.model_dump() for source in one.sources] if one else [],
                "notes": [note.model_dump() for note in one.notes] if one else [],
            })  # fmt: skip
    return rows


async def load_release(
    session: AsyncSession, edition: EditionDoc, results: Sequence[Row], report: Report, now: datetime
) -> None:
    """Issue the release that a published edition names, once: it is never changed."""
    named, content = edition.release, fingerprint(results)
    assert named is not None, edition.edition  # noqa: S101 - the checks refuse a published edition without one
    release = tables.release
    held = await session.scalar(select(release.c.content_hash).where(release.c.id == named.id))
    if held is not None:
        if held != content:
            report.kept.append(f"releases: {named.id} is issued; the files differ from it and need a new id")
        report.count("releases", changed=False)
        return
    of_edition = release.c.edition_id == edition.edition
    last = await session.scalar(select(func.coalesce(func.max(release.c.sequence), 0)).where(of_edition))
    place = {"id": named.id, "edition_id": edition.edition, "sequence": int(last or 0) + 1}
    facts = {"issued": named.issued, "content_hash": content, "loaded_at": now}
    await session.execute(insert(release).values(**place, **facts))
    regions = dict.fromkeys(row["region_id"] for row in results)
    taking_part = [{"release_id": named.id, "region_id": region} for region in regions]
    await session.execute(insert(tables.release_region), taking_part)
    ids = {"release_id": named.id, "edition_id": edition.edition}
    await session.execute(insert(tables.result), [{**ids, **row} for row in results])
    report.count("releases", changed=True)
    await write_change(session, "release", named.id)
