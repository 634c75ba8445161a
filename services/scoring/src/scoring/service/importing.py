"""Bringing outcome figures in from a file: all of it is read first, then what is good is written at once."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from scoring.domain.outcomes import OutcomeIndicators
from scoring.imports.jsonstat import read_jsonstat
from scoring.imports.observations import Findings, Refused
from scoring.imports.planning import Places, Plan, Row, Rules, plan
from scoring.imports.sdmxcsv import read_sdmx_csv
from scoring.imports.table import read_table
from scoring.repository.locks import lock_data
from scoring.repository.statistics import StatisticRepository
from scoring.repository.writings import WritingRepository
from servicekit.aside import LARGE, aside
from servicekit.feed import write_change

from .steps import new_id

__all__ = ["FORMATS", "ImportReport", "ImportService", "Importer"]

FORMATS = ("table", "jsonstat", "sdmx-csv")
_UNCOMPARED = {"position"}  # where a figure stands says nothing about it


@dataclass(frozen=True)
class Importer:
    """Who brings figures in: a person's subject (None: a command), and their regions (None: all)."""

    subject: str | None = None
    regions: frozenset[str] | None = None


@dataclass(frozen=True)
class ImportReport:
    """What was taken, what was held already, how much of both is suppressed, and what was refused."""

    format: str
    dry_run: bool
    taken: int
    same: int
    suppressed: int
    regions: Sequence[str]
    refused: Sequence[Refused]
    refused_total: int
    refused_by_code: Mapping[str, int]


class ImportService:
    """Reads files of outcome figures and writes what they say."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        indicators: OutcomeIndicators,
        lists: Mapping[str, Mapping[str, Any]],
        small_cell: int,
    ) -> None:
        self._sessions = sessions
        self._indicators = indicators
        self._lists = lists
        self._small_cell = small_cell

    async def load(self, raw: bytes, kind: str, by: Importer, *, dry_run: bool = False) -> ImportReport:
        """Take the good figures of a file, all of them or, when it is broken, none; say what was refused.

        Raises Broken and MalformedJSON for a file that is not what it should be.
        """
        async with self._sessions.begin() as session:
            places = Places(*await StatisticRepository(session).places())
        rules = Rules(by.regions, self._small_cell, list(self._indicators.indicators))
        # However small it is: a few kilobytes can unpack to megabytes, or stand for a million figures.
        found = await aside(LARGE + 1, self._plan, raw, kind, places, rules)
        async with self._sessions.begin() as session:
            repository = StatisticRepository(session)
            await lock_data(session)
            regions = {row["region_id"] for row in found.rows.values()}
            held = await repository.rows(regions, {row["key"] for row in found.rows.values()})
            new = [row for key, row in found.rows.items() if not _same(held.get(key), row)]
            report = _report(kind, found, new, dry_run=dry_run)
            if new and not dry_run:
                await self._write(session, raw, by, report, new)
        return report

    def _plan(self, raw: bytes, kind: str, places: Places, rules: Rules) -> Plan:
        return plan(self._read(raw, kind), places, rules)

    def _read(self, raw: bytes, kind: str) -> Findings:
        if kind == "jsonstat":
            return read_jsonstat(raw, self._indicators)
        if kind == "sdmx-csv":
            return read_sdmx_csv(raw, self._indicators)
        return read_table(raw, self._indicators, self._lists)

    async def _write(
        self, session: AsyncSession, raw: bytes, by: Importer, report: ImportReport, new: Sequence[Row]
    ) -> None:
        person = None
        if by.subject is not None:
            person = await WritingRepository(session).enter(by.subject, new_id("p"))
        record = {
            "id": new_id("import"), "person_ref": person, "format": report.format,
            "file_hash": hashlib.sha256(raw).hexdigest(), "taken": report.taken, "same": report.same,
            "refused": report.refused_total,
        }  # fmt: skip
        await StatisticRepository(session).enter(record, new, datetime.now(UTC))
        for region in report.regions:
            await write_change(session, "statistic", region)


def _same(held: Row | None, row: Row) -> bool:
    return held is not None and all(held[name] == row[name] for name in row if name not in _UNCOMPARED)


def _report(kind: str, found: Plan, new: Sequence[Row], *, dry_run: bool) -> ImportReport:
    return ImportReport(
        format=kind,
        dry_run=dry_run,
        taken=len(new),
        same=len(found.rows) - len(new),
        suppressed=sum(row["reason"] == "suppressed" for row in found.rows.values()),
        regions=sorted({row["region_id"] for row in new}),
        refused=found.refused.kept,
        refused_total=found.refused.counts.total(),
        refused_by_code=dict(sorted(found.refused.counts.items())),
    )
