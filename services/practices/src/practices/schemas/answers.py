"""What searches, panels and other services are answered."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from practices.domain import Practice
from practices.search import Highlighter, Hit, item_document
from practices.service import Facet, Found, Panel
from servicekit.wire import Links, ListOut, Model, TextOut, Utc, localise

from .items import ItemOut, LocationOut, Uri
from .queries import PracticeQuery

__all__ = [
    "FacetOut", "FeatureCollectionOut", "FeatureOut", "KeysOut", "PanelOut", "RecordOut", "SearchOut", "Show",
]  # fmt: skip


class FacetOut(Model):
    """One value of a facet."""

    value: str
    label: TextOut
    count: int
    selected: bool

    @classmethod
    def of(cls, facet: Facet, lang: str) -> "FacetOut":
        """Build it in a language."""
        label = localise(facet.label, lang)
        assert label is not None, facet.value  # noqa: S101 - a label is never without words
        return cls(value=facet.value, label=label, count=facet.count, selected=facet.selected)


class SearchOut(ListOut[ItemOut]):
    """A page of what was found."""

    facets: dict[str, list[FacetOut]]
    engine: Literal["meilisearch", "postgresql"]
    degraded: bool
    complete_through: Utc | None

    @classmethod
    def answer(cls, found: Found, query: PracticeQuery, links: Links, show: "Show") -> "SearchOut":
        """Build the answer to a search."""
        return cls(
            items=[show.item(hit) for hit in found.hits],
            total=found.total,
            page=query.page,
            per_page=query.per_page,
            links=links,
            facets=show.facets(found.facets),
            engine=found.engine,
            degraded=found.degraded,
            complete_through=found.complete_through,
        )


class GeometryOut(Model):
    """A GeoJSON point: longitude, latitude."""

    type: Literal["Point"]
    coordinates: tuple[float, float]


class FeatureOut(Model):
    """A practice on the map."""

    type: Literal["Feature"]
    id: str
    geometry: GeometryOut | None
    properties: ItemOut


class FeatureCollectionOut(Model):
    """Everything found, as GeoJSON."""

    type: Literal["FeatureCollection"]
    features: list[FeatureOut]
    total: int
    engine: Literal["meilisearch", "postgresql"]
    degraded: bool
    complete_through: Utc | None

    @classmethod
    def answer(cls, found: Found, show: "Show") -> "FeatureCollectionOut":
        """Build the map of a search."""
        return cls(
            type="FeatureCollection",
            features=[show.feature(hit) for hit in found.hits],
            total=found.total,
            engine=found.engine,
            degraded=found.degraded,
            complete_through=found.complete_through,
        )


class PanelOut(Model):
    """The practices part of a region's panel."""

    total: int
    items: list[ItemOut]
    facets: dict[str, list[FacetOut]]

    @classmethod
    def of(cls, panel: Panel, lang: str, uri: Uri) -> "PanelOut":
        """Build the part in a language."""
        items = [item_document(Practice.read(record.document)) for record in panel.records]
        return cls(
            total=panel.total,
            items=[ItemOut.of(item, lang, uri) for item in items],
            facets=_facets(panel.facets, lang),
        )


class KeysOut(Model):
    """The ids of all published practices."""

    keys: list[str]


class RecordOut(Model):
    """A practice as other services read it: the document, every text in all its languages."""

    id: str
    version: int
    document: dict[str, Any]
    changed_at: Utc


class Show:
    """Turns what was found into items of one language."""

    def __init__(self, lang: str, uri: Uri, mark: Highlighter | None) -> None:
        self._lang = lang
        self._uri = uri
        self._mark = mark.mark if mark else None

    def item(self, hit: Hit) -> ItemOut:
        """Return a hit as an item."""
        return ItemOut.of(hit.item, self._lang, self._uri, self._mark)

    def facets(self, facets: Mapping[str, Sequence[Facet]]) -> dict[str, list[FacetOut]]:
        """Return the facets with their labels."""
        return _facets(facets, self._lang)

    def feature(self, hit: Hit) -> FeatureOut:
        """Return a hit as a GeoJSON feature: at its location, else at its first region's point."""
        item, point = self.item(hit), hit.point
        if point and item.location is None:
            item.location = LocationOut(lat=point.lat, lon=point.lon, precision="region")
        place = GeometryOut(type="Point", coordinates=(point.lon, point.lat)) if point else None
        return FeatureOut(type="Feature", id=hit.id, geometry=place, properties=item)


def _facets(facets: Mapping[str, Sequence[Facet]], lang: str) -> dict[str, list[FacetOut]]:
    return {name: [FacetOut.of(value, lang) for value in values] for name, values in facets.items()}
