"""The calls about releases: what there is, the files that prove them, and the withdrawal of one."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request, Response

from scoring.schemas.releases import ReleaseKeysOut, ReleaseOut, WithdrawalIn, release_out
from scoring.schemas.works import reason_of
from scoring.service.citing import release_address
from scoring.service.releases import ReleaseService
from servicekit.i18n import Lang
from servicekit.routing import StrictRoute
from servicekit.wire import ListOut, PageQuery

from .assessments import PersonalRoute
from .inputs import (
    PUBLIC_CACHE,
    RELEASE_CACHE,
    Admin,
    Config,
    Day,
    Name,
    Responses,
    about_release,
    cited_as,
    links,
    robots,
)

router = APIRouter(prefix="/v1", route_class=StrictRoute)
NOT_FOUND: Responses = {404: {"description": "No such release; the problem names the nearest known one."}}
FILE: Responses = {200: {"content": {"application/json": {}}, "description": "The file, for good."}}


async def _releases(request: Request) -> ReleaseService:
    service: ReleaseService = request.state.releases
    return service


Releases = Annotated[ReleaseService, Depends(_releases)]


class ReleasesQuery(PageQuery):
    """Which releases."""

    edition: Name | None = None
    at: Day = None


@router.get("/releases", summary="Releases", tags=["releases"])
async def releases(
    *, request: Request, query: Annotated[ReleasesQuery, Query()], service: Releases, config: Config,
    response: Response,
) -> ListOut[ReleaseOut]:  # fmt: skip
    """Return the releases of an edition or of all, the newest of each first; `at`: as of the end of a day."""
    response.headers["Cache-Control"] = PUBLIC_CACHE
    found, total = await service.releases(query.edition, query.at, *query.window())
    items = [release_out(view, config) for view in found]
    return ListOut[ReleaseOut].of(items, total, query, links(request, config, query, total))


@router.get("/releases/keys", summary="Every key that ever signed releases, as a JWKS", tags=["releases"])
async def keys(*, service: Releases, response: Response, _lang: Lang) -> ReleaseKeysOut:
    """Return the public keys; `kid` is the `key_id` of a signature."""
    response.headers["Cache-Control"] = PUBLIC_CACHE
    return ReleaseKeysOut.model_validate({"keys": service.keys()})


@router.get("/releases/{release}", summary="One release", tags=["releases"], responses=NOT_FOUND)
async def release(
    *, release: Name, service: Releases, config: Config, response: Response, _lang: Lang
) -> ReleaseOut:
    """Return a release: status, licence, how to cite it, what it corrects, and its files."""
    view = await service.release(release)
    response.headers["Cache-Control"] = PUBLIC_CACHE
    about_release(response, config, view.release.id, view.edition.kind)
    return release_out(view, config)


@router.get(
    "/releases/{release}/files/{name}",
    summary="A file of a release",
    tags=["releases"],
    responses={**NOT_FOUND, **FILE},
    response_class=Response,
)
async def file(*, release: Name, name: Name, service: Releases, config: Config, _lang: Lang) -> Response:
    """Return a file. What is hashed and signed never changes; what people wrote may be erased."""
    found = await service.file(release, name)
    headers = {
        "Cache-Control": RELEASE_CACHE if found.immutable else PUBLIC_CACHE,
        "Content-Disposition": f'attachment; filename="{found.content.file.name}"',
        "Link": cited_as(release_address(config.public_base_url, release)),
        **robots(found.kind),
    }
    return Response(found.content.content, headers=headers, media_type=found.content.file.media_type)


@router.post(
    "/review/releases/{release}/withdrawal",
    summary="Withdraw a release",
    tags=["review"],
    responses=NOT_FOUND,
    dependencies=[PersonalRoute],
)
async def withdraw(
    *, release: Name, body: Annotated[WithdrawalIn, Body()], caller: Admin,
    service: Releases, config: Config, _lang: Lang,
) -> ReleaseOut:  # fmt: skip
    """Withdraw a release: it stays readable by its id, and is never again the one meant by default."""
    view = await service.withdraw(release, caller.subject, reason_of(body.reason))
    return release_out(view, config)
