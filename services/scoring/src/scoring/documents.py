"""The data files as they must be, one class for each thing in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic import Field as Limits

from servicekit.text import PlainText, Slug

__all__ = [
    "BadData", "Bundle", "CodeDoc", "EditionDoc", "GroupDoc", "RegionDoc", "ScoreDoc", "StatisticDoc",
]  # fmt: skip

Texts = dict[str, Annotated[PlainText, Limits(min_length=1)]]
Confidence = Literal["high", "medium", "low"]
Match = Literal["exact", "close", "broad", "narrow"]
AxisName = Annotated[str, Limits(pattern=r"^[a-z][a-z0-9_]*$")]
PartialDate = Annotated[str, Limits(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


class BadData(Exception):
    """The files cannot be loaded; `faults` says what is wrong and where, all of it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class _Doc(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SourceDoc(_Doc):
    """Where something was taken from."""

    title: PlainText
    publisher: PlainText | None = None
    url: PlainText | None = None
    published: PartialDate | None = None
    accessed: PartialDate | None = None
    locator: PlainText | None = None
    lang: str | None = None
    licence: str | None = None


class NoteDoc(_Doc):
    """What a reader must know; `field` is for those who keep the data."""

    kind: Literal["conflict", "caveat", "scope", "erratum", "break"]
    text: Texts
    sources: list[SourceDoc]
    field: str | None = None


class OwnNameDoc(_Doc):
    """A name in a language of the region."""

    text: PlainText
    lang: str


class CodeDoc(_Doc):
    """A dated code."""

    scheme: str
    version: str
    code: str
    level: int | None
    match: Match


class PointDoc(_Doc):
    """Where a marker is placed."""

    lat: Annotated[Decimal, Limits(ge=-90, le=90)]
    lon: Annotated[Decimal, Limits(ge=-180, le=180)]
    precision: Literal["site", "municipality", "region"]
    basis: str


class WebsiteDoc(_Doc):
    """A web site of a region."""

    url: Annotated[PlainText, Limits(pattern=r"^https?://")]
    body: PlainText | None
    lang: str | None
    status: Literal["verified", "unverified"]
    sources: list[SourceDoc]


class BodyDoc(_Doc):
    """The body that answers for integration."""

    name: Texts
    sources: list[SourceDoc]


class CompetencesDoc(_Doc):
    """What a region may decide."""

    areas: dict[AxisName, list[str]]
    note: Texts | None = None
    sources: list[SourceDoc]


class PolicyContextDoc(_Doc):
    """What sources say of a region's policies; what they do not say is null."""

    integration_policies: Texts | None = None
    overarching_strategy: bool | None = None
    integration_plans_date_from: int | None = None
    systematic_evaluation: dict[Literal["tcn", "bip"], bool] | None = None
    dedicated_unit: bool | None = None
    permanent_body: bool | None = None
    better_for: Literal["tcn", "bip", "equal"] | None = None
    strong: list[AxisName] = Field(default_factory=list)
    weak: list[AxisName] = Field(default_factory=list)
    note: Texts | None = None
    sources: list[SourceDoc]


class GroupDoc(_Doc):
    """Whom a statistic counts."""

    citizenship: str = "total"
    sex: str = "total"
    age: str = "total"


class StatisticDoc(_Doc):
    """A figure about a region."""

    key: AxisName
    group: GroupDoc | None = None
    value: int | Decimal
    unit: str
    period: PartialDate | None
    flags: list[str]
    confidence: Confidence
    sources: Annotated[list[SourceDoc], Limits(min_length=1)]
    notes: list[NoteDoc]


class RegionDoc(_Doc):
    """One region of `regions.json`."""

    id: Slug
    name: Texts
    own_names: list[OwnNameDoc]
    country: Annotated[str, Limits(pattern=r"^[A-Z]{2}$")]
    codes: list[CodeDoc]
    aliases: list[PlainText]
    regin_pilot: bool
    mipex_r: bool
    network: bool
    point: PointDoc | None
    websites: list[WebsiteDoc]
    responsible_body: BodyDoc | None
    assessed_body: PlainText | None
    competences: CompetencesDoc | None
    policy_context: PolicyContextDoc | None
    statistics: list[StatisticDoc]
    facts: dict[str, Any] | None = None  # kept in the file: no call answers with them yet
    notes: list[NoteDoc]


class MatchDoc(_Doc):
    """A code of another list."""

    relation: Match
    list: str
    code: str


class KeyDoc(_Doc):
    """A key of an axis."""

    key: AxisName
    label: Texts
    definition: Texts | None
    matches: list[MatchDoc]
    sources: list[SourceDoc] = Field(default_factory=list)


class AxisDoc(_Doc):
    """An axis of an edition."""

    key: AxisName
    label: Texts
    keys: Annotated[list[KeyDoc], Limits(min_length=1)]


class ReleaseDoc(_Doc):
    """The release that the published scores are."""

    id: str
    issued: Annotated[date, Limits(strict=False)]


class EditionDoc(_Doc):
    """One file of `editions/`."""

    edition: Slug
    kind: Literal["published"]
    title: Texts
    licence: str | None
    languages: list[str]
    release: ReleaseDoc
    axes: Annotated[list[AxisDoc], Limits(min_length=1)]
    indicators: Annotated[list[Any], Limits(max_length=0)]
    method: None
    notes: list[NoteDoc]
    sources: list[SourceDoc]

    def cells(self) -> dict[str, tuple[str | None, str | None]]:
        """Return every cell with its axis and key, the overall one first."""
        inner = {f"{axis.key}-{key.key}": (axis.key, key.key) for axis in self.axes for key in axis.keys}
        return {"overall": (None, None), **inner}


class StatedRankDoc(_Doc):
    """A place that a source states."""

    position: Annotated[int, Limits(ge=1)]
    of: int


class ScoreDoc(_Doc):
    """One figure of `published_scores.json`."""

    region: str
    edition: str
    axis: str
    key: str
    score: Annotated[int | Decimal, Limits(ge=0, le=100)]
    wave: str
    date: PartialDate
    confidence: Confidence
    notes: list[NoteDoc]
    sources: Annotated[list[SourceDoc], Limits(min_length=1)]
    stated_rank: StatedRankDoc | None = None

    @property
    def cell(self) -> str:
        """The figure's name."""
        return "overall" if self.axis == "overall" else f"{self.axis}-{self.key}"


@dataclass(frozen=True)
class Bundle:
    """All that is loaded, checked."""

    regions: Sequence[RegionDoc] = ()
    editions: Sequence[EditionDoc] = ()
    scores: Sequence[ScoreDoc] = ()
