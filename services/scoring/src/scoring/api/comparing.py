"""The calls that put regions beside each other: rankings, comparisons, likeness, strengths."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from scoring.schemas.comparing import ComparisonOut, SimilarsOut, comparison_out, similars_out
from scoring.schemas.rankings import RankingOut, ranking_out
from scoring.schemas.standing import RecommendationOut, StandingsOut, recommendation_out, standings_out
from scoring.service import ComparingService, StandingService
from servicekit.wire import Comma, ListOut, PageQuery

from .inputs import (
    ALIAS,
    AS_OF,
    Chosen,
    CodeLists,
    Config,
    Name,
    RegionName,
    RegionRoute,
    Responses,
    WhichQuery,
    Words,
    about_release,
    as_of,
    cache_control,
    known_countries,
    links,
)

router = APIRouter(prefix="/v1", route_class=RegionRoute, dependencies=[Depends(cache_control)])
NUMBER: Responses = {400: {"description": "Fewer than 2 regions, or more than 30; or one that is not known."}}


async def _comparing(request: Request) -> ComparingService:
    service: ComparingService = request.state.comparing
    return service


async def _standing(request: Request) -> StandingService:
    service: StandingService = request.state.standing
    return service


Comparing = Annotated[ComparingService, Depends(_comparing)]
Standing = Annotated[StandingService, Depends(_standing)]


class RankingQuery(WhichQuery):
    """Which ranking."""

    cell: Name = "overall"
    country: Comma = Field(
        default=[],
        description="Only regions of these countries, ranked anew among themselves; EL is taken for GR.",
    )


class ComparisonQuery(WhichQuery):
    """Which regions to compare."""

    region: Comma = Field(default=[], description="2 to 30 regions, by id, code or name; each counts once.")


class SimilarQuery(WhichQuery):
    """How many of the most similar regions."""

    limit: int = Field(10, ge=1, le=100)


class RecommendationsQuery(PageQuery):
    """Which recommendations."""

    cell: Comma = Field(default=[], description="Those that speak to one of these cells, in our reading.")


@router.get("/rankings", summary="A ranking", tags=["scores"], responses=AS_OF)
async def rankings(
    *, query: Annotated[RankingQuery, Query()], service: Comparing, words: Words, config: Config,
    lists: CodeLists, response: Response, lang: Chosen,
) -> RankingOut:  # fmt: skip
    """Return the regions by one figure; no place is given that an unknown score could change.

    With `country`, all places are worked out anew among the regions of these countries, on exact scores.
    Their intervals are null then: the places were simulated among all that take part, and an interval among
    all says nothing of a place among some. Pairs that are not distinguishable stay so, whoever else is there.
    """
    known_countries(query.country, lists)
    view = await service.ranking(query.cell, query.which(), query.country)
    as_of(response, view.as_of)
    about_release(response, config, view.release, view.edition.kind)
    return ranking_out(view, words, lang)


@router.get("/compare", summary="Regions side by side", tags=["scores"], responses={**AS_OF, **NUMBER})
async def compare(
    *, query: Annotated[ComparisonQuery, Query()], service: Comparing, words: Words, config: Config,
    response: Response, lang: Chosen,
) -> ComparisonOut:  # fmt: skip
    """Return every cell of 2 to 30 regions, in the order asked for, with what cannot be told apart."""
    view = await service.compare(query.region, query.which())
    as_of(response, view.as_of)
    about_release(response, config, view.release, view.edition.kind)
    return comparison_out(view, words, lang)


@router.get(
    "/regions/{region}/similar",
    summary="Regions with similar profiles",
    tags=["scores"],
    responses={**AS_OF, **ALIAS},
)
async def similar(
    *, region: RegionName, query: Annotated[SimilarQuery, Query()], service: Comparing, words: Words,
    config: Config, response: Response, lang: Chosen,
) -> SimilarsOut:  # fmt: skip
    """Return the regions whose scores lie nearest, by the mean absolute difference over the axes' cells.

    Who shares fewer than half of the cells is not compared, and listed with the reason.
    """
    view = await service.similar(region, query.which())
    as_of(response, view.as_of)
    about_release(response, config, view.release, view.edition.kind)
    return similars_out(view, words, lang, query.limit)


@router.get(
    "/regions/{region}/strengths",
    summary="Strengths and weaknesses",
    tags=["scores"],
    responses={**AS_OF, **ALIAS},
)
async def strengths(
    *, region: RegionName, query: Annotated[WhichQuery, Query()], service: Standing, words: Words,
    config: Config, response: Response, lang: Chosen,
) -> StandingsOut:  # fmt: skip
    """Return how many indicators stand at 100, at 75 and below 50, and what is recommended for weak cells."""
    view = await service.standings(region, query.which())
    as_of(response, view.as_of)
    about_release(response, config, view.release, view.edition.kind)
    return standings_out(view, words, lang)


@router.get("/recommendations", summary="What the field recommends", tags=["scores"])
async def recommendations(
    *, request: Request, query: Annotated[RecommendationsQuery, Query()], service: Standing, config: Config,
    lang: Chosen,
) -> ListOut[RecommendationOut]:  # fmt: skip
    """Return recommendations with their sources; which cells they speak to is our reading."""
    found = await service.recommendations(query.cell)
    offset, limit = query.window()
    items = [recommendation_out(one, lang) for one in found[offset : offset + limit]]
    return ListOut[RecommendationOut].of(items, len(found), query, links(request, config, query, len(found)))
