"""Results as they are stored: exact figures, and notes whose words may stand elsewhere."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from scoring import tables
from scoring.domain.engine import Coverage
from scoring.domain.figures import Interval, Result
from scoring.domain.reasons import Reason

__all__ = ["reasons_of", "result_of", "score_of", "text_of"]


def score_of(exact: str | None, printed: Decimal | None) -> Fraction | None:
    """Return a score: the exact one of a computed figure, else the decimal its makers printed."""
    return Fraction(exact) if exact is not None else None if printed is None else Fraction(printed)


def result_of(row: Mapping[Any, Any], reasons: Mapping[str, str]) -> Result:
    """Return a row of `result`; `reasons` are what people wrote to its notes, by id."""
    answered, interval = row["answered"], row["interval"]
    return Result(
        score=score_of(row["exact"], row["score"]),
        reason=None if row["reason"] is None else Reason(row["reason"]),
        confidence=row["confidence"],
        date=row["date"],
        sources=row["sources"],
        notes=[_note(note, reasons) for note in row["notes"]],
        coverage=None if answered is None else Coverage(answered, row["expected"]),
        interval=None if interval is None else Interval(**interval),
    )


async def reasons_of(session: AsyncSession, rows: Collection[Mapping[Any, Any]]) -> dict[str, str]:
    """Return what people wrote to the notes of these results, as far as it is not erased."""
    ids = {note["reason_id"] for row in rows for note in row["notes"] if note.get("reason_id")}
    if not ids:
        return {}
    text = tables.free_text.c
    found = await session.execute(select(text.id, text.body).where(text.id.in_(ids)))
    return {row.id: words for row in found if (words := text_of(row.body)) is not None}


def text_of(body: Any) -> str | None:
    """Return the words of a text that may stand with its language; None once it is erased."""
    found = body.get("text") if isinstance(body, dict) else body
    return None if found is None else str(found)


def _note(note: Mapping[str, Any], reasons: Mapping[str, str]) -> Mapping[str, Any]:
    # What somebody wrote stands where it can be erased, and is put to the note when that is read.
    reason = reasons.get(note.get("reason_id") or "")
    if reason is None:
        return note
    return {**note, "text": {lang: f"{text}\n\n{reason}" for lang, text in note["text"].items()}}
