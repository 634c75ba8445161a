"""The wire models of the platform's contract that every service shares (CONTRACTS section 1)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, Self, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from .problems import Problem

__all__ = [
    "CodeListOut", "CodeOut", "Comma", "Links", "ListOut", "MatchOut", "Model", "NoteOut", "PageQuery",
    "ReadQuery", "SourceOut", "TextOut", "Utc", "localise", "notes", "page_links", "sources", "utc",
]  # fmt: skip

MAX_WINDOW = 10_000
ItemT = TypeVar("ItemT")


def utc(moment: datetime) -> str:
    """Return a moment as `2026-11-22T10:00:00.000000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


Utc = Annotated[datetime, PlainSerializer(utc, return_type=str, when_used="json")]


def _split(value: Any) -> Any:
    if isinstance(value, list):
        return [part for item in value for part in str(item).split(",") if part]
    return value


# Repeated parameters and commas both mean OR.
Comma = Annotated[list[str], BeforeValidator(_split), Field(max_length=50)]


class Model(BaseModel):
    """An answer: every field is always there."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class ReadQuery(BaseModel):
    """The parameters of a read; what it does not name is refused by StrictRoute."""

    model_config = ConfigDict(extra="ignore")

    lang: str | None = Field(None, description="Language asked for; unknown ones get English.")


class PageQuery(ReadQuery):
    """The parameters of a list: page × per_page is at most 10,000."""

    page: int = Field(1, ge=1, le=MAX_WINDOW)
    per_page: int = Field(20, ge=1, le=100)

    def window(self) -> tuple[int, int]:
        """Return (offset, limit); raises Problem past the window, which exports are for."""
        if self.page * self.per_page > MAX_WINDOW:
            raise Problem(400, "window_exceeded", {"max": MAX_WINDOW})
        return (self.page - 1) * self.per_page, self.per_page


class TextOut(Model):
    """A text in the language it is really in."""

    text: str
    lang: str
    translation: Literal["human", "machine"] | None


class SourceOut(Model):
    """Where a value was taken from; only the title is required."""

    title: str
    publisher: str | None = None
    url: str | None = None
    published: str | None = None
    accessed: str | None = None
    locator: str | None = None
    lang: str | None = None
    licence: str | None = None


class NoteOut(Model):
    """What a reader must know beside a value."""

    kind: Literal["conflict", "caveat", "scope", "erratum", "break"]
    text: TextOut
    sources: list[SourceOut]


class Links(Model):
    """Addresses of a list's pages; null where there is none."""

    self: str
    first: str
    prev: str | None
    next: str | None


class ListOut(Model, Generic[ItemT]):
    """One page of a list."""

    items: list[ItemT]
    total: int
    page: int
    per_page: int
    links: Links

    @classmethod
    def of(cls, items: Sequence[Any], total: int, query: PageQuery, links: Links, **more: Any) -> Self:
        """Build a page; `more` are the further fields of a subclass."""
        page = {"page": query.page, "per_page": query.per_page, "links": links}
        return cls(items=list(items), total=total, **page, **more)


class MatchOut(Model):
    """How a code relates to a code of another list."""

    relation: Literal["exact", "close", "broad", "narrow"]
    list: str
    code: str


class CodeOut(Model):
    """One code with its words."""

    code: str
    label: TextOut
    definition: TextOut | None
    status: str
    replaced_by: str | None
    matches: list[MatchOut]


class CodeListOut(Model):
    """A list of codes."""

    list: str
    items: Sequence[CodeOut]


def page_links(
    base: str, path: str, params: Sequence[tuple[str, str]], query: PageQuery, total: int
) -> Links:
    """Return the list's addresses: the same filters, other pages."""
    kept = [(key, value) for key, value in params if key != "page"]

    def at(page: int) -> str:
        pairs = [*kept, ("page", str(page))] if page != 1 else kept
        return f"{base}{path}" + (f"?{urlencode(pairs)}" if pairs else "")

    more = query.page * query.per_page < total and (query.page + 1) * query.per_page <= MAX_WINDOW
    return Links(
        self=at(query.page),
        first=at(1),
        prev=at(query.page - 1) if query.page > 1 else None,
        next=at(query.page + 1) if more else None,
    )


def localise(
    doc: Mapping[str, str] | None, lang: str, original: str = "en", status: Mapping[str, str] | None = None
) -> TextOut | None:
    """Return a document's text for a reader: asked language, English, original, first there is.

    `status` says how a translation came about (human, machine, reviewed); without it nothing is claimed.
    """
    if not doc:
        return None
    found = next((code for code in (lang, "en", original) if code in doc), next(iter(doc)))
    how = (status or {}).get(found) if found != original else None
    translation: Literal["human", "machine"] | None = (
        None if how is None else "machine" if how == "machine" else "human"
    )
    return TextOut(text=doc[found], lang=found, translation=translation)


def sources(docs: Sequence[Mapping[str, Any]] | None) -> list[SourceOut]:
    """Return source documents as they are answered."""
    return [SourceOut(**{k: v for k, v in doc.items() if k in SourceOut.model_fields}) for doc in docs or ()]


def notes(docs: Sequence[Mapping[str, Any]] | None, lang: str) -> list[NoteOut]:
    """Return note documents in the language asked for."""
    return [
        NoteOut(kind=doc["kind"], text=text, sources=sources(doc["sources"]))
        for doc in docs or ()
        if (text := localise(doc["text"], lang)) is not None
    ]
