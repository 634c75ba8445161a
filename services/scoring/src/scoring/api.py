"""The calls of scoring."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from servicekit.auth import internal
from servicekit.catalog import Catalog
from servicekit.codelists import CodeListsOut, Lists, codelist_out
from servicekit.i18n import Lang
from servicekit.problems import Problem
from servicekit.routing import StrictRoute
from servicekit.text import PlainText, nearest
from servicekit.wire import CodeListOut, Comma, Links, ListOut, PageQuery, ReadQuery, page_links, utc

from .domain import RegionMoved, UnknownValue
from .repository import RegionFilter
from .schemas import (
    EditionOut,
    EditionsOut,
    RankingOut,
    RegionFeaturesOut,
    RegionIdentityOut,
    RegionKeysOut,
    RegionOut,
    ScoresOut,
    StatisticOut,
    edition_out,
    feature_out,
    identity_out,
    ranking_out,
    region_out,
    scores_out,
    statistic_out,
)
from .service import ScoringService, Which
from .settings import Settings

__all__ = ["routers"]

ALIAS_CACHE = "public, max-age=86400"
PUBLIC_CACHE = "public, max-age=5, stale-while-revalidate=30, stale-if-error=86400"
RELEASE_CACHE = "public, max-age=31536000, immutable"
Responses = dict[int | str, dict[str, Any]]
WHEN = {"description": "When the content last changed.", "schema": {"type": "string", "format": "date-time"}}
AS_OF: Responses = {200: {"headers": {"As-Of": WHEN}}}
ALIAS: Responses = {
    300: {"description": "The name is shared by several regions."},
    308: {"description": "The name is an alias; Location leads to the id."},
    404: {"description": "No such region; the problem names the nearest known one."},
}


class RegionRoute(StrictRoute):
    """Leads from an alias in `{region}` to the id, the rest of path and query kept."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the strict handler."""
        handler = super().get_route_handler()

        async def leading(request: Request) -> Response:
            try:
                return await handler(request)
            except RegionMoved as moved:
                headers = {"Location": _moved(request, moved.region), "Cache-Control": ALIAS_CACHE}
                return Response(status_code=308, headers=headers)

        return leading


def _moved(request: Request, region: str) -> str:
    raw: bytes = request.scope["raw_path"]
    segments = raw.decode("ascii", "replace").split("?")[0].split("/")
    segments[3] = region  # of /v1/regions/{region}/…
    query = request.url.query
    return "/".join(segments) + (f"?{query}" if query else "")


# What handlers are given


def _cache(request: Request, response: Response) -> None:
    # Only a release never changes.
    response.headers["Cache-Control"] = RELEASE_CACHE if "release" in request.query_params else PUBLIC_CACHE


def _service(request: Request) -> ScoringService:
    service: ScoringService = request.state.service
    return service


def _settings(request: Request) -> Settings:
    settings: Settings = request.state.settings
    return settings


def _catalog(request: Request) -> Catalog:
    catalog: Catalog = request.state.catalog
    return catalog


def _codelists(request: Request) -> Lists:
    lists: Lists = request.state.codelists
    return lists


def _lang(request: Request) -> str:
    # For calls whose query model declares `lang` with their other parameters.
    lang: str = request.state.lang
    return lang


Service = Annotated[ScoringService, Depends(_service)]
Config = Annotated[Settings, Depends(_settings)]
Words = Annotated[Catalog, Depends(_catalog)]
CodeLists = Annotated[Lists, Depends(_codelists)]
Chosen = Annotated[str, Depends(_lang)]
Name = Annotated[PlainText, Field(max_length=200)]


class FilterQuery(ReadQuery):
    """Which regions."""

    country: Comma = Field(default=[], description="ISO 3166-1 codes; EL is taken for GR.")
    mipex_r: bool | None = Field(None, description="Whether MIPEX-R assessed the region.")
    q: Name | None = Field(None, description="Part of a name, a code or an alias, in any language.")

    def filter(self, lists: Lists) -> RegionFilter:
        """Return what is asked for; raises UnknownValue for a country that is no code."""
        _known("country", self.country, {**lists["country"], "EL": {}})
        return RegionFilter(countries=self.country, mipex_r=self.mipex_r, words=self.q)


class RegionsQuery(FilterQuery, PageQuery):
    """Which regions, and which page of them."""


class WhichQuery(ReadQuery):
    """Which edition, or which release of one; by default the newest that fits."""

    edition: Name | None = None
    release: Name | None = None

    def which(self) -> Which:
        """Return the choice."""
        return Which(self.edition, self.release)


class RankingQuery(WhichQuery):
    """Which ranking."""

    cell: Name = "overall"


class OutcomesQuery(PageQuery):
    """Which statistics."""

    region: Comma = Field(default=[], description="Ids or aliases.")
    indicator: Comma = Field(default=[], description="Keys of statistics.")

    def keys(self, lists: Lists) -> list[str]:
        """Return the keys asked for; raises UnknownValue for one that is not in the code list."""
        _known("indicator", self.indicator, lists["statistic"])
        return self.indicator


def _known(parameter: str, asked: list[str], known: Mapping[str, Any]) -> None:
    for value in asked:
        if value not in known:
            raise UnknownValue(parameter, value, nearest=nearest(value, known), allowed=sorted(known))


def _links(request: Request, config: Settings, query: PageQuery, total: int) -> Links:
    asked = request.query_params.multi_items()
    return page_links(config.public_base_url, request.url.path, asked, query, total)


def _as_of(response: Response, moment: datetime | None) -> None:
    if moment is not None:
        response.headers["As-Of"] = utc(moment)


class GeoJSONResponse(JSONResponse):
    """RFC 7946."""

    media_type = "application/geo+json"


# The public calls

public = APIRouter(prefix="/v1", route_class=RegionRoute, dependencies=[Depends(_cache)])


@public.get("/regions", summary="Regions", tags=["regions"])
async def regions(
    *, request: Request, query: Annotated[RegionsQuery, Query()], service: Service, config: Config,
    lists: CodeLists, lang: Chosen,
) -> ListOut[RegionOut]:  # fmt: skip
    """Return regions by country, by whether MIPEX-R assessed them, by part of a name."""
    found, total = await service.regions(query.filter(lists), *query.window())
    items = [region_out(region, config.uri("regions", region.id), lang) for region in found]
    return ListOut[RegionOut].of(items, total, query, _links(request, config, query, total))


@public.get("/regions.geojson", summary="Regions as points", tags=["regions"], response_class=GeoJSONResponse)
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


@public.get("/regions/{region}", summary="One region", tags=["regions"], responses={**AS_OF, **ALIAS})
async def region(
    *, region: str, service: Service, config: Config, response: Response, lang: Lang
) -> RegionOut:
    """Return a region by its id; codes and names in any language lead there."""
    found = await service.region(region)
    _as_of(response, found.changed_at)
    return region_out(found, config.uri("regions", found.id), lang)


@public.get("/regions/{region}/scores", summary="Results", tags=["scores"], responses={**AS_OF, **ALIAS})
async def scores(
    *, region: str, query: Annotated[WhichQuery, Query()], service: Service, words: Words,
    response: Response, lang: Chosen,
) -> ScoresOut:  # fmt: skip
    """Return all figures of a region with their sources, or the reason why there is none."""
    sheet = await service.scores(region, query.which())
    _as_of(response, sheet.as_of)
    return scores_out(sheet, words, lang)


@public.get("/rankings", summary="A ranking", tags=["scores"], responses=AS_OF)
async def rankings(
    *, query: Annotated[RankingQuery, Query()], service: Service, response: Response
) -> RankingOut:
    """Return the regions by one figure; no place is given that an unknown score could change."""
    view = await service.ranking(query.cell, query.which())
    _as_of(response, view.as_of)
    return ranking_out(view)


@public.get("/editions", summary="Editions", tags=["editions"])
async def editions(*, service: Service, config: Config, lang: Lang) -> EditionsOut:
    """Return all editions with their axes and keys."""
    held = await service.editions()
    return EditionsOut(items=[edition_out(e, config.uri("editions", e.edition.id), lang) for e in held])


@public.get("/editions/{edition}", summary="One edition", tags=["editions"])
async def edition(*, edition: str, service: Service, config: Config, lang: Lang) -> EditionOut:
    """Return an edition: axes, keys, definitions, and what is to be known of them."""
    entry = await service.edition(edition)
    return edition_out(entry, config.uri("editions", entry.edition.id), lang)


@public.get("/outcomes", summary="Statistics", tags=["statistics"], responses=AS_OF)
async def outcomes(
    *, request: Request, query: Annotated[OutcomesQuery, Query()], service: Service, config: Config,
    lists: CodeLists, response: Response, lang: Chosen,
) -> ListOut[StatisticOut]:  # fmt: skip
    """Return statistics with group, period, territory and source; expected ones even when missing."""
    page = slice((window := query.window())[0], sum(window))
    found = await service.outcomes(query.region, query.keys(lists))
    _as_of(response, found.as_of)
    items = [statistic_out(one, lists["statistic"], lang) for one in found.items[page]]
    total = len(found.items)
    return ListOut[StatisticOut].of(items, total, query, _links(request, config, query, total))


@public.get("/codelists", summary="Every code with its words", tags=["code lists"])
async def codelists(*, service: Service, lists: CodeLists, lang: Lang) -> CodeListsOut:
    """Return the lists of scoring, and the axes of its editions."""
    held = {**lists, **await service.axes()}
    return CodeListsOut(items=[codelist_out(name, items, lang) for name, items in held.items()])


@public.get("/codelists/{name}", summary="One code list", tags=["code lists"])
async def codelist(*, name: str, service: Service, lists: CodeLists, lang: Lang) -> CodeListOut:
    """Return one list: `2021.policy_area` is an axis of the edition 2021."""
    held = {**lists, **await service.axes()}
    if name not in held:
        raise Problem(404, "codelist_not_found", {"nearest": nearest(name, held)})
    return codelist_out(name, held[name], lang)


# For other services

private = APIRouter(
    prefix="/internal", include_in_schema=False, dependencies=[Depends(internal("gateway", "practices"))]
)


@private.get("/regions")
async def region_keys(service: Service) -> RegionKeysOut:
    """Return the keys of all regions."""
    return RegionKeysOut(keys=await service.region_ids())


@private.get("/regions/{region_id}")
async def region_identity(region_id: str, service: Service) -> RegionIdentityOut:
    """Return a region's names and place, in all languages."""
    return identity_out(await service.identity(region_id))


routers = (public, private)
