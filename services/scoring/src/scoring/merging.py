"""How one row of a file meets the row that is stored.

Loading is by id and may be repeated: a row that already says the same is left as it is. Beside each row
stands a hash of what was last loaded into it. A row that no longer equals that hash was changed here, by an
editor, and is kept; so is a row that the files do not name. Both are reported, neither is silent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Table, and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from .canonical import fingerprint

__all__ = ["Key", "Report", "Row", "Verdict", "any_of", "judge", "plain", "stored", "write"]

BOOKKEEPING = ("loaded_hash", "changed_at", "import_id")

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

    def note(self, kind: str, name: str, verdict: Verdict) -> None:
        """Count one thing, or say that it was changed here."""
        if verdict == "kept":
            self.kept.append(f"{kind}: {name} was changed here and is kept")
        else:
            self.count(kind, changed=verdict in ("new", "changed"))

    def unnamed(self, kind: str, stored_keys: Iterable[Key], named: set[Key]) -> None:
        """Say what stands in the database and not in the files."""
        for key in sorted(set(stored_keys) - named, key=str):
            words = " ".join(str(part) for part in key if part is not None)
            self.kept.append(f"{kind}: {words} is not in the files and is kept")


def judge(held: Row | None, row: Row) -> Verdict:
    """Say what is to be done about a row; `row` gets the hash of what it holds."""
    row["loaded_hash"] = fingerprint({k: v for k, v in row.items() if k not in BOOKKEEPING})
    if held is None:
        return "new"
    current = fingerprint({name: held[name] for name in row if name not in BOOKKEEPING})
    if current == row["loaded_hash"]:
        return "same" if held["loaded_hash"] == current else "agreed"
    return "changed" if current == held["loaded_hash"] else "kept"


async def write(session: AsyncSession, table: Table, key: Sequence[str], row: Row, verdict: Verdict) -> None:
    """Do what the verdict says."""
    # Agreed: an editor had made the same change before, so the row counts as loaded from now on.
    values = {"loaded_hash": row["loaded_hash"]} if verdict == "agreed" else row
    if verdict == "new":
        await session.execute(insert(table).values(values))
    elif verdict in ("changed", "agreed"):
        where = [table.c[name].is_not_distinct_from(row[name]) for name in key]
        await session.execute(update(table).where(*where).values(values))


async def stored(session: AsyncSession, table: Table, key: Sequence[str]) -> dict[Key, Row]:
    """Return all rows of a table by key, locked."""
    rows = (await session.execute(select(table).with_for_update())).mappings()
    return {tuple(row[name] for name in key): dict(row) for row in rows}


def any_of(table: Table, names: Sequence[str], keys: Iterable[Key]) -> Any:
    """Return the condition that a row has one of these keys."""
    return or_(*(and_(*(table.c[n] == part for n, part in zip(names, key, strict=True))) for key in keys))


def plain(value: Any) -> Any:
    """Return a document as JSON has it; exact decimals stand only in columns of their own."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return float(value) if isinstance(value, Decimal) else value
