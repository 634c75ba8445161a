"""One step in the work of an assessment: a person, a lock, a change, its entry in the log, a commit.

Every step locks the assessment's row first. So steps of one assessment follow each other, the chain of its
log has no fork, and of two who do the same thing at once the second sees what the first has done.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from scoring.domain.assessment import Desk, Seat, State, Work
from scoring.domain.chain import link, text_hash
from scoring.domain.questionnaire import Questionnaire
from scoring.domain.records import AssessmentRecord, SeatRecord, Written
from scoring.domain.refusals import AssessmentAbandoned, AssessmentNotFound, ConflictOfRole, OtherRegion
from scoring.repository.assessments import AssessmentRepository
from scoring.repository.writings import LogRepository, WritingRepository
from servicekit.wire import utc

from .clock import Clock, utc_now
from .questionnaires import Questionnaires

__all__ = ["Person", "Publish", "Rooms", "Sessions", "Step", "keep_text", "new_id"]

Sessions = async_sessionmaker[AsyncSession]
Publish = Callable[[AsyncSession, str, str, datetime], Awaitable[str]]
"""Make the release of a decided assessment (its id, who publishes, when), in the caller's transaction."""


def new_id(kind: str) -> str:
    """Return a random id; it tells nothing of when or by whom it was made."""
    return f"{kind}-{secrets.token_hex(10)}"


@dataclass(frozen=True)
class Person:
    """Who takes a step: the subject of the token, and the regions it is limited to (none: no limit)."""

    subject: str
    regions: frozenset[str] = frozenset()


@dataclass
class Step:
    """A locked assessment and the person at it; what is changed goes through here and is logged."""

    session: AsyncSession
    assessments: AssessmentRepository
    record: AssessmentRecord
    seats: dict[Seat, SeatRecord]
    questionnaire: Questionnaire
    actor: str
    now: datetime
    seat: Seat | None = None
    _last: tuple[int, str] | None = None
    _read_log: bool = field(default=False)

    @property
    def id(self) -> str:
        """The assessment's id."""
        return self.record.id

    async def work(self) -> Work:
        """Return what the rules need to know, as it is now."""
        answered = await self.assessments.answered([self.id])
        asked = await self.assessments.open_questions([self.id])
        decided = await self.assessments.decided([self.id])
        desks = {
            seat: Desk(
                submitted=held.submitted_at is not None,
                answered=answered.get((self.id, seat), frozenset()),
                asked=asked.get((self.id, seat), frozenset()),
            )
            for seat, held in self.seats.items()
        }
        indicators = tuple(one.id for one in self.questionnaire.indicators)
        return Work(self.record.state, indicators, desks, decided.get(self.id, frozenset()))

    async def write(self, kind: str, body: Any) -> Written:
        """Keep a text of the actor's."""
        return await keep_text(self.session, self.actor, kind, body)

    async def log(
        self, event: str, payload: Mapping[str, str | int | None] | None = None,
        *, indicator: str | None = None, seat: Seat | None = None,
    ) -> None:  # fmt: skip
        """Append an entry; the payload holds codes, numbers and hashes of texts."""
        log = LogRepository(self.session)
        if not self._read_log:
            self._last, self._read_log = await log.last(self.id), True
        entry = link(
            self._last, assessment=self.id, at=utc(self.now), actor=self.actor, event=event,
            indicator=indicator, seat=seat and seat.value, payload=payload,
        )  # fmt: skip
        await log.append(entry)
        self._last = entry.n, entry.hash

    async def move(self, state: State, release: str | None = None) -> None:
        """Note that something changed; a new state is an entry of its own."""
        if state is not self.record.state:
            await self.log("moved", {"from": self.record.state.value, "to": state.value, "reason": None})
        await self.assessments.move(self.id, state, self.now, release)
        self.record = replace(self.record, state=state, release=release)


async def keep_text(session: AsyncSession, person: str, kind: str, body: Any) -> Written:
    """Keep what a person wrote, with the salted hash that stands for it wherever it is not to be read."""
    salt = secrets.token_hex(16)
    text = Written(new_id("text"), body, text_hash(body, salt))
    await WritingRepository(session).add(text, person=person, kind=kind, salt=salt)
    return text


class Rooms:
    """Lets people in: experts where they have a seat, reviewers where they have none."""

    def __init__(self, sessions: Sessions, questionnaires: Questionnaires, clock: Clock = utc_now) -> None:
        self.sessions = sessions
        self.now = clock
        self.questionnaires = questionnaires
        # Whoever waits for the row's lock holds a connection, of which there are few: waits are held here.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def questionnaire(self, session: AsyncSession, edition: str) -> Questionnaire:
        """Return the questionnaire of an edition that has an assessment."""
        found = await self.questionnaires.of(session, edition)
        assert found is not None, edition  # noqa: S101 - no assessment is made without one
        return found

    @asynccontextmanager
    async def expert(self, person: Person, assessment_id: str, *, lock: bool = True) -> AsyncIterator[Step]:
        """Open an assessment for one of its experts, in a transaction.

        Raises AssessmentNotFound without a seat, OtherRegion where the token is limited to other regions,
        AssessmentAbandoned.
        """
        async with self.anyone(person, assessment_id, lock=lock) as step:
            step.seat = _seat_of(step)
            if step.seat is None:
                raise AssessmentNotFound
            if person.regions and step.record.region not in person.regions:
                raise OtherRegion(step.record.region)
            _check_at_work(step.record)
            yield step

    @asynccontextmanager
    async def reviewer(self, person: Person, assessment_id: str, *, lock: bool = True) -> AsyncIterator[Step]:
        """Open an assessment for a reviewer.

        Raises AssessmentNotFound, ConflictOfRole for its experts and for whoever was one and answered, and
        AssessmentAbandoned: what was given up can be looked at only.
        """
        async with self.abandoned(person, assessment_id, lock=lock) as step:
            if lock:
                _check_at_work(step.record)
            yield step

    @asynccontextmanager
    async def abandoned(
        self, person: Person, assessment_id: str, *, lock: bool = True
    ) -> AsyncIterator[Step]:
        """Open an assessment for a reviewer, one that was given up as well; raises what `reviewer` does."""
        async with self.anyone(person, assessment_id, lock=lock) as step:
            log = LogRepository(step.session)
            if _seat_of(step) is not None or await log.replaced(step.id, step.actor):
                raise ConflictOfRole
            yield step

    @asynccontextmanager
    async def anyone(self, person: Person, assessment_id: str, *, lock: bool = True) -> AsyncIterator[Step]:
        """Open an assessment for whomever the caller then lets in; raises AssessmentNotFound."""
        turn = self._turns.setdefault(assessment_id, asyncio.Lock()) if lock else nullcontext()
        async with turn, self.sessions.begin() as session:
            yield await self._open(session, person, assessment_id, lock=lock)

    async def ref(self, person: Person) -> str | None:
        """Return the reference of a person who has a part in anything here."""
        async with self.sessions.begin() as session:
            return await WritingRepository(session).person(person.subject)

    async def _open(self, session: AsyncSession, person: Person, assessment_id: str, *, lock: bool) -> Step:
        assessments = AssessmentRepository(session)
        writings = WritingRepository(session)
        record = await assessments.assessment(assessment_id, lock=lock)
        if record is None:
            raise AssessmentNotFound
        # Who only looks is not entered among the people.
        enter = writings.enter(person.subject, new_id("p")) if lock else writings.person(person.subject)
        ref = await enter
        return Step(
            session,
            assessments,
            record,
            (await assessments.seats([record.id]))[record.id],
            await self.questionnaire(session, record.edition),
            ref or "",
            self.now(),
        )


def _seat_of(step: Step) -> Seat | None:
    return next((seat for seat, held in step.seats.items() if held.person == step.actor), None)


def _check_at_work(record: AssessmentRecord) -> None:
    if record.abandoned_at is not None:
        raise AssessmentAbandoned(record.abandoned_at)
