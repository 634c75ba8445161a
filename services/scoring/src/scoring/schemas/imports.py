"""What an import of outcome figures came to, as it is answered."""

from typing import Any, Literal

from scoring.service.importing import ImportReport
from servicekit.catalog import Catalog
from servicekit.wire import Model


class RefusedOut(Model):
    """Something that was not taken: `place` is a cell of a sheet or a pointer into the document."""

    place: str
    code: str
    params: dict[str, Any]
    detail: str


class ImportOut(Model):
    """What was taken, what was held already, and what was refused.

    `suppressed` of both are held back; `refused` are the first ones of each code.
    """

    format: Literal["table", "jsonstat", "sdmx-csv"]
    dry_run: bool
    taken: int
    same: int
    suppressed: int
    regions: list[str]
    refused: list[RefusedOut]
    refused_total: int
    refused_by_code: dict[str, int]


def import_out(report: ImportReport, catalog: Catalog, lang: str) -> ImportOut:
    """Return a report with its sentences in the language asked for."""
    refused = [
        RefusedOut(
            place=one.place,
            code=one.code,
            params=dict(one.params),
            detail=_sentence(catalog, lang, one.code, one.params),
        )
        for one in report.refused
    ]
    return ImportOut(
        format=report.format,
        dry_run=report.dry_run,
        taken=report.taken,
        same=report.same,
        suppressed=report.suppressed,
        regions=list(report.regions),
        refused=refused,
        refused_total=report.refused_total,
        refused_by_code=dict(report.refused_by_code),
    )


def _sentence(catalog: Catalog, lang: str, code: str, params: Any) -> str:
    sentence = catalog.text(lang, f"fault.{code}", **params)
    if params.get("nearest"):
        sentence += " " + catalog.text(lang, "nearest", nearest=params["nearest"])
    return sentence
