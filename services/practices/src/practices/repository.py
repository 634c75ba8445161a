"""SQL of the catalogue: translates rows to domain objects, never commits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from .domain import Point, Record, Region
from .tables import feed_position, practice, practice_region, region, region_alias

__all__ = ["PracticeRepository", "RegionRepository"]

_RECORD = (
    practice.c.id, practice.c.version, practice.c.document, practice.c.first_published,
    practice.c.last_changed, practice.c.withdrawn_at, practice.c.replaced_by,
)  # fmt: skip
_LIVE = practice.c.withdrawn_at.is_(None)
# "ids at least so alike": below it a hint would only mislead.
_ALIKE = 0.3
# From each region straight to the next in the index: as many steps as there are regions, however many
# practices name them.
_REGIONS_IN_USE = text("""
WITH RECURSIVE r AS (
    (SELECT region FROM practice_region ORDER BY region LIMIT 1)
    UNION ALL
    SELECT (SELECT p.region FROM practice_region p WHERE p.region > r.region ORDER BY p.region LIMIT 1)
    FROM r WHERE r.region IS NOT NULL)
SELECT region FROM r WHERE region IS NOT NULL""")


class PracticeRepository:
    """Practices of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, key: str) -> Record | None:
        """Return one practice, withdrawn or not."""
        row = (await self._session.execute(select(*_RECORD).where(practice.c.id == key))).one_or_none()
        return _record(row) if row else None

    async def live(self, keys: Collection[str]) -> dict[str, Record]:
        """Return those of the practices that are published."""
        rows = await self._session.execute(select(*_RECORD).where(practice.c.id.in_(keys), _LIVE))
        return {row.id: _record(row) for row in rows}

    async def nearest(self, key: str) -> str | None:
        """Return the published id most like the given one."""
        alike = func.similarity(practice.c.id, key[:100])
        found = (
            select(practice.c.id).where(_LIVE, alike >= _ALIKE).order_by(alike.desc(), practice.c.id).limit(1)
        )
        return await self._session.scalar(found)

    async def keys(self) -> list[str]:
        """Return the ids of all published practices."""
        return list(await self._session.scalars(select(practice.c.id).where(_LIVE).order_by(practice.c.id)))

    async def all(self) -> list[Record]:
        """Return all published practices, by id."""
        rows = await self._session.execute(select(*_RECORD).where(_LIVE).order_by(practice.c.id))
        return [_record(row) for row in rows]

    async def of_region(self, key: str) -> list[Record]:
        """Return the published practices of a region."""
        rows = await self._session.execute(select(*_RECORD).where(_LIVE, _in_regions([key])))
        return [_record(row) for row in rows]

    async def keys_of_regions(self, keys: Collection[str]) -> list[str]:
        """Return the ids of the published practices of any of the regions."""
        if not keys:
            return []
        found = select(practice.c.id).where(_LIVE, _in_regions(keys))
        return list(await self._session.scalars(found))

    async def regions_in_use(self) -> set[str]:
        """Return the regions that practices name, known to scoring or not."""
        return set(await self._session.scalars(_REGIONS_IN_USE))

    async def after(self, key: str, limit: int) -> list[Record]:
        """Return the next published practices by id."""
        page = select(*_RECORD).where(_LIVE, practice.c.id > key).order_by(practice.c.id).limit(limit)
        return [_record(row) for row in await self._session.execute(page)]

    async def hashes(self) -> dict[str, tuple[str, str | None]]:
        """Return id -> (hash of the document, hash of what was last loaded), holding every row's lock."""
        columns = (practice.c.id, practice.c.document_hash, practice.c.loaded_hash)
        rows = await self._session.execute(select(*columns).order_by(practice.c.id).with_for_update())
        return {row.id: (row.document_hash, row.loaded_hash) for row in rows}

    async def add(self, doc: Mapping[str, Any], digest: str, now: datetime) -> bool:
        """Insert a practice loaded from a file; False when it was there by then."""
        values = {
            "id": doc["id"],
            "version": 1,
            "document": doc,
            "document_hash": digest,
            "loaded_hash": digest,
        }
        statement = insert(practice).values(**values, first_published=now, last_changed=now)
        done = await self._session.execute(statement.on_conflict_do_nothing().returning(practice.c.id))
        if done.first() is None:
            return False
        await self._put_regions(doc)
        return True

    async def replace(self, doc: Mapping[str, Any], digest: str, now: datetime) -> None:
        """Put a newer document of the file in place of the last one loaded."""
        values = {"document": doc, "document_hash": digest, "loaded_hash": digest, "last_changed": now}
        changed = update(practice).where(practice.c.id == doc["id"])
        await self._session.execute(changed.values(version=practice.c.version + 1, **values))
        await self._session.execute(delete(practice_region).where(practice_region.c.practice == doc["id"]))
        await self._put_regions(doc)

    async def adopt(self, key: str, digest: str) -> None:
        """Count a practice as loaded: the file now says what an editor had said before."""
        await self._session.execute(update(practice).where(practice.c.id == key).values(loaded_hash=digest))

    async def _put_regions(self, doc: Mapping[str, Any]) -> None:
        rows = [{"region": key, "practice": doc["id"]} for key in sorted(set(doc["regions"]))]
        if rows:
            await self._session.execute(insert(practice_region), rows)


class RegionRepository:
    """What is known of scoring's regions, and how far its feed has been read."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self) -> dict[str, Region]:
        """Return every region by id."""
        aliases: dict[str, set[str]] = {}
        for alias, key in await self._session.execute(select(region_alias.c.alias, region_alias.c.region)):
            aliases.setdefault(key, set()).add(alias)
        rows = await self._session.execute(select(region).order_by(region.c.id))
        return {row.id: _region(row, frozenset(aliases.get(row.id, ()))) for row in rows}

    async def put(self, item: Region) -> None:
        """Insert or replace a region and its aliases."""
        values = {
            "country": item.country, "names": dict(item.names), "own_names": list(item.own_names),
            "lat": item.point.lat if item.point else None, "lon": item.point.lon if item.point else None,
            "changed_at": item.changed_at,
        }  # fmt: skip
        statement = insert(region).values(id=item.id, **values)
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=[region.c.id], set_=values)
        )
        await self._session.execute(delete(region_alias).where(region_alias.c.region == item.id))
        rows = [{"alias": alias, "region": item.id} for alias in sorted(item.aliases)]
        if rows:
            await self._session.execute(insert(region_alias), rows)

    async def remove(self, keys: Collection[str]) -> None:
        """Forget regions."""
        await self._session.execute(delete(region).where(region.c.id.in_(keys)))

    async def position(self, feed: str) -> str | None:
        """Return how far a feed has been read."""
        return await self._session.scalar(
            select(feed_position.c.position).where(feed_position.c.feed == feed)
        )

    async def remember(self, feed: str, position: str) -> None:
        """Store how far a feed has been read, in the transaction of the effect."""
        statement = insert(feed_position).values(feed=feed, position=position)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[feed_position.c.feed], set_={"position": position}
            )
        )


def _record(row: Any) -> Record:
    return Record(**row._asdict())


def _in_regions(keys: Collection[str]) -> Any:
    return practice.c.id.in_(select(practice_region.c.practice).where(practice_region.c.region.in_(keys)))


def _region(row: Any, aliases: frozenset[str]) -> Region:
    point = Point(row.lat, row.lon, "region") if row.lat is not None else None
    names: Sequence[str] = row.own_names
    return Region(
        id=row.id, country=row.country, names=row.names, own_names=tuple(names), aliases=aliases, point=point,
        changed_at=row.changed_at,
    )  # fmt: skip
