"""What is told of releases: their status, errata and files; and the withdrawal of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from scoring.domain.editions import Edition, Release, end_of
from scoring.domain.errors import UnknownValue
from scoring.domain.releases import Erratum, ReleaseStatus, statuses
from scoring.proof import Signer
from scoring.repository import Repository
from scoring.repository.editions import EditionRepository
from scoring.repository.releases import Content, FileRow, Proof, ReleaseRepository
from scoring.repository.results import text_of
from scoring.repository.writings import WritingRepository
from servicekit.feed import write_change
from servicekit.text import nearest

from .clock import Clock, utc_now
from .justifications import Justifications
from .steps import keep_text, new_id

__all__ = ["FileNotFound", "ReleaseFile", "ReleaseNotFound", "ReleaseService", "ReleaseView"]


class ReleaseNotFound(Exception):
    """No release has this id; `nearest` is the known one most like it."""

    def __init__(self, asked: str, nearest: str | None) -> None:
        super().__init__(asked)
        self.asked, self.nearest = asked, nearest


class FileNotFound(Exception):
    """The release has no such file; `allowed` are those it has."""

    def __init__(self, asked: str, nearest: str | None, allowed: Sequence[str]) -> None:
        super().__init__(asked)
        self.asked, self.nearest, self.allowed = asked, nearest, tuple(allowed)


@dataclass(frozen=True)
class ReleaseView:
    """A release and what is known of it: the errata are those that it brought."""

    release: Release
    edition: Edition
    status: ReleaseStatus
    previous: str | None
    next: str | None
    proof: Proof
    errata: Sequence[tuple[str, Erratum, str | None]]
    files: Sequence[FileRow]


@dataclass(frozen=True)
class ReleaseFile:
    """A file as it is downloaded; what people wrote may be erased from one that is not immutable.

    `kind` is its edition's.
    """

    content: Content
    immutable: bool
    kind: str


class ReleaseService:
    """Answers about releases from the database; the sessions are handed in."""

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], signer: Signer | None, clock: Clock = utc_now
    ) -> None:
        self._sessions = sessions
        self._signer = signer
        self._now = clock
        self._justifications = Justifications()

    def keys(self) -> list[dict[str, str]]:
        """Return every key that ever signed a release here."""
        return self._signer.ring.public() if self._signer else []

    async def releases(
        self, edition: str | None, at: date | None, offset: int, limit: int
    ) -> tuple[list[ReleaseView], int]:
        """Return one page of the releases of an edition, or of all, and their number.

        The newest of each edition first; `at`: as of the end of that day. Raises UnknownValue.
        """
        async with self._sessions.begin() as session:
            editions = await EditionRepository(session).ids()
            if edition is not None and edition not in editions:
                raise UnknownValue(
                    "edition", edition, nearest=nearest(edition, editions), allowed=sorted(editions)
                )
            releases = await ReleaseRepository(session).releases(edition, None if at is None else end_of(at))
            shown = [one.id for one in releases[offset : offset + limit]]
            return await self._views(session, releases, shown), len(releases)

    async def release(self, asked: str) -> ReleaseView:
        """Return one release; raises ReleaseNotFound."""
        async with self._sessions.begin() as session:
            return await self._view(session, asked)

    async def file(self, asked: str, name: str) -> ReleaseFile:
        """Return a file of a release; raises ReleaseNotFound, FileNotFound."""
        async with self._sessions.begin() as session:
            repository = ReleaseRepository(session)
            view = await self._view(session, asked)
            known = [file.name for file in view.files]
            if name not in known:
                raise FileNotFound(name, nearest(name, known), known)
            held = await repository.file(asked, name)
            if held is not None:
                return ReleaseFile(held, immutable=True, kind=view.edition.kind)
            made = await self._justifications.content(repository, asked)
            return ReleaseFile(made, immutable=False, kind=view.edition.kind)

    async def withdraw(self, asked: str, subject: str, reason: Mapping[str, str]) -> ReleaseView:
        """Withdraw a release; the same again changes nothing. Raises ReleaseNotFound."""
        async with self._sessions.begin() as session:
            view = await self._view(session, asked)
            repository = ReleaseRepository(session)
            # So that nothing is published meanwhile on what is being withdrawn.
            await EditionRepository(session).locked(view.edition.id)
            if not await repository.is_withdrawn(asked):
                person = await WritingRepository(session).enter(subject, new_id("p"))
                text = await keep_text(session, person, "reason", dict(reason))
                await repository.withdraw(asked, text.id, person, self._now())
                await write_change(session, "release", asked)
            return await self._view(session, asked)

    async def _view(self, session: AsyncSession, asked: str) -> ReleaseView:
        repository = ReleaseRepository(session)
        releases = {one.id: one for one in await repository.releases(None)}
        if asked not in releases:
            raise ReleaseNotFound(asked, nearest(asked, releases))
        return (await self._views(session, list(releases.values()), [asked]))[0]

    async def _views(
        self, session: AsyncSession, releases: Sequence[Release], ids: Sequence[str]
    ) -> list[ReleaseView]:
        """Return some of the releases; their status follows from all."""
        repository = ReleaseRepository(session)
        editions = {one.id: one for one in await Repository(session).editions()}
        status = statuses(releases)
        shown = [one for one in releases if one.id in ids]
        proofs, errata = await repository.proofs(ids), await repository.errata(ids)
        files = await repository.files(ids)
        reasons = await repository.texts({
            erratum.reason_id for found in errata.values() for _, erratum in found if erratum.reason_id
        })  # fmt: skip
        beside = await self._justifications.rows(repository, list(files))
        neighbours = _neighbours(releases)
        views = []
        for one in shown:
            kept = [*files.get(one.id, ()), *([beside[one.id]] if one.id in beside else [])]
            told = [
                (region, erratum, text_of(reasons.get(erratum.reason_id or "", (None, None))[0]))
                for region, erratum in errata.get(one.id, ())
            ]
            before, after = neighbours[one.id]
            views.append(
                ReleaseView(
                    one, editions[one.edition], status[one.id], before, after, proofs[one.id], told, kept
                )
            )
        return views


def _neighbours(releases: Sequence[Release]) -> dict[str, tuple[str | None, str | None]]:
    by_place = {(one.edition, one.sequence): one.id for one in releases}
    return {
        one.id: (by_place.get((one.edition, one.sequence - 1)), by_place.get((one.edition, one.sequence + 1)))
        for one in releases
    }
