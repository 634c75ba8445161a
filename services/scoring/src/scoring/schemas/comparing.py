"""Regions side by side, and those that resemble each other, as they are answered."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from pydantic import Field

from scoring.domain import Place, Region
from scoring.domain.comparisons import Spread, spread
from scoring.domain.similarity import NotComparable, Similar
from scoring.service import ComparisonView, SimilarView
from servicekit.catalog import Catalog
from servicekit.wire import Model, TextOut

from .common import Number, Origin, Reason, number, text_out
from .figures import CellOut, cells_in_order, label_out

__all__ = ["ComparisonOut", "SimilarsOut", "comparison_out", "similars_out"]


class ComparedRegionOut(Model):
    """A region that is compared."""

    id: str
    name: TextOut
    country: str


class SpreadOut(Model):
    """Between what the known scores of a row lie."""

    low: Number
    high: Number


class ComparedRowOut(Model):
    """One cell of all regions, in the order of the regions."""

    cell: str
    axis: str | None
    key: str | None
    label: TextOut
    cells: list[CellOut]
    indistinguishable: list[tuple[str, str]] | None = Field(
        description="Pairs of these regions whose order the simulation cannot tell; null: not simulated."
    )
    spread: SpreadOut | None = Field(description="Null while fewer than two scores are known.")


class ComparisonOut(Model):
    """Regions side by side; the ranks are those among all that take part in the release."""

    edition: str
    release: str
    origin: Origin
    regions: list[ComparedRegionOut]
    rows: list[ComparedRowOut]


class ComparedCellOut(Model):
    """One cell of two regions."""

    cell: str
    label: TextOut
    own: Number
    other: Number
    difference: Number


class SimilarOut(Model):
    """A region with a similar profile: the mean absolute difference over the cells both have a score in."""

    region: str
    name: TextOut
    distance: Number
    cells_compared: int
    closest: list[ComparedCellOut]
    furthest: list[ComparedCellOut]


class NotComparableOut(Model):
    """A region that is not compared, for fewer than half of the cells have a score of both."""

    region: str
    name: TextOut
    reason: Reason
    cells_compared: int


class SimilarsOut(Model):
    """The regions that a region resembles, the most similar first; `total` counts all that are comparable."""

    region: str
    edition: str
    release: str
    origin: Origin
    cells: int
    total: int
    items: list[SimilarOut]
    not_comparable: list[NotComparableOut]


def comparison_out(view: ComparisonView, catalog: Catalog, lang: str) -> ComparisonOut:
    """Return regions side by side, one row for each cell in the edition's order."""
    edition, origin = view.edition, view.edition.kind
    columns = [cells_in_order(edition, s.figures, catalog, lang=lang, origin=origin) for s in view.sheets]
    rows = [
        ComparedRowOut(
            cell=cells[0].cell,
            axis=cells[0].axis,
            key=cells[0].key,
            label=cells[0].label,
            cells=list(cells),
            indistinguishable=None if view.pairs is None else list(view.pairs.get(cells[0].cell, ())),
            spread=_spread(spread(figure.result.score for figure in figures)),
        )
        for cells, figures in zip(
            zip(*columns, strict=True), zip(*(s.figures for s in view.sheets), strict=True), strict=True
        )
    ]
    regions = [
        ComparedRegionOut(id=one.id, name=text_out(one.name, lang), country=one.country)
        for one in view.regions
    ]
    return ComparisonOut(edition=edition.id, release=view.release, origin=origin, regions=regions, rows=rows)


def similars_out(view: SimilarView, catalog: Catalog, lang: str, limit: int) -> SimilarsOut:
    """Return the most similar regions, so many of them, and all that cannot be compared."""
    places = {place.cell: place for place in view.edition.places()}
    own = view.held.get(view.region, {})

    def compared(cells: Iterable[str], other: Mapping[str, object]) -> list[ComparedCellOut]:
        return [_cell(places[cell], own[cell], other[cell], catalog, lang) for cell in cells]

    def similar(one: Similar) -> SimilarOut:
        return SimilarOut(
            region=one.region,
            name=_name(view.names[one.region], lang),
            distance=number(one.distance),
            cells_compared=one.compared,
            closest=compared(one.closest, view.held[one.region]),
            furthest=compared(one.furthest, view.held[one.region]),
        )

    def apart(one: NotComparable) -> NotComparableOut:
        name = _name(view.names[one.region], lang)
        return NotComparableOut(region=one.region, name=name, reason=one.reason, cells_compared=one.compared)

    return SimilarsOut(
        region=view.region,
        edition=view.edition.id,
        release=view.release,
        origin=view.edition.kind,
        cells=len(view.cells),
        total=len(view.likeness.similar),
        items=[similar(one) for one in view.likeness.similar[:limit]],
        not_comparable=[apart(one) for one in view.likeness.not_comparable],
    )


def _cell(place: Place, own: object, other: object, catalog: Catalog, lang: str) -> ComparedCellOut:
    assert isinstance(own, Fraction)  # noqa: S101 - only cells that both have a score in are compared
    assert isinstance(other, Fraction)  # noqa: S101
    return ComparedCellOut(
        cell=place.cell,
        label=label_out(place, catalog, lang),
        own=number(own),
        other=number(other),
        difference=number(abs(own - other)),
    )


def _name(region: Region, lang: str) -> TextOut:
    return text_out(region.name, lang)


def _spread(found: Spread | None) -> SpreadOut | None:
    return None if found is None else SpreadOut(low=number(found.low), high=number(found.high))
