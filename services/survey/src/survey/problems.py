"""How each of this service's errors is answered: status, code, and what helps the caller on."""

from collections.abc import Callable, Mapping
from typing import Any

from servicekit.problems import Fault, Problem
from servicekit.text import nearest

from .domain.errors import (
    DeclarationFinal,
    DeclarationNotFound,
    InvalidKey,
    InvalidSubmission,
    KeyReused,
    MissingKey,
    SubmissionErased,
    SubmissionNotFound,
    SurveyClosed,
    SurveyError,
    SurveyNotFound,
    TwinInFlight,
    VersionNotFound,
)
from .domain.faults import listed

__all__ = ["PROBLEMS"]


def _as(status: int, code: str, headers: Mapping[str, str] | None = None) -> Callable[[SurveyError], Problem]:
    return lambda error: Problem(status, code, headers=headers, lang=error.lang)


def _survey_not_found(error: SurveyNotFound) -> Problem:
    found = nearest(error.survey, error.known)
    return Problem(404, "survey_not_found", {"nearest": found}, lang=error.lang)


def _invalid(error: InvalidSubmission) -> Problem:
    faults = listed(error.faults, lambda fault: Fault(fault.pointer, fault.code, fault.params))
    return Problem(422, "invalid_content", errors=faults, lang=error.lang)


PROBLEMS: Mapping[type[Exception], Callable[[Any], Problem]] = {
    SurveyNotFound: _survey_not_found,
    VersionNotFound: _as(404, "version_not_found"),
    MissingKey: _as(400, "idempotency_key_missing"),
    InvalidKey: _as(400, "idempotency_key_invalid"),
    KeyReused: _as(422, "idempotency_key_reused"),
    TwinInFlight: _as(409, "submission_in_flight", {"Retry-After": "5"}),
    SubmissionErased: _as(410, "submission_erased"),
    SurveyClosed: _as(409, "survey_closed"),
    SubmissionNotFound: _as(404, "submission_not_found"),
    DeclarationNotFound: _as(404, "declaration_not_found"),
    DeclarationFinal: _as(409, "declaration_final"),
    InvalidSubmission: _invalid,
}
