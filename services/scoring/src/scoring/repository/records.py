"""Records of releases as they are stored: exact figures as text, answers as documents."""

from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from scoring.domain.releases import (
    Change,
    Erratum,
    Record,
    TextRef,
    answer_document,
    answer_from,
    answers_document,
    answers_from,
)

__all__ = ["erratum_of", "record_of", "record_row"]


def record_row(record: Record) -> dict[str, Any]:
    """Return a record as `release_record` has it."""
    return {
        "region_id": record.region,
        "assessment_id": record.assessment,
        "decisions": {name: answer_document(one) for name, one in record.decisions.items()},
        "answers": answers_document(record.answers),
        "log_head": record.log_head,
        "justifications": [asdict(one) for one in record.justifications],
        "erratum": None if record.erratum is None else _erratum_row(record.erratum),
        "decided_at": record.decided_at,
    }


def record_of(row: Mapping[Any, Any]) -> Record:
    """Return the record of a row."""
    return Record(
        region=row["region_id"],
        decisions={name: answer_from(one) for name, one in row["decisions"].items()},
        answers=answers_from(row["answers"]),
        decided_at=row["decided_at"],
        assessment=row["assessment_id"],
        log_head=row["log_head"],
        justifications=tuple(TextRef(**one) for one in row["justifications"]),
        erratum=erratum_of(row["erratum"]),
    )


def _erratum_row(erratum: Erratum) -> dict[str, Any]:
    exact = [{"cell": one.cell, "from": _text(one.before), "to": _text(one.after)} for one in erratum.changes]
    return {**asdict(erratum), "changes": exact}


def erratum_of(document: Mapping[str, Any] | None) -> Erratum | None:
    """Return the erratum of a document; None where there is none."""
    if document is None:
        return None
    found = tuple(Change(one["cell"], _exact(one["from"]), _exact(one["to"])) for one in document["changes"])
    return Erratum(**{**document, "changes": found})


def _text(score: Fraction | None) -> str | None:
    return None if score is None else str(score)


def _exact(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
