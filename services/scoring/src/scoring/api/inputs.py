"""What the handlers of scoring are given: strict parameters, the service, and where an alias leads."""

import re
from collections.abc import Callable, Coroutine, Mapping
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BeforeValidator, Field

from scoring.domain import RegionMoved, UnknownValue
from scoring.repository import RegionFilter
from scoring.service import ScoringService, Which
from scoring.service.citing import release_address
from scoring.settings import Settings
from servicekit.catalog import Catalog
from servicekit.codelists import Lists
from servicekit.people import Caller, role
from servicekit.problems import Fault, Problem
from servicekit.routing import StrictRoute
from servicekit.text import PlainText, nearest
from servicekit.wire import Comma, Links, PageQuery, ReadQuery, page_links, utc

ALIAS_CACHE = "public, max-age=86400"
PUBLIC_CACHE = "public, max-age=5, stale-while-revalidate=30, stale-if-error=86400"
RELEASE_CACHE = "public, max-age=31536000, immutable"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TRUTH = {"true": True, "false": False}
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


async def cache_control(request: Request, response: Response) -> None:
    """Say how long the answer may be kept: only a release never changes."""
    response.headers["Cache-Control"] = RELEASE_CACHE if "release" in request.query_params else PUBLIC_CACHE


async def _service(request: Request) -> ScoringService:
    service: ScoringService = request.state.service
    return service


async def _settings(request: Request) -> Settings:
    settings: Settings = request.state.settings
    return settings


async def _catalog(request: Request) -> Catalog:
    catalog: Catalog = request.state.catalog
    return catalog


async def _codelists(request: Request) -> Lists:
    lists: Lists = request.state.codelists
    return lists


async def _lang(request: Request) -> str:
    # For calls whose query model declares `lang` with their other parameters.
    lang: str = request.state.lang
    return lang


Service = Annotated[ScoringService, Depends(_service)]
Config = Annotated[Settings, Depends(_settings)]
Words = Annotated[Catalog, Depends(_catalog)]
CodeLists = Annotated[Lists, Depends(_codelists)]
Chosen = Annotated[str, Depends(_lang)]
# Who calls. A handler that has such a caller in its signature, or in what it depends on, is for people in the
# role alone, and its route says so in roles.py. StrictRoute (RegionRoute is one) asks for the role before it
# looks at path, query or body, wherever in the signature it stands: who is refused learns nothing, and has
# nothing parsed or loaded. Whether the caller may see this object (a seat, a region) is the service's to say.
Admin = Annotated[Caller, Depends(role("admin"))]
Name = Annotated[PlainText, Field(max_length=200)]
# A slash inside a segment arrives encoded, so that it splits nothing.
RegionName = Annotated[Name, AfterValidator(lambda name: name.replace("%2F", "/"))]


class FilterQuery(ReadQuery):
    """Which regions."""

    country: Comma = Field(default=[], description="ISO 3166-1 codes; EL is taken for GR.")
    mipex_r: Name | None = Field(
        None,
        description="Whether MIPEX-R assessed the region.",
        json_schema_extra={"enum": ["true", "false"]},
    )
    q: Name | None = Field(None, description="Part of a name, a code or an alias, in any language.")

    def filter(self, lists: Lists) -> RegionFilter:
        """Return what is asked for; raises UnknownValue for an unknown country or truth."""
        known_countries(self.country, lists)
        known("mipex_r", [] if self.mipex_r is None else [self.mipex_r], TRUTH)
        assessed = TRUTH.get(self.mipex_r or "")
        return RegionFilter(countries=self.country, mipex_r=assessed, words=self.q)


class RegionsQuery(FilterQuery, PageQuery):
    """Which regions, and which page of them."""


def _day(value: Any) -> date | None:
    # Just one way to write a day: pydantic would take a number of seconds, too.
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise ValueError("a day is YYYY-MM-DD")
    return date.fromisoformat(value)


Day = Annotated[
    date | None,
    BeforeValidator(_day),
    Field(description="As of the end of this day (UTC), as published here: YYYY-MM-DD."),
]


class WhichQuery(ReadQuery):
    """Which edition, or which release of one; by default the newest that fits, now or as of a day."""

    edition: Name | None = None
    release: Name | None = None
    at: Day = None

    def which(self) -> Which:
        """Return the choice; raises Problem for a release and a day: a release is the same on every day."""
        if self.at is not None and self.release is not None:
            raise Problem(400, "at_or_release", errors=[Fault("?at", "invalid")])
        return Which(self.edition, self.release, self.at)


def known(parameter: str, asked: list[str], codes: Mapping[str, Any]) -> None:
    """Raise UnknownValue for a value that is none of the codes."""
    for value in asked:
        if value not in codes:
            raise UnknownValue(parameter, value, nearest=nearest(value, codes), allowed=sorted(codes))


def known_countries(asked: list[str], lists: Lists) -> None:
    """Raise UnknownValue for a country that is none; Greece has Eurostat's code, too."""
    known("country", asked, {**lists["country"], "EL": {}})


def links(request: Request, config: Settings, query: PageQuery, total: int) -> Links:
    """Return the addresses of a list's pages."""
    asked = request.query_params.multi_items()
    return page_links(config.public_base_url, request.url.path, asked, query, total)


def about_release(response: Response, config: Settings, release: str, kind: str) -> None:
    """Say how the release that is answered from is cited, and that a demonstration is not to be found."""
    response.headers["Link"] = cited_as(release_address(config.public_base_url, release))
    response.headers.update(robots(kind))


def cited_as(address: str) -> str:
    """Return the link to what an answer is cited by (RFC 8574)."""
    return f'<{address}>; rel="cite-as"'


def robots(kind: str | None) -> dict[str, str]:
    """Return what search engines are told of an edition's kind: a demonstration is not to be found."""
    return {"X-Robots-Tag": "noindex"} if kind == "demonstration" else {}


def as_of(response: Response, moment: datetime | None) -> None:
    """Say when the content last changed."""
    if moment is not None:
        response.headers["As-Of"] = utc(moment)


class GeoJSONResponse(JSONResponse):
    """RFC 7946."""

    media_type = "application/geo+json"
