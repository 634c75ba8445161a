"""Editions as they are answered: what is measured, what is asked, and how answers become figures."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pydantic import Field

from scoring.domain import Indicator, Key, Method, Questionnaire
from scoring.service import EditionEntry, Loaded
from servicekit.wire import MatchOut, Model, NoteOut, SourceOut, TextOut, localise, notes, sources

from .common import Number, number, text_out


class KeyOut(Model):
    """A key of an axis."""

    key: str
    label: TextOut
    definition: TextOut | None
    matches: list[MatchOut]


class AxisOut(Model):
    """An axis with its keys."""

    key: str
    label: TextOut
    keys: list[KeyOut]


class OptionOut(Model):
    """One answer to choose, and its score."""

    id: str
    score: Number
    text: TextOut


class IndicatorOut(Model):
    """One question; `position` names the keys that it counts in, axis by axis."""

    id: str
    original_id: str | None
    family: str | None
    question: TextOut
    help: TextOut | None
    weight: Number
    position: Mapping[str, Sequence[str]]
    options: list[OptionOut]


class OverallOut(Model):
    """What the overall figure is the mean of: all indicators, or the cells of an axis."""

    mean_of: Literal["indicators", "groups"]
    axis: str | None


class RoundingOut(Model):
    """How a figure is rounded where people are shown it."""

    mode: Literal["half_up"]
    digits: int


class BandOut(Model):
    """A named part of the scale; `from` is inclusive."""

    key: str
    start: Number = Field(serialization_alias="from")
    label: TextOut


class MethodOut(Model):
    """How answers become figures."""

    overall: OverallOut
    min_coverage: Number
    rounding: RoundingOut
    bands: list[BandOut]


class EditionOut(Model):
    """An edition; in the list of all its `indicators` are left out."""

    edition: str
    uri: str
    kind: Literal["published", "computed", "demonstration"]
    title: TextOut
    licence: str | None
    languages: list[str]
    release: str | None
    axes: list[AxisOut]
    indicators: list[IndicatorOut]
    method: MethodOut | None
    document_hash: str | None
    notes: list[NoteOut]
    sources: list[SourceOut]


class EditionsOut(Model):
    """All editions."""

    items: list[EditionOut]


class LoadedOut(Model):
    """What loading an edition did, or would do."""

    edition: str
    document_hash: str
    changed: bool
    dry_run: bool


def edition_out(entry: EditionEntry, uri: str, lang: str, asks: Questionnaire | None = None) -> EditionOut:
    """Return an edition in the language asked for; a published one asks nothing here and has no method."""
    edition = entry.edition
    return EditionOut(
        edition=edition.id,
        uri=uri,
        kind=edition.kind,
        title=text_out(edition.title, lang),
        licence=edition.licence,
        languages=list(edition.languages),
        release=entry.release and entry.release.id,
        axes=[
            AxisOut(key=a.key, label=text_out(a.label, lang), keys=_keys(a.keys, lang)) for a in edition.axes
        ],
        indicators=[_indicator(one, lang) for one in (asks.indicators if asks else ())],
        method=edition.method and _method(edition.method, lang),
        document_hash=edition.document_hash,
        notes=notes(edition.notes, lang),
        sources=sources(edition.sources),
    )


def loaded_out(loaded: Loaded) -> LoadedOut:
    """Return what loading did."""
    return LoadedOut.model_validate(loaded)


def _keys(keys: Iterable[Key], lang: str) -> list[KeyOut]:
    return [
        KeyOut(
            key=key.key,
            label=text_out(key.label, lang),
            definition=localise(key.definition, lang),
            matches=[MatchOut(**match) for match in key.matches],
        )
        for key in keys
    ]


def _indicator(one: Indicator, lang: str) -> IndicatorOut:
    return IndicatorOut(
        id=one.id,
        original_id=one.original_id,
        family=one.family,
        question=text_out(one.question, lang),
        help=localise(one.help, lang),
        weight=number(one.weight),
        position={axis: list(keys) for axis, keys in one.position.items()},
        options=[
            OptionOut(id=option.id, score=number(option.score), text=text_out(option.text, lang))
            for option in one.options
        ],
    )


def _method(method: Method, lang: str) -> MethodOut:
    return MethodOut(
        overall=OverallOut(mean_of=method.overall, axis=method.groups_axis),
        min_coverage=number(method.min_coverage),
        rounding=RoundingOut(mode="half_up", digits=method.digits),
        bands=[
            BandOut(key=band.key, start=number(band.start), label=text_out(band.label, lang))
            for band in method.bands
        ],
    )
