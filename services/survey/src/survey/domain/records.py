"""What is held: versions of surveys, submissions, and what erasure takes away from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .definition import Definition
from .submission import Given

__all__ = [
    "ERASED",
    "Content",
    "DeclarationRecord",
    "Held",
    "New",
    "Schedule",
    "Stored",
    "Submission",
    "Version",
]

RECEIVED = "received"
ERASED = "erased"


@dataclass(frozen=True)
class Schedule:
    """Until when a version is offered, and until when answers begun with it are taken; None: no end."""

    open_until: datetime | None = None
    accepted_until: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a version that would be offered for longer than it is taken."""
        if self.open_until and self.accepted_until and self.accepted_until < self.open_until:
            raise ValueError("accepted_until is before open_until")

    def is_open(self, now: datetime) -> bool:
        """Tell whether the version is offered to people who begin now."""
        end = self.open_until or self.accepted_until
        return end is None or now <= end

    def accepts(self, now: datetime) -> bool:
        """Tell whether a submission is taken now."""
        return self.accepted_until is None or now <= self.accepted_until


@dataclass(frozen=True)
class Version:
    """One loaded version of a survey."""

    hash: str
    definition: Definition
    schedule: Schedule


@dataclass(frozen=True)
class Submission:
    """What lasts of a submission: no word of the person's."""

    id: str
    survey: str
    version_hash: str
    state: str
    received_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class Content:
    """What erasure takes away: the answers, the salt of their hash, and whatever leads to the secret."""

    lang: str
    answers_lang: str
    answers: str
    hidden: tuple[str, ...]
    salt: str
    nonce: str
    secret_key_id: str
    fingerprint: str
    status_url: str


@dataclass(frozen=True)
class DeclarationRecord:
    """A declaration as it was given, and when a consent was taken back."""

    id: str
    version: int
    lang: str
    given: bool
    declared_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class New:
    """A submission about to be stored."""

    submission: Submission
    content: Content
    key_hash: str
    key_id: str
    receipt: str
    declarations: tuple[Given, ...]


@dataclass(frozen=True)
class Stored:
    """A submission that a key has made; without content it was erased."""

    submission_id: str
    content: Content | None
    receipt: str


@dataclass(frozen=True)
class Held:
    """All that is held of one submission, for its holder."""

    submission: Submission
    content: Content
    receipt: Mapping[str, Any]
    declarations: tuple[DeclarationRecord, ...]
