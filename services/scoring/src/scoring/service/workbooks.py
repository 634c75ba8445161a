"""Work off line: an expert's own answers out as a workbook, and what came back of it in, whole or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.domain import Edition, Region
from scoring.domain.assessment import State, fits
from scoring.domain.questionnaire import Questionnaire
from scoring.domain.records import AnswerContent, AnswerRecord
from scoring.domain.refusals import AnswerClosed, WorkbookRefused
from scoring.domain.workbook import check_of, given_of, sources_of

from .answering import Verdict, saved_many
from .assessing import AssessmentService, Desktop, open_answers
from .reading import ScoringService
from .steps import Person, Rooms, Step

__all__ = ["Entry", "Grounds", "Taken", "WorkFault", "WorkbookService"]

WorkFault = tuple[str, str, Mapping[str, object]]
"""Pointer of a cell, code, and what the sentence is filled with."""


@dataclass(frozen=True)
class Grounds:
    """What a workbook is made of: the expert's own work, what is asked, and of which region and edition."""

    desktop: Desktop
    questionnaire: Questionnaire
    region: Region
    edition: Edition


@dataclass(frozen=True)
class Entry:
    """A row of a workbook that says something; without a content it is wrong or was not touched.

    `check` stands for what the row says now, `version` is that of the answer it was written from, `stands`
    that the answer is given again as it is. `places` are the pointers of its cells.
    """

    indicator: str
    content: AnswerContent | None
    places: Mapping[str, str]
    assessment: str
    version: int
    check: str
    untouched: bool
    stands: bool


@dataclass(frozen=True)
class Taken:
    """What was taken, or in a dry run would be: the new and the changed answers, and how many are as held."""

    assessment: str
    state: State
    dry_run: bool
    saved: Mapping[str, Verdict]
    same: int


class WorkbookService:
    """Gives workbooks out and takes them back."""

    def __init__(self, rooms: Rooms, assessing: AssessmentService, scoring: ScoringService) -> None:
        self._rooms = rooms
        self._assessing = assessing
        self._scoring = scoring

    async def grounds(self, person: Person, assessment_id: str) -> Grounds:
        """Return what an expert's workbook is made of; raises AssessmentNotFound, OtherRegion."""
        desktop = await self._assessing.own(person, assessment_id)
        record = desktop.brief.record
        async with self._rooms.sessions.begin() as session:
            questionnaire = await self._rooms.questionnaire(session, record.edition)
        region = await self._scoring.region(record.region)
        edition = (await self._scoring.edition(record.edition)).edition
        return Grounds(desktop, questionnaire, region, edition)

    async def admit(self, person: Person, assessment_id: str) -> None:
        """Let an expert in before anything is read; raises AssessmentNotFound, OtherRegion."""
        async with self._rooms.expert(person, assessment_id, lock=False):
            pass

    async def take(
        self,
        person: Person,
        assessment_id: str,
        entries: Sequence[Entry],
        faults: Sequence[WorkFault],
        *,
        dry_run: bool,
    ) -> Taken:
        """Keep what the rows of a workbook change, all of it or nothing.

        Raises AssessmentNotFound, OtherRegion, AnswerClosed where no answer can be changed now, and
        WorkbookRefused with every cell that is wrong, closed, or was changed here meanwhile.
        """
        async with self._rooms.expert(person, assessment_id) as step:
            assert step.seat is not None  # noqa: S101 - the room lets nobody else in
            work = await step.work()
            desk = work.desks[step.seat]
            held = {one.indicator: one for one in await step.assessments.answers(step.id, step.seat)}
            sorted_out = _SortedOut(step, held, frozenset(open_answers(work, desk)), desk.asked)
            for entry in entries:
                sorted_out.add(entry)
            told = {place for place, _, _ in faults}  # of a cell the first thing wrong is enough
            if found := [*faults, *(fault for fault in sorted_out.faults if fault[0] not in told)]:
                raise WorkbookRefused(found)
            done = await saved_many(step, sorted_out.contents, dry_run=dry_run)
        saved = {name: verdict for name, verdict in done.verdicts.items() if verdict != "same"}
        return Taken(step.id, done.state, dry_run, saved, len(entries) - len(saved))


class _SortedOut:
    """The rows of a workbook: those that change something, and what is wrong with the others."""

    def __init__(
        self, step: Step, held: Mapping[str, AnswerRecord], opened: frozenset[str], asked: frozenset[str]
    ) -> None:
        self._step, self._held, self._open, self._asked = step, held, opened, asked
        self.contents: dict[str, AnswerContent] = {}
        self.faults: list[WorkFault] = []

    def add(self, entry: Entry) -> None:
        """Sort a row out; raises AnswerClosed where nothing at all can be changed."""
        places, held = entry.places, self._held.get(entry.indicator)
        indicator = self._step.questionnaire.indicator(entry.indicator)
        if entry.assessment not in ("", self._step.id):
            self.faults.append((places["assessment"], "workbook_other_assessment", {}))
        elif indicator is None:
            self.faults.append((places["indicator"], "unknown_indicator", {"indicator": entry.indicator}))
        elif entry.untouched or _is_held(entry, held):
            if entry.stands and held is not None and entry.indicator in self._asked:
                self.contents[entry.indicator] = held.content
        elif not self._open:
            raise AnswerClosed(entry.indicator)
        elif entry.indicator not in self._open:
            self.faults.append((places["answer"], "answer_closed", {}))
        elif held is not None and held.version != entry.version:
            self.faults.append((places["answer"], "changed_since", {"version": held.version}))
        elif entry.content is not None and not fits(indicator, entry.content.answer):
            offered = ", ".join(option.id for option in indicator.options)
            self.faults.append((places["answer"], "unknown_option", {"options": offered}))
        elif entry.content is not None:
            self.contents[entry.indicator] = entry.content


def _is_held(entry: Entry, held: AnswerRecord | None) -> bool:
    if held is None:
        return False
    return entry.check == check_of(given_of(held.content), sources_of(held.content))
