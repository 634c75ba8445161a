"""What the gateway answers itself; output fields have no defaults."""

from typing import Any, Literal

from pydantic import Field

from servicekit.wire import Model, TextOut

__all__ = ["MetaOut", "PanelOut"]


class PartProblemOut(Model):
    """Why a part is missing or could not be refreshed."""

    type: str
    title: str
    status: int
    detail: str
    code: str


class PartOut(Model):
    """One part of a panel."""

    status: Literal["fresh", "stale", "missing"]
    as_of: str | None = Field(description="When the content last changed at its owner.")
    data: dict[str, Any] | None
    problem: PartProblemOut | None


class PartsOut(Model):
    """The four parts of a panel."""

    scores: PartOut
    statistics: PartOut
    practices: PartOut
    suggestions: PartOut


class PanelLinksOut(Model):
    """Addresses; null for what does not exist."""

    self: str
    scores: str
    practices: str
    mipex_r: str | None
    embed: str | None
    page: str | None


class PanelOut(Model):
    """Everything known of a region, each part with its state."""

    region: dict[str, Any]
    edition: str | None
    release: str | None
    lang: str
    parts: PartsOut
    links: PanelLinksOut


class LanguageOut(Model):
    """A language texts exist in."""

    code: str
    locale: str
    name: str
    fallback: list[str]


class BodyLimitsOut(Model):
    """The longest bodies taken, in bytes."""

    submissions: int
    editions: int
    compute: int
    imports: int
    other: int


class LimitsOut(Model):
    """What a call may ask for at most."""

    per_page: int
    list_window: int
    values_per_filter: int
    q_characters: int
    regions_to_compare: int
    body_bytes: BodyLimitsOut


class EditionInShortOut(Model):
    """An edition, without its axes."""

    edition: str
    kind: str
    title: TextOut
    release: str | None = Field(description="The current release; null while there is none.")
    uri: str


class MetaOut(Model):
    """What the platform says of itself."""

    languages: list[LanguageOut]
    editions: list[EditionInShortOut] | None = Field(description="Null while they cannot be read.")
    limits: LimitsOut
    licence: TextOut
    cite_as: TextOut
    contact: str | None
    accessibility: str | None
    deprecations: list[dict[str, Any]]
