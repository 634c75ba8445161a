"""`regions.json`: regions and their statistics."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic import Field as Limits

from servicekit.text import PlainText, Slug

from .common import AxisName, Confidence, Doc, Match, NoteDoc, PartialDate, SourceDoc, Texts

__all__ = ["CodeDoc", "GroupDoc", "RegionDoc", "StatisticDoc"]


class OwnNameDoc(Doc):
    """A name in a language of the region."""

    text: PlainText
    lang: str


class CodeDoc(Doc):
    """A dated code."""

    scheme: str
    version: str
    code: str
    level: int | None
    match: Match


class PointDoc(Doc):
    """Where a marker is placed."""

    lat: Annotated[Decimal, Limits(ge=-90, le=90)]
    lon: Annotated[Decimal, Limits(ge=-180, le=180)]
    precision: Literal["site", "municipality", "region"]
    basis: str


class WebsiteDoc(Doc):
    """A web site of a region."""

    url: Annotated[PlainText, Limits(pattern=r"^https?://")]
    body: PlainText | None
    lang: str | None
    status: Literal["verified", "unverified"]
    sources: list[SourceDoc]


class BodyDoc(Doc):
    """The body that answers for integration."""

    name: Texts
    sources: list[SourceDoc]


class CompetencesDoc(Doc):
    """What a region may decide."""

    areas: dict[AxisName, list[str]]
    note: Texts | None = None
    sources: list[SourceDoc]


class PolicyContextDoc(Doc):
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


class GroupDoc(Doc):
    """Whom a statistic counts."""

    citizenship: str = "total"
    sex: str = "total"
    age: str = "total"


class StatisticDoc(Doc):
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


class RegionDoc(Doc):
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
