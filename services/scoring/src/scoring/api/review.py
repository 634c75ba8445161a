"""The calls of reviewers, and of admins, who may do all that but decide."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from scoring.domain.assessment import State
from scoring.repository.assessments import AssessmentFilter
from scoring.schemas.assessments import MovedOut
from scoring.schemas.cases import (
    CaseOut,
    DecidedOut,
    ErasedOut,
    LogOut,
    OverviewOut,
    case_out,
    decided_out,
    log_out,
    moved_out,
    overview_out,
)
from scoring.schemas.works import AssessmentIn, DecisionIn, ErasureIn, QuestionIn, TransitionIn, reason_of
from scoring.service.erasing import ErasureService
from scoring.service.reviewing import ReviewService
from scoring.service.steps import Person
from servicekit.people import Caller, role
from servicekit.routing import StrictRoute
from servicekit.wire import Comma, ListOut, PageQuery

from .assessments import CONFLICT, GUARDED, IfMatch, PersonalRoute, person_of
from .inputs import Config, Name, known, links

router = APIRouter(
    prefix="/v1/review", route_class=StrictRoute, dependencies=[PersonalRoute], tags=["review"]
)


async def _service(request: Request) -> ReviewService:
    service: ReviewService = request.state.reviewing
    return service


async def _erasing(request: Request) -> ErasureService:
    service: ErasureService = request.state.erasing
    return service


async def _reviewer(caller: Annotated[Caller, Depends(role("reviewer", "admin"))]) -> Person:
    return person_of(caller)


async def _decider(caller: Annotated[Caller, Depends(role("reviewer"))]) -> Person:
    return person_of(caller)


Reviewer = Annotated[Person, Depends(_reviewer)]
Decider = Annotated[Person, Depends(_decider)]
Service = Annotated[ReviewService, Depends(_service)]
Erasing = Annotated[ErasureService, Depends(_erasing)]


class CasesQuery(PageQuery):
    """Which assessments."""

    state: Comma = Field(default=[], description="States.")
    region: Comma = Field(default=[], description="Ids of regions.")
    edition: Comma = Field(default=[], description="Ids of editions.")

    def filter(self) -> AssessmentFilter:
        """Return what is asked for; raises UnknownValue for an unknown state."""
        known("state", self.state, {state.value: state for state in State})
        return AssessmentFilter(self.state, self.region or None, self.edition)


@router.post("/assessments", status_code=201, summary="Open an assessment", responses={409: CONFLICT[409]})
async def open_assessment(*, body: AssessmentIn, reviewer: Reviewer, service: Service) -> MovedOut:
    """Invite two experts, by the subjects of their tokens; one open assessment of a region in an edition."""
    return moved_out(await service.open(reviewer, body.opening()))


@router.get("/assessments", summary="Assessments")
async def assessments(
    *, request: Request, query: Annotated[CasesQuery, Query()], reviewer: Reviewer, service: Service,
    config: Config,
) -> ListOut[OverviewOut]:  # fmt: skip
    """Return the assessments by state, region and edition, but those in which the caller is an expert.

    One that was given up (`abandoned_at`) is in no state: asked for by state, none of these is returned.
    """
    found, total = await service.assessments(reviewer, query.filter(), *query.window())
    items = [overview_out(one) for one in found]
    return ListOut[OverviewOut].of(items, total, query, links(request, config, query, total))


@router.get("/assessments/{assessment}", summary="Side by side", responses={404: CONFLICT[404]})
async def case(*, assessment: Name, reviewer: Reviewer, service: Service) -> CaseOut:
    """Return both experts' answers, once both are in, disagreements first; agreement pre-fills a decision."""
    return case_out(await service.case(reviewer, assessment))


@router.get("/assessments/{assessment}/log", summary="The log", responses={404: CONFLICT[404]})
async def log(*, assessment: Name, reviewer: Reviewer, service: Service) -> LogOut:
    """Return every step, and whether the chain of their hashes holds.

    Until both experts have submitted, what they answered is left out of their entries.
    """
    return log_out(await service.log(reviewer, assessment))


@router.put("/assessments/{assessment}/decisions/{indicator}", summary="Decide", responses=GUARDED)
async def decide(
    *, assessment: Name, indicator: Name, body: DecisionIn, reviewer: Decider, service: Service,
    response: Response, if_match: IfMatch = None,
) -> DecidedOut:  # fmt: skip
    """Decide an indicator; to change another reviewer's decision send its tag: a 409 says whose it is."""
    answer, reason = body.answer(), reason_of(body.reason)
    done = decided_out(
        await service.decide(reviewer, assessment, indicator, answer=answer, reason=reason, if_match=if_match)
    )
    response.headers["ETag"] = done.etag
    return done


@router.post("/assessments/{assessment}/questions", summary="Ask", responses=CONFLICT)
async def ask(*, assessment: Name, body: QuestionIn, reviewer: Reviewer, service: Service) -> MovedOut:
    """Ask one expert or both about an answer, which opens just that answer."""
    return moved_out(await service.ask(reviewer, assessment, body.indicator, body.to, body.words()))


@router.post("/assessments/{assessment}/transitions", summary="Take further", responses=CONFLICT)
async def move(*, assessment: Name, body: TransitionIn, reviewer: Reviewer, service: Service) -> MovedOut:
    """Take an assessment to `preliminary` or `published`, or with a reason back to `submitted`."""
    return moved_out(await service.move(reviewer, assessment, body.to, body.why()))


@router.post("/erasures", summary="Erase a person")
async def erase(
    *, body: ErasureIn, admin: Annotated[Caller, Depends(role("admin"))], service: Erasing
) -> ErasedOut:
    """Erase a person's name and all they wrote; doing it again finds nothing more, and is no error."""
    del admin
    erased, texts = await service.erase(body.subject)
    return ErasedOut(erased=erased, texts=texts)
