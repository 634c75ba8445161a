"""The calls of regions' authorities: preliminary results of their own regions, comments, proposals."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from scoring.schemas.proposals import (
    CommentedOut,
    ProposalIn,
    ProposalOut,
    ResultOut,
    ResultsOut,
    commented_out,
    proposal_out,
    result_out,
    results_out,
    value_of,
)
from scoring.schemas.works import CommentIn, reason_of
from scoring.service.consulting import ConsultationService
from scoring.service.proposing import ProposalService
from scoring.service.steps import Person
from servicekit.i18n import Lang
from servicekit.people import Caller, role
from servicekit.routing import StrictRoute
from servicekit.wire import ListOut, PageQuery

from .assessments import CONFLICT, PersonalRoute, person_of
from .inputs import CodeLists, Config, Name, Words, links

router = APIRouter(
    prefix="/v1/authority", route_class=StrictRoute, dependencies=[PersonalRoute], tags=["authority"]
)


async def _consulting(request: Request) -> ConsultationService:
    service: ConsultationService = request.state.consulting
    return service


async def _proposing(request: Request) -> ProposalService:
    service: ProposalService = request.state.proposing
    return service


async def _authority(caller: Annotated[Caller, Depends(role("authority"))]) -> Person:
    return person_of(caller)


Authority = Annotated[Person, Depends(_authority)]
Consulting = Annotated[ConsultationService, Depends(_consulting)]
Proposing = Annotated[ProposalService, Depends(_proposing)]


@router.get("/assessments", summary="Results of my regions")
async def results(*, authority: Authority, service: Consulting) -> ResultsOut:
    """Return the preliminary and published results of the regions the caller speaks for."""
    return results_out(await service.results(authority))


@router.get("/assessments/{assessment}", summary="A preliminary result", responses={404: CONFLICT[404]})
async def result(
    *, assessment: Name, authority: Authority, service: Consulting, words: Words, lang: Lang
) -> ResultOut:
    """Return every figure and every decision of a result, and the comments on it."""
    return result_out(await service.result(authority, assessment), words, lang)


@router.put("/assessments/{assessment}/comments", summary="Comment on a result", responses=CONFLICT)
async def comment_whole(
    *, assessment: Name, body: CommentIn, authority: Authority, service: Consulting
) -> CommentedOut:
    """Comment on a preliminary result as a whole, in place of one's comment before."""
    return commented_out(await service.comment(authority, assessment, None, body.model_dump()))


@router.put(
    "/assessments/{assessment}/comments/{indicator}", summary="Comment on an indicator", responses=CONFLICT
)
async def comment(
    *, assessment: Name, indicator: Name, body: CommentIn, authority: Authority, service: Consulting
) -> CommentedOut:
    """Comment on what was decided of an indicator, in place of one's comment before."""
    return commented_out(await service.comment(authority, assessment, indicator, body.model_dump()))


@router.post("/proposals", status_code=201, summary="Propose a change of the profile")
async def propose(
    *, body: ProposalIn, authority: Authority, service: Proposing, lists: CodeLists
) -> ProposalOut:
    """Propose the whole new value of the region's web sites or competences; a reviewer decides."""
    value = value_of(body, lists["competence"])
    reason = reason_of(body.reason)
    made = await service.propose(authority, body.region, field=body.field, value=value, reason=reason)
    return proposal_out(made)


@router.get("/proposals", summary="Proposals of my regions")
async def proposals(
    *, request: Request, query: Annotated[PageQuery, Query()], authority: Authority, service: Proposing,
    config: Config,
) -> ListOut[ProposalOut]:  # fmt: skip
    """Return the proposals about the regions the caller speaks for, the newest first."""
    found, total = await service.proposals((), sorted(authority.regions), *query.window())
    items = [proposal_out(one) for one in found]
    return ListOut[ProposalOut].of(items, total, query, links(request, config, query, total))
