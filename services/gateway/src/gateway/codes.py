"""The code lists of all owners, and what the platform says of itself."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import orjson

from servicekit.catalog import Catalog
from servicekit.codelists import Lists, codelist_out
from servicekit.i18n import Languages
from servicekit.middleware import BODY_LIMIT
from servicekit.problems import Problem
from servicekit.text import nearest
from servicekit.wire import MAX_WINDOW

from .forward import DOCUMENT, IMPORT
from .reads import Read, Reading, Reads
from .settings import Settings
from .upstreams import UpstreamError

__all__ = ["Codes", "Joined", "Meta"]

OWNERS = ("scoring", "practices", "survey")
IN_SHORT = ("edition", "kind", "title", "release", "uri")  # of an edition; the rest is at its own address
_EDITION = frozenset({"scoring/edition", "scoring/release"})


class Joined(NamedTuple):
    """An answer put together here, and the owners' answers it was made of."""

    body: bytes
    readings: Sequence[Reading]


@dataclass(frozen=True)
class Codes:
    """Joins the owners' code lists with the gateway's own."""

    own: Lists
    reads: Reads

    async def all(self, lang: str) -> Joined:
        """Return all lists; raises UpstreamError when an owner's are not to be had."""
        found = await asyncio.gather(*(self._of(owner, lang) for owner in OWNERS))
        known = {item["list"]: item for item in self._own(lang)}
        for reading in found:
            known = {item["list"]: item for item in _items(reading)} | known
        return Joined(orjson.dumps({"items": [known[name] for name in sorted(known)]}), found)

    async def one(self, name: str, lang: str) -> Joined | Reading:
        """Return one list, or scoring's answer for an edition's axis.

        Raises Problem 404, or UpstreamError when the list may be with an owner that does not answer.
        """
        if "." in name:
            query = urlencode({"lang": lang})
            return await self.reads.get(
                Read("scoring", f"/v1/codelists/{quote(name, safe='')}?{query}", lang, _EDITION)
            )
        known = {item["list"]: item for item in self._own(lang)}
        if name in known:
            return Joined(orjson.dumps(known[name]), [])
        answers = await asyncio.gather(*(self._of(owner, lang) for owner in OWNERS), return_exceptions=True)
        for answer in answers:
            if isinstance(answer, Reading):
                theirs = {item["list"]: item for item in _items(answer)}
                if name in theirs:
                    return Joined(orjson.dumps(theirs[name]), [answer])
                known |= theirs
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        raise Problem(404, "codelist_not_found", {"nearest": nearest(name, known)})

    def _own(self, lang: str) -> list[Mapping[str, Any]]:
        return [codelist_out(name, items, lang).model_dump() for name, items in self.own.items()]

    async def _of(self, owner: str, lang: str) -> Reading:
        tags = _EDITION if owner == "scoring" else frozenset[str]()
        target = f"/v1/codelists?{urlencode({'lang': lang})}"
        reading = await self.reads.get(Read(owner, target, lang, tags))
        if reading.entry.status != 200:
            raise UpstreamError(owner, "unexpected")
        return reading


def _items(reading: Reading) -> list[Mapping[str, Any]]:
    items: list[Mapping[str, Any]] = reading.entry.document(orjson.loads)["items"]
    return items


@dataclass(frozen=True)
class Meta:
    """What the platform says of itself."""

    settings: Settings
    languages: Languages
    catalog: Catalog
    reads: Reads

    async def document(self, lang: str) -> Joined:
        """Return the document; `editions` is null, and no reading is given, while scoring cannot be asked."""
        editions = await self._editions(lang)
        document = {
            "languages": [
                {"code": x.code, "locale": x.locale, "name": x.name, "fallback": list(x.fallback)}
                for x in self.languages.known
            ],
            "editions": [{name: one[name] for name in IN_SHORT} for one in _items(editions)]
            if editions
            else None,
            "limits": {
                "per_page": 100, "list_window": MAX_WINDOW, "values_per_filter": 50, "q_characters": 200,
                "regions_to_compare": 30,
                "body_bytes": {
                    "submissions": DOCUMENT, "editions": DOCUMENT, "compute": DOCUMENT, "imports": IMPORT,
                    "other": BODY_LIMIT,
                },
            },
            "licence": self._text("meta.licence", lang),
            "cite_as": self._text("meta.cite_as", lang, url=self.settings.public_base_url),
            "contact": self.settings.contact,
            "accessibility": None,
            "deprecations": [],
        }  # fmt: skip
        return Joined(orjson.dumps(document), [editions] if editions else [])

    async def _editions(self, lang: str) -> Reading | None:
        try:
            reading = await self.reads.get(
                Read("scoring", f"/v1/editions?{urlencode({'lang': lang})}", lang, _EDITION)
            )
        except UpstreamError:
            return None
        return reading if reading.entry.status == 200 else None

    def _text(self, msgid: str, lang: str, **params: str) -> dict[str, Any]:
        return {"text": self.catalog.text(lang, msgid, **params), "lang": lang, "translation": None}
