"""The public calls about outcome statistics."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from scoring.domain.outcomes import OutcomeIndicators
from scoring.repository.statistics import StatisticFilter
from scoring.schemas import StatisticOut, statistic_out
from scoring.schemas.outcomes import IndicatorsOut, indicators_out
from scoring.service import OutcomeService
from servicekit.codelists import Lists
from servicekit.i18n import Lang
from servicekit.routing import StrictRoute
from servicekit.wire import Comma, ListOut, PageQuery

from .inputs import AS_OF, TRUTH, Chosen, CodeLists, Config, Name, as_of, cache_control, known, links

router = APIRouter(
    prefix="/v1/outcomes", route_class=StrictRoute, dependencies=[Depends(cache_control)], tags=["statistics"]
)


async def _outcome_service(request: Request) -> OutcomeService:
    service: OutcomeService = request.state.outcomes
    return service


async def _indicators(request: Request) -> OutcomeIndicators:
    indicators: OutcomeIndicators = request.state.indicators
    return indicators


OutcomeCalls = Annotated[OutcomeService, Depends(_outcome_service)]
Indicators = Annotated[OutcomeIndicators, Depends(_indicators)]
Period = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


class OutcomesQuery(PageQuery):
    """Which statistics."""

    region: Comma = Field(default=[], description="Ids or aliases.")
    indicator: Comma = Field(default=[], description="Keys of statistics.")
    period_from: Period | None = Field(None, description="Only periods that end in it or later.")
    period_to: Period | None = Field(None, description="Only periods that begin in it or earlier.")
    latest: Name | None = Field(
        None,
        description="Of each series only the newest period that has a value; without any, the newest.",
        json_schema_extra={"enum": ["true", "false"]},
    )

    def filter(self, lists: Lists) -> StatisticFilter:
        """Return what is asked for; raises UnknownValue for a key or a truth that is unknown."""
        known("indicator", self.indicator, lists["statistic"])
        known("latest", [] if self.latest is None else [self.latest], TRUTH)
        latest = TRUTH.get(self.latest or "", False)
        return StatisticFilter(self.indicator, self.period_from, self.period_to, latest)


@router.get("", summary="Statistics", responses=AS_OF)
async def outcomes(
    *, request: Request, query: Annotated[OutcomesQuery, Query()], service: OutcomeCalls, config: Config,
    lists: CodeLists, response: Response, lang: Chosen,
) -> ListOut[StatisticOut]:  # fmt: skip
    """Return statistics with group, period, territory and source; expected ones even when missing.

    Each series stands together, its newest period first.
    """
    found = await service.outcomes(query.region, query.filter(lists), *query.window())
    as_of(response, found.as_of)
    items = [statistic_out(one, lists["statistic"], lang) for one in found.items]
    return ListOut[StatisticOut].of(items, found.total, query, links(request, config, query, found.total))


@router.get("/indicators", summary="The outcome indicators")
async def outcome_indicators(*, indicators: Indicators, lists: CodeLists, lang: Lang) -> IndicatorsOut:
    """Return the definitions of the outcome indicators, which are our own, in their order."""
    return indicators_out(indicators, lists, lang)
