"""The table of scores: every figure of every region of a release, known or not."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from scoring.domain import Edition, Figure, Region, Sheet
from scoring.domain.engine import display
from scoring.schemas.common import number

from .model import About, Column, Cube, Dataset, Dimension, Row
from .words import Say, nuts, source, told

__all__ = ["SCORES", "scores_table"]

SCORES = (
    Column("edition", "string", "Edition: a set of figures made by one method."),
    Column("release", "string", "Release: the immutable snapshot of the edition that the row is from."),
    Column("region", "string", "Id of the region."),
    Column("country", "string", "ISO 3166-1 code of the country."),
    Column("nuts", "string", "NUTS code whose territory is exactly the region's."),
    Column("axis", "string", "Axis of the edition that the cell is on; empty for the overall figure."),
    Column("key", "string", "Key on that axis."),
    Column("cell", "string", "Name of the figure: overall, or axis and key joined by a hyphen."),
    Column("score", "number", "Score from 0 to 100, never rounded."),
    Column("display", "number", "The score as people are shown it, rounded half away from zero."),
    Column("reason", "string", "Why there is no score; a code of the list reason."),
    Column("origin", "string", "Where the figure comes from; a code of the list origin."),
    Column("confidence", "string", "How sure the figure is: high, medium or low."),
    Column("date", "string", "Date of the figure: YYYY, YYYY-MM or YYYY-MM-DD."),
    Column("answered", "integer", "Indicators of the cell that were answered."),
    Column("expected", "integer", "Indicators of the cell that could be answered."),
    Column("interval_low", "number", "5th percentile of the simulated score."),
    Column("interval_median", "number", "Median of the simulated score."),
    Column("interval_high", "number", "95th percentile of the simulated score."),
    Column("rank", "integer", "Place, best first; empty while an unknown score could change it."),
    Column("rank_of", "integer", "How many regions take part."),
    Column("rank_low", "integer", "Best place that is possible while scores are unknown."),
    Column("rank_high", "integer", "Worst place that is possible while scores are unknown."),
    Column("source_title", "string", "Title of the source that the score was taken from."),
    Column("source_url", "anyURI", "Address of that source."),
    Column("note", "string", "What a reader must know beside the figure.", many=True),
)


def scores_table(about: About, regions: Mapping[str, Region], sheets: Sequence[Sheet], say: Say) -> Dataset:
    """Return the figures of these regions, each region's in the edition's order."""
    rows = [
        _row(about, sheet, regions[sheet.region], figure, say) for sheet in sheets for figure in sheet.figures
    ]
    return Dataset("scores", about, SCORES, rows, _cube(regions, sheets, say) if sheets else None)


def _row(about: About, sheet: Sheet, region: Region, figure: Figure, say: Say) -> Row:
    place, result, rank = figure.place, figure.result, figure.rank
    coverage, interval = result.coverage, result.interval
    return (
        sheet.edition.id,
        sheet.release,
        sheet.region,
        region.country,
        nuts(region),
        place.axis and place.axis.key,
        place.key and place.key.key,
        place.cell,
        _number(result.score),
        None if result.score is None else number(display(result.score, sheet.edition.digits)),
        None if result.reason is None else str(result.reason),
        sheet.edition.kind,
        result.confidence,
        result.date,
        coverage and coverage.answered,
        coverage and coverage.expected,
        *((interval.low, interval.median, interval.high) if interval else (None,) * 3),
        *((rank.position, rank.of, rank.low, rank.high) if rank else (None,) * 4),
        *source(result.sources),
        told(about, result.notes, say),
    )


def _number(exact: Fraction | None) -> float | int | None:
    return None if exact is None else number(exact)


def _cube(regions: Mapping[str, Region], sheets: Sequence[Sheet], say: Say) -> Cube:
    edition = sheets[0].edition
    names = {sheet.region: say.text(regions[sheet.region].name) for sheet in sheets}
    return Cube(
        structure="REGIN:SCORES(1.0.0)",
        dimensions=(
            Dimension("edition", "EDITION", say("export.edition"), {edition.id: say.text(edition.title)}),
            Dimension("region", "REF_AREA", say("export.region"), names, "geo"),
            Dimension("cell", "CELL", say("export.cell"), _cells(edition, say), "metric"),
        ),
        value="score",
        reason="reason",
        reasons=say.reasons,
    )


def _cells(edition: Edition, say: Say) -> dict[str, str]:
    return {
        place.cell: f"{say.text(place.axis.label)}: {say.text(place.key.label)}"
        if place.axis and place.key
        else say("overall")
        for place in edition.places()
    }
