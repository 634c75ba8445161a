"""Figures as they are answered."""

from collections.abc import Sequence
from typing import Literal

from scoring.domain import Edition, Figure, Interval, Place, Rank, Result, Sheet, band_of, display
from servicekit.catalog import Catalog
from servicekit.wire import Model, NoteOut, SourceOut, TextOut, notes, sources

from .common import Confidence, Number, Origin, Reason, number, text_out


class RankIntervalOut(Model):
    """Between what places a region lies, by simulation."""

    low: int
    high: int


class RankOut(Model):
    """A place; `position` is null while an unknown score could change it."""

    position: int | None
    of: int
    known: int
    low: int
    high: int
    interval: RankIntervalOut | None
    origin: Literal["published", "computed"]


class CoverageOut(Model):
    """How much of a cell was answered."""

    answered: int
    expected: int


class IntervalOut(Model):
    """Between what a score lies."""

    low: float
    median: float
    high: float


class CellOut(Model):
    """One figure."""

    cell: str
    axis: str | None
    key: str | None
    label: TextOut
    score: Number | None
    display: Number | None
    reason: Reason | None
    origin: Origin
    confidence: Confidence | None
    date: str | None
    sources: list[SourceOut]
    notes: list[NoteOut]
    coverage: CoverageOut | None
    band: str | None
    interval: IntervalOut | None
    rank: RankOut | None


class AxisCellsOut(Model):
    """The figures of one axis."""

    axis: str
    label: TextOut
    cells: list[CellOut]


class ScoresOut(Model):
    """All figures of a region in one release."""

    region: str
    edition: str
    release: str
    origin: Origin
    overall: CellOut
    axes: list[AxisCellsOut]


def scores_out(sheet: Sheet, catalog: Catalog, lang: str) -> ScoresOut:
    """Return a region's figures, axes and keys in the edition's order."""
    edition = sheet.edition
    overall, axes = cells_out(edition, sheet.figures, catalog, lang=lang, origin=edition.kind)
    return ScoresOut(
        region=sheet.region,
        edition=edition.id,
        release=sheet.release,
        origin=edition.kind,
        overall=overall,
        axes=axes,
    )


def cells_out(
    edition: Edition, figures: Sequence[Figure], catalog: Catalog, *, lang: str, origin: str
) -> tuple[CellOut, list[AxisCellsOut]]:
    """Return the overall figure, and the others axis by axis."""
    found = cells_in_order(edition, figures, catalog, lang=lang, origin=origin)
    cells = {one.cell: one for one in found}
    axes = [
        AxisCellsOut(
            axis=axis.key,
            label=text_out(axis.label, lang),
            cells=[cells[f"{axis.key}-{key.key}"] for key in axis.keys],
        )
        for axis in edition.axes
    ]
    return cells["overall"], axes


def cells_in_order(
    edition: Edition, figures: Sequence[Figure], catalog: Catalog, *, lang: str, origin: str
) -> list[CellOut]:
    """Return figures as they come."""
    return [_cell(one, edition, catalog, lang=lang, origin=origin) for one in figures]


def label_out(place: Place, catalog: Catalog, lang: str) -> TextOut:
    """Return the words of a cell; those of the overall one are ours, and there in every language."""
    if place.key is None:
        return TextOut(text=catalog.text(lang, "overall"), lang=lang, translation=None)
    return text_out(place.key.label, lang)


def _cell(figure: Figure, edition: Edition, catalog: Catalog, *, lang: str, origin: str) -> CellOut:
    place, result = figure.place, figure.result
    return CellOut(
        cell=place.cell,
        axis=place.axis and place.axis.key,
        key=place.key and place.key.key,
        label=label_out(place, catalog, lang),
        score=None if result.score is None else number(result.score),
        display=None if result.score is None else number(display(result.score, edition.digits)),
        reason=result.reason,
        origin=origin,
        confidence=result.confidence,
        date=result.date,
        sources=sources(result.sources),
        notes=notes(result.notes, lang),
        coverage=result.coverage and CoverageOut.model_validate(result.coverage),
        band=_band(result, edition),
        interval=interval_out(result),
        rank=figure.rank and rank_out(figure.rank, result.interval),
    )


def _band(result: Result, edition: Edition) -> str | None:
    if result.score is None or edition.method is None:
        return None
    return band_of(edition.method, result.score)


def interval_out(result: Result) -> IntervalOut | None:
    """Return between what a score lies; figures that nothing was simulated for have none."""
    return None if result.interval is None else IntervalOut.model_validate(result.interval)


def rank_out(rank: Rank, interval: Interval | None) -> RankOut:
    """Return a place, and between what places it lies.

    The simulation ranks the regions that have a score: while another score exists and is not known, what
    it says of places could change, and is not told.
    """
    interval = None if rank.unknown else interval
    names = ("position", "of", "known", "low", "high", "origin")
    places = interval and RankIntervalOut(low=interval.rank_low, high=interval.rank_high)
    return RankOut(interval=places, **{name: getattr(rank, name) for name in names})
