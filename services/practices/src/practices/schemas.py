"""What this service answers: the shapes of CONTRACTS section 6."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from servicekit.text import PlainText
from servicekit.wire import (
    Comma,
    Links,
    ListOut,
    Model,
    NoteOut,
    PageQuery,
    ReadQuery,
    SourceOut,
    TextOut,
    Utc,
    localise,
    notes,
    sources,
)  # fmt: skip

from .domain import FILTERS, MAX_TEXT, BBox, Practice, Record, Text
from .search import Highlighter, Hit, item_document
from .service import Facet, Found, Panel

__all__ = [
    "FacetOut", "FeatureCollectionOut", "FeatureOut", "FilterQuery", "ItemOut", "KeysOut", "Marker",
    "PanelOut", "PracticeOut", "PracticeQuery", "RecordOut", "SearchOut", "Show", "Uri",
]  # fmt: skip

Uri = Callable[[str], str]
Marker = Callable[[Mapping[str, tuple[str, str] | None]], dict[str, str | None]]


def _box(value: str) -> str:
    BBox.parse(value)
    return value


class FilterQuery(ReadQuery):
    """The filters: OR within one, AND across."""

    country: Comma = Field([], description="ISO 3166-1 codes (`EL` is taken for `GR`), or `unknown`")
    region: Comma = Field([], description="Ids, codes or any names of regions, or `unknown`")
    role: Comma = Field([], description="Codes of the list `role`, or `unknown`")
    policy_area: Comma = Field([], description="Codes of the list `policy_area`, or `unknown`")
    theme: Comma = Field([], description="Codes of the list `theme`, or `unknown`")
    target_group: Comma = Field([], description="Codes of the list `target_group`, or `unknown`")
    success: Comma = Field([], description="Codes of the list `success`")
    language: Comma = Field([], description="Languages of the practice, or `unknown`")
    text_language: Comma = Field([], description="Languages its text exists in")
    regin_relation: Comma = Field([], description="Codes of the list `regin_relation`, or `none`")
    aspect: Comma = Field([], description="Codes of the list `aspect`, or `unknown`")
    criterion: Comma = Field([], description="Codes of the list `criterion`, or `unknown`")
    bbox: Annotated[str, AfterValidator(_box)] | None = Field(
        None, description="west,south,east,north in degrees", max_length=100
    )
    q: PlainText = Field("", description="Words to look for; the last may be unfinished", max_length=MAX_TEXT)
    sort: str = Field("relevance", description="`relevance`, `newest` or `title`")

    def filters(self) -> dict[str, list[str]]:
        """Return the filters by name."""
        return {name: getattr(self, name) for name in FILTERS}

    def box(self) -> BBox | None:
        """Return the box asked for."""
        return BBox.parse(self.bbox) if self.bbox else None


class PracticeQuery(FilterQuery, PageQuery):
    """The parameters of the list."""

    facets: Comma = Field([], description="Filters whose values are to be counted")


class SuccessOut(Model):
    """Whether it worked, and what that rests on."""

    value: Literal["worked", "mixed", "did_not_work", "unknown"]
    basis: Literal["evaluation", "self_reported", "editor"] | None
    sources: list[SourceOut]


class PeriodOut(Model):
    """When it ran; partial dates."""

    start: str | None
    end: str | None
    ongoing: bool | None
    text: TextOut | None


class LocationOut(Model):
    """Where it is."""

    lat: float
    lon: float
    precision: Literal["site", "municipality", "region"]


class ItemOut(Model):
    """A practice as lists show it."""

    id: str
    uri: str
    title: TextOut
    summary: TextOut | None
    countries: list[str]
    regions: list[str]
    scope: Literal["regional", "eu"]
    roles: list[str]
    role_kinds: list[str]
    policy_areas: list[str]
    themes: list[str]
    target_groups: list[str]
    success: SuccessOut
    practice_languages: list[str]
    text_languages: list[str]
    period: PeriodOut
    regin_relation: str | None
    location: LocationOut | None
    url: str | None
    highlights: dict[str, str | None] | None

    @classmethod
    def of(cls, doc: Mapping[str, Any], lang: str, uri: Uri, mark: Marker | None = None) -> "ItemOut":
        """Build an item from its document; `mark` makes the highlights."""
        return cls(**_item(doc, lang, uri, mark))


class AspectOut(Model):
    """What is inspiring and what could be better on one aspect."""

    aspect: str
    inspiring: TextOut | None
    improvement: TextOut | None


class TransferabilityOut(Model):
    """Tips for those who want to do the same elsewhere."""

    replicable: TextOut | None
    other_groups: TextOut | None
    lasting: TextOut | None
    risks: TextOut | None


class CriterionOut(Model):
    """What is known on one criterion of evaluation."""

    criterion: str
    note: TextOut | None


class ContactOut(Model):
    """Whom to ask: an organisation, never a person."""

    organisation: str
    unit: str | None
    url: str | None


class PracticeOut(ItemOut):
    """A whole practice."""

    objectives: TextOut | None
    results: TextOut | None
    lessons_learnt: TextOut | None
    funding: TextOut | None
    activities: list[TextOut]
    challenges: list[TextOut]
    actors: list[TextOut]
    aspects: list[AspectOut]
    transferability: TransferabilityOut
    criteria: list[CriterionOut]
    evaluations: list[dict[str, Any]]
    contact: ContactOut | None
    links: list[dict[str, Any]]
    sources: list[SourceOut]
    notes: list[NoteOut]
    basis: dict[str, Literal["stated", "read", "mapped"]]
    words: dict[str, list[str]]
    version: int
    first_published: Utc
    last_changed: Utc
    licence: str | None

    @classmethod
    def from_record(cls, record: Record, lang: str, uri: Uri) -> "PracticeOut":
        """Build the whole practice in a language."""
        practice = Practice.read(record.document)
        text = _reader(lang, practice.original)
        tips = practice.transferability
        return cls(
            **_item(item_document(practice), lang, uri, None),
            objectives=text(practice.objectives),
            results=text(practice.results),
            lessons_learnt=text(practice.lessons_learnt),
            funding=text(practice.funding),
            **{
                name: [text(one) for one in getattr(practice, name)]
                for name in ("activities", "challenges", "actors")
            },
            aspects=[
                AspectOut(aspect=a.aspect, inspiring=text(a.inspiring), improvement=text(a.improvement))
                for a in practice.aspects
            ],
            transferability=TransferabilityOut(**{name: text(value) for name, value in vars(tips).items()}),
            criteria=[CriterionOut(criterion=c.criterion, note=text(c.note)) for c in practice.criteria],
            evaluations=list(practice.evaluations),
            contact=ContactOut(**practice.contact) if practice.contact else None,
            links=list(practice.links),
            sources=sources(practice.sources),
            notes=notes(practice.notes, lang),
            basis=dict(practice.basis),
            words={name: list(words) for name, words in practice.words.items()},
            version=record.version,
            first_published=record.first_published,
            last_changed=record.last_changed,
            licence=practice.licence,
        )


class FacetOut(Model):
    """One value of a facet."""

    value: str
    label: str
    count: int
    selected: bool


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
            facets=_facets(found.facets),
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
            facets=_facets(panel.facets),
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

    def feature(self, hit: Hit) -> FeatureOut:
        """Return a hit as a GeoJSON feature: at its location, else at its first region's point."""
        item, point = self.item(hit), hit.point
        if point and item.location is None:
            item.location = LocationOut(lat=point.lat, lon=point.lon, precision="region")
        place = GeometryOut(type="Point", coordinates=(point.lon, point.lat)) if point else None
        return FeatureOut(type="Feature", id=hit.id, geometry=place, properties=item)


def _reader(lang: str, original: str) -> Callable[[Text | None], TextOut | None]:
    return lambda text: localise(text, lang, original)


def _facets(facets: Mapping[str, Sequence[Facet]]) -> dict[str, list[FacetOut]]:
    return {name: [FacetOut(**asdict(value)) for value in values] for name, values in facets.items()}


_LISTS = (
    "countries", "regions", "roles", "role_kinds", "policy_areas", "themes", "target_groups",
    "practice_languages", "text_languages",
)  # fmt: skip


def _item(doc: Mapping[str, Any], lang: str, uri: Uri, mark: Marker | None) -> dict[str, Any]:
    text = _reader(lang, doc["original"])
    shown = {"title": text(doc["title"]), "summary": text(doc["summary"])}
    success, period, location = doc["success"], doc["period"], doc["location"]
    marked = {name: (found.text, found.lang) if found else None for name, found in shown.items()}
    return {
        **{name: doc[name] for name in ("id", "scope", "regin_relation", "url", *_LISTS)},
        **shown,
        "uri": uri(doc["id"]),
        "success": SuccessOut(**{**success, "sources": sources(success["sources"])}),
        "period": PeriodOut(**{**period, "text": text(period["text"])}),
        "location": LocationOut(**location) if location else None,
        "highlights": mark(marked) if mark else None,
    }
