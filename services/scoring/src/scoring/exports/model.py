"""A table of data as every writer takes it: named columns, rows of plain values, and what they are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

__all__ = ["About", "Column", "Cube", "Dataset", "Datatype", "Dimension", "Row", "Scalar", "Value", "text_of"]

Scalar = str | int | float | bool | None
Value = Scalar | tuple[Scalar, ...]
Row = Sequence[Value]
Datatype = Literal["string", "number", "integer", "boolean", "date", "anyURI"]


@dataclass(frozen=True)
class Column:
    """One column; `many`: its values are lists. The description is English, as the name is."""

    name: str
    datatype: Datatype
    description: str
    many: bool = False


@dataclass(frozen=True)
class About:
    """What a reader must know of a file: whose figures, which release, how to cite, under which licence."""

    title: str
    lang: str
    origin: str | None
    edition: str | None
    release: str | None
    issued: date
    licence: str | None
    licence_url: str | None
    licence_text: str
    cite_as: str
    cite_address: str | None
    href: str
    explained: str
    note: str | None = None

    def facts(self) -> dict[str, str | None]:
        """Return it as names and values, for the formats that have no words of their own for it."""
        return {
            "title": self.title,
            "edition": self.edition,
            "release": self.release,
            "issued": self.issued.isoformat(),
            "origin": self.origin,
            "licence": self.licence,
            "licence_url": self.licence_url,
            "licence_text": self.licence_text,
            "cite_as": self.cite_as,
            "address": self.href,
            "note": self.note,
        }


@dataclass(frozen=True)
class Dimension:
    """A column that orders observations: its categories with their labels, in order."""

    column: str
    code: str
    label: str
    categories: Mapping[str, str]
    role: Literal["geo", "time", "metric"] | None = None


@dataclass(frozen=True)
class Cube:
    """How the rows of a dataset are observations: which columns order them, and which hold the figure.

    `reasons` are the words for the codes of `reason`. `structure` names it to SDMX.
    """

    structure: str
    dimensions: Sequence[Dimension]
    value: str
    reason: str
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Dataset:
    """A table: every row has a value for every column."""

    name: str
    about: About
    columns: Sequence[Column]
    rows: Sequence[Row]
    cube: Cube | None = None

    def __post_init__(self) -> None:
        width = len(self.columns)
        if any(len(row) != width for row in self.rows):
            raise ValueError(f"{self.name}: a row is not as wide as the table")

    def place(self, name: str) -> int:
        """Return where a column stands; raises KeyError."""
        for place, column in enumerate(self.columns):
            if column.name == name:
                return place
        raise KeyError(name)


def text_of(value: Scalar) -> str:
    """Return a value as text: a double in full, so that reading it gives the same double again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)
