"""A practice as the catalogue keeps it: the document, its version, and when it changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = ["Record"]


@dataclass(frozen=True, kw_only=True)
class Record:
    """One practice of the catalogue, published or withdrawn."""

    id: str
    version: int
    document: Mapping[str, Any]
    first_published: datetime
    last_changed: datetime
    withdrawn_at: datetime | None = None
    replaced_by: str | None = None
