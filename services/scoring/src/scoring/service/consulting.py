"""What a region's authority does: see the preliminary result, comment on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.domain.assessment import Action, Seat, State, check
from scoring.domain.editions import Edition
from scoring.domain.engine import compute
from scoring.domain.figures import Figure, Result
from scoring.domain.records import AssessmentRecord, CommentRecord, DecisionRecord
from scoring.domain.refusals import AssessmentNotFound, ConflictOfRole, InvalidWork
from scoring.repository import Repository
from scoring.repository.assessments import AssessmentFilter, AssessmentRepository
from scoring.repository.comments import CommentRepository

from .steps import Person, Rooms, Step, new_id

__all__ = ["Commented", "Consultation", "ConsultationService"]

SHOWN = (State.PRELIMINARY, State.PUBLISHED)


@dataclass(frozen=True)
class Consultation:
    """A preliminary result: every figure and every decision, and what the authority says of them."""

    record: AssessmentRecord
    edition: Edition
    figures: Sequence[Figure]
    indicators: Sequence[str]
    decisions: Mapping[str, DecisionRecord]
    comments: Sequence[CommentRecord]


@dataclass(frozen=True)
class Commented:
    """A comment as it is held now."""

    assessment: str
    state: State
    comment: CommentRecord


class ConsultationService:
    """The authorities' side of assessments: of their own regions, from the preliminary result on."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def results(self, person: Person) -> list[AssessmentRecord]:
        """Return the assessments of a person's regions that are preliminary or published."""
        states = [state.value for state in SHOWN]
        wanted = AssessmentFilter(states, sorted(person.regions), without=await self._rooms.ref(person))
        async with self._rooms.sessions.begin() as session:
            found, _ = await AssessmentRepository(session).assessments(wanted)
            return found

    async def result(self, person: Person, assessment_id: str) -> Consultation:
        """Return a preliminary or published result; raises AssessmentNotFound, ConflictOfRole."""
        async with self._rooms.anyone(person, assessment_id, lock=False) as step:
            _let_in(step, person)
            decisions = await step.assessments.decisions(step.id)
            comments = await CommentRepository(step.session).comments(step.id)
            editions = await Repository(step.session).editions()
        edition = next(one for one in editions if one.id == step.record.edition)
        computed = compute(step.questionnaire, {name: one.answer for name, one in decisions.items()})
        figures = [
            Figure(place, Result(figure.score, figure.reason, coverage=figure.coverage), None)
            for place in edition.places()
            for figure in [computed[place.cell]]
        ]
        indicators = [one.id for one in step.questionnaire.indicators]
        return Consultation(step.record, edition, figures, indicators, decisions, comments)

    async def comment(
        self, person: Person, assessment_id: str, indicator: str | None, text: Mapping[str, str]
    ) -> Commented:
        """Comment on an indicator, or (None) on the whole, in place of the own comment made before.

        Raises AssessmentNotFound, ConflictOfRole, InvalidWork, WrongState once it is published.
        """
        async with self._rooms.anyone(person, assessment_id) as step:
            _let_in(step, person)
            if indicator is not None and step.questionnaire.indicator(indicator) is None:
                raise InvalidWork([("#", "unknown_indicator", {"indicator": indicator})])
            comments = CommentRepository(step.session)
            held = next(
                (
                    one for one in await comments.comments(step.id)
                    if (one.indicator, one.person) == (indicator, step.actor)
                ),
                None,
            )  # fmt: skip
            if held is not None and held.text.body == text:
                return Commented(step.id, step.record.state, held)
            check(step.record.state, Action.COMMENT)
            written = await step.write("comment", dict(text))
            one = CommentRecord(held.id if held else new_id("c"), indicator, step.actor, written, step.now)
            await comments.comment(step.id, one)
            await step.log("commented", {"text": written.hash}, indicator=indicator)
            await step.move(step.record.state)
        return Commented(step.id, step.record.state, one)


def _let_in(step: Step, person: Person) -> None:
    if step.record.region not in person.regions or step.record.state not in SHOWN:
        raise AssessmentNotFound
    # The decisions are shown here before publication, and an expert must not see them.
    if any(step.seats[seat].person == step.actor for seat in Seat):
        raise ConflictOfRole
