"""Why work on an assessment is refused: each reason is one exception, and after it nothing has changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

__all__ = [
    "AnswerClosed", "AnswersMissing", "AssessmentAbandoned", "AssessmentNotFound", "AssessmentOpen",
    "ConflictOfRole", "DecidedByOther", "ExpertSubmitted", "InvalidWork", "NotAssessable", "OtherRegion",
    "Outdated", "ProposalDecided", "ProposalErased", "ProposalNotFound", "Refusal", "TransitionRefused",
    "WorkbookRefused", "WrongState",
]  # fmt: skip


class Refusal(Exception):
    """Work is refused."""


class AssessmentNotFound(Refusal):
    """There is no such assessment, or none that this person has a part in: which of the two is not told."""


class AssessmentAbandoned(Refusal):
    """The assessment was given up, at `at`: nothing is done in it any more."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class AssessmentOpen(Refusal):
    """The region has an assessment in this edition that is not published yet."""

    def __init__(self, assessment: str) -> None:
        super().__init__(assessment)
        self.assessment = assessment


class NotAssessable(Refusal):
    """The edition has no questionnaire: its figures were published elsewhere."""

    def __init__(self, edition: str) -> None:
        super().__init__(edition)
        self.edition = edition


class ConflictOfRole(Refusal):
    """One person would be expert and reviewer of the same assessment."""


class OtherRegion(Refusal):
    """The person's token names regions, and the assessment's is none of them."""

    def __init__(self, region: str) -> None:
        super().__init__(region)
        self.region = region


class WrongState(Refusal):
    """The assessment is in a state in which this is not done; `allowed` are those in which it is."""

    def __init__(self, state: str, allowed: Sequence[str]) -> None:
        super().__init__(state)
        self.state, self.allowed = state, tuple(allowed)


class TransitionRefused(Refusal):
    """No way leads from this state to that one; `allowed` are those that can be reached."""

    def __init__(self, state: str, to: str, allowed: Sequence[str]) -> None:
        super().__init__(f"{state} to {to}")
        self.state, self.to, self.allowed = state, to, tuple(allowed)


class ExpertSubmitted(Refusal):
    """The expert at this seat has submitted, and this is done only before."""

    def __init__(self, seat: str) -> None:
        super().__init__(seat)
        self.seat = seat


class AnswerClosed(Refusal):
    """The answer cannot be changed now: it is submitted, and no question about it is open."""

    def __init__(self, indicator: str) -> None:
        super().__init__(indicator)
        self.indicator = indicator


class AnswersMissing(Refusal):
    """Not every indicator is answered."""

    def __init__(self, indicators: Sequence[str]) -> None:
        super().__init__(", ".join(indicators))
        self.indicators = tuple(indicators)


class Outdated(Refusal):
    """The change was made to another version than the one that is held; `etag` is that one's."""

    def __init__(self, etag: str | None) -> None:
        super().__init__(etag)
        self.etag = etag


class DecidedByOther(Refusal):
    """Another reviewer has decided this indicator."""

    def __init__(self, person: str, at: datetime, etag: str) -> None:
        super().__init__(person)
        self.person, self.at, self.etag = person, at, etag


class InvalidWork(Refusal):
    """The content does not fit the assessment: (pointer, code, params) for each fault."""

    def __init__(self, faults: Sequence[tuple[str, str, Mapping[str, object]]]) -> None:
        super().__init__(", ".join(pointer for pointer, _, _ in faults))
        self.faults = tuple(faults)


class WorkbookRefused(Refusal):
    """Some cells of a workbook are not taken, and so nothing of it: (pointer, code, params) for each."""

    def __init__(self, faults: Sequence[tuple[str, str, Mapping[str, object]]]) -> None:
        super().__init__(", ".join(pointer for pointer, _, _ in faults))
        self.faults = tuple(faults)


class ProposalNotFound(Refusal):
    """There is no such proposal."""


class ProposalDecided(Refusal):
    """The proposal has been decided, by whom and when."""

    def __init__(self, state: str, person: str, at: datetime) -> None:
        super().__init__(state)
        self.state, self.person, self.at = state, person, at


class ProposalErased(Refusal):
    """What was proposed has been erased with its author: it can be declined only."""
