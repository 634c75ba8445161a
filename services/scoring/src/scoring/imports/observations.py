"""What a file says, one figure at a time, and what of it is refused, with its place."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from scoring.domain import Group, Reason
from servicekit.text import unstorable

__all__ = [
    "KEPT_PER_CODE", "Broken", "Findings", "Observation", "Refusals", "Refused", "cell_name",
    "decoded", "named", "number_of", "source_of",
]  # fmt: skip

KEPT_PER_CODE = 25  # a data set of all Europe has a thousand territories that are not here
_NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d{1,20})?([eE][+-]?\d{1,2})?", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_LARGEST = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class Refused:
    """One thing that is not taken: where it stands, why as a code, and what the sentence is filled with."""

    place: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


class Broken(Exception):
    """The file cannot be read as what it should be, so nothing of it is taken.

    `malformed` tells bytes that are no text at all from a text of the wrong form.
    """

    def __init__(self, *faults: Refused, malformed: bool = False) -> None:
        super().__init__(", ".join(f"{fault.place}: {fault.code}" for fault in faults))
        self.faults = faults
        self.malformed = malformed


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure of a file. `by_code`: the territory is a code of the source, else any name of a region."""

    place: str
    territory: str
    by_code: bool
    key: str
    group: Group
    unit: str
    period: str
    value: Decimal | None
    reason: Reason | None
    flags: tuple[str, ...] = ()
    confidence: str | None = None
    source: Mapping[str, Any] | None = None
    definition: tuple[str, str] | None = None  # language and text
    base: Decimal | None = None  # how many people a rate is of


Findings = Iterator[Observation | Refused]


@dataclass
class Refusals:
    """All refusals counted, and of each code the first ones kept."""

    kept: list[Refused] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, one: Refused) -> None:
        """Take one refusal."""
        self.counts[one.code] += 1
        if self.counts[one.code] <= KEPT_PER_CODE:
            self.kept.append(one)


def decoded(raw: bytes) -> str:
    """Return the text of a file; raises Broken when it is not UTF-8, with or without a mark."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Broken(Refused("#", "import_not_utf8"), malformed=True) from error
    if unstorable(text):
        raise Broken(Refused("#", "import_not_utf8"), malformed=True)
    return text


def number_of(text: str, *, comma: bool = False) -> Decimal | None:
    """Return the number that a text is, or None; with `comma` that is the decimal sign, and no other."""
    if comma:
        text = text.replace(".", "x").replace(",", ".", 1)
    if not _NUMBER.fullmatch(text):
        return None
    found = Decimal(text)
    return found if abs(found) <= _LARGEST else None


def named(text: str) -> str:
    """Return a code fit to be named in a sentence; what is none is not echoed."""
    return text if _CODE.fullmatch(text) else "…"


def cell_name(column: int, row: int) -> str:
    """Return the name of a cell as spreadsheets have it: (0, 1) is A1."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


def source_of(given: Mapping[str, str | None]) -> dict[str, Any]:
    """Return a source as it is stored: every field is there."""
    names: Sequence[str] = (
        "title", "publisher", "url", "published", "accessed", "locator", "lang", "licence",
    )  # fmt: skip
    return {name: given.get(name) for name in names}
