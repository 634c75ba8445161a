"""The HTTP calls of the catalogue."""

from collections.abc import Sequence
from datetime import UTC, date
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from servicekit.aside import aside
from servicekit.auth import internal
from servicekit.catalog import Catalog
from servicekit.i18n import Lang
from servicekit.problems import Problem
from servicekit.routing import StrictRoute
from servicekit.text import SLUG, PlainText
from servicekit.wire import MAX_WINDOW, ReadQuery, page_links, utc

from .domain import Record
from .exports import FORMATS, Written, practices_table, write
from .exports.table import About
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
from .service import PracticeService, UnknownValue
from .settings import Settings

__all__ = ["internal_router", "router"]

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["practices"])
internal_router = APIRouter(prefix="/internal", include_in_schema=False)

FIRST = date(2026, 11, 23)  # what an empty catalogue says of its day
_BYTES = 2000  # about what a practice costs in a file

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
        self._catalog = cast("Catalog", request.state.catalog)
        self._uri = uri
        self.lang = cast("str", request.state.lang)
        self.base = cast("Settings", request.app.state.settings).public_base_url.rstrip("/")
        self.path = request.url.path
        self.params = request.query_params.multi_items()

    def show(self, text: str) -> Show:
        """Return what turns hits into items; highlights only where there are words to mark."""
        mark = Highlighter(text, self.lang, self._synonyms) if text.strip() else None
        return Show(self.lang, self._uri, mark)

    def file(self, records: Sequence[Record], suffix: str, excel: bool) -> Written:
        """Return practices as a file."""
        changed = max((record.last_changed.astimezone(UTC).date() for record in records), default=FIRST)
        title, href = self._say("export.title"), f"{self.base}{self.path}"
        cite_as = f"REGIN. {title}. {changed.isoformat()}. {href}"
        about = About(title, self.lang, changed, self._say("export.licence_of_sources"), cite_as, href)
        return write(practices_table(about, records, self._uri), suffix, excel=excel)

    def _say(self, msgid: str) -> str:
        return self._catalog.text(self.lang, msgid)


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


class ExportQuery(ReadQuery):
    """How a CSV is written."""

    dialect: Annotated[PlainText, Field(max_length=200)] | None = Field(
        None,
        description="`excel`: byte order mark, semicolons, decimal commas; of CSV, alone or in the zip.",
        json_schema_extra={"enum": ["excel"]},
    )


_FILES: dict[str, Any] = {media_type.split(";")[0]: {} for media_type, _ in FORMATS.values()}


@router.get(
    "/exports/practices.{suffix}", summary="Practices as a file", tags=["exports"], response_class=Response,
    responses={
        200: {"content": _FILES, "description": "The file."},
        404: {"description": "No such format; the problem names those there are."},
    },
)  # fmt: skip
async def export(
    suffix: Annotated[str, Path(json_schema_extra={"enum": list(FORMATS)})],
    query: Annotated[ExportQuery, Query()], asked: Asked, service: Service,
) -> Response:  # fmt: skip
    """Answer the whole catalogue as a file, with licence and citation."""
    if suffix not in FORMATS:
        raise Problem(404, "export_not_found", {"allowed": [f"practices.{one}" for one in FORMATS]})
    if query.dialect not in (None, "excel"):
        raise UnknownValue("dialect", query.dialect or "", ("excel",))
    records = await service.whole()
    found = await aside(_BYTES * len(records), asked.file, records, suffix, query.dialect is not None)
    headers = {
        "Cache-Control": "public, max-age=5, stale-while-revalidate=30, stale-if-error=86400",
        "Content-Disposition": f'attachment; filename="{found.name}"',
    }
    return Response(found.content, headers=headers, media_type=found.media_type)


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
