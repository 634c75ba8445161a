"""The calls of reviewers about what regions' authorities propose."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from scoring.schemas.proposals import ProposalDecisionIn, ProposalOut, proposal_out
from scoring.schemas.works import reason_of
from servicekit.routing import StrictRoute
from servicekit.wire import Comma, ListOut, PageQuery

from .assessments import PersonalRoute
from .authority import Proposing
from .inputs import Config, Name, Responses, known, links
from .review import Reviewer

router = APIRouter(
    prefix="/v1/review/proposals", route_class=StrictRoute, dependencies=[PersonalRoute], tags=["review"]
)

STATES = dict.fromkeys(("open", "accepted", "declined"))
DECIDED: Responses = {
    404: {"description": "No such proposal."},
    409: {"description": "Decided before; the problem says by whom and when."},
}


class ProposalsQuery(PageQuery):
    """Which proposals."""

    state: Comma = Field(default=[], description="open, accepted, declined.")


@router.get("", summary="Proposals")
async def proposals(
    *, request: Request, query: Annotated[ProposalsQuery, Query()], reviewer: Reviewer, service: Proposing,
    config: Config,
) -> ListOut[ProposalOut]:  # fmt: skip
    """Return what regions' authorities propose, the newest first."""
    del reviewer
    known("state", query.state, STATES)
    found, total = await service.proposals(query.state, None, *query.window())
    items = [proposal_out(one) for one in found]
    return ListOut[ProposalOut].of(items, total, query, links(request, config, query, total))


@router.post("/{proposal}/decision", summary="Accept or decline", responses=DECIDED)
async def decide(
    *, proposal: Name, body: ProposalDecisionIn, reviewer: Reviewer, service: Proposing
) -> ProposalOut:
    """Accept a proposal, which changes the region at once, or decline it."""
    reason = reason_of(body.reason)
    return proposal_out(await service.decide(reviewer, proposal, accept=body.accept, reason=reason))
