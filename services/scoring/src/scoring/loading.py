"""Putting the data files into the database, by id, in one transaction; how rows meet is in `merging`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from servicekit.feed import write_change
from servicekit.text import fold_key

from . import tables
from .documents import BadData, Bundle, RegionDoc
from .loading_editions import load_editions, load_release, results_of
from .loading_statistics import load_statistics
from .merging import Key, Report, Row, any_of, judge, plain, stored, write
from .repository.locks import lock_data

__all__ = ["load"]

ALIAS = ("folded", "region_id")
CODE = ("region_id", "scheme", "version", "code")


async def load(session: AsyncSession, bundle: Bundle, now: datetime) -> Report:
    """Bring the database to what the files say, in the caller's transaction.

    Raises BadData when they take away what an editor's change stands on.
    """
    await lock_data(session)
    report = Report()
    stale = await _load_regions(session, bundle.regions, report, now)
    await load_statistics(session, bundle.regions, report, now)
    await _drop_codes(session, stale)  # only now, for a statistic may have stood on one of them
    await _spell(session, report)
    await load_editions(session, bundle.editions, report, now)
    taking_part = sorted(doc.id for doc in bundle.regions if doc.mipex_r)
    for edition in bundle.editions:
        if edition.release is None:  # its releases are made here, from assessments
            continue
        scores = [one for one in bundle.scores if one.edition == edition.edition]
        await load_release(session, edition, results_of(edition, taking_part, scores), report, now)
    return report


# Regions: a row, its codes, and from both the names by which it is found ----------------------------


async def _load_regions(
    session: AsyncSession, docs: Sequence[RegionDoc], report: Report, now: datetime
) -> list[Key]:
    """Load the regions; return the codes they no longer have."""
    held_rows = await stored(session, tables.region, ("id",))
    codes = await stored(session, tables.region_code, CODE)
    for (region, *_), code in sorted(codes.items(), key=lambda item: item[1]["position"]):
        held_rows[region,].setdefault("codes", []).append(_code(code))
    stale: list[Key] = []
    for doc in docs:
        row = _region_row(doc, now)
        held = held_rows.get((doc.id,))
        verdict = judge({"codes": [], **held} if held else None, row)
        report.note("regions", doc.id, verdict)
        wanted = row.pop("codes")
        await write(session, tables.region, ("id",), row, verdict)
        if verdict in ("new", "changed"):
            stale += await _write_codes(session, doc.id, wanted, [key for key in codes if key[0] == doc.id])
            await write_change(session, "region", doc.id)
    report.unnamed("region", held_rows, {(doc.id,) for doc in docs})
    return stale


def _region_row(doc: RegionDoc, now: datetime) -> Row:
    body = doc.model_dump(exclude={"statistics", "facts"})
    return {**{name: plain(value) for name, value in body.items()}, "changed_at": now}


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


async def _drop_codes(session: AsyncSession, stale: Sequence[Key]) -> None:
    if not stale:
        return
    in_use = select(*(tables.statistic.c[name] for name in CODE)).where(any_of(tables.statistic, CODE, stale))
    held = sorted({tuple(row) for row in await session.execute(in_use)})
    if held:
        raise BadData([
            f"regions.json: {code} of {region} is gone, but a statistic that was changed here stands on it"
            for region, _, _, code in held
        ])  # fmt: skip
    await session.execute(delete(tables.region_code).where(any_of(tables.region_code, CODE, stale)))


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
    held = {key: row["shared"] for key, row in (await stored(session, tables.region_alias, ALIAS)).items()}
    if gone := [key for key, shared in held.items() if wanted.get(key) != shared]:
        await session.execute(delete(tables.region_alias).where(any_of(tables.region_alias, ALIAS, gone)))
    if new := [(*key, shared) for key, shared in sorted(wanted.items()) if held.get(key) != shared]:
        rows = [{"folded": word, "region_id": region, "shared": shared} for word, region, shared in new]
        await session.execute(insert(tables.region_alias), rows)
    shared = {word: sorted(found) for word, found in owners.items() if len(found) > 1}
    report.kept += [f"names: {word} leads to {' and '.join(found)}" for word, found in shared.items()]
