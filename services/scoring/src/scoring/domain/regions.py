"""A region: its identity, and what is known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Words = Mapping[str, str]


@dataclass(frozen=True)
class Code:
    """A region's code in a dated scheme; `match` says whether the code's territory is the region's."""

    scheme: str
    version: str
    code: str
    level: int | None
    match: str


@dataclass(frozen=True)
class Region:
    """A region as it is stored; texts are documents by language."""

    id: str
    name: Words
    own_names: Sequence[Mapping[str, str]]
    country: str
    codes: tuple[Code, ...]
    point: Mapping[str, Any] | None
    regin_pilot: bool
    mipex_r: bool
    network: bool
    assessed_body: str | None
    websites: Sequence[Mapping[str, Any]]
    responsible_body: Mapping[str, Any] | None
    competences: Mapping[str, Any] | None
    policy_context: Mapping[str, Any] | None
    notes: Sequence[Mapping[str, Any]]
    changed_at: datetime

    @property
    def exact_code(self) -> Code | None:
        """The first code whose territory is just the region's: what a statistic may attach to."""
        return next((code for code in self.codes if code.match == "exact"), None)
