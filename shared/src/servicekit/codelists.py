"""Code lists from files: the words of every code, in every language."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from .i18n import Lang
from .problems import Problem
from .routing import StrictRoute
from .text import nearest
from .wire import CodeListOut, CodeOut, MatchOut, Model, localise

__all__ = ["CodeListsOut", "Lists", "codelist_out", "codelist_router", "load_codelists"]

# list -> code -> the code's document, in the list's order
Lists = Mapping[str, Mapping[str, Mapping[str, Any]]]


class CodeListsOut(Model):
    """All code lists."""

    items: list[CodeListOut]


def load_codelists(folder: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Read every list of a folder; raises ValueError when two items of a list share a code."""
    lists: dict[str, dict[str, dict[str, Any]]] = {}
    for path in sorted(folder.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        items = {item["code"]: item for item in document["items"]}
        if len(items) != len(document["items"]) or document["list"] != path.stem:
            raise ValueError(f"{path.name}: a code stands twice, or the list is not named as its file")
        lists[document["list"]] = items
    return lists


def codelist_out(name: str, items: Mapping[str, Mapping[str, Any]], lang: str) -> CodeListOut:
    """Return one list in the language asked for."""
    return CodeListOut(list=name, items=[_code(item, lang) for item in items.values()])


def _code(item: Mapping[str, Any], lang: str) -> CodeOut:
    label = localise(item["label"], lang)
    assert label is not None, item["code"]  # noqa: S101 - the data tests hold that every code has a label
    return CodeOut(
        code=item["code"],
        label=label,
        definition=localise(item.get("definition"), lang),
        status=item.get("status", "current"),
        replaced_by=item.get("replaced_by"),
        matches=[MatchOut(**match) for match in item.get("matches", ())],
    )


async def _lists_of(request: Request) -> Lists:
    lists: Lists = request.state.codelists
    return lists


def codelist_router() -> APIRouter:
    """Return the two calls; the lists are `codelists` of the lifespan's state."""
    router = APIRouter(prefix="/v1/codelists", route_class=StrictRoute, tags=["code lists"])
    held = Annotated[Lists, Depends(_lists_of)]

    @router.get("", summary="Every code with its words")
    async def code_lists(lang: Lang, lists: held) -> CodeListsOut:
        return CodeListsOut(items=[codelist_out(name, items, lang) for name, items in lists.items()])

    @router.get("/{name}", summary="One code list")
    async def code_list(name: str, lang: Lang, lists: held) -> CodeListOut:
        if name not in lists:
            raise Problem(404, "codelist_not_found", {"nearest": nearest(name, lists)})
        return codelist_out(name, lists[name], lang)

    return router
