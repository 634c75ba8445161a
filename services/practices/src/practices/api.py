"""The HTTP calls of the catalogue."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from servicekit.auth import internal
from servicekit.i18n import Lang
from servicekit.routing import StrictRoute
from servicekit.text import SLUG
from servicekit.wire import MAX_WINDOW, page_links, utc

from .schemas import (
    FeatureCollectionOut,
    FilterQuery,
    KeysOut,
    PanelOut,
    PracticeOut,
    PracticeQuery,
    RecordOut,
    SearchOut,
    Show,
    Uri,
)  # fmt: skip
from .search import Highlighter, Synonyms
from .service import PracticeService
from .settings import Settings

__all__ = ["internal_router", "router"]

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["practices"])
internal_router = APIRouter(prefix="/internal", include_in_schema=False)

_GATEWAY = Depends(internal("gateway"))
_SERVICES = Depends(internal("gateway", "scoring", "survey"))


async def _service(request: Request) -> PracticeService:
    return cast("PracticeService", request.state.service)


async def _uri(request: Request) -> Uri:
    settings = cast("Settings", request.app.state.settings)
    return lambda key: settings.uri("practices", key)


Service = Annotated[PracticeService, Depends(_service)]
UriOf = Annotated[Uri, Depends(_uri)]
Key = Annotated[str, Path(pattern=SLUG, max_length=200)]


class _Asked:
    """The filters of a request, and how what is found is shown."""

    def __init__(self, request: Request, uri: UriOf) -> None:
        self._synonyms = cast("Synonyms", request.state.synonyms)
        self._uri = uri
        self.lang = cast("str", request.state.lang)
        self.base = cast("Settings", request.app.state.settings).public_base_url.rstrip("/")
        self.path = request.url.path
        self.params = request.query_params.multi_items()

    def show(self, text: str) -> Show:
        """Return what turns hits into items; highlights only where there are words to mark."""
        mark = Highlighter(text, self.lang, self._synonyms) if text.strip() else None
        return Show(self.lang, self._uri, mark)


Asked = Annotated[_Asked, Depends()]


@router.get("/practices", summary="Find practices", responses={400: {}, 503: {}})
async def practices(query: Annotated[PracticeQuery, Query()], asked: Asked, service: Service) -> SearchOut:
    """Search with filters (OR within one, AND across), exact totals and disjunctive counts."""
    found = await service.find(
        await service.query(
            text=query.q, filters=query.filters(), bbox=query.box(), sort=query.sort, facets=query.facets,
            lang=asked.lang, window=query.window(),
        )
    )  # fmt: skip
    links = page_links(asked.base, asked.path, asked.params, query, found.total)
    return SearchOut.answer(found, query, links, asked.show(query.q))


class _GeoJSON(JSONResponse):
    media_type = "application/geo+json"


@router.get(
    "/practices.geojson", summary="The same practices on a map", response_class=_GeoJSON,
    responses={400: {}, 503: {}},
)  # fmt: skip
async def practices_geojson(
    query: Annotated[FilterQuery, Query()], asked: Asked, service: Service
) -> FeatureCollectionOut:
    """Answer everything the filters find, up to 10,000 practices."""
    found = await service.find(
        await service.query(
            text=query.q, filters=query.filters(), bbox=query.box(), sort=query.sort, facets=(),
            lang=asked.lang, window=(0, MAX_WINDOW),
        )
    )  # fmt: skip
    return FeatureCollectionOut.answer(found, asked.show(query.q))


@router.get("/practices/{practice}", summary="One practice", responses={404: {}, 410: {}})
async def practice(practice: Key, lang: Lang, service: Service, uri: UriOf) -> PracticeOut:
    """Answer a whole practice, with its sources and the words as printed."""
    return PracticeOut.from_record(await service.get(practice), lang, uri)


@internal_router.get("/panels/{region}", dependencies=[_GATEWAY])
async def panel(region: str, lang: Lang, service: Service, uri: UriOf, response: Response) -> PanelOut:
    """Answer the practices part of a region's panel."""
    found = await service.panel(region)
    if found.as_of is not None:
        response.headers["As-Of"] = utc(found.as_of)
    return PanelOut.of(found, lang, uri)


@internal_router.get("/practices", dependencies=[_SERVICES])
async def practice_keys(service: Service) -> KeysOut:
    """Answer the ids of all published practices."""
    return KeysOut(keys=await service.keys())


@internal_router.get("/practices/{practice}", dependencies=[_SERVICES])
async def practice_record(practice: str, service: Service) -> RecordOut:
    """Answer a practice's document, in all its languages."""
    record = await service.get(practice)
    return RecordOut(
        id=record.id, version=record.version, document=dict(record.document), changed_at=record.last_changed
    )
