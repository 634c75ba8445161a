"""A practice as lists show it."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from practices.domain import Text
from servicekit.wire import Model, SourceOut, TextOut, localise, sources

__all__ = ["ItemOut", "LocationOut", "Marker", "Uri", "item_fields", "reader"]

Uri = Callable[[str], str]
Marker = Callable[[Mapping[str, tuple[str, str] | None]], dict[str, str | None]]


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
        return cls(**item_fields(doc, lang, uri, mark))


def reader(lang: str, original: str) -> Callable[[Text | None], TextOut | None]:
    """Return what reads a text of a practice for a reader of the language."""
    return lambda text: localise(text, lang, original)


_LISTS = (
    "countries", "regions", "roles", "role_kinds", "policy_areas", "themes", "target_groups",
    "practice_languages", "text_languages",
)  # fmt: skip


def item_fields(doc: Mapping[str, Any], lang: str, uri: Uri, mark: Marker | None) -> dict[str, Any]:
    """Return the fields of an item from its document."""
    text = reader(lang, doc["original"])
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
