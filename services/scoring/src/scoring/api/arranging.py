"""The calls that change how an assessment is arranged: its experts, its deadline, and whether it goes on."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from scoring.domain.assessment import Seat
from scoring.schemas.arranging import (
    AbandonedOut,
    AbandonmentIn,
    DeadlineIn,
    DeadlineOut,
    ExpertIn,
    SeatedOut,
    abandoned_out,
    deadline_out,
    seated_out,
)
from scoring.schemas.works import reason_of
from scoring.service.arranging import ArrangementService
from servicekit.routing import StrictRoute

from .assessments import CONFLICT, PersonalRoute, person_of
from .inputs import Admin, Name, Responses
from .review import Reviewer

router = APIRouter(
    prefix="/v1/review/assessments/{assessment}", route_class=StrictRoute, dependencies=[PersonalRoute],
    tags=["review"],
)  # fmt: skip

SUBMITTED: Responses = {**CONFLICT, 409: {"description": "The expert has submitted."}}
ABANDONED: Responses = {404: CONFLICT[404], 409: {"description": "An expert has submitted."}}


async def _service(request: Request) -> ArrangementService:
    service: ArrangementService = request.state.arranging
    return service


Service = Annotated[ArrangementService, Depends(_service)]


@router.put("/experts/{seat}", summary="Replace an expert", responses=SUBMITTED)
async def replace_expert(
    *, assessment: Name, seat: Seat, body: ExpertIn, reviewer: Reviewer, service: Service
) -> SeatedOut:
    """Give the seat of an expert who has not submitted to another one, who starts with no answers.

    What the one before had answered is taken away, and that expert no longer finds the assessment.
    """
    reason = reason_of(body.reason)
    return seated_out(await service.replace(reviewer, assessment, seat, body.subject, reason))


@router.put("/deadline", summary="Set the deadline", responses=CONFLICT)
async def set_deadline(
    *, assessment: Name, body: DeadlineIn, reviewer: Reviewer, service: Service
) -> DeadlineOut:
    """Set the deadline or take it away. It is shown to the experts and not enforced: nothing ends by it."""
    reason = reason_of(body.reason)
    return deadline_out(await service.schedule(reviewer, assessment, body.deadline, reason))


@router.post("/abandonment", summary="Give up", responses=ABANDONED)
async def abandon(*, assessment: Name, body: AbandonmentIn, admin: Admin, service: Service) -> AbandonedOut:
    """Give up an assessment in which no expert has submitted; another one can then be opened in its place.

    It is kept with its log, for reviewers to look at; whatever else is done in it answers 410.
    """
    return abandoned_out(await service.abandon(person_of(admin), assessment, reason_of(body.reason)))
