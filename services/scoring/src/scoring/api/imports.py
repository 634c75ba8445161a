"""Bringing outcome figures in, and the empty table to fill."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from scoring.imports.template import CSV, XLSX, csv_template, xlsx_template
from scoring.schemas.imports import ImportOut, import_out
from scoring.service.importing import FORMATS, Importer, ImportService
from servicekit.people import Caller, role
from servicekit.routing import StrictRoute
from servicekit.wire import ReadQuery

from .inputs import TRUTH, Chosen, CodeLists, Name, Service, Words, cache_control, known
from .outcomes import Indicators

router = APIRouter(prefix="/v1", tags=["statistics"], route_class=StrictRoute)

PATH = "/authority/outcomes/imports"
LIMIT = 16 * 1024 * 1024  # bytes of a file
# An authority and an expert write of their regions, these of all.
EVERYWHERE = frozenset({"admin", "reviewer"})
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object"}}, "text/csv": _BINARY, XLSX: _BINARY},
    }
}


async def _import_service(request: Request) -> ImportService:
    service: ImportService = request.state.importing
    return service


ImportCalls = Annotated[ImportService, Depends(_import_service)]
Whoever = Annotated[Caller, Depends(role("authority", "expert", "reviewer", "admin"))]


class ImportQuery(ReadQuery):
    """What the file is, and whether anything is to be written."""

    format: Name = Field(
        "table",
        description="`table`: our own, CSV or XLSX; `jsonstat` and `sdmx-csv`: as Eurostat serves them.",
        json_schema_extra={"enum": list(FORMATS)},
    )
    dry_run: Name | None = Field(
        None, description="Report only, write nothing.", json_schema_extra={"enum": ["true", "false"]}
    )

    def checked(self) -> tuple[str, bool]:
        """Return the format and whether it is a dry run; raises UnknownValue."""
        known("format", [self.format], dict.fromkeys(FORMATS))
        known("dry_run", [] if self.dry_run is None else [self.dry_run], TRUTH)
        return self.format, TRUTH.get(self.dry_run or "", False)


class TemplateQuery(ReadQuery):
    """Which region is filled in."""

    region: Name | None = Field(None, description="Id or alias.")


@router.post(PATH, summary="Bring outcome figures in", openapi_extra=_BODY)
async def import_outcomes(
    *, request: Request, query: Annotated[ImportQuery, Query()], caller: Whoever, service: ImportCalls,
    words: Words, lang: Chosen,
) -> ImportOut:  # fmt: skip
    """Take the figures of a file and say which were refused; of a broken file nothing is taken."""
    kind, dry_run = query.checked()
    by = Importer(caller.subject, None if caller.roles & EVERYWHERE else caller.regions)
    report = await service.load(await request.body(), kind, by, dry_run=dry_run)
    return import_out(report, words, lang)


@router.get(
    "/outcomes/template.csv", summary="An empty table of outcome figures (CSV)",
    dependencies=[Depends(cache_control)], response_class=Response, responses={200: {"content": {CSV: {}}}},
)  # fmt: skip
async def template_csv(
    *, query: Annotated[TemplateQuery, Query()], service: Service, indicators: Indicators
) -> Response:
    """Return the table to fill: a row for each indicator, for one region when it is named."""
    region = None if query.region is None else await service.region_id(query.region)
    return _file(csv_template(indicators, region), CSV, "csv")


@router.get(
    "/outcomes/template.xlsx", summary="An empty table of outcome figures (XLSX)",
    dependencies=[Depends(cache_control)], response_class=Response, responses={200: {"content": {XLSX: {}}}},
)  # fmt: skip
async def template_xlsx(
    *, query: Annotated[TemplateQuery, Query()], service: Service, indicators: Indicators, lists: CodeLists,
    lang: Chosen,
) -> Response:  # fmt: skip
    """Return the same table as a workbook, its codes in drop-downs and explained in a sheet."""
    region = None if query.region is None else await service.region_id(query.region)
    regions = [region] if region else await service.region_ids()
    return _file(xlsx_template(indicators, lists, regions, region, lang), XLSX, "xlsx")


def _file(content: bytes, media_type: str, suffix: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="outcomes-template.{suffix}"'}
    return Response(content, media_type=media_type, headers=disposition)
