"""A region's panel, put together from its parts: pure, the same parts always give the same bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

import orjson

from servicekit.middleware import etag_of

from . import __version__

__all__ = ["PARTS", "Head", "Panel", "Part", "compose", "links", "worst"]

PARTS = ("scores", "statistics", "practices", "suggestions")
Status = Literal["fresh", "stale", "missing"]
_ORDER: tuple[Status, ...] = ("fresh", "stale", "missing")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its data as JSON bytes (None when missing) and the version the entity tag rests on."""

    status: Status
    as_of: str | None
    data: bytes | None
    problem: Mapping[str, Any] | None
    version: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the parts."""

    region: bytes
    region_version: str
    edition: str | None
    release: str | None
    lang: str
    links: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A composed panel and its entity tag (of the identity coding)."""

    body: bytes
    etag: str
    complete: bool
    lang: str


def worst(*statuses: Status) -> Status:
    """Return the status of what was built from several."""
    return _ORDER[max(map(_ORDER.index, statuses), default=0)]


def compose(head: Head, parts: Mapping[str, Part]) -> Panel:
    """Compose the panel; `parts` holds all of PARTS."""
    body = orjson.dumps({
        "region": orjson.Fragment(head.region),
        "edition": head.edition,
        "release": head.release,
        "lang": head.lang,
        "parts": {name: _part(parts[name]) for name in PARTS},
        "links": head.links,
    })  # fmt: skip
    versions = [(name, parts[name].status, parts[name].version) for name in PARTS]
    # The software is a version too: a release of it may shape the same parts into other bytes.
    facts = [__version__, head.region_version, head.edition, head.lang, dict(head.links), versions]
    return Panel(
        body=body,
        etag=etag_of(orjson.dumps(facts)),
        complete=all(parts[name].status != "missing" for name in PARTS),
        lang=head.lang,
    )


def links(base: str, region: Mapping[str, Any], edition: str | None, lang: str) -> dict[str, str | None]:
    """Return the panel's addresses; null for what does not exist (yet)."""
    home = f"{base}/v1/regions/{region['id']}"
    asked = ({"edition": edition} if edition else {}) | {"lang": lang}
    return {
        "self": f"{home}/panel?{urlencode(asked)}",
        "scores": f"{home}/scores?{urlencode(asked)}",
        "practices": f"{base}/v1/practices?{urlencode({'region': region['id'], 'lang': lang})}",
        "mipex_r": original_page(region),
        "embed": None,
        "page": None,
    }


def original_page(region: Mapping[str, Any]) -> str | None:
    """Return the address of the region's page at MIPEX-R's makers, when the region's data names one."""
    addresses = (site["url"] for site in region.get("websites", ()))
    return next((url for url in addresses if "//r.mipex.eu/" in url), None)


def _part(part: Part) -> dict[str, Any]:
    return {
        "status": part.status,
        "as_of": part.as_of,
        "data": None if part.data is None else orjson.Fragment(part.data),
        "problem": part.problem,
    }
