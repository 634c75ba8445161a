"""The gateway's calls: those it answers itself, and the table of those it passes on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from servicekit.codelists import CodeListsOut
from servicekit.i18n import Lang
from servicekit.middleware import etag_of
from servicekit.routing import StrictRoute
from servicekit.text import PlainText
from servicekit.wire import CodeListOut

from .answers import pass_reading, public, told
from .codes import Codes, Meta
from .described import ProblemOut
from .forward import CALLS, READS, Forward, Held, PassedRead, raw_path
from .front import FormerLinks, PanelFront
from .pages import HEADERS
from .reads import Reading, Reads
from .schemas import MetaOut, PanelOut

__all__ = ["Documents", "State", "own", "passing", "people"]

NAMED = ("editions", "practices", "regions", "releases", "surveys")  # whose `uri` is `{base}/{kind}/{id}`


@dataclass(frozen=True, slots=True)
class Documents:
    """What is the same for every reader: made once at the start."""

    openapi: bytes
    docs: bytes
    landing: dict[str, bytes]


class State(TypedDict):
    """What the lifespan opens."""

    reads: Reads
    panels: PanelFront
    former: FormerLinks
    forward: Forward
    codes: Codes
    meta: Meta
    documents: Documents


async def _panels(request: Request) -> PanelFront:
    panels: PanelFront = request.state.panels
    return panels


async def _codes(request: Request) -> Codes:
    codes: Codes = request.state.codes
    return codes


async def _meta(request: Request) -> Meta:
    meta: Meta = request.state.meta
    return meta


async def _documents(request: Request) -> Documents:
    documents: Documents = request.state.documents
    return documents


Edition = Annotated[
    PlainText | None, Query(max_length=100, description="An edition's id; default: the region's newest.")
]
Panels = Annotated[PanelFront, Depends(_panels)]
AllCodes = Annotated[Codes, Depends(_codes)]
Made = Annotated[Documents, Depends(_documents)]
_FAILS: dict[int | str, dict[str, Any]] = {
    400: {"model": ProblemOut, "description": "A parameter that is not known, or not understood"},
    503: {"model": ProblemOut, "description": "An owner cannot answer; try again after `Retry-After`"},
}
_REGION: dict[int | str, dict[str, Any]] = {
    300: {"model": ProblemOut, "description": "The name fits several regions, which are listed"},
    304: {"description": "The reader's copy is still good"},
    308: {"description": "An alias: the region is at `Location`"},
    404: {"model": ProblemOut, "description": "No such region or edition; the nearest is named"},
}

own = APIRouter(route_class=StrictRoute)
people = APIRouter(include_in_schema=False)
passing = APIRouter(include_in_schema=False)


@own.get(
    "/v1/regions/{region}/panel",
    tags=["regions"],
    summary="Everything known of a region, each part with its state",
    response_model=PanelOut,
    responses=_FAILS | _REGION,
)
async def panel(
    request: Request, region: str, lang: Lang, panels: Panels, edition: Edition = None
) -> Response:
    """Join scores, statistics, practices and suggestions; a part that is missing says why.

    `region` is an id, a code or a name.
    """
    del region  # taken from the raw path, where %2F is not yet a slash
    return await panels.answer(request, edition, lang)


@own.get(
    "/v1/codelists",
    tags=["code lists"],
    summary="Every code with its words",
    response_model=CodeListsOut,
    responses=_FAILS,
)
async def code_lists(request: Request, lang: Lang, codes: AllCodes) -> Response:
    """Return the lists of all owners."""
    found = await codes.all(lang)
    return _json(request, found.body, told(codes.reads.cache, found.readings))


@own.get(
    "/v1/codelists/{name}",
    tags=["code lists"],
    summary="One code list",
    response_model=CodeListOut,
    responses=_FAILS | {404: {"model": ProblemOut, "description": "No such list; the nearest is named"}},
)
async def code_list(request: Request, name: str, lang: Lang, codes: AllCodes) -> Response:
    """Return one list; an edition's axis is the list `{edition}.{axis}`."""
    found = await codes.one(name, lang)
    if isinstance(found, Reading):
        return pass_reading(request, found, codes.reads.cache)
    return _json(request, found.body, told(codes.reads.cache, found.readings))


@own.get(
    "/v1/meta",
    tags=["platform"],
    summary="Languages, editions, limits, licence, citation",
    response_model=MetaOut,
    responses={400: _FAILS[400]},
)
async def about(request: Request, lang: Lang, meta: Annotated[Meta, Depends(_meta)]) -> Response:
    """Return what a client needs to know before its first call."""
    found = await meta.document(lang)
    more = told(meta.reads.cache, found.readings) or {"cache-control": "no-store"}
    return _json(request, found.body, more)


@people.get("/practices")
async def practices(request: Request, lang: Lang) -> Response:
    """Lead to the practices an address for people asks for."""
    former: FormerLinks = request.state.former
    return await former.answer(request, lang)


@people.get("/")
async def landing(request: Request, lang: Lang, documents: Made) -> Response:
    """Return the landing page."""
    return _page(request, documents.landing[lang])


@people.get("/docs")
async def docs(request: Request, documents: Made) -> Response:
    """Return the list of calls."""
    return _page(request, documents.docs)


@people.get("/openapi.json")
async def openapi(request: Request, documents: Made) -> Response:
    """Return the description of all calls."""
    return _json(request, documents.openapi, {"cache-control": "public, max-age=300"})


def _json(request: Request, body: bytes, more: dict[str, str] | None = None) -> Response:
    headers = {"content-type": "application/json"} | (more or {})
    return public(request, body=body, etag=etag_of(body), headers=headers)


def _page(request: Request, body: bytes) -> Response:
    headers = {"content-type": "text/html; charset=utf-8"} | HEADERS
    return public(request, body=body, etag=etag_of(body), headers=headers)


def _named(kind: str) -> Callable[[Request], Awaitable[Response]]:
    async def named(request: Request) -> Response:
        # As for the practices: until there is a page for people, the thing's name leads to its document.
        lang = request.query_params.get("lang")
        query = f"?{urlencode({'lang': lang})}" if lang else ""
        location = f"/v1/{kind}/{raw_path(request.scope).split('/')[2]}{query}"
        headers = {"location": location, "cache-control": "no-store", "access-control-allow-origin": "*"}
        return Response(status_code=303, headers=headers)

    return named


def _read(route: PassedRead) -> Callable[[Request], Awaitable[Response]]:
    async def read(request: Request) -> Response:
        forward: Forward = request.state.forward
        return await forward.read(request, route)

    return read


def _call(route: Held) -> Callable[[Request], Awaitable[Response]]:
    async def call(request: Request) -> Response:
        forward: Forward = request.state.forward
        return await forward.call(request, route)

    return call


for thing in NAMED:
    people.add_api_route(f"/{thing}/{{name}}", _named(thing), methods=["GET"])
for passed in READS:
    passing.add_api_route(passed.path, _read(passed), methods=["GET"])
for held in CALLS:
    passing.add_api_route(held.path, _call(held), methods=list(held.methods))
