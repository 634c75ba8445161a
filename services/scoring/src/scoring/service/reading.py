"""What scoring can be asked: each method is one read in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from scoring.domain import (
    AmbiguousRegion,
    Edition,
    EditionNotFound,
    Figure,
    Key,
    Region,
    RegionMoved,
    RegionNotFound,
    Release,
    ReleaseMismatch,
    Result,
    Sheet,
    Table,
    UnknownValue,
    default_release,
    not_assessed,
)
from scoring.domain.editions import end_of
from scoring.domain.errors import NotYetPublished
from scoring.repository import RegionFilter, Repository
from servicekit.text import fold_key, nearest

from .placing import RankTables

__all__ = [
    "COUNTRY_ALIASES", "EditionEntry", "RegionIdentity", "ScoringService", "Snapshot", "Which", "as_of",
    "chosen", "ids_named", "region_named", "regions_named", "sheet_of",
]  # fmt: skip

COUNTRY_ALIASES = {"EL": "GR"}  # Eurostat's code and ISO's


@dataclass(frozen=True)
class Which:
    """The edition or the release that is asked for; neither means the default, now or as of a day."""

    edition: str | None = None
    release: str | None = None
    at: date | None = None


@dataclass(frozen=True)
class EditionEntry:
    """An edition and its current release."""

    edition: Edition
    release: Release | None


@dataclass(frozen=True)
class Snapshot:
    """The figures of many regions in one release, by region."""

    edition: Edition
    release: Release
    regions: Mapping[str, Region]
    sheets: Sequence[Sheet]


@dataclass(frozen=True)
class RegionIdentity:
    """A region, and every folded name that leads to it."""

    region: Region
    aliases: Sequence[str]


class ScoringService:
    """Answers from the database; the sessions are handed in, and the rankings that others keep, too."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], tables: RankTables | None = None) -> None:
        self._sessions = sessions
        self._tables = tables or RankTables()

    # Regions

    async def region(self, asked: str) -> Region:
        """Return a region by its id; raises RegionMoved for an alias, AmbiguousRegion, RegionNotFound."""
        async with self._sessions.begin() as session:
            return await region_named(Repository(session), asked)

    async def regions(
        self, wanted: RegionFilter, offset: int = 0, limit: int | None = None
    ) -> tuple[list[Region], int]:
        """Return one page of the regions and their number; raises UnknownValue for an unknown country."""
        countries = [COUNTRY_ALIASES.get(code, code) for code in wanted.countries]
        words = fold_key(wanted.words) if wanted.words else None
        folded = RegionFilter(countries=countries, mipex_r=wanted.mipex_r, words=words)
        async with self._sessions.begin() as session:
            return await Repository(session).regions(folded, offset, limit)

    async def region_id(self, asked: str) -> str:
        """Return the id of a region by its id or alias; raises UnknownValue, AmbiguousRegion."""
        async with self._sessions.begin() as session:
            (found,) = await regions_named(Repository(session), [asked])
            return found.id

    async def region_ids(self) -> list[str]:
        """Return the ids of all regions."""
        async with self._sessions.begin() as session:
            return await Repository(session).region_ids()

    async def identity(self, region_id: str) -> RegionIdentity:
        """Return a region with its names, for other services; raises RegionNotFound."""
        async with self._sessions.begin() as session:
            repository = Repository(session)
            region = await repository.region(region_id)
            if region is None:
                raise RegionNotFound(region_id, None)
            return RegionIdentity(region, await repository.aliases_of(region_id))

    # Editions and figures

    async def editions(self) -> list[EditionEntry]:
        """Return all editions with their current releases."""
        async with self._sessions.begin() as session:
            return await _editions(Repository(session))

    async def edition(self, asked: str) -> EditionEntry:
        """Return one edition; raises EditionNotFound."""
        editions = {entry.edition.id: entry for entry in await self.editions()}
        if asked not in editions:
            raise EditionNotFound(asked, nearest(asked, editions))
        return editions[asked]

    async def axes(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Return every edition's axes as code lists: `{edition}.{axis}`, code by code."""
        return {
            f"{entry.edition.id}.{axis.key}": {key.key: {"code": key.key, **_words(key)} for key in axis.keys}
            for entry in await self.editions()
            for axis in entry.edition.axes
        }

    async def scores(self, asked: str, which: Which) -> Sheet:
        """Return all figures of a region; raises what `region` raises, UnknownValue, EditionNotFound."""
        async with self._sessions.begin() as session:
            repository = Repository(session)
            region = await region_named(repository, asked)
            edition, release = await chosen(repository, which, region.id)
            results = await repository.results(release.id, region.id)
            tables = await self._tables.of(repository, release.id)
        return sheet_of(edition, release, region.id, results, tables)

    async def snapshot(self, asked: Sequence[str], which: Which) -> Snapshot:
        """Return all figures of regions (ids or aliases; none: all that take part in the release).

        Raises UnknownValue, AmbiguousRegion, EditionNotFound, ReleaseMismatch.
        """
        async with self._sessions.begin() as session:
            repository = Repository(session)
            edition, release = await chosen(repository, which, None)
            results = await repository.results_of_release(release.id)
            names = asked or list(results)
            regions = await regions_named(repository, names) if names else []
            tables = await self._tables.of(repository, release.id)
        sheets = [sheet_of(edition, release, one.id, results.get(one.id, {}), tables) for one in regions]
        return Snapshot(edition, release, {one.id: one for one in regions}, sheets)


def sheet_of(
    edition: Edition,
    release: Release,
    region: str,
    results: Mapping[str, Result],
    tables: Mapping[str, Table],
) -> Sheet:
    """Return the figures of a region; where it took no part, every cell says so."""
    figures = tuple(
        Figure(
            place=place,
            result=results.get(place.cell) or not_assessed(),
            rank=tables[place.cell].ranked.get(region) if place.cell in tables else None,
        )
        for place in edition.places()
    )
    return Sheet(region, edition, release.id, figures, as_of(edition, release))


def _words(key: Key) -> dict[str, Any]:
    return {"label": key.label, "definition": key.definition, "matches": key.matches}


def as_of(edition: Edition, release: Release) -> datetime:
    """Return when the content of answers from a release last changed."""
    return max(release.loaded_at, edition.changed_at)


async def region_named(repository: Repository, asked: str) -> Region:
    """Return a region by its id; raises RegionMoved for an alias, AmbiguousRegion, RegionNotFound."""
    if (region := await repository.region(asked)) is not None:
        return region
    raise RegionMoved((await ids_named(repository, [asked]))[0])


async def ids_named(repository: Repository, asked: Sequence[str]) -> list[str]:
    """Return the ids that names lead to; raises RegionNotFound, AmbiguousRegion."""
    named = await repository.named({fold_key(name) for name in asked})
    ids = []
    for name in asked:
        found = named.get(fold_key(name), [])
        if not found:
            spellings = await repository.spellings()
            like = nearest(name, spellings)
            raise RegionNotFound(name, spellings[like] if like else None)
        if len(found) > 1 and name not in found:
            raise AmbiguousRegion(name, found)
        ids.append(name if name in found else found[0])
    return ids


async def regions_named(repository: Repository, asked: Sequence[str]) -> list[Region]:
    """Return the regions a filter names, or all; raises UnknownValue, AmbiguousRegion."""
    ids = {name for name in asked if fold_key(name) == name}
    found, _ = await repository.regions(RegionFilter(ids=ids if asked else None))
    if not asked or len(found) == len(set(asked)):
        return found
    try:
        found, _ = await repository.regions(RegionFilter(ids=await ids_named(repository, asked)))
    except RegionNotFound as error:
        raise UnknownValue("region", error.asked, nearest=error.nearest) from error
    return found


async def _editions(repository: Repository) -> list[EditionEntry]:
    current = {item.release.edition: item.release for item in await repository.participations()}
    return [EditionEntry(edition, current.get(edition.id)) for edition in await repository.editions()]


async def chosen(repository: Repository, which: Which, region: str | None) -> tuple[Edition, Release]:
    """Return the edition and release asked for; raises UnknownValue, ReleaseMismatch, EditionNotFound."""
    editions = {edition.id: edition for edition in await repository.editions()}
    if which.edition is not None and which.edition not in editions:
        raise _unknown("edition", which.edition, editions)
    held = await repository.participations(region, None if which.at is None else end_of(which.at))
    if which.release is not None:
        releases = await repository.releases()
        if which.release not in releases:
            raise _unknown("release", which.release, releases)
        release = releases[which.release]
        if which.edition not in (None, release.edition):
            raise ReleaseMismatch(release.id, release.edition)
        return editions[release.edition], release
    if which.edition is not None:
        current = {item.release.edition: item.release for item in held}
        if which.edition not in current:  # known, and nothing of it published yet
            await _check_day(repository, which)
            raise _unknown("edition", which.edition, current)
        return editions[which.edition], current[which.edition]
    if (release_meant := default_release(held)) is None:
        await _check_day(repository, which)
        raise EditionNotFound(None)
    return editions[release_meant.edition], release_meant


async def _check_day(repository: Repository, which: Which) -> None:
    """Raise NotYetPublished where the first release is later than the day that is asked about."""
    first = await repository.first_published(which.edition)
    if which.at is not None and first is not None and first > end_of(which.at):
        raise NotYetPublished(which.edition, first.date())


def _unknown(parameter: str, asked: str, known: Collection[str]) -> UnknownValue:
    return UnknownValue(parameter, asked, nearest=nearest(asked, known), allowed=sorted(known))
