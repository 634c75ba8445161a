"""The calls about how far experts agree: of what is published for everybody, of all else for reviewers."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from scoring.schemas.agreement import (
    CaseAgreementOut,
    EditionAgreementOut,
    case_agreement_out,
    edition_agreement_out,
)
from scoring.service.agreeing import AgreementService
from servicekit.routing import StrictRoute
from servicekit.wire import ReadQuery

from .assessments import CONFLICT, PersonalRoute
from .inputs import Config, Name, Responses, about_release, cache_control
from .review import Reviewer

router = APIRouter(prefix="/v1", route_class=StrictRoute)
NO_EDITION: Responses = {404: {"description": "No such edition; the problem names the nearest known one."}}


async def _agreement(request: Request) -> AgreementService:
    service: AgreementService = request.state.agreement
    return service


Agreements = Annotated[AgreementService, Depends(_agreement)]


class ReleaseQuery(ReadQuery):
    """Which release of the edition; the current one by default."""

    release: Name | None = None


@router.get(
    "/editions/{edition}/agreement",
    summary="Agreement of the experts",
    tags=["editions"],
    responses=NO_EDITION,
    dependencies=[Depends(cache_control)],
)
async def published(
    *, edition: Name, query: Annotated[ReleaseQuery, Query()], service: Agreements, config: Config,
    response: Response,
) -> EditionAgreementOut:  # fmt: skip
    """Return how far the experts agreed, by their first answers, on all that a release rests on."""
    found = await service.published(edition, query.release)
    if found.release is not None:
        about_release(response, config, found.release, found.edition.kind)
    return edition_agreement_out(found)


@router.get(
    "/review/editions/{edition}/agreement",
    summary="Agreement of the experts so far",
    tags=["review"],
    responses=NO_EDITION,
    dependencies=[PersonalRoute],
)
async def under_way(*, edition: Name, reviewer: Reviewer, service: Agreements) -> EditionAgreementOut:
    """Return the agreement over all assessments of an edition that both experts have submitted.

    Published or not; but not those in which the caller is an expert.
    """
    return edition_agreement_out(await service.under_way(reviewer, edition))


@router.get(
    "/review/assessments/{assessment}/agreement",
    summary="Agreement of two experts",
    tags=["review"],
    responses={404: CONFLICT[404]},
    dependencies=[PersonalRoute],
)
async def case(*, assessment: Name, reviewer: Reviewer, service: Agreements) -> CaseAgreementOut:
    """Return how far the two agree on what each submitted first; `no_pairs` until both have submitted."""
    return case_agreement_out(await service.case(reviewer, assessment))
