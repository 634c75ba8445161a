"""The document that proves a release: everything its figures rest on, hashed part by part, and signed.

`{release}.json` is the RFC 8785 canonical form of one object: a signed manifest with the hash of every other
part, and the parts themselves. Whoever holds the file can compute every figure anew and needs nothing else.
It holds no name and no free text: of a justification it has a salted hash, which stays when the text goes.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from fractions import Fraction
from typing import Any

from .canonical import canonical, document_hash
from .domain.engine import ENGINE
from .domain.releases import Erratum, Figures, Record, answer_document, answers_document, results_document
from .keys import KeyRing

__all__ = ["FORMAT", "HASHES", "Made", "Signer", "hashes", "prove", "record_documents", "seed_of"]

FORMAT = 1
# What each hash of the manifest is over.
HASHES = ("edition_hash", "answers_hash", "experts_hash", "records_hash", "result_hash", "uncertainty_hash")


@dataclass(frozen=True)
class Signer:
    """Who signs releases, and under which address they will be found."""

    ring: KeyRing
    base_url: str


@dataclass(frozen=True)
class Made:
    """A release before it is signed; `edition` is the whole edition document, `title` its English one."""

    release: str
    edition: Mapping[str, Any]
    issued: date
    previous: str | None
    licence: Mapping[str, str] | None
    cite_as: str
    records: Sequence[Record]
    figures: Figures
    uncertainty: Mapping[str, Any]


def seed_of(release: str) -> int:
    """Return the seed of a release's simulation: nobody chooses it, everybody can work it out."""
    return int.from_bytes(hashlib.sha256(release.encode()).digest()[:6], "big")


def prove(made: Made, signer: Signer) -> dict[str, Any]:
    """Return the document that proves a release."""
    parts = {
        "edition": dict(made.edition),
        "records": record_documents(made.records),
        "results": results_document(made.figures),
        "uncertainty": dict(made.uncertainty),
    }
    manifest = {
        "format": FORMAT,
        "release": made.release,
        "edition": made.edition["edition"],
        "kind": made.edition["kind"],
        "engine": ENGINE,
        "issued": made.issued.isoformat(),
        "previous": made.previous,
        "licence": dict(made.licence) if made.licence else None,
        "cite_as": made.cite_as,
        "simulation": dict(made.uncertainty["provenance"]),
        "justifications": _justifications(made.records),
        "log_heads": {
            record.region: {"assessment": record.assessment, "head": record.log_head}
            for record in made.records
            if record.log_head is not None
        },
        **hashes(parts),
    }
    return {"manifest": manifest, "signature": signer.ring.sign(canonical(manifest)), **parts}


def hashes(parts: Mapping[str, Any]) -> dict[str, str]:
    """Return the hash of every part; that of the results is over exact figures alone."""
    decided = {region: record["decisions"] for region, record in parts["records"].items()}
    experts = {region: record["answers"] for region, record in parts["records"].items()}
    over = (parts["edition"], decided, experts, parts["records"], parts["results"], parts["uncertainty"])
    return {name: document_hash(part) for name, part in zip(HASHES, over, strict=True)}


def record_documents(records: Sequence[Record]) -> dict[str, Any]:
    """Return what each region's figures rest on: decisions and answers, seat by seat."""
    return {
        record.region: {
            "assessment": record.assessment,
            "decided_at": record.decided_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "decisions": {name: answer_document(one) for name, one in sorted(record.decisions.items())},
            "answers": answers_document(record.answers),
            "erratum": _erratum(record.erratum),
        }
        for record in records
    }


def _erratum(erratum: Erratum | None) -> dict[str, Any] | None:
    if erratum is None:
        return None
    return {
        "release": erratum.release,
        "corrects": erratum.corrects,
        "date": erratum.date,
        "reason_hash": erratum.reason_hash,
        "changes": [
            {"cell": change.cell, "from": _text(change.before), "to": _text(change.after)}
            for change in erratum.changes
        ],
    }


def _text(score: Fraction | None) -> str | None:
    return None if score is None else str(score)


def _justifications(records: Sequence[Record]) -> dict[str, Any]:
    """Return one salted hash per text: region, seat, kind, indicator."""
    found: dict[str, Any] = {}
    for record in records:
        for one in record.justifications:
            of_seat = found.setdefault(record.region, {}).setdefault(one.seat, {})
            of_seat.setdefault(one.kind, {})[one.indicator] = one.hash
    return found
