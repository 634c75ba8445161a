"""How refusals in the work of assessments are answered."""

from collections.abc import Callable, Mapping
from typing import Any

from scoring.domain.refusals import (
    AnswerClosed,
    AnswersMissing,
    AssessmentAbandoned,
    AssessmentNotFound,
    AssessmentOpen,
    ConflictOfRole,
    DecidedByOther,
    ExpertSubmitted,
    InvalidWork,
    NotAssessable,
    OtherRegion,
    Outdated,
    ProposalDecided,
    ProposalErased,
    ProposalNotFound,
    TransitionRefused,
    WorkbookRefused,
    WrongState,
)
from servicekit.problems import Fault, Problem
from servicekit.wire import utc

__all__ = ["PROBLEMS"]


def _as(status: int, code: str) -> Callable[[Exception], Problem]:
    return lambda _: Problem(status, code)


def _abandoned(error: AssessmentAbandoned) -> Problem:
    at = utc(error.at)
    return Problem(410, "assessment_abandoned", {"at": at}, extra={"abandoned_at": at})


def _open(error: AssessmentOpen) -> Problem:
    return Problem(409, "assessment_open", extra={"assessment": error.assessment})


def _not_assessable(error: NotAssessable) -> Problem:
    faults = [Fault("#/edition", "unknown_value")]
    return Problem(422, "edition_not_assessable", {"edition": error.edition}, errors=faults)


def _other_region(error: OtherRegion) -> Problem:
    return Problem(403, "other_region", {"region": error.region})


def _wrong_state(error: WrongState) -> Problem:
    params = {"state": error.state, "states": ", ".join(error.allowed)}
    return Problem(409, "wrong_state", params, extra={"state": error.state, "allowed": [*error.allowed]})


def _transition(error: TransitionRefused) -> Problem:
    params = {"state": error.state, "to": error.to, "allowed": error.allowed}
    extra = {"state": error.state, "allowed": [*error.allowed]}
    return Problem(409, "transition_refused", params, extra=extra)


def _submitted(error: ExpertSubmitted) -> Problem:
    return Problem(409, "expert_submitted", {"seat": error.seat}, extra={"seat": error.seat})


def _answer_closed(error: AnswerClosed) -> Problem:
    return Problem(409, "answer_closed", {"indicator": error.indicator})


def _missing(error: AnswersMissing) -> Problem:
    faults = [Fault(f"#/answers/{indicator}", "missing") for indicator in error.indicators]
    extra = {"indicators": [*error.indicators]}
    return Problem(422, "answers_missing", {"count": len(faults)}, errors=faults, extra=extra)


def _outdated(error: Outdated) -> Problem:
    headers = {"ETag": error.etag} if error.etag else {}
    return Problem(412, "outdated", headers=headers, extra={"etag": error.etag})


def _by_other(error: DecidedByOther) -> Problem:
    at = utc(error.at)
    extra = {"by": error.person, "at": at, "etag": error.etag}
    params = {"by": error.person, "at": at}
    return Problem(409, "decided_by_other", params, headers={"ETag": error.etag}, extra=extra)


def _invalid(error: InvalidWork) -> Problem:
    return Problem(422, "invalid_content", errors=[Fault(*fault) for fault in error.faults])


def _workbook(error: WorkbookRefused) -> Problem:
    return Problem(422, "workbook_refused", errors=[Fault(*fault) for fault in error.faults])


def _proposal_decided(error: ProposalDecided) -> Problem:
    at = utc(error.at)
    params = {"state": error.state, "by": error.person, "at": at}
    return Problem(
        409, "proposal_decided", params, extra={"state": error.state, "by": error.person, "at": at}
    )


PROBLEMS: Mapping[type[Exception], Callable[[Any], Problem]] = {
    AssessmentNotFound: _as(404, "assessment_not_found"),
    AssessmentAbandoned: _abandoned,
    AssessmentOpen: _open,
    NotAssessable: _not_assessable,
    ConflictOfRole: _as(403, "conflict_of_role"),
    OtherRegion: _other_region,
    WrongState: _wrong_state,
    TransitionRefused: _transition,
    ExpertSubmitted: _submitted,
    AnswerClosed: _answer_closed,
    AnswersMissing: _missing,
    Outdated: _outdated,
    DecidedByOther: _by_other,
    InvalidWork: _invalid,
    WorkbookRefused: _workbook,
    ProposalNotFound: _as(404, "proposal_not_found"),
    ProposalDecided: _proposal_decided,
    ProposalErased: _as(409, "proposal_erased"),
}
