"""The words of exports in the reader's language, and what several tables take from a region or a source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scoring.domain import Region
from servicekit.catalog import Catalog
from servicekit.codelists import Lists
from servicekit.wire import localise

from .model import About

__all__ = ["Say", "nuts", "source", "told"]


@dataclass(frozen=True)
class Say:
    """Messages, texts of documents and labels of codes in one language."""

    catalog: Catalog
    lists: Lists
    lang: str
    reasons: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reasons", self.labels("reason"))

    def __call__(self, msgid: str, **params: Any) -> str:
        """Return a message."""
        return self.catalog.text(self.lang, msgid, **params)

    def text(self, doc: Mapping[str, str] | None) -> str:
        """Return a document's text, in the language it has; nothing for none."""
        found = localise(doc, self.lang)
        return found.text if found else ""

    def maybe(self, doc: Mapping[str, str] | None) -> str | None:
        """Return a document's text or None."""
        return self.text(doc) or None

    def lang_of(self, doc: Mapping[str, str]) -> str | None:
        """Return the language that `text` is really in."""
        found = localise(doc, self.lang)
        return found.lang if found else None

    def labels(self, name: str) -> dict[str, str]:
        """Return the codes of a list with their labels."""
        return {code: self.text(item.get("label")) for code, item in self.lists.get(name, {}).items()}


def nuts(region: Region) -> str | None:
    """Return the NUTS code whose territory is just the region's."""
    exact = (code.code for code in region.codes if (code.scheme, code.match) == ("NUTS", "exact"))
    return next(exact, None)


def source(docs: Sequence[Mapping[str, Any]]) -> tuple[str | None, str | None]:
    """Return title and address of the source that a value was taken from: the first."""
    return (docs[0]["title"], docs[0].get("url")) if docs else (None, None)


def told(about: About, notes: Sequence[Mapping[str, Any]], say: Say) -> tuple[str, ...]:
    """Return the notes of a row; what holds of the whole file stands first, so that no row goes without."""
    return (*([about.note] if about.note else []), *(say.text(note["text"]) for note in notes))
