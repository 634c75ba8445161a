"""The table of practices: one row a practice, in the reader's language."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from practices.domain import Practice, Record, Text
from servicekit.wire import localise, utc

__all__ = ["COLUMNS", "About", "Column", "Row", "Table", "Value", "practices_table"]

Value = str | int | float | bool | None | tuple[str, ...]
Row = Sequence[Value]


@dataclass(frozen=True)
class Column:
    """One column; `many`: its values are lists. The description is English, as the name is."""

    name: str
    datatype: str
    description: str
    many: bool = False


@dataclass(frozen=True)
class About:
    """What a reader must know of the file."""

    title: str
    lang: str
    changed: date
    licence_text: str
    cite_as: str
    href: str


@dataclass(frozen=True)
class Table:
    """The practices: every row has a value for every column."""

    about: About
    rows: Sequence[Row]


COLUMNS = (
    Column("id", "string", "Id of the practice."),
    Column("uri", "anyURI", "Lasting address of the practice."),
    Column("title", "string", "Title, in the language of the file where it exists."),
    Column("lang", "string", "Language that the title is really in."),
    Column("summary", "string", "What was done."),
    Column("countries", "string", "ISO 3166-1 codes.", many=True),
    Column("regions", "string", "Ids of regions.", many=True),
    Column("scope", "string", "regional or eu."),
    Column("roles", "string", "Who does it.", many=True),
    Column("role_kinds", "string", "What kinds of bodies these are.", many=True),
    Column("policy_areas", "string", "Policy areas.", many=True),
    Column("themes", "string", "Themes.", many=True),
    Column("target_groups", "string", "Whom it is for.", many=True),
    Column("success", "string", "worked, mixed, did_not_work or unknown."),
    Column("success_basis", "string", "What that judgement rests on."),
    Column("practice_languages", "string", "Languages that the practice works in.", many=True),
    Column("text_languages", "string", "Languages that the title exists in.", many=True),
    Column("start", "string", "Beginning: YYYY, YYYY-MM or YYYY-MM-DD."),
    Column("end", "string", "End, likewise."),
    Column("ongoing", "boolean", "Whether it goes on."),
    Column("regin_relation", "string", "How it is related to REGIN."),
    Column("lat", "double", "Latitude."),
    Column("lon", "double", "Longitude."),
    Column("precision", "string", "How precise the place is."),
    Column("url", "anyURI", "Its own address."),
    Column("objectives", "string", "What it aims at."),
    Column("activities", "string", "What is done.", many=True),
    Column("results", "string", "What came of it."),
    Column("lessons_learnt", "string", "What was learnt."),
    Column("challenges", "string", "What was difficult.", many=True),
    Column("actors", "string", "Who takes part.", many=True),
    Column("funding", "string", "Who pays."),
    Column("licence", "string", "Licence of the text."),
    Column("source_title", "string", "Title of the source that it was taken from."),
    Column("source_url", "anyURI", "Address of that source."),
    Column("version", "integer", "Version of the entry."),
    Column("last_changed", "dateTime", "When the entry last changed."),
    Column("note", "string", "What a reader must know.", many=True),
)


def practices_table(about: About, records: Iterable[Record], uri: Callable[[str], str]) -> Table:
    """Return the practices; `uri` makes a practice's lasting address."""
    return Table(about, [_row(record, about.lang, uri(record.id)) for record in records])


def _row(record: Record, lang: str, uri: str) -> Row:
    practice = Practice.read(record.document)

    def text(doc: Text | None) -> str | None:
        found = localise(doc, lang, practice.original)
        return found.text if found else None

    def texts(docs: Iterable[Text]) -> tuple[str, ...]:
        return tuple(filter(None, map(text, docs)))

    title = localise(practice.title, lang, practice.original)
    place, source = practice.location, practice.sources[0] if practice.sources else {}
    return (
        record.id,
        uri,
        title.text if title else None,
        title.lang if title else None,
        text(practice.summary),
        *(tuple(getattr(practice, name)) for name in ("countries", "regions")),
        practice.scope,
        *(tuple(getattr(practice, name)) for name in _LISTS),
        practice.success.value,
        practice.success.basis,
        tuple(practice.practice_languages),
        practice.text_languages,
        practice.period.start,
        practice.period.end,
        practice.period.ongoing,
        practice.regin_relation,
        *((place.lat, place.lon, place.precision) if place else (None, None, None)),
        practice.url,
        text(practice.objectives),
        texts(practice.activities),
        text(practice.results),
        text(practice.lessons_learnt),
        texts(practice.challenges),
        texts(practice.actors),
        text(practice.funding),
        practice.licence,
        _of(source, "title"),
        _of(source, "url"),
        record.version,
        utc(record.last_changed),
        texts(note["text"] for note in practice.notes),
    )


_LISTS = ("roles", "role_kinds", "policy_areas", "themes", "target_groups")


def _of(source: Mapping[str, Any], name: str) -> str | None:
    value = source.get(name)
    return None if value is None else str(value)
