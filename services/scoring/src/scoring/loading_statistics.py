"""Putting the statistics of the data files into the database; figures that were imported are kept."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from servicekit.feed import write_change

from . import tables
from .documents import RegionDoc, StatisticDoc
from .domain import Group, usual_group
from .merging import Key, Report, Row, judge, write

__all__ = ["load_statistics"]

SERIES = ("region_id", "key", "citizenship", "sex", "age", "period")


async def load_statistics(
    session: AsyncSession, docs: Sequence[RegionDoc], report: Report, now: datetime
) -> None:
    """Load the figures of the regions, in the caller's transaction."""
    rows = [_row(doc, one, place, now) for doc in docs for place, one in enumerate(doc.statistics)]
    held_rows = await _held(session, rows)
    changed: dict[str, None] = {}
    for row in rows:
        key = tuple(row[name] for name in SERIES)
        verdict = judge(held_rows.get(key), row)
        report.note("statistics", f"{row['key']} of {row['region_id']}", verdict)
        await write(session, tables.statistic, SERIES, row, verdict)
        if verdict in ("new", "changed"):
            changed[row["region_id"]] = None
    for region in changed:
        await write_change(session, "statistic", region)
    # What was imported is in no file, and there is much of it: nobody need be told at every start.
    ours = [key for key, row in held_rows.items() if row["import_id"] is None]
    report.unnamed("statistic", ours, {tuple(row[name] for name in SERIES) for row in rows})


async def _held(session: AsyncSession, rows: Sequence[Row]) -> dict[Key, Row]:
    """Return the figures that came from files, and those that stand where a file's would, locked."""
    s = tables.statistic.c
    series = tuple_(s.region_id, s.key, s.citizenship, s.sex, s.age)
    named = {tuple(row[name] for name in SERIES[:-1]) for row in rows}
    wanted = or_(s.import_id.is_(None), series.in_(sorted(named)))
    found = await session.execute(select(tables.statistic).where(wanted).with_for_update())
    return {tuple(row[name] for name in SERIES): dict(row) for row in found.mappings()}


def _row(doc: RegionDoc, one: StatisticDoc, place: int, now: datetime) -> Row:
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
        "import_id": None,
        "changed_at": now,
    }
