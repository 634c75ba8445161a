"""The public calls of scoring."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from scoring.schemas import RegionFeaturesOut, RegionOut, ScoresOut, feature_out, region_out, scores_out
from servicekit.codelists import CodeListsOut, codelist_out
from servicekit.i18n import Lang
from servicekit.problems import Problem
from servicekit.text import nearest
from servicekit.wire import CodeListOut, ListOut

from .inputs import (
    ALIAS,
    AS_OF,
    Chosen,
    CodeLists,
    Config,
    FilterQuery,
    GeoJSONResponse,
    RegionName,
    RegionRoute,
    RegionsQuery,
    Service,
    WhichQuery,
    Words,
    about_release,
    as_of,
    cache_control,
    links,
)

router = APIRouter(prefix="/v1", route_class=RegionRoute, dependencies=[Depends(cache_control)])


@router.get("/regions", summary="Regions", tags=["regions"])
async def regions(
    *, request: Request, query: Annotated[RegionsQuery, Query()], service: Service, config: Config,
    lists: CodeLists, lang: Chosen,
) -> ListOut[RegionOut]:  # fmt: skip
    """Return regions by country, by whether MIPEX-R assessed them, by part of a name."""
    found, total = await service.regions(query.filter(lists), *query.window())
    items = [region_out(region, config.uri("regions", region.id), lang) for region in found]
    return ListOut[RegionOut].of(items, total, query, links(request, config, query, total))


@router.get("/regions.geojson", summary="Regions as points", tags=["regions"], response_class=GeoJSONResponse)
async def regions_geojson(
    *,
    query: Annotated[FilterQuery, Query()],
    service: Service,
    config: Config,
    lists: CodeLists,
    lang: Chosen,
) -> RegionFeaturesOut:
    """Return all regions of the same filters, each at its approximate point."""
    found, _ = await service.regions(query.filter(lists))
    features = [feature_out(region, config.uri("regions", region.id), lang) for region in found]
    return RegionFeaturesOut(type="FeatureCollection", features=features)


@router.get("/regions/{region}", summary="One region", tags=["regions"], responses={**AS_OF, **ALIAS})
async def region(
    *, region: RegionName, service: Service, config: Config, response: Response, lang: Lang
) -> RegionOut:
    """Return a region by its id; codes and names in any language lead there."""
    found = await service.region(region)
    as_of(response, found.changed_at)
    return region_out(found, config.uri("regions", found.id), lang)


@router.get("/regions/{region}/scores", summary="Results", tags=["scores"], responses={**AS_OF, **ALIAS})
async def scores(
    *, region: RegionName, query: Annotated[WhichQuery, Query()], service: Service, words: Words,
    config: Config, response: Response, lang: Chosen,
) -> ScoresOut:  # fmt: skip
    """Return all figures of a region with their sources, or the reason why there is none."""
    sheet = await service.scores(region, query.which())
    as_of(response, sheet.as_of)
    about_release(response, config, sheet.release, sheet.edition.kind)
    return scores_out(sheet, words, lang)


@router.get("/codelists", summary="Every code with its words", tags=["code lists"])
async def codelists(*, service: Service, lists: CodeLists, lang: Lang) -> CodeListsOut:
    """Return the lists of scoring, and the axes of its editions."""
    held = {**lists, **await service.axes()}
    return CodeListsOut(items=[codelist_out(name, items, lang) for name, items in held.items()])


@router.get("/codelists/{name}", summary="One code list", tags=["code lists"])
async def codelist(*, name: str, service: Service, lists: CodeLists, lang: Lang) -> CodeListOut:
    """Return one list: `2021.policy_area` is an axis of the edition 2021."""
    held = {**lists, **await service.axes()}
    if name not in held:
        raise Problem(404, "codelist_not_found", {"nearest": nearest(name, held)})
    return codelist_out(name, held[name], lang)
