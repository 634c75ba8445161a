"""The log of an assessment as a chain: every entry's hash covers the entry and the hash before it.

Whoever holds the last hash can tell whether anything before it was changed, left out or put in. Entries hold
codes, numbers and salted hashes of what people wrote, never the words: those are erased, the chain stays.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["FIRST", "Broken", "Entry", "canonical", "hash_of", "link", "text_hash", "verify"]

FIRST = "sha256:" + "0" * 64  # what stands before the first entry


@dataclass(frozen=True)
class Entry:
    """One step; `at` is UTC as text to the microsecond, so that its hash is over what anybody reads."""

    assessment: str
    n: int
    at: str
    actor: str
    event: str
    indicator: str | None
    seat: str | None
    payload: Mapping[str, Any]
    previous: str
    hash: str = ""


@dataclass(frozen=True)
class Broken:
    """The first entry that does not fit, and what of it."""

    assessment: str
    n: int
    reason: str  # number, previous or hash


def canonical(value: Any) -> bytes:
    """Return the canonical JSON (RFC 8785) of a value.

    The standard library writes the same bytes, for there are no fractions here, and every name of a field
    is ASCII.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _sha256(value: Any) -> str:
    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()


def hash_of(entry: Entry) -> str:
    """Return the hash over all of an entry but the hash itself."""
    names = ("assessment", "n", "at", "actor", "event", "indicator", "seat", "payload", "previous")
    return _sha256({name: getattr(entry, name) for name in names})


def text_hash(body: Any, salt: str) -> str:
    """Return the hash that stands for a text: without the salt it says nothing about it."""
    return _sha256({"body": body, "salt": salt})


def link(
    last: tuple[int, str] | None, *, assessment: str, at: str, actor: str, event: str,
    indicator: str | None = None, seat: str | None = None, payload: Mapping[str, Any] | None = None,
) -> Entry:  # fmt: skip
    """Return the next entry of a chain; `last` is the number and hash of its last one."""
    n, previous = last or (0, FIRST)
    entry = Entry(assessment, n + 1, at, actor, event, indicator, seat, payload or {}, previous)
    return Entry(**{**entry.__dict__, "hash": hash_of(entry)})


def verify(entries: Iterable[Entry]) -> Broken | None:
    """Return the first entry of one chain that does not fit, in the order given, or None."""
    n, previous = 0, FIRST
    for entry in entries:
        if entry.n != n + 1:
            return Broken(entry.assessment, entry.n, "number")
        if entry.previous != previous:
            return Broken(entry.assessment, entry.n, "previous")
        if entry.hash != hash_of(entry):
            return Broken(entry.assessment, entry.n, "hash")
        n, previous = entry.n, entry.hash
    return None
