"""The panel: which reads each part takes, and what becomes of them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode

import orjson
import structlog

from servicekit.catalog import Catalog

from .cache import Entry
from .fanout import NotServed, fan_out
from .panels import PARTS, Head, Panel, Part, Status, compose, links, worst
from .reads import Read, Reading, Reads
from .suggestions import AXIS, catalogue_areas, suggest, weak_cells
from .upstreams import UpstreamError, problem_code

__all__ = ["Composed", "Declined", "PanelService", "part_problem", "region_read", "scores_read"]

log = structlog.get_logger()

# Whom a part hangs on at last: suggestions are searched for once the scores are there.
OWNERS = {
    "region": "scoring", "scores": "scoring", "statistics": "scoring",
    "practices": "practices", "suggestions": "practices",
}  # fmt: skip
SEARCHED = 30  # practices looked at for one weak cell: the region's own are left out of them


class Declined(NotServed):
    """An owner's answer is the answer to the whole call: no such region or edition, or an alias."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.reading = reading


@dataclass(frozen=True, slots=True)
class Composed:
    """A panel and the answers it was built on; it stays good while they are fresh."""

    panel: Panel
    entries: tuple[Entry, ...]
    fresh: bool
    new: bool


@dataclass(frozen=True, slots=True)
class _Built:
    """A part's content before it is part of a panel."""

    readings: tuple[Reading, ...]
    data: bytes

    @property
    def status(self) -> Status:
        return worst(*("stale" if r.how == "stale" else "fresh" for r in self.readings))

    @property
    def error(self) -> UpstreamError | None:
        return next((r.error for r in self.readings if r.error is not None), None)


def part_problem(catalog: Catalog, lang: str, error: UpstreamError) -> dict[str, Any]:
    """Return the problem of a part that is missing or could not be refreshed."""
    code = problem_code(error)
    return {
        "type": f"urn:problem:{code}",
        "title": catalog.text(lang, f"{code}.title"),
        "status": 503,
        "detail": catalog.text(lang, f"{code}.detail"),
        "code": code,
    }


def region_read(segment: str, lang: str) -> Read:
    """Return the read of a region by its raw path segment."""
    tags = frozenset({_region_tag(segment)})
    return Read("scoring", f"/v1/regions/{segment}?{urlencode({'lang': lang})}", lang, tags)


def scores_read(segment: str, edition: str | None, lang: str) -> Read:
    """Return the read of a region's scores: ranks depend on every region of the release."""
    query = urlencode(({"edition": edition} if edition is not None else {}) | {"lang": lang})
    tags = frozenset({_region_tag(segment), "scoring/edition", "scoring/release"})
    return Read("scoring", f"/v1/regions/{segment}/scores?{query}", lang, tags)


def _region_tag(segment: str) -> str:
    # An id may be sent percent-encoded; its changes are told by the id.
    return f"scoring/region/{unquote(segment)}"


class PanelService:
    """Joins what the owners know of a region."""

    def __init__(self, reads: Reads, catalog: Catalog, *, base_url: str, deadline: float) -> None:
        self._reads = reads
        self._catalog = catalog
        self._base = base_url.rstrip("/")
        self._deadline = deadline

    async def panel(self, segment: str, edition: str | None, lang: str) -> Composed:
        """Return a region's panel; `segment` is the raw path segment.

        All parts are asked for at once, the region among them: only it is required. Raises Declined when an
        owner declines the region or the edition, UpstreamError when the region cannot be read.
        """
        built = await fan_out(
            {
                "region": lambda: self._region(segment, lang),
                "scores": lambda: self._scores(segment, edition, lang),
                "statistics": lambda: self._statistics(segment, lang),
                "practices": lambda: self._practices(segment, lang),
                "suggestions": lambda: self._suggestions(segment, edition, lang),
            },
            owners=OWNERS,
            deadline=self._deadline,
        )
        region = built.pop("region")
        if isinstance(region, UpstreamError):
            raise region
        return self._compose(region, built, edition, lang)

    def age(self, composed: Composed) -> int:
        """Return how old what a panel was built on is, in whole seconds."""
        return max((self._reads.cache.age(entry) for entry in composed.entries), default=0)

    def _compose(
        self, region: _Built, built: Mapping[str, _Built | UpstreamError], edition: str | None, lang: str
    ) -> Composed:
        document = region.readings[0].entry.document(orjson.loads)
        scores = built["scores"]
        found = scores.readings[0].entry.document(orjson.loads) if isinstance(scores, _Built) else {}
        head = Head(
            region=region.data,
            region_version=region.readings[0].entry.etag,
            edition=found.get("edition", edition),
            release=found.get("release"),
            lang=lang,
            links=links(self._base, document, edition, lang),
        )
        panel = compose(head, {name: self._part(built[name], lang) for name in PARTS})
        readings = [r for b in (region, *built.values()) if isinstance(b, _Built) for r in b.readings]
        return Composed(
            panel=panel,
            entries=tuple(reading.entry for reading in readings),
            fresh=panel.complete and all(reading.how != "stale" for reading in readings),
            new=any(reading.how == "miss" for reading in readings),
        )

    def _part(self, built: _Built | UpstreamError, lang: str) -> Part:
        error = built if isinstance(built, UpstreamError) else built.error
        problem = part_problem(self._catalog, lang, error) if error else None
        if isinstance(built, UpstreamError):
            if built.reason == "unexpected":
                log.error("an owner declined a part of a region it should know", owner=built.upstream)
            return Part("missing", None, None, problem, problem_code(built))
        stamps = [r.entry.as_of for r in built.readings if r.entry.as_of is not None]
        versions = [r.entry.etag for r in built.readings] + ([problem_code(error)] if error else [])
        return Part(built.status, max(stamps, default=None), built.data, problem, " ".join(versions))

    async def _region(self, segment: str, lang: str) -> _Built:
        reading = await self._reads.get(region_read(segment, lang))
        if reading.entry.status != 200:
            raise Declined(reading)
        return _Built((reading,), reading.entry.body)

    async def _scores(self, segment: str, edition: str | None, lang: str) -> _Built:
        reading = await self._reads.get(scores_read(segment, edition, lang))
        if reading.entry.status != 200:
            # The region's own answer, when there is none of this name, says it better than this one.
            await self._region(segment, lang)
            raise Declined(reading)
        return _Built((reading,), reading.entry.body)

    async def _statistics(self, segment: str, lang: str) -> _Built:
        asked = {"region": segment, "latest": "true", "per_page": 100, "lang": lang}
        query = urlencode(asked, safe="%")  # a panel shows the newest of each series, not the years before
        tags = frozenset({"scoring/statistic", _region_tag(segment)})
        reading = await self._expect(Read("scoring", f"/v1/outcomes?{query}", lang, tags))
        items = reading.entry.document(orjson.loads)["items"]
        return _Built((reading,), orjson.dumps({"items": items}))

    async def _practices(self, segment: str, lang: str) -> _Built:
        target = f"/internal/panels/{segment}?{urlencode({'lang': lang})}"
        tags = frozenset({"practices/practice", "practices/index"})
        reading = await self._expect(Read("practices", target, lang, tags, internal=True))
        data = reading.entry.document(orjson.loads)
        search = f"{self._base}/v1/practices?{urlencode({'region': segment, 'lang': lang}, safe='%')}"
        kept = {name: data[name] for name in ("total", "items", "facets")}
        return _Built((reading,), orjson.dumps(kept | {"search_url": search}))

    async def _suggestions(self, segment: str, edition: str | None, lang: str) -> _Built:
        # The same reads as the other parts': they are under way or held, and cost no second call.
        region = (await self._region(segment, lang)).readings[0]
        scores = (await self._scores(segment, edition, lang)).readings[0]
        document = scores.entry.document(orjson.loads)
        weak = weak_cells(document)
        if not weak:
            return _Built((region, scores), orjson.dumps({"items": []}))
        name = quote(f"{document['edition']}.{AXIS}", safe="")
        target = f"/v1/codelists/{name}?{urlencode({'lang': lang})}"
        codes = await self._expect(Read("scoring", target, lang, frozenset({"scoring/edition"})))
        found = await self._found(weak, codes, lang)
        items = suggest(
            region=region.entry.document(orjson.loads),
            cells=[(cell, areas, r.entry.document(orjson.loads)["items"]) for cell, areas, r in found],
            sentence=lambda cell: self._sentence(cell, document["edition"], lang),
        )
        return _Built((region, scores, codes, *(r for _, _, r in found)), orjson.dumps({"items": items}))

    async def _found(
        self, weak: list[Mapping[str, Any]], codes: Reading, lang: str
    ) -> list[tuple[Mapping[str, Any], list[str], Reading]]:
        areas = [catalogue_areas(codes.entry.document(orjson.loads), cell["key"]) for cell in weak]
        matched = [(cell, named) for cell, named in zip(weak, areas, strict=True) if named]
        readings = await asyncio.gather(*(self._search(named, lang) for _, named in matched))
        return [(*match, reading) for match, reading in zip(matched, readings, strict=True)]

    async def _search(self, areas: list[str], lang: str) -> Reading:
        query = urlencode([*(("policy_area", a) for a in areas), ("per_page", SEARCHED), ("lang", lang)])
        tags = frozenset({"practices/index", "practices/practice"})
        return await self._expect(Read("practices", f"/v1/practices?{query}", lang, tags, brief=True))

    def _sentence(self, cell: Mapping[str, Any], edition: str, lang: str) -> dict[str, Any]:
        label, score = cell["label"]["text"], cell["display"]
        text = self._catalog.text(lang, "suggestion.same_topic", label=label, score=score, edition=edition)
        return {"text": text, "lang": lang, "translation": None}

    async def _expect(self, read: Read) -> Reading:
        reading = await self._reads.get(read)
        if reading.entry.status != 200:
            # For a region that exists no owner has a reason to decline: the part is missing, and it is told.
            raise UpstreamError(read.owner, "unexpected")
        return reading
