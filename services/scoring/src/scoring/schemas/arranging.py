"""How an assessment is arranged: what is asked for, and how it is then."""

from datetime import date

from pydantic import Field

from scoring.domain.assessment import Seat, State
from scoring.service.arranging import Abandoned, Scheduled, Seated
from servicekit.wire import Model, Utc

from .common import In
from .works import Reason, Subject

__all__ = [
    "AbandonedOut", "AbandonmentIn", "DeadlineIn", "DeadlineOut", "ExpertIn", "SeatedOut", "abandoned_out",
    "deadline_out", "seated_out",
]  # fmt: skip


class ExpertIn(In):
    """Who is to sit at a seat, by the subject of the token, and why."""

    subject: Subject
    reason: Reason


class DeadlineIn(In):
    """The deadline, or null for none, and why it is changed."""

    deadline: date | None = Field(description="Shown to the experts; nothing ends by it.")
    reason: Reason


class AbandonmentIn(In):
    """Why an assessment is given up."""

    reason: Reason


class SeatedOut(Model):
    """Who sits at a seat now; `person` is a random reference."""

    id: str
    state: State
    seat: Seat
    person: str


class DeadlineOut(Model):
    """The deadline there is now."""

    id: str
    state: State
    deadline: date | None


class AbandonedOut(Model):
    """When an assessment was given up, and the state it was in."""

    id: str
    state: State
    abandoned_at: Utc


def seated_out(done: Seated) -> SeatedOut:
    """Return who sits at a seat."""
    return SeatedOut(id=done.assessment, state=done.state, seat=done.seat, person=done.person)


def deadline_out(done: Scheduled) -> DeadlineOut:
    """Return the deadline."""
    return DeadlineOut(id=done.assessment, state=done.state, deadline=done.deadline)


def abandoned_out(done: Abandoned) -> AbandonedOut:
    """Return when an assessment was given up."""
    return AbandonedOut(id=done.assessment, state=done.state, abandoned_at=done.at)
