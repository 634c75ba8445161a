"""Answers that the gateway makes itself: panels, former links."""

import asyncio
import gzip
from urllib.parse import quote, urlsplit

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from .answers import accepts_gzip, cache_status, pass_reading, public, worth_packing
from .edge import request_key
from .forward import begin_trace, raw_path
from .legacy import api_address, asked_regions, is_former, labels, people_address
from .query import asked_language, has_control
from .reads import Reads
from .service import Composed, Declined, PanelService, region_read
from .upstreams import UpstreamError
from .warm import Identity, Warm, WarmPanels, robots

__all__ = ["FormerLinks", "PanelFront"]

DAY = "max-age=86400"


class PanelFront:
    """Answers panels: from memory while they are fresh, else composed anew."""

    def __init__(self, panels: PanelService, warm: WarmPanels, reads: Reads) -> None:
        self._panels = panels
        self._warm = warm
        self._reads = reads

    async def answer(self, request: Request, edition: str | None, lang: str) -> Response:
        """Answer a panel; an owner's refusal of the region or the edition is passed on."""
        segment = raw_path(request.scope).split("/")[3]
        identity = Identity(
            segment=segment,
            edition=edition,
            lang=lang,
            by_header=asked_language(request.scope["query_string"]) is None,
            packed=accepts_gzip(request.headers.get("accept-encoding", "")),
        )
        warm = self._warm.held(identity)
        if warm is not None:
            return self._again(request, warm)
        begin_trace(request)
        try:
            composed = await self._panels.panel(segment, edition, lang)
        except Declined as declined:
            return self._declined(request, declined)
        return self._first(request, identity, composed)

    def _again(self, request: Request, warm: Warm) -> Response:
        self._warm.remember(request_key(request.scope), warm)
        response = Response(warm.body)
        response.raw_headers = [(b"age", str(self._warm.age(warm)).encode()), *warm.headers]
        return response

    def _first(self, request: Request, identity: Identity, composed: Composed) -> Response:
        panel = composed.panel
        how = "stale" if not composed.fresh else "miss" if composed.new else "hit"
        headers = {
            "content-type": "application/json",
            "content-language": panel.lang,
            "age": str(self._panels.age(composed)),
            "cache-status": cache_status(how),
        }
        headers |= robots(composed)
        if not panel.complete:
            headers |= {"cache-control": "no-store", "cache-status": "regin; fwd=miss; detail=partial"}
        packed = None
        if identity.packed and worth_packing(len(panel.body), "application/json"):
            packed = gzip.compress(panel.body, compresslevel=6, mtime=0)
        warm = self._warm.keep(identity, composed, packed)
        if warm is not None:
            self._warm.remember(request_key(request.scope), warm)
        return public(request, body=panel.body, etag=panel.etag, headers=headers, packed=packed)

    def _declined(self, request: Request, declined: Declined) -> Response:
        entry = declined.reading.entry
        if entry.status != 308:
            return pass_reading(request, declined.reading, self._reads.cache)
        region = _last_segment(entry.headers["location"])
        query = request.scope["query_string"].decode("latin-1")
        location = f"/v1/regions/{region}/panel" + (f"?{query}" if query else "")
        return Response(status_code=308, headers={"location": location, "cache-control": DAY})


class FormerLinks:
    """Leads the former site's links, and our own address for people, to the practices they ask for."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def answer(self, request: Request, lang: str) -> Response:
        """Redirect; raises UpstreamError when the regions cannot be looked up."""
        query: bytes = request.scope["query_string"]
        if not is_former(query):
            return _found(api_address(query, unknown=await self._unknown(request, query, lang)))
        begin_trace(request)
        named = labels(query)
        regions = [r for r in await asyncio.gather(*(self._region(n, lang) for n in named)) if r]
        if not regions:
            # A label nobody knows may become known: the way to the whole list is not permanent.
            return _found(people_address([]))
        return RedirectResponse(people_address(regions), 301, {"cache-control": DAY})

    async def _unknown(self, request: Request, query: bytes, lang: str) -> set[str]:
        # A link that was typed wrong still leads to a list. Who cannot be looked up is left to the API.
        begin_trace(request)
        named = asked_regions(query)
        found = await asyncio.gather(*(self._region(n, lang) for n in named), return_exceptions=True)
        for region in found:
            if isinstance(region, BaseException) and not isinstance(region, UpstreamError):
                raise region
        return {name for name, region in zip(named, found, strict=True) if region is None}

    async def _region(self, label: str, lang: str) -> str | None:
        if has_control(label):
            return None
        reading = await self._reads.get(region_read(quote(label, safe=""), lang))
        if reading.entry.status == 200:
            found: str = reading.entry.document(orjson.loads)["id"]
            return found
        if reading.entry.status == 308:
            return _last_segment(reading.entry.headers["location"])
        return None


def _found(location: str) -> Response:
    return RedirectResponse(location, 302, {"cache-control": "no-store"})


def _last_segment(location: str) -> str:
    return urlsplit(location).path.rsplit("/", 1)[-1]
