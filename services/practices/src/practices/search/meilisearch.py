"""The search engine for scale: Meilisearch.

The hot call, `multi-search`, goes over the service's pooled session and asks for an uncompressed answer:
a compressed one waits 44 ms for a delayed acknowledgement. Everything else is the official client's,
which is synchronous, so it runs in a thread of the worker.
"""

import asyncio
import json
import re
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import aiohttp
import orjson
import requests
from meilisearch import Client
from meilisearch.errors import MeilisearchApiError, MeilisearchError
from meilisearch.models.task import TaskInfo

from practices.domain import FILTERS, Point, Query
from practices.domain import tokens as words_of

from .port import FIELDS, Document, EngineRefused, EngineUnavailable, Hit, Result, sift
from .words import Synonyms, stem, terms

__all__ = ["MeiliIndex", "settings", "trouble"]

_LOCALES = {"en": "eng", "fr": "fra", "de": "deu", "it": "ita", "es": "spa", "pt": "por", "sv": "swe"}
_TASK_MS = 60_000
_IN_FLIGHT = 20  # batches sent before the first is waited for: the engine takes them in together
_MAX_HITS = 10_000
_PAGE = 100  # hits; what is more is a whole map, and may take longer
_PER_SECOND = 2_000  # hits
_SIGN_OF_LIFE = 0.25  # seconds
_UNTIMED = aiohttp.ClientTimeout()  # the whole search has one
AnswerT = TypeVar("AnswerT")


def settings(synonyms: Synonyms, languages: Sequence[str]) -> dict[str, Any]:
    """Return the index's settings. A query is sent as stems; texts are held as words and as stems."""
    fields = [[f"stems_{field}", *(f"{field}_{lang}" for lang in languages)] for field in FIELDS]
    return {
        "searchableAttributes": [name for group in fields for name in group],
        "displayedAttributes": ["id", "item", "point"],
        "filterableAttributes": sorted(["id", *FILTERS, "_geo"]),
        "sortableAttributes": sorted(["id", "newest", *(f"sort_{lang}" for lang in languages)]),
        "rankingRules": ["sort", "words", "typo", "proximity", "attribute", "exactness", "id:asc"],
        "localizedAttributes": [
            {"attributePatterns": [f"{field}_{lang}" for field in FIELDS], "locales": [_LOCALES[lang]]}
            for lang in languages
            if lang in _LOCALES
        ],
        "synonyms": dict(synonyms.by_stems()),
        "typoTolerance": {"minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9}},
        "pagination": {"maxTotalHits": _MAX_HITS},
        # Every value must be counted, or counts would be cut without a word.
        "faceting": {"maxValuesPerFacet": 100_000},
    }


class MeiliIndex:
    """The index `practices` of a Meilisearch server."""

    name = "meilisearch"

    def __init__(
        self,
        url: str,
        key: str,
        *,
        session: aiohttp.ClientSession,
        synonyms: Synonyms,
        languages: Sequence[str],
        index: str = "practices",
        timeout: float = 1.0,
    ) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
        self._session = session
        self._timeout = timeout
        self._client = Client(url, key, timeout=30)
        self._settings = settings(synonyms, languages)
        self.index_name = index

    async def search(self, query: Query) -> Result:
        """Answer a query in time; raises EngineUnavailable.

        A whole map is waited for longer, but only of an engine that shows that it is alive.
        """
        asking = asyncio.create_task(self._search(query))
        try:
            done, _ = await asyncio.wait({asking}, timeout=self._timeout)
            if not done and query.limit > _PAGE and await self._alive():
                done, _ = await asyncio.wait({asking}, timeout=query.limit / _PER_SECOND)
            if not done:
                raise EngineUnavailable(f"{self.name}: not in time")
            return asking.result()
        finally:
            asking.cancel()

    async def _alive(self) -> bool:
        try:
            async with self._session.get(
                f"{self._url}/health", timeout=aiohttp.ClientTimeout(total=_SIGN_OF_LIFE)
            ) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def _search(self, query: Query) -> Result:
        """Answer a query with one `multi-search`.

        When no stem is found the words are asked as they were typed: the stem of a misspelt word may be
        further from the right one than the word is.
        """
        words = terms(query.text, query.lang)
        stemmed = " ".join(stem(word.written, query.lang) for word in words)
        typed = " ".join(word.folded for word in words)
        results = await self._ask(self._queries(query, stemmed))
        if results[0]["totalHits"] == 0 and typed != stemmed:
            results = await self._ask(self._queries(query, typed))
        return _result(results, query)

    async def _ask(self, queries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        body = orjson.dumps({"queries": queries})
        try:
            async with self._session.post(
                f"{self._url}/multi-search", data=body, timeout=_UNTIMED,
                headers={**self._headers, "Content-Type": "application/json"},
            ) as response:  # fmt: skip
                answer = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise EngineUnavailable(self.name) from error
        if response.status != 200:
            raise EngineUnavailable(f"{self.name}: {response.status}")
        results: list[dict[str, Any]] = orjson.loads(answer)["results"]
        return results

    def _queries(self, query: Query, words: str) -> list[dict[str, Any]]:
        conditions = {name: _filter(name, values) for name, values in query.filters.items()}
        box = [_box(query)] if query.bbox else []
        common = {"indexUid": self.index_name, "q": words, "matchingStrategy": "all"}
        orders = {"newest": ["newest:desc", "id:asc"], "title": [f"sort_{query.lang}:asc", "id:asc"]}
        page = {
            **common,
            "filter": [*conditions.values(), *box],
            "facets": [name for name in query.facets if name not in query.filters],
            "sort": orders.get(query.sort, []),
            **_window(query),
        }
        # A filtered facet is counted by a query of its own, without its filter.
        return [page] + [
            {
                **common,
                "filter": [*(c for other, c in conditions.items() if other != name), *box],
                "facets": [name],
                "page": 1,
                "hitsPerPage": 0,
            }
            for name in query.facets
            if name in query.filters
        ]

    async def write(self, documents: Sequence[Document], gone: Sequence[str]) -> None:
        """Put documents in and take ids out, and wait until the engine has done both."""
        index = self._client.index(self.index_name)
        if documents:
            await self._done(partial(self._add, self.index_name, documents))
        if gone:
            await self._done(lambda: index.delete_documents(filter=_filter("id", gone)))

    async def replace(self, batches: AsyncIterator[Sequence[Document]]) -> dict[str, str]:
        """Build an index beside the live one, then swap the two."""
        fresh = f"{self.index_name}_{secrets.token_hex(4)}"
        await self._forget()
        await self._done(lambda: self._client.create_index(fresh, {"primaryKey": "id"}))
        await self._done(lambda: self._client.index(fresh).update_settings(self._settings))
        refused = await self._fill(fresh, batches)
        if not await self._exists():
            await self._done(lambda: self._client.create_index(self.index_name, {"primaryKey": "id"}))
        await self._done(lambda: self._client.swap_indexes([{"indexes": [self.index_name, fresh]}]))
        await self._done(lambda: self._client.delete_index(fresh))
        return refused

    async def _fill(self, index: str, batches: AsyncIterator[Sequence[Document]]) -> dict[str, str]:
        refused: dict[str, str] = {}
        sent: deque[tuple[TaskInfo, Sequence[Document]]] = deque()

        async def put(documents: Sequence[Document]) -> None:
            await self._done(partial(self._add, index, documents))

        async def settle() -> None:
            task, documents = sent.popleft()
            try:
                await self._wait(task)
            except EngineRefused:
                refused.update(await sift(put, documents))

        async for documents in batches:
            try:
                task = await self._call(partial(self._add, index, documents))
            except EngineRefused:
                refused |= await sift(put, documents)
                continue
            sent.append((task, documents))
            if len(sent) == _IN_FLIGHT:
                await settle()
        while sent:
            await settle()
        return refused

    def _add(self, index: str, documents: Sequence[Document]) -> TaskInfo:
        return self._client.index(index).add_documents([_document(document) for document in documents])

    async def is_current(self) -> bool:
        """Tell whether the index is there and all our settings hold."""
        if not await self._exists():
            return False
        held = await self._call(lambda: self._client.index(self.index_name).get_settings())
        return _holds(held, self._settings)

    async def _exists(self) -> bool:
        found = await self._call(lambda: self._client.get_indexes({"limit": 1000}))
        return any(index.uid == self.index_name for index in found["results"])

    async def _forget(self) -> None:
        # What a rebuild that was killed has left beside the live index.
        found = await self._call(lambda: self._client.get_indexes({"limit": 1000}))
        for index in found["results"]:
            if re.fullmatch(rf"{re.escape(self.index_name)}_[0-9a-f]{{8}}", index.uid):
                await self._done(index.delete)

    async def _done(self, work: Callable[[], TaskInfo]) -> None:
        await self._wait(await self._call(work))

    async def _wait(self, task: TaskInfo) -> None:
        done = await self._call(lambda: self._client.wait_for_task(task.task_uid, _TASK_MS, 20))
        if done.status != "succeeded":
            error = done.error or {}
            kind = trouble(error.get("type"), error.get("code"))
            raise kind(f"{self.name}: task {done.status}: {error.get('code')}")

    async def _call(self, work: Callable[[], AnswerT]) -> AnswerT:
        try:
            return await asyncio.to_thread(work)
        except MeilisearchApiError as error:
            raise trouble(error.type, error.code)(f"{self.name}: {error.code}") from error
        except (MeilisearchError, requests.RequestException) as error:
            raise EngineUnavailable(f"{self.name}: {type(error).__name__}") from error


def trouble(kind: str | None, code: str | None) -> type[EngineUnavailable]:
    """Tell a fault in what was sent from the engine's own: a full disk, a wrong key, no index yet."""
    ours = kind == "invalid_request" and code != "index_not_found"
    return EngineRefused if ours else EngineUnavailable


def _holds(held: Any, wanted: Any) -> bool:
    # The client answers some settings as objects, the engine fills in what we leave out and sorts some lists.
    if hasattr(held, "model_dump"):
        held = held.model_dump(by_alias=True)
    if isinstance(wanted, Mapping):
        return isinstance(held, Mapping) and all(
            _holds(held.get(name), value) for name, value in wanted.items()
        )
    if isinstance(wanted, list) and isinstance(held, list):
        return len(held) == len(wanted) and all(map(_holds, held, wanted))
    return bool(held == wanted)


def _document(document: Document) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": document.id,
        "item": document.item,
        "newest": document.newest,
        **document.facets,
    }
    for field, texts in document.texts.items():
        row |= {f"{field}_{lang}": text for lang, text in texts.items()}
        row[f"stems_{field}"] = "\n".join(
            " ".join(stem(written.casefold(), lang) for _, _, written, _ in words_of(text))
            for lang, text in texts.items()
        )
    row |= {f"sort_{lang}": key for lang, key in document.titles.items()}
    if document.point:
        row["_geo"] = {"lat": document.point.lat, "lng": document.point.lon}
        row["point"] = [document.point.lat, document.point.lon, document.point.precision]
    return row


def _filter(name: str, values: Sequence[str]) -> str:
    return f"{name} IN [{', '.join(json.dumps(value) for value in values)}]"


def _box(query: Query) -> str:
    box = query.bbox
    assert box is not None  # noqa: S101 - asked by the caller
    return f"_geoBoundingBox([{box.north}, {box.east}], [{box.south}, {box.west}])"


def _window(query: Query) -> dict[str, int]:
    # Only pages give exact totals; the service's windows are whole pages.
    return {"page": query.offset // query.limit + 1, "hitsPerPage": query.limit}


def _result(results: Sequence[Mapping[str, Any]], query: Query) -> Result:
    counts: dict[str, Mapping[str, int]] = {name: {} for name in query.facets}
    for result in results:
        counts |= result.get("facetDistribution") or {}
    hits = tuple(
        Hit(hit["id"], hit["item"], Point(*hit["point"]) if hit.get("point") else None)
        for hit in results[0]["hits"]
    )
    return Result(hits, results[0]["totalHits"], counts)
