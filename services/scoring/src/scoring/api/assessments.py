"""The calls of experts: their own work, and nothing of anybody else's."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from scoring.schemas.assessments import (
    AssessmentOut,
    AssessmentsOut,
    MovedOut,
    SavedOut,
    assessment_out,
    assessments_out,
    saved_out,
    submitted_out,
)
from scoring.schemas.works import AnswerIn
from scoring.service.assessing import AssessmentService
from scoring.service.steps import Person
from servicekit.i18n import Lang
from servicekit.people import Caller, role
from servicekit.routing import StrictRoute

from .inputs import Name, Responses

__all__ = ["CONFLICT", "GUARDED", "IfMatch", "PersonalRoute", "person_of", "router"]

IfMatch = Annotated[str | None, Header(max_length=200, description="Change only what has this tag.")]
CONFLICT: Responses = {
    404: {"description": "No such assessment, or none of the caller's."},
    409: {"description": "Not in this state; the problem says which one it is in."},
    410: {"description": "It was given up."},
}
GUARDED: Responses = {**CONFLICT, 412: {"description": "Changed meanwhile; the problem has the `etag` held."}}


async def _private(response: Response) -> None:
    # What people in a role are told is theirs: no cache keeps it.
    response.headers["Cache-Control"] = "no-store"


PersonalRoute = Depends(_private)


def person_of(caller: Caller) -> Person:
    """Return who takes the step."""
    return Person(caller.subject, caller.regions)


async def _service(request: Request) -> AssessmentService:
    service: AssessmentService = request.state.assessing
    return service


async def _expert(caller: Annotated[Caller, Depends(role("expert"))]) -> Person:
    return person_of(caller)


Expert = Annotated[Person, Depends(_expert)]
Service = Annotated[AssessmentService, Depends(_service)]

router = APIRouter(
    prefix="/v1/assessments", route_class=StrictRoute, dependencies=[PersonalRoute], tags=["assessments"]
)


@router.get("", summary="My assessments")
async def mine(*, expert: Expert, service: Service, lang: Lang) -> AssessmentsOut:
    """Return the assessments in which the caller is one of the two experts."""
    del lang
    return assessments_out(await service.mine(expert))


@router.get("/{assessment}", summary="My work", responses={404: CONFLICT[404], 410: CONFLICT[410]})
async def own(*, assessment: Name, expert: Expert, service: Service) -> AssessmentOut:
    """Return state, deadline, progress, answers and the questions asked of the caller.

    `suggested` names the indicators in whose policy areas no competence of the region is known.
    """
    return assessment_out(await service.own(expert, assessment))


@router.put("/{assessment}/answers/{indicator}", summary="Answer", responses=GUARDED)
async def answer(
    *, assessment: Name, indicator: Name, body: AnswerIn, expert: Expert, service: Service,
    response: Response, if_match: IfMatch = None,
) -> SavedOut:  # fmt: skip
    """Save one answer; once it is acknowledged it is kept. After submission only what is asked about."""
    saved = saved_out(await service.save_answer(expert, assessment, indicator, body.content(), if_match))
    response.headers["ETag"] = saved.etag
    return saved


@router.post("/{assessment}/submit", summary="Submit", responses=CONFLICT)
async def submit(*, assessment: Name, expert: Expert, service: Service) -> MovedOut:
    """Submit all answers; a 422 lists the indicators that are not answered."""
    return submitted_out(await service.submit(expert, assessment))
