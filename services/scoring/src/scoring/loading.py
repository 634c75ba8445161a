"""Putting the data files into the database.

Loading is by id and may be repeated: a row that already says the same is left as it is. Beside each row
stands a hash of what was last loaded into it. A row that no longer equals that hash was changed here, by an
editor, and is kept; so is a row that the files do not name. Both are reported, neither is silent.

A release is never changed: when the files differ from one that is issued, that is reported, and the files
need a release id of their own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Table, and_, delete, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from servicekit.feed import write_change
from servicekit.text import fold_key

from . import tables
from .checks import fingerprint
from .documents import Bundle, EditionDoc, RegionDoc, ScoreDoc, StatisticDoc
from .domain import Group, Reason, usual_group

__all__ = ["Report", "load"]

LOCK = 7_214_410  # two loaders of one database wait for each other
BOOKKEEPING = ("loaded_hash", "changed_at")
ALIAS = ("folded", "region_id")
CODE = ("region_id", "scheme", "version", "code")
SERIES = ("region_id", "key", "citizenship", "sex", "age", "period")

Row = dict[str, Any]
Key = tuple[Any, ...]
Verdict = Literal["new", "changed", "same", "agreed", "kept"]


@dataclass
class Report:
    """What loading did: how many things changed, and what it left alone."""

    changed: dict[str, int] = field(default_factory=dict)
    same: dict[str, int] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)

    def count(self, kind: str, *, changed: bool) -> None:
        """Count one thing."""
        for counts, one in ((self.changed, changed), (self.same, not changed)):
            counts[kind] = counts.get(kind, 0) + one


async def load(session: AsyncSession, bundle: Bundle, now: datetime) -> Report:
    """Bring the database to what the files say, in the caller's transaction."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    report = Report()
    stale = await _load_regions(session, bundle.regions, report, now)
    await _load_statistics(session, bundle.regions, report, now)
    if stale:  # only now, for a statistic may have stood on one of them
        await session.execute(delete(tables.region_code).where(_any_of(tables.region_code, CODE, stale)))
    await _spell(session, report)
    await _load_editions(session, bundle.editions, report, now)
    taking_part = sorted(doc.id for doc in bundle.regions if doc.mipex_r)
    for edition in bundle.editions:
        scores = [one for one in bundle.scores if one.edition == edition.edition]
        await _load_release(session, edition, _results(edition, taking_part, scores), report, now)
    return report


def _judge(stored: Row | None, row: Row) -> Verdict:
    """Say what is to be done about a row; `row` gets the hash of what it holds."""
    row["loaded_hash"] = fingerprint({k: v for k, v in row.items() if k not in BOOKKEEPING})
    if stored is None:
        return "new"
    current = fingerprint({name: stored[name] for name in row if name not in BOOKKEEPING})
    if current == row["loaded_hash"]:
        return "same" if stored["loaded_hash"] == current else "agreed"
    return "changed" if current == stored["loaded_hash"] else "kept"


async def _write(session: AsyncSession, table: Table, key: Sequence[str], row: Row, verdict: Verdict) -> None:
    # Agreed: an editor had made the same change before, so the row counts as loaded from now on.
    values = {"loaded_hash": row["loaded_hash"]} if verdict == "agreed" else row
    if verdict == "new":
        await session.execute(insert(table).values(values))
    elif verdict in ("changed", "agreed"):
        where = [table.c[name].is_not_distinct_from(row[name]) for name in key]
        await session.execute(update(table).where(*where).values(values))


async def _stored(session: AsyncSession, table: Table, key: Sequence[str]) -> dict[Key, Row]:
    rows = (await session.execute(select(table).with_for_update())).mappings()
    return {tuple(row[name] for name in key): dict(row) for row in rows}


def _any_of(table: Table, names: Sequence[str], keys: Iterable[Key]) -> Any:
    return or_(*(and_(*(table.c[n] == part for n, part in zip(names, key, strict=True))) for key in keys))


def _plain(value: Any) -> Any:
    """Return a document as JSON has it; exact decimals stand only in columns of their own."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return float(value) if isinstance(value, Decimal) else value


# Regions: a row, its codes, and from both the names by which it is found ----------------------------


async def _load_regions(
    session: AsyncSession, docs: Sequence[RegionDoc], report: Report, now: datetime
) -> list[Key]:
    """Load the regions; return the codes they no longer have."""
    stored = await _stored(session, tables.region, ("id",))
    codes = await _stored(session, tables.region_code, CODE)
    for (region, *_), code in sorted(codes.items(), key=lambda item: item[1]["position"]):
        stored[region,].setdefault("codes", []).append(_code(code))
    stale: list[Key] = []
    for doc in docs:
        row = _region_row(doc, now)
        held = stored.get((doc.id,))
        verdict = _judge({"codes": [], **held} if held else None, row)
        _note(report, "regions", doc.id, verdict)
        wanted = row.pop("codes")
        await _write(session, tables.region, ("id",), row, verdict)
        if verdict in ("new", "changed"):
            stale += await _write_codes(session, doc.id, wanted, [key for key in codes if key[0] == doc.id])
            await write_change(session, "region", doc.id)
    _report_unnamed(report, "region", stored, {(doc.id,) for doc in docs})
    return stale


def _region_row(doc: RegionDoc, now: datetime) -> Row:
    body = doc.model_dump(exclude={"statistics", "facts"})
    return {**{name: _plain(value) for name, value in body.items()}, "changed_at": now}


def _code(row: Mapping[str, Any]) -> Row:
    return {name: row[name] for name in ("scheme", "version", "code", "level", "match")}


async def _write_codes(
    session: AsyncSession, region: str, wanted: Sequence[Row], held: Sequence[Key]
) -> list[Key]:
    rows = [{"region_id": region, "position": place, **code} for place, code in enumerate(wanted)]
    if rows:
        statement = upsert(tables.region_code).values(rows)
        changes = {name: statement.excluded[name] for name in ("position", "level", "match")}
        await session.execute(statement.on_conflict_do_update(index_elements=CODE, set_=changes))
    return sorted(set(held) - {tuple(row[name] for name in CODE) for row in rows})


def _note(report: Report, kind: str, name: str, verdict: Verdict) -> None:
    if verdict == "kept":
        report.kept.append(f"{kind}: {name} was changed here and is kept")
    else:
        report.count(kind, changed=verdict in ("new", "changed"))


def _report_unnamed(report: Report, kind: str, stored: Iterable[Key], named: set[Key]) -> None:
    for key in sorted(set(stored) - named, key=str):
        words = " ".join(str(part) for part in key if part is not None)
        report.kept.append(f"{kind}: {words} is not in the files and is kept")


async def _spell(session: AsyncSession, report: Report) -> None:
    """Write the folded names of all regions as they are stored; a name of two regions is shared."""
    names = select(*tables.region.c["id", "name", "own_names", "aliases"])
    owners: dict[str, set[str]] = {}
    for row in (await session.execute(names)).mappings():
        own = [name["text"] for name in row["own_names"]]
        for spelling in [row["id"], *row["name"].values(), *own, *row["aliases"]]:
            owners.setdefault(fold_key(spelling), set()).add(row["id"])
    for row in (await session.execute(select(*tables.region_code.c["region_id", "code"]))).mappings():
        owners.setdefault(fold_key(row["code"]), set()).add(row["region_id"])
    wanted = {(word, region): len(found) > 1 for word, found in owners.items() for region in found if word}
    held = {key: row["shared"] for key, row in (await _stored(session, tables.region_alias, ALIAS)).items()}
    if gone := [key for key, shared in held.items() if wanted.get(key) != shared]:
        await session.execute(delete(tables.region_alias).where(_any_of(tables.region_alias, ALIAS, gone)))
    if new := [(*key, shared) for key, shared in sorted(wanted.items()) if held.get(key) != shared]:
        rows = [{"folded": word, "region_id": region, "shared": shared} for word, region, shared in new]
        await session.execute(insert(tables.region_alias), rows)
    shared = {word: sorted(found) for word, found in owners.items() if len(found) > 1}
    report.kept += [f"names: {word} leads to {' and '.join(found)}" for word, found in shared.items()]


# Statistics ------------------------------------------------------------------------------------------


async def _load_statistics(
    session: AsyncSession, docs: Sequence[RegionDoc], report: Report, now: datetime
) -> None:
    stored = await _stored(session, tables.statistic, SERIES)
    named: set[Key] = set()
    changed: dict[str, None] = {}
    for doc in docs:
        for place, one in enumerate(doc.statistics):
            row = _statistic_row(doc, one, place, now)
            key = tuple(row[name] for name in SERIES)
            named.add(key)
            verdict = _judge(stored.get(key), row)
            _note(report, "statistics", f"{one.key} of {doc.id}", verdict)
            await _write(session, tables.statistic, SERIES, row, verdict)
            if verdict in ("new", "changed"):
                changed[doc.id] = None
    for region in changed:
        await write_change(session, "statistic", region)
    _report_unnamed(report, "statistic", stored, named)


def _statistic_row(doc: RegionDoc, one: StatisticDoc, place: int, now: datetime) -> Row:
    group = Group(**one.group.model_dump()) if one.group else usual_group(one.key)
    exact = next(code for code in doc.codes if code.match == "exact")
    assert group is not None, one.key  # noqa: S101 - the checks refuse a figure that does not say whom it counts
    return {
        "region_id": doc.id,
        "key": one.key,
        "citizenship": group.citizenship,
        "sex": group.sex,
        "age": group.age,
        "period": one.period,
        "position": place,
        "value": Decimal(one.value),
        "reason": None,
        "unit": one.unit,
        "scheme": exact.scheme,
        "version": exact.version,
        "code": exact.code,
        "flags": one.flags,
        "confidence": one.confidence,
        "sources": [source.model_dump() for source in one.sources],
        "notes": [note.model_dump() for note in one.notes],
        "changed_at": now,
    }


# Editions and releases -------------------------------------------------------------------------------


async def _load_editions(
    session: AsyncSession, docs: Sequence[EditionDoc], report: Report, now: datetime
) -> None:
    stored = await _stored(session, tables.edition, ("id",))
    for doc in docs:
        kept = {"edition", "release", "indicators", "method"}
        row = {"id": doc.edition, **_plain(doc.model_dump(exclude=kept)), "changed_at": now}
        verdict = _judge(stored.get((doc.edition,)), row)
        _note(report, "editions", doc.edition, verdict)
        await _write(session, tables.edition, ("id",), row, verdict)
        cells = [
            {"edition_id": doc.edition, "cell": cell, "axis": axis, "key": key}
            for cell, (axis, key) in doc.cells().items()
        ]
        await session.execute(upsert(tables.edition_cell).values(cells).on_conflict_do_nothing())
        if verdict in ("new", "changed"):
            await write_change(session, "edition", doc.edition)
    _report_unnamed(report, "edition", stored, {(doc.edition,) for doc in docs})


def _results(edition: EditionDoc, taking_part: Sequence[str], scores: Sequence[ScoreDoc]) -> list[Row]:
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


async def _load_release(
    session: AsyncSession, edition: EditionDoc, results: Sequence[Row], report: Report, now: datetime
) -> None:
    named, content = edition.release, fingerprint(results)
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
