"""Figures of answers that are not stored."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from scoring.schemas import ComputedOut, computed_out
from scoring.service import ComputingService
from servicekit.i18n import Lang
from servicekit.routing import StrictRoute

from .bodies import Sent, sent_as
from .inputs import Words

router = APIRouter(prefix="/v1", route_class=StrictRoute)

_ANSWERS = {
    "type": "object",
    "description": "By the ids of indicators; one that is not named is unknown.",
    "additionalProperties": {
        "type": "object",
        "properties": {
            "option": {"type": "string"},
            "status": {"enum": ["unknown", "not_applicable", "no_competence"]},
        },
    },
}
_BODY = {
    "required": ["edition", "answers"],
    "properties": {
        "edition": {
            "description": "An edition's id, or a whole edition as in `GET /v1/editions/{edition}/document`.",
            "oneOf": [{"type": "string"}, {"type": "object"}],
        },
        "answers": _ANSWERS,
        "baseline": {
            "description": "What to compare with: a region's current release, or other answers.",
            "type": ["object", "null"],
            "properties": {"region": {"type": "string"}, "answers": _ANSWERS},
        },
    },
    "examples": [{
        "edition": "regin-2026",
        "answers": {"EV01": {"option": "a"}, "EV02": {"status": "not_applicable"}},
        "baseline": None,
    }],
}  # fmt: skip


async def _computing(request: Request) -> ComputingService:
    service: ComputingService = request.state.computing
    return service


@router.post(
    "/compute",
    summary="Figures of answers that are not stored",
    tags=["scores"],
    openapi_extra=sent_as("Answers, and what they are answers to.", _BODY),
    responses={422: {"description": "Each unknown indicator, option or status with its place."}},
)
async def compute(
    *, body: Sent, service: Annotated[ComputingService, Depends(_computing)], words: Words,
    response: Response, lang: Lang,
) -> ComputedOut:  # fmt: skip
    """Compute every cell of an edition: self-assessment, and what-if. Nothing is stored.

    All answers are sent: one that is not there is unknown, whatever the baseline has. For what-if, begin with
    the region's own: `GET /v1/exports/answers.json?edition=demo&region=catalonia`, seat `decision`.
    """
    response.headers["Cache-Control"] = "no-store"
    return computed_out(await service.compute(body.document, body.size), words, lang)
