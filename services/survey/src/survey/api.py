"""The handlers: read the request, call the service, return the answer."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from servicekit.auth import internal
from servicekit.i18n import Lang
from servicekit.routing import StrictRoute
from servicekit.text import PlainText
from servicekit.wire import PageQuery, page_links

from .documents import (
    Words,
    declaration_held_out,
    definition_out,
    export_out,
    state_out,
    status_out,
    survey_item_out,
)
from .domain.records import Version
from .holding import Holding
from .keys import KeyRing
from .receipts import canonical
from .schemas import (
    AcceptedOut,
    DeclarationHeldOut,
    DefinitionOut,
    DryRunOut,
    ExportOut,
    KeySetOut,
    StateOut,
    StatusOut,
    SubmissionIn,
    SurveyListOut,
    WithdrawalIn,
)
from .service import Submissions, Surveys
from .settings import Settings

__all__ = ["internal_router", "router"]

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["surveys"])
internal_router = APIRouter(
    prefix="/internal/submissions", include_in_schema=False, dependencies=[Depends(internal("practices"))]
)
NO_STORE = {"Cache-Control": "no-store"}
BETA = {"x-stability-level": "beta"}  # what CONTRACTS does not shape


async def _surveys(request: Request) -> Surveys:
    found: Surveys = request.state.surveys
    return found


async def _submissions(request: Request) -> Submissions:
    found: Submissions = request.state.submissions
    return found


async def _holding(request: Request) -> Holding:
    found: Holding = request.state.holding
    return found


async def _ring(request: Request) -> KeyRing:
    found: KeyRing = request.state.ring
    return found


async def _status_words(request: Request) -> Words:
    found: Words = request.state.codelists["submission_status"]
    return found


async def _settings(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found


async def _secret(
    response: Response, authorization: Annotated[str, Header(include_in_schema=False)] = ""
) -> str:
    # What a secret opens is never kept by anyone between us and its holder.
    response.headers.update(NO_STORE)
    scheme, _, secret = authorization.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


SurveysDep = Annotated[Surveys, Depends(_surveys)]
SubmissionsDep = Annotated[Submissions, Depends(_submissions)]
HoldingDep = Annotated[Holding, Depends(_holding)]
RingDep = Annotated[KeyRing, Depends(_ring)]
WordsDep = Annotated[Words, Depends(_status_words)]
SettingsDep = Annotated[Settings, Depends(_settings)]
Secret = Annotated[str, Depends(_secret)]


def _documented(model: type[BaseModel]) -> dict[str, Any]:
    # The bodies are read by the domain, so that all faults come at once; OpenAPI learns their shape here.
    schema = model.model_json_schema()
    inlined = _inline(schema, schema.pop("$defs", {}))
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": inlined}}}}


def _inline(schema: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inline(definitions[schema["$ref"].rpartition("/")[2]], definitions)
        return {key: _inline(value, definitions) for key, value in schema.items()}
    return [_inline(item, definitions) for item in schema] if isinstance(schema, list) else schema


@router.get("/surveys", summary="The surveys, with how complete each is per language", openapi_extra=BETA)
async def surveys(
    request: Request,
    query: Annotated[PageQuery, Query()],
    lang: Lang,
    service: SurveysDep,
    settings: SettingsDep,
) -> SurveyListOut:
    """List the newest version of every survey."""
    found = await service.newest()
    offset, limit = query.window()
    items = [
        survey_item_out(item, lang, settings.uri("surveys", item.definition.survey), service.now())
        for item in found[offset : offset + limit]
    ]
    params = request.query_params.multi_items()
    links = page_links(settings.public_base_url, "/v1/surveys", params, query, len(found))
    return SurveyListOut.of(items, len(found), query, links)


@router.get("/surveys/keys", summary="Every key that ever signed receipts, as a JWKS")
async def keys(ring: RingDep) -> KeySetOut:
    """Return the public keys."""
    return KeySetOut.model_validate({"keys": ring.public()})


@router.get("/surveys/{survey}", summary="A survey in one language")
async def survey(survey: PlainText, lang: Lang, service: SurveysDep, settings: SettingsDep) -> DefinitionOut:
    """Return the newest version of a survey."""
    found: Version = await service.current(survey)
    return definition_out(found, lang, settings.uri("surveys", survey), service.now())


@router.get(
    "/surveys/{survey}/versions/{version_hash}",
    summary="A whole definition in all its languages: what `version_hash` is the hash of",
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
async def version(survey: PlainText, version_hash: PlainText, service: SurveysDep) -> Response:
    """Return the canonical JSON itself; it never changes."""
    found = await service.version(survey, version_hash)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(canonical(found.definition.document), headers=headers, media_type="application/json")


@router.post(
    "/surveys/{survey}/submissions",
    status_code=201,
    summary="Send a submission; with `dry_run=true` it is only checked",
    responses={201: {"model": AcceptedOut}, 200: {"model": DryRunOut}},
    openapi_extra=_documented(SubmissionIn),
)
async def submit(
    *,
    request: Request,
    survey: PlainText,
    _lang: Lang,
    service: SubmissionsDep,
    dry_run: bool = False,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """Store a submission once; the same key and content again get the same answer."""
    size = len(await request.body())
    if dry_run:
        checked = await service.check(survey, request.json, size)
        return JSONResponse({"valid": True, "hidden_answers_dropped": checked.hidden}, headers=NO_STORE)
    accepted = await service.submit(survey, idempotency_key, request.json, size)
    replayed = {"Idempotent-Replayed": "true"} if accepted.replayed else {}
    headers = {"Location": accepted.location, **NO_STORE, **replayed}
    return Response(accepted.body, 201, headers, media_type="application/json")


@router.get(
    "/submissions/{submission_id}", summary="Where a submission stands, for its holder", openapi_extra=BETA
)
async def status(
    submission_id: PlainText, secret: Secret, lang: Lang, service: HoldingDep, words: WordsDep
) -> StatusOut:
    """Return the status; the secret goes in `Authorization: Bearer`."""
    held, definition = await service.held(submission_id, secret)
    return status_out(held, definition, words, lang)


@router.get(
    "/submissions/{submission_id}/export", summary="All that is held of a submission", openapi_extra=BETA
)
async def export(
    submission_id: PlainText, secret: Secret, lang: Lang, service: HoldingDep, words: WordsDep
) -> ExportOut:
    """Return the answers, the declarations and whatever else is stored."""
    held, definition = await service.held(submission_id, secret)
    return export_out(held, definition, words, lang)


@router.delete("/submissions/{submission_id}", status_code=204, summary="Erase a submission")
async def erase(submission_id: PlainText, secret: Secret, _lang: Lang, service: HoldingDep) -> None:
    """Delete all that is personal, for good; the secret ends with it."""
    await service.erase(submission_id, secret)


@router.put(
    "/submissions/{submission_id}/declarations/{declaration}",
    summary="Take a consent back",
    openapi_extra=_documented(WithdrawalIn) | BETA,
)
async def withdraw(
    *,
    request: Request,
    submission_id: PlainText,
    declaration: PlainText,
    secret: Secret,
    lang: Lang,
    service: HoldingDep,
) -> DeclarationHeldOut:
    """Accept `{"given": false}`; doing it twice is doing it once."""
    body = await request.json()
    held, definition = await service.withdraw(submission_id, secret, declaration, body)
    record = next(record for record in held.declarations if record.id == declaration)
    return declaration_held_out(record, definition, lang)


@internal_router.get("")
async def submission_keys(service: HoldingDep) -> dict[str, list[str]]:
    """Return every id, for a reader that starts over."""
    return {"keys": await service.ids()}


@internal_router.get("/{submission_id}")
async def submission_state(submission_id: PlainText, service: HoldingDep) -> StateOut:
    """Return a submission's state; nothing personal leaves this service."""
    return state_out(await service.state(submission_id))
