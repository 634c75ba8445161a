"""The table of code lists: every code of every list with its words."""

from collections.abc import Mapping
from typing import Any

from servicekit.codelists import Lists

from .model import About, Column, Dataset, Row
from .words import Say

__all__ = ["CODELISTS", "codelists_table"]

CODELISTS = (
    Column("list", "string", "Name of the list; edition.axis for an axis of an edition."),
    Column("code", "string", "The code."),
    Column("label", "string", "Label in the language of the file."),
    Column("lang", "string", "Language that the label is really in."),
    Column("definition", "string", "Definition."),
    Column("status", "string", "Whether the code is in use."),
    Column("replaced_by", "string", "Code that is used instead."),
    Column("matches", "string", "Codes of other lists as relation:list:code.", many=True),
)


def codelists_table(about: About, lists: Lists, say: Say) -> Dataset:
    """Return every code of these lists."""
    rows = [_row(name, item, say) for name, items in lists.items() for item in items.values()]
    return Dataset("codelists", about, CODELISTS, rows)


def _row(name: str, item: Mapping[str, Any], say: Say) -> Row:
    return (
        name,
        item["code"],
        say.text(item["label"]),
        say.lang_of(item["label"]),
        say.maybe(item.get("definition")),
        item.get("status", "current"),
        item.get("replaced_by"),
        tuple(f"{match['relation']}:{match['list']}:{match['code']}" for match in item.get("matches", ())),
    )
