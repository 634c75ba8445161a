"""Use cases: what a survey asks, and what happens to a submission. Owns the transactions."""

import asyncio
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from servicekit.aside import LARGE, aside

from .domain.definition import Definition
from .domain.errors import (
    InvalidKey,
    InvalidSubmission,
    KeyReused,
    MissingKey,
    SubmissionErased,
    SurveyClosed,
    SurveyNotFound,
    TwinInFlight,
    VersionNotFound,
)
from .domain.faults import Fault
from .domain.reading import read_definition
from .domain.records import RECEIVED, Content, New, Schedule, Stored, Submission, Version
from .domain.submission import Checked, check_form, check_submission, form_language, large_integers
from .keys import KeyRing, b64
from .receipts import answers_hash, canonical, fingerprint, issue
from .repository import Repository

__all__ = ["Accepted", "Sessions", "Submissions", "Surveys"]

Sessions = async_sessionmaker[AsyncSession]
Load = Callable[[], Awaitable[Any]]
KIND = "submission"
WAITS = 2  # times the database's lock timeout of 5 s: a twin in flight is waited for up to 10 s
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def _now() -> datetime:
    return datetime.now(UTC)


class Surveys:
    """Definitions: data, immutable per version, so a version once read is kept in the process."""

    def __init__(self, sessions: Sessions, clock: Callable[[], datetime] = _now) -> None:
        self._sessions = sessions
        self._read: dict[str, Definition] = {}
        self.now = clock

    async def newest(self) -> list[Version]:
        """Return the newest version of every survey."""
        async with self._sessions() as session:
            return await self._newest(Repository(session))

    async def current(self, survey: str) -> Version:
        """Return a survey's newest version; raises SurveyNotFound."""
        async with self._sessions() as session:
            found = await self._newest(Repository(session), survey)
            if not found:
                raise SurveyNotFound(survey, await Repository(session).surveys())
        return found[0]

    async def version(self, survey: str, version_hash: str) -> Version:
        """Return one version of a survey; raises VersionNotFound, SurveyNotFound."""
        async with self._sessions() as session:
            repository = Repository(session)
            schedule = await repository.schedule(survey, version_hash)
            if schedule is None:
                await self.require(repository, survey)
                raise VersionNotFound
            return Version(version_hash, await self.definition(repository, version_hash), schedule)

    async def _newest(self, repository: Repository, survey: str | None = None) -> list[Version]:
        found = await repository.newest(survey)
        return [Version(key, await self.definition(repository, key), found[key]) for key in found]

    async def definition(self, repository: Repository, version_hash: str) -> Definition:
        """Return the definition of a version, which is there."""
        if version_hash not in self._read:
            self._read[version_hash] = read_definition(await repository.document(version_hash))
        return self._read[version_hash]

    async def find(self, survey: str, version_hash: str) -> Definition | None:
        """Return the definition of a survey's version, None when it has no such version."""
        if version_hash not in self._read:
            async with self._sessions() as session:
                repository = Repository(session)
                if await repository.schedule(survey, version_hash) is None:
                    return None
                await self.definition(repository, version_hash)
        found = self._read[version_hash]
        return found if found.survey == survey else None

    async def require(self, repository: Repository, survey: str, lang: str | None = None) -> None:
        """Raise SurveyNotFound unless there is a survey of this id."""
        known = await repository.surveys()
        if survey not in known:
            raise SurveyNotFound(survey, known, lang=lang)


class Accepted:
    """A submission acknowledged: the bytes of its 201, and whether they were given before."""

    def __init__(self, document: Mapping[str, Any], *, replayed: bool) -> None:
        self.body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        self.location = str(document["status_url"])
        self.replayed = replayed


@dataclass(frozen=True)
class _Read:
    """A body, and what can be said of it by itself; without faults it has a hash and canonical answers."""

    body: Any
    size: int
    lang: str | None
    version: str
    checked: Checked
    content: str | None
    answers: bytes


class Submissions:
    """Intake: each submission once."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        intake: Sessions,
        surveys: Surveys,
        ring: KeyRing,
        languages: Sequence[str],
        base_url: str,
    ) -> None:
        """Take `intake` for what is one statement: its sessions may leave the transaction to the database."""
        self._sessions = sessions
        self._intake = intake
        self._surveys = surveys
        self._ring = ring
        self._languages = tuple(languages)
        self._base_url = base_url.rstrip("/")
        self._turn = asyncio.Lock()

    async def check(self, survey: str, load: Load, size: int) -> Checked:
        """Check a submission and store nothing; raises what `submit` would for its content."""
        read = await self._read(survey, load, size)
        async with self._sessions() as session:
            repository = Repository(session)
            _, schedule = await repository.attempt(survey, "", read.version)
            await self._require_acceptable(repository, survey, schedule, read)
        return read.checked

    async def submit(self, survey: str, key: str | None, load: Load, size: int) -> Accepted:
        """Store a submission once, and answer the same request the same for ever.

        `load` parses the body, which has `size` bytes.

        Raises MissingKey, InvalidKey, KeyReused, SubmissionErased, TwinInFlight, SurveyNotFound,
        SurveyClosed, InvalidSubmission.
        """
        read = await self._read(survey, load, size)
        if key is None:
            raise MissingKey(lang=read.lang)
        if _KEY.fullmatch(key) is None:
            raise InvalidKey(lang=read.lang)
        for left in reversed(range(WAITS)):
            try:
                return await self._submit(survey, self._ring.key_hash(key), read)
            except TwinInFlight as twin:
                if not left:
                    raise TwinInFlight(lang=read.lang) from twin
        raise AssertionError("the loop above returns or raises")

    async def _read(self, survey: str, load: Load, size: int) -> _Read:
        # Before anything is looked up, so that no connection waits while a large body is read. Large ones
        # take turns: a dozen documents of a million values would give the memory's cleaner seconds of work.
        async with self._turn if size > LARGE else nullcontext():
            body = await load()
            version = _named_version(body)
            definition = await self._surveys.find(survey, version)
            work = await aside(size, _examined, definition, body, self._languages)
        return _Read(body, size, form_language(body, self._languages), version, *work)

    async def _submit(self, survey: str, key_hash: str, read: _Read) -> Accepted:
        if not read.checked.faults:
            # Nearly always all is well, so that is tried first, in the one statement that needs no look
            # before it: it stores nothing unless key and version are as they must be.
            new = self._new(survey, read, key_hash)
            async with self._intake.begin() as session:
                if await Repository(session).add_submission(new):
                    return self._accepted(new.submission.id, new.content, new.receipt, replayed=False)
        async with self._sessions.begin() as session:
            repository = Repository(session)
            stored, schedule = await repository.attempt(survey, key_hash, read.version)
            if stored is None:
                await self._require_acceptable(repository, survey, schedule, read)
                new = self._new(survey, read, key_hash)
                if await repository.add_submission(new):
                    return self._accepted(new.submission.id, new.content, new.receipt, replayed=False)
                stored, _ = await repository.attempt(survey, key_hash, "")
            if stored is None:
                raise TwinInFlight  # the version closed meanwhile, which the next look will say
        return await self._replay(stored, read)

    async def _require_acceptable(
        self, repository: Repository, survey: str, schedule: Schedule | None, read: _Read
    ) -> None:
        # `schedule` is that of the version the body names, None when the survey has no such version.
        if schedule is None:
            await self._surveys.require(repository, survey, read.lang)
        elif not schedule.accepts(self._surveys.now()):
            raise SurveyClosed(lang=read.lang)
        if read.checked.faults:
            raise InvalidSubmission(read.checked.faults, lang=read.lang)

    def _new(self, survey: str, read: _Read, key_hash: str) -> New:
        body, checked = read.body, read.checked
        submission_id, salt, now = str(uuid4()), b64(secrets.token_bytes(24)), self._surveys.now()
        receipt = issue(
            self._ring,
            submission_id=submission_id,
            survey=survey,
            version=read.version,
            answers=answers_hash(read.answers, salt),
            received_at=now,
        )
        return New(
            submission=Submission(submission_id, survey, read.version, RECEIVED, now, now),
            content=Content(
                lang=body["lang"],
                answers_lang=body["answers_lang"],
                answers=read.answers.decode(),
                hidden=checked.hidden,
                salt=salt,
                nonce=b64(secrets.token_bytes(16)),
                secret_key_id=self._ring.active,
                fingerprint=str(read.content),
                status_url=f"{self._base_url}/v1/submissions/{submission_id}",
            ),
            key_hash=key_hash,
            key_id=self._ring.active,
            receipt=json.dumps(receipt),
            declarations=checked.declarations,
        )

    async def _replay(self, stored: Stored, read: _Read) -> Accepted:
        if stored.content is None:
            raise SubmissionErased(lang=read.lang)
        # What is refused today may have been taken by yesterday's rules, so it is compared all the same.
        content = read.content or await aside(read.size, fingerprint, read.body)
        if stored.content.fingerprint != content:
            raise KeyReused(lang=read.lang)
        return self._accepted(stored.submission_id, stored.content, stored.receipt, replayed=True)

    def _accepted(self, submission_id: str, content: Content, receipt: str, *, replayed: bool) -> Accepted:
        document = {
            "submission_id": submission_id,
            "secret": self._ring.secret(content.secret_key_id, submission_id, content.nonce),
            "salt": content.salt,
            "receipt": json.loads(receipt),
            "status_url": content.status_url,
            "hidden_answers_dropped": list(content.hidden),
        }
        return Accepted(document, replayed=replayed)


def _named_version(body: Any) -> str:
    named = body.get("version_hash") if isinstance(body, dict) else None
    return named if isinstance(named, str) else ""


def _examined(
    definition: Definition | None, body: Any, languages: Sequence[str]
) -> tuple[Checked, str | None, bytes]:
    # All that takes time with a large body: the check, and for a valid one hash and canonical answers.
    if definition is None:
        named = [Fault("#/version_hash", "unknown_version")] if _named_version(body) else []
        return Checked({}, (), (*check_form(body, languages), *named)), None, b""
    checked = check_submission(definition, body, languages)
    content = None if checked.faults else fingerprint(body)
    if content is None:
        return replace(checked, faults=(*checked.faults, *large_integers(body))), None, b""
    return checked, content, canonical(checked.answers)
