"""The search engine that is always there: PostgreSQL's own full text."""
# ruff: noqa: S608 - every name in a statement is one of ours, every value is a parameter

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from practices.domain import FILTERS, BBox, Point, Query
from servicekit.database import is_outage

from . import tsquery
from .highlight import typos_allowed
from .port import Document, EngineRefused, EngineUnavailable, Hit, Result, sift
from .words import Synonyms, Term, edits, terms

__all__ = ["PostgresIndex"]

# Which vocabulary words a query's word may stand for: a compound that holds it further on, and, when the
# word itself is nowhere, words that are nearly it. That is asked of the documents: the vocabulary only grows.
_NEAR = text("""
SELECT w.n, v.word, v.word LIKE '___%' || w.folded || '%' AS compound
FROM json_to_recordset(CAST(:words AS json)) AS w(n int, folded text, own text)
CROSS JOIN LATERAL (
    (SELECT word FROM search_word WHERE word LIKE '___%' || w.folded || '%'
     ORDER BY length(word), word LIMIT 40)
    UNION
    (SELECT word FROM search_word WHERE word % w.folded
     AND NOT EXISTS (SELECT FROM search_document WHERE words @@ CAST(w.own AS tsquery))
     ORDER BY similarity(word, w.folded) DESC, word LIMIT 40)
) v""")

# The planner does not see what it costs to fetch a practice's words; the index needs none of them. What is
# found is counted several times, so it should not go through files.
_PLAN = text("SELECT set_config('enable_seqscan', 'off', true), set_config('work_mem', '64MB', true)")

_COLUMNS = {
    "id": "text", "version": "int", "words": "text", "title_words": "text", "tags": "text[]",
    **{f"of_{name}": "text[]" for name in FILTERS}, "titles": "jsonb", "newest": "int", "lat": "float8",
    "lon": "float8", "precision": "text", "item": "jsonb",
}  # fmt: skip
_READ = [f"CAST({name} AS tsvector)" if name in ("words", "title_words") else name for name in _COLUMNS]
_UPSERT = text(f"""
INSERT INTO search_document ({", ".join(_COLUMNS)}) SELECT {", ".join(_READ)}
FROM json_to_recordset(CAST(:rows AS json)) AS r({", ".join(f"{n} {t}" for n, t in _COLUMNS.items())})
ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}
WHERE search_document.version <= excluded.version""")

# In one order for all writers, so that two of them never wait for each other.
_LEARN = text("""
INSERT INTO search_word SELECT w FROM unnest(CAST(:words AS text[])) w
WHERE NOT EXISTS (SELECT FROM search_word k WHERE k.word = w) ORDER BY w ON CONFLICT DO NOTHING""")

# What holds the very words stands before what holds their like. Ranking reads every word of every practice
# found; where there are more than a reader will go through, those with the words in the title come first.
_RANKED = 500
_RANK = f"""CASE WHEN (SELECT n FROM total) <= {_RANKED} THEN (
    SELECT ts_rank(words, CAST(:own AS tsquery)) * 4 + ts_rank(words, CAST(:q AS tsquery))
    FROM search_document w WHERE w.id = found.id) ELSE in_title::int END"""
_ORDERS = {"newest": "newest DESC, ", "title": 'title_key COLLATE "C", ', "best": "rank DESC, ", "id": ""}
# What an order needs of each practice found.
_KEYS = {
    "newest": ["newest"],
    "title": ["titles->>:lang AS title_key"],
    "best": ["title_words @@ CAST(:q AS tsquery) AS in_title"],
    "id": [],
}
_SHORTEST = 4  # letters of a word worth learning
_SHORTEST_PART = 5  # letters of a word that may stand inside another


class PostgresIndex:
    """Full text over `search_document`; counts are exact, and one statement answers from one state."""

    name = "postgresql"

    def __init__(self, sessions: async_sessionmaker[AsyncSession], synonyms: Synonyms) -> None:
        self._sessions = sessions
        self._synonyms = synonyms

    async def is_current(self) -> bool:
        """Tell that the index is there: the migrations made it."""
        return True

    async def search(self, query: Query) -> Result:
        """Answer a query; raises EngineUnavailable when the database does not."""
        try:
            async with self._sessions() as session:
                return await self._search(session, query)
        except Exception as error:
            if not is_outage(error):
                raise
            raise EngineUnavailable(self.name) from error

    async def _search(self, session: AsyncSession, query: Query) -> Result:
        words = terms(query.text, query.lang)
        params: dict[str, Any] = {"lang": query.lang, "limit": query.limit, "offset": query.offset}
        if words:
            await session.execute(_PLAN)
            near = await self._near(session, words)
            params["q"] = tsquery.query(words, near, self._synonyms)
            params["own"] = tsquery.query(words, {}, Synonyms([]))
        for name, values in query.filters.items():
            params[f"f_{name}"] = [f"{name}:{value}" for value in values]
        statement = _statement(query, params, matching=bool(words))
        row = (await session.execute(text(statement), params)).one()
        return _result(row, query)

    async def _near(self, session: AsyncSession, words: Sequence[Term]) -> Mapping[Term, list[str]]:
        asked = [
            {"n": n, "folded": word.folded, "own": tsquery.word_query(word, prefix=n == len(words) - 1)}
            for n, word in enumerate(words)
            if len(word.folded) >= _SHORTEST_PART
        ]
        found: dict[Term, list[str]] = {}
        if asked:
            for n, other, compound in await session.execute(_NEAR, {"words": orjson.dumps(asked).decode()}):
                word = words[n]
                if compound or edits(word.folded, other, typos_allowed(word.folded)):
                    found.setdefault(word, []).append(other)
        return found

    async def write(self, documents: Sequence[Document], gone: Sequence[str]) -> None:
        """Put documents in and take ids out, in one transaction."""
        async with self._writing() as session:
            await _write(session, documents)
            if gone:
                await session.execute(
                    text("DELETE FROM search_document WHERE id = ANY(:gone)"), {"gone": list(gone)}
                )

    async def replace(self, batches: AsyncIterator[Sequence[Document]]) -> dict[str, str]:
        """Write all documents over what is there, then remove what is in none of them: never empty."""
        kept: list[str] = []
        words: set[str] = set()
        refused: dict[str, str] = {}

        async def put(documents: Sequence[Document]) -> None:
            async with self._writing() as session:
                learnt = await _write(session, documents)
            words.update(learnt)
            kept.extend(document.id for document in documents)

        async for documents in batches:
            refused |= await sift(put, documents)
        async with self._writing() as session:
            for table, column, keep in (
                ("search_document", "id", kept),
                ("search_word", "word", sorted(words)),
            ):
                await session.execute(
                    text(f"DELETE FROM {table} t WHERE NOT EXISTS "
                         f"(SELECT FROM unnest(CAST(:keep AS text[])) k WHERE k = t.{column})"),
                    {"keep": keep},
                )  # fmt: skip
        return refused

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncSession]:
        try:
            async with self._sessions.begin() as session:
                yield session
        except Exception as error:
            # SQLSTATE classes 22 (data), 23 (constraints) and 54 (limits): these rows will never go in.
            state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
            if state[:2] in ("22", "23", "54"):
                raise EngineRefused(f"{self.name}: {state}") from error
            if is_outage(error):
                raise EngineUnavailable(f"{self.name}: {state or type(error).__name__}") from error
            raise


async def _write(session: AsyncSession, documents: Sequence[Document]) -> set[str]:
    if not documents:
        return set()
    rows, learnt = [], set[str]()
    for document in documents:
        words, vocabulary = tsquery.vector(document)
        learnt |= {word for word in vocabulary if len(word) >= _SHORTEST}
        rows.append(_row(document, words))
    await session.execute(_UPSERT, {"rows": orjson.dumps(rows).decode()})
    await session.execute(_LEARN, {"words": sorted(learnt)})
    return learnt


def _row(document: Document, words: str) -> dict[str, Any]:
    point = document.point
    tags = {f"of_{name}": [f"{name}:{v}" for v in values] for name, values in document.facets.items()}
    return {
        "id": document.id,
        "version": document.version,
        "words": words,
        "title_words": tsquery.vector(document, ("title",))[0],
        "tags": [tag for values in tags.values() for tag in values],
        **tags,
        "titles": document.titles,
        "newest": document.newest,
        "lat": point.lat if point else None,
        "lon": point.lon if point else None,
        "precision": point.precision if point else None,
        "item": document.item,
    }


def _statement(query: Query, params: dict[str, Any], *, matching: bool) -> str:
    # One statement: page, total and counts are of one state of the table. Each filtered facet is counted
    # without its own filter, all others together.
    order = {"relevance": "best" if matching else "id"}.get(query.sort, query.sort)
    base = ["words @@ CAST(:q AS tsquery)"] if matching else []
    base += _inside(query.bbox, params) if query.bbox else []
    base += _worth_counting(query)
    wanted = ["id", "tags", *(f"of_{name}" for name in query.facets), *_KEYS[order]]
    # Without a condition the table itself is read; a copy of all of it would serve nothing.
    kept = "" if base else "NOT "
    passed = _and(map(_has, query.filters))
    rank = _RANK if order == "best" else "0"
    by = f'{_ORDERS[order]}id COLLATE "C"'
    counts = " UNION ALL ".join(_counts(query)) or "SELECT 1 WHERE false"
    found = f"SELECT {', '.join(wanted)} FROM search_document WHERE {_and(base)}"
    page = f"SELECT * FROM (SELECT *, {rank} AS rank FROM found WHERE {passed}) p"
    return f"""
    WITH found AS {kept}MATERIALIZED ({found}),
      total AS (SELECT count(*) AS n FROM found WHERE {passed}),
      page AS ({page} ORDER BY {by} LIMIT :limit OFFSET :offset)
    SELECT (SELECT n FROM total) AS total,
      (SELECT CAST(json_agg(h) AS text) FROM (
        SELECT d.id, d.item, d.lat, d.lon, d.precision
        FROM (SELECT *, row_number() OVER (ORDER BY {by}) AS place FROM page) p
        JOIN search_document d ON d.id = p.id ORDER BY place) h) AS hits,
      (SELECT CAST(json_agg(c) AS text) FROM ({counts}) c) AS counts"""


def _has(name: str) -> str:
    return f"tags && CAST(:f_{name} AS text[])"


def _worth_counting(query: Query) -> list[str]:
    # A practice that fails a filter that is not counted, or two that are, is in no count and on no page.
    counted = [name for name in query.filters if name in query.facets]
    needed = [_has(name) for name in query.filters if name not in query.facets]
    if len(counted) > 1:
        passed = " + ".join(f"CAST({_has(name)} AS int)" for name in counted)
        needed.append(f"{passed} >= {len(counted) - 1}")
    return needed


def _counts(query: Query) -> list[str]:
    together = [name for name in query.facets if name not in query.filters]
    groups = [(together, list(query.filters))] if together else []
    groups += [
        ([name], [other for other in query.filters if other != name])
        for name in query.facets
        if name in query.filters
    ]
    return [
        f"SELECT tag, count(*) AS n FROM found, unnest({' || '.join(f'of_{name}' for name in names)}) AS tag "
        f"WHERE {_and(map(_has, filters))} GROUP BY tag"
        for names, filters in groups
    ]


def _and(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions) or "true"


def _inside(box: BBox, params: dict[str, Any]) -> list[str]:
    params |= {"west": box.west, "south": box.south, "east": box.east, "north": box.north}
    between = "lon BETWEEN :west AND :east" if box.west <= box.east else "(lon >= :west OR lon <= :east)"
    return ["lat BETWEEN :south AND :north", between]


def _result(row: Any, query: Query) -> Result:
    facets: dict[str, dict[str, int]] = {name: {} for name in query.facets}
    for count in orjson.loads(row.counts or "[]"):
        name, _, value = count["tag"].partition(":")
        facets[name][value] = count["n"]
    hits = tuple(
        Hit(h["id"], h["item"], Point(h["lat"], h["lon"], h["precision"]) if h["lat"] is not None else None)
        for h in orjson.loads(row.hits or "[]")
    )
    return Result(hits, row.total, facets)
