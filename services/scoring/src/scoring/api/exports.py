"""The exports: the same numbers in every format, with licence and citation."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from scoring.exports.building import Builder, Export
from scoring.exports.formats import MEDIA_TYPES, SUFFIXES
from scoring.exports.words import Say
from scoring.repository import RegionFilter
from scoring.repository.statistics import StatisticFilter
from scoring.service.exporting import ExportService
from servicekit.aside import aside
from servicekit.problems import Problem
from servicekit.routing import StrictRoute
from servicekit.text import nearest
from servicekit.wire import Comma, ReadQuery

from .inputs import (
    PUBLIC_CACHE,
    RELEASE_CACHE,
    Chosen,
    CodeLists,
    Config,
    FilterQuery,
    Name,
    Responses,
    Service,
    WhichQuery,
    Words,
    known,
    robots,
)
from .outcomes import OutcomeCalls

router = APIRouter(prefix="/v1/exports", route_class=StrictRoute, tags=["exports"])
_BYTES = 200  # about what a row costs: long tables are written beside the event loop
_DIALECTS: dict[str, Any] = {"excel": {}}


class DialectQuery(ReadQuery):
    """How a CSV is written."""

    dialect: Name | None = Field(
        None,
        description="`excel`: byte order mark, semicolons, decimal commas; of CSV, alone or in the zip.",
        json_schema_extra={"enum": ["excel"]},
    )

    def is_excel(self) -> bool:
        """Tell what is asked for; raises UnknownValue."""
        known("dialect", [] if self.dialect is None else [self.dialect], _DIALECTS)
        return self.dialect is not None


class ReleaseExportQuery(WhichQuery, DialectQuery):
    """Which release."""


class RegionsExportQuery(ReleaseExportQuery):
    """Which regions of which release."""

    region: Comma = Field(default=[], description="Ids or aliases; all that take part by default.")


class OutcomesExportQuery(DialectQuery):
    """Which statistics."""

    region: Comma = Field(default=[], description="Ids or aliases.")
    indicator: Comma = Field(default=[], description="Keys of statistics.")


class PlacesExportQuery(FilterQuery, DialectQuery):
    """Which regions."""


def _suffix_of(dataset: str) -> Any:
    """Return a format that the dataset exists in; raises Problem 404 that names them."""

    def known_suffix(suffix: Annotated[str, Path(json_schema_extra={"enum": SUFFIXES[dataset]})]) -> str:
        allowed = SUFFIXES[dataset]
        if suffix not in allowed:
            raise Problem(404, "export_not_found", {"allowed": [f"{dataset}.{one}" for one in allowed]})
        return suffix

    return Depends(known_suffix)


class _Writer:
    """Writes for whoever asks."""

    def __init__(
        self, request: Request, config: Config, words: Words, lists: CodeLists, lang: Chosen
    ) -> None:
        self._request, self._say = request, Say(words, lists, lang)
        self._base = config.public_base_url.rstrip("/")

    async def answer(
        self, query: DialectQuery, suffix: str, rows: int, work: Callable[[Builder], Export]
    ) -> Response:
        """Return the file that a builder makes of about so many rows."""
        builder = Builder(self._say, self._base, suffix, "excel" if query.is_excel() else "rfc4180")
        found = await aside(rows * _BYTES, work, builder)
        return Response(found.file.content, headers=self._headers(found), media_type=found.file.media_type)

    def _headers(self, found: Export) -> dict[str, str]:
        about = found.about
        links = ((about.licence_url, "license"), (about.cite_address, "cite-as"))
        pinned = "release" in self._request.query_params
        return {
            "Cache-Control": RELEASE_CACHE if pinned else PUBLIC_CACHE,
            "Content-Disposition": f'attachment; filename="{found.file.name}"',
            **({"Link": linked} if (linked := ", ".join(_link(*one) for one in links if one[0])) else {}),
            **robots(about.origin),
        }


def _link(address: str | None, relation: str) -> str:
    return f'<{address}>; rel="{relation}"'


async def _exports(request: Request) -> ExportService:
    service: ExportService = request.state.exports
    return service


Writer = Annotated[_Writer, Depends()]
Exports = Annotated[ExportService, Depends(_exports)]


def _files(dataset: str) -> Any:
    content: dict[str, Any] = {MEDIA_TYPES[suffix].split(";")[0]: {} for suffix in SUFFIXES[dataset]}
    responses: Responses = {
        200: {"content": content, "description": "The file."},
        404: {"description": "No such format; the problem names those there are."},
    }
    return {"responses": responses, "response_class": Response}


@router.get("/scores.{suffix}", summary="Scores as a file", **_files("scores"))
async def scores(
    *, suffix: Annotated[str, _suffix_of("scores")], query: Annotated[RegionsExportQuery, Query()],
    exports: Exports, writer: Writer,
) -> Response:  # fmt: skip
    """Return every figure of every region of a release; the workbook of computed ones calculates."""
    found = await exports.grounds(query.region, query.which())
    rows = sum(len(sheet.figures) for sheet in found.snapshot.sheets)
    return await writer.answer(query, suffix, rows, lambda builder: builder.scores(found))


@router.get("/answers.{suffix}", summary="Answers and decisions as a file", **_files("answers"))
async def answers(
    *, suffix: Annotated[str, _suffix_of("answers")], query: Annotated[RegionsExportQuery, Query()],
    exports: Exports, writer: Writer,
) -> Response:  # fmt: skip
    """Return what a release rests on: both experts' answers and the decisions, without names or words."""
    found = await exports.grounds(query.region, query.which())
    rows = sum(len(record.decisions) for record in found.records)
    return await writer.answer(query, suffix, 3 * rows, lambda builder: builder.answers(found))


@router.get("/indicators.{suffix}", summary="Indicators as a file", **_files("indicators"))
async def indicators(
    *, suffix: Annotated[str, _suffix_of("indicators")], query: Annotated[ReleaseExportQuery, Query()],
    exports: Exports, writer: Writer,
) -> Response:  # fmt: skip
    """Return what an edition asks, with options, weights and cells; it may have no release yet."""
    found = await exports.asked(query.which())
    return await writer.answer(query, suffix, 0, lambda builder: builder.indicators(found))


@router.get("/outcomes.{suffix}", summary="Statistics as a file", **_files("outcomes"))
async def outcomes(
    *, suffix: Annotated[str, _suffix_of("outcomes")], query: Annotated[OutcomesExportQuery, Query()],
    statistics: OutcomeCalls, service: Service, lists: CodeLists, writer: Writer,
) -> Response:  # fmt: skip
    """Return statistics with all their periods, expected ones even when missing."""
    known("indicator", query.indicator, lists["statistic"])
    found = await statistics.outcomes(query.region, StatisticFilter(query.indicator))
    regions, _ = await service.regions(RegionFilter(ids={one.region for one in found.items}))
    held = {region.id: region for region in regions}
    return await writer.answer(
        query, suffix, found.total, lambda builder: builder.outcomes(held, found.items)
    )


@router.get("/regions.{suffix}", summary="Regions as a file", **_files("regions"))
async def regions(
    *, suffix: Annotated[str, _suffix_of("regions")], query: Annotated[PlacesExportQuery, Query()],
    service: Service, lists: CodeLists, config: Config, writer: Writer,
) -> Response:  # fmt: skip
    """Return regions by the filters of their list."""
    found, total = await service.regions(query.filter(lists))
    return await writer.answer(query, suffix, total, lambda builder: builder.regions(found, config.uri))


@router.get("/codelists.{suffix}", summary="Code lists as a file", **_files("codelists"))
async def codelists(
    *, suffix: Annotated[str, _suffix_of("codelists")], query: Annotated[DialectQuery, Query()],
    service: Service, lists: CodeLists, writer: Writer,
) -> Response:  # fmt: skip
    """Return the lists of scoring, and the axes of its editions."""
    held = {**lists, **await service.axes()}
    rows = sum(map(len, held.values()))
    return await writer.answer(query, suffix, rows, lambda builder: builder.codelists(held))


@router.get("/{file}", include_in_schema=False)
async def unknown_dataset(file: Name) -> Response:
    """Say which exports there are."""
    every = [f"{dataset}.{suffix}" for dataset, suffixes in SUFFIXES.items() for suffix in suffixes]
    raise Problem(404, "export_not_found", {"nearest": nearest(file, every), "allowed": sorted(SUFFIXES)})
