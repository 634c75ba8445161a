"""The calls about editions: all, one, its document, loading one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from scoring.canonical import canonical
from scoring.schemas import EditionOut, EditionsOut, LoadedOut, edition_out, loaded_out
from scoring.service import EditionService
from servicekit.aside import LARGE, aside
from servicekit.i18n import Lang
from servicekit.routing import StrictRoute

from .bodies import Sent, sent_as
from .inputs import Admin, Config, Name, Service, cache_control, robots

router = APIRouter(prefix="/v1", route_class=StrictRoute)

DOCUMENT = "An edition as in `GET /v1/editions/{edition}/document`, of the kind computed or demonstration."
HASH = {"description": "`sha256:` and the hash of this very body.", "schema": {"type": "string"}}


class LoadQuery(BaseModel):
    """How an edition is loaded."""

    dry_run: bool = False


async def _editions(request: Request) -> EditionService:
    service: EditionService = request.state.editions
    return service


Editions = Annotated[EditionService, Depends(_editions)]


@router.get("/editions", summary="Editions", tags=["editions"], dependencies=[Depends(cache_control)])
async def editions(*, service: Service, config: Config, lang: Lang) -> EditionsOut:
    """Return all editions with their axes and methods; `indicators` is empty here, for they are long."""
    held = await service.editions()
    return EditionsOut(items=[edition_out(e, config.uri("editions", e.edition.id), lang) for e in held])


@router.get(
    "/editions/{edition}", summary="One edition", tags=["editions"], dependencies=[Depends(cache_control)]
)
async def edition(
    *, edition: Name, service: Service, editions: Editions, config: Config, response: Response, lang: Lang
) -> EditionOut:
    """Return an edition: axes, keys, what it asks, and how answers become figures."""
    entry, asks = await service.edition(edition), await editions.questionnaire(edition)
    response.headers.update(robots(entry.edition.kind))
    return edition_out(entry, config.uri("editions", entry.edition.id), lang, asks)


@router.get(
    "/editions/{edition}/document",
    summary="The document of an edition",
    tags=["editions"],
    dependencies=[Depends(cache_control)],
    response_class=Response,
    responses={
        200: {"headers": {"Document-Hash": HASH}, "content": {"application/json": {}}},
        404: {"description": "No such edition."},
    },
)
async def edition_document(*, edition: Name, editions: Editions, lang: Lang) -> Response:
    """Return an edition whole, in all its languages, as it was loaded, in canonical JSON (RFC 8785).

    The SHA-256 of the bytes is the edition's `document_hash`.
    """
    del lang
    held = await editions.document(edition)
    response = Response(await aside(LARGE + 1, canonical, held.document), media_type="application/json")
    response.headers["Document-Hash"] = held.document_hash
    response.headers.update(robots(held.document["kind"]))
    return response


@router.put(
    "/review/editions/{edition}",
    summary="Load an edition",
    tags=["review"],
    openapi_extra=sent_as(DOCUMENT),
    responses={
        409: {"description": "Assessments or releases rest on it: what figures come from cannot change."},
        422: {"description": "It is refused whole; the errors list every fault with its place."},
    },
)
async def load_edition(
    *, edition: Name, query: Annotated[LoadQuery, Query()], caller: Admin, body: Sent, editions: Editions,
    lang: Lang,
) -> LoadedOut:  # fmt: skip
    """Load an edition, whole or not at all; with `dry_run=true` it is only checked."""
    del caller, lang
    return loaded_out(await editions.load(edition, body.document, body.size, dry_run=query.dry_run))
