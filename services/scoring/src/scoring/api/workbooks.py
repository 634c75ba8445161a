"""Work off line: an expert's own answers as a workbook, out and in."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from scoring.exports.words import Say
from scoring.exports.workbook import write_workbook
from scoring.imports.template import XLSX
from scoring.schemas.workbooks import WorkbookOut, workbook_in, workbook_out
from scoring.service.workbooks import WorkbookService
from servicekit.aside import aside
from servicekit.routing import StrictRoute
from servicekit.wire import ReadQuery

from .assessments import CONFLICT, Expert, PersonalRoute
from .inputs import TRUTH, Chosen, CodeLists, Name, Words, known

PREFIX = "/v1/assessments"
LIMIT = 16 * 1024 * 1024  # bytes of a workbook
_UNPACKED = 20  # about what it takes more once it is unpacked
_ROW = 4096  # bytes, about
_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}
}
_FILE: dict[str, Any] = {"content": {XLSX: {}}, "description": "The workbook."}

router = APIRouter(prefix=PREFIX, route_class=StrictRoute, dependencies=[PersonalRoute], tags=["assessments"])


async def _service(request: Request) -> WorkbookService:
    service: WorkbookService = request.state.workbooks
    return service


Workbooks = Annotated[WorkbookService, Depends(_service)]


class TakeQuery(ReadQuery):
    """Whether anything is to be saved."""

    dry_run: Name | None = Field(
        None, description="Check and report only.", json_schema_extra={"enum": ["true", "false"]}
    )

    def is_dry(self) -> bool:
        """Tell what is asked for; raises UnknownValue."""
        known("dry_run", [] if self.dry_run is None else [self.dry_run], TRUTH)
        return TRUTH.get(self.dry_run or "", False)


@router.get(
    "/{assessment}/workbook.xlsx",
    summary="My answers as a workbook",
    response_class=Response,
    responses={200: _FILE, 404: CONFLICT[404]},
)
async def workbook(
    *, assessment: Name, expert: Expert, service: Workbooks, words: Words, lists: CodeLists, lang: Chosen
) -> Response:
    """Return a workbook to fill off line: the questions, the answers held, drop-downs, and how to fill it."""
    found, say = await service.grounds(expert, assessment), Say(words, lists, lang)
    about = say("workbook.title", region=say.text(found.region.name), edition=say.text(found.edition.title))
    rows = len(found.questionnaire.indicators)
    content = await aside(rows * _ROW, write_workbook, found.desktop, found.questionnaire, about, say)
    disposition = f'attachment; filename="{found.region.id}-{found.edition.id}.xlsx"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX, headers=headers)


@router.post(
    "/{assessment}/workbook", summary="Take a workbook back", openapi_extra=_BODY, responses=CONFLICT
)
async def take(
    *, request: Request, assessment: Name, query: Annotated[TakeQuery, Query()], expert: Expert,
    service: Workbooks,
) -> WorkbookOut:  # fmt: skip
    """Save what a workbook changes, all of it or nothing: a 422 names every cell that is wrong."""
    dry_run = query.is_dry()
    await service.admit(expert, assessment)
    raw = await request.body()
    entries, faults = await aside(len(raw) * _UNPACKED, workbook_in, raw)
    return workbook_out(await service.take(expert, assessment, entries, faults, dry_run=dry_run))
