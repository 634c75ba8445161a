"""Use cases: what a survey asks, and what happens to a submission. Owns the transactions."""

import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

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

    def known(self, version_hash: str) -> Definition | None:
        """Return a definition that was read before, None otherwise."""
        return self._read.get(version_hash)

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

    async def check(self, survey: str, body: Any) -> Checked:
        """Check a submission and store nothing; raises what `submit` would for its content."""
        lang = form_language(body, self._languages)
        async with self._sessions() as session:
            repository = Repository(session)
            _, schedule = await repository.attempt(survey, "", _named_version(body))
            definition = await self._opened(repository, survey, body, schedule, lang)
        return self._checked(definition, body, fingerprint(body), lang)

    async def submit(self, survey: str, key: str | None, body: Any) -> Accepted:
        """Store a submission once, and answer the same request the same for ever.

        Raises MissingKey, InvalidKey, KeyReused, SubmissionErased, TwinInFlight, SurveyNotFound,
        SurveyClosed, InvalidSubmission.
        """
        lang = form_language(body, self._languages)
        if key is None:
            raise MissingKey(lang=lang)
        if _KEY.fullmatch(key) is None:
            raise InvalidKey(lang=lang)
        for left in reversed(range(WAITS)):
            try:
                return await self._submit(survey, self._ring.key_hash(key), body)
            except TwinInFlight as twin:
                if not left:
                    raise TwinInFlight(lang=lang) from twin
        raise AssertionError("the loop above returns or raises")

    async def _submit(self, survey: str, key_hash: str, body: Any) -> Accepted:
        content = fingerprint(body)
        new = self._prepared(survey, body, content, key_hash)
        if new is not None:
            # Nearly always all is well, so that is tried first, in the one statement that needs no look
            # before it: it stores nothing unless key and version are as they must be.
            async with self._intake.begin() as session:
                if await Repository(session).add_submission(new):
                    return self._accepted(new.submission.id, new.content, new.receipt, replayed=False)
        async with self._sessions.begin() as session:
            return await self._submit_in_order(Repository(session), survey, key_hash, body, content)

    def _prepared(self, survey: str, body: Any, content: str | None, key_hash: str) -> New | None:
        definition = self._surveys.known(_named_version(body))
        if definition is None or definition.survey != survey or content is None:
            return None
        checked = check_submission(definition, body, self._languages)
        return None if checked.faults else self._new(definition, body, checked, content, key_hash)

    async def _submit_in_order(
        self, repository: Repository, survey: str, key_hash: str, body: Any, content: str | None
    ) -> Accepted:
        lang = form_language(body, self._languages)
        stored, schedule = await repository.attempt(survey, key_hash, _named_version(body))
        if stored is not None:
            return self._replay(stored, content, lang)
        definition = await self._opened(repository, survey, body, schedule, lang)
        checked = self._checked(definition, body, content, lang)
        new = self._new(definition, body, checked, content, key_hash)
        if await repository.add_submission(new):
            return self._accepted(new.submission.id, new.content, new.receipt, replayed=False)
        stored, _ = await repository.attempt(survey, key_hash, "")
        if stored is None:
            raise TwinInFlight  # the version closed meanwhile, which the next look will say
        return self._replay(stored, content, lang)

    async def _opened(
        self, repository: Repository, survey: str, body: Any, schedule: Schedule | None, lang: str | None
    ) -> Definition:
        # `schedule` is that of the version the body names, None when the survey has no such version.
        if schedule is None:
            await self._surveys.require(repository, survey, lang)
            named = [Fault("#/version_hash", "unknown_version")] if _named_version(body) else []
            raise InvalidSubmission([*check_form(body, self._languages), *named], lang=lang)
        if not schedule.accepts(self._surveys.now()):
            raise SurveyClosed(lang=lang)
        return await self._surveys.definition(repository, _named_version(body))

    def _checked(self, definition: Definition, body: Any, content: str | None, lang: str | None) -> Checked:
        checked = check_submission(definition, body, self._languages)
        faults = [*checked.faults, *(large_integers(body) if content is None else ())]
        if faults:
            raise InvalidSubmission(faults, lang=lang)
        return checked

    def _new(
        self,
        definition: Definition,
        body: Mapping[str, Any],
        checked: Checked,
        content: str | None,
        key_hash: str,
    ) -> New:
        submission_id, salt, now = str(uuid4()), b64(secrets.token_bytes(24)), self._surveys.now()
        answers = canonical(checked.answers)
        receipt = issue(
            self._ring,
            submission_id=submission_id,
            survey=definition.survey,
            version=body["version_hash"],
            answers=answers_hash(answers, salt),
            received_at=now,
        )
        return New(
            submission=Submission(submission_id, definition.survey, body["version_hash"], RECEIVED, now, now),
            content=Content(
                lang=body["lang"],
                answers_lang=body["answers_lang"],
                answers=answers.decode(),
                hidden=checked.hidden,
                salt=salt,
                nonce=b64(secrets.token_bytes(16)),
                secret_key_id=self._ring.active,
                fingerprint=str(content),
                status_url=f"{self._base_url}/v1/submissions/{submission_id}",
            ),
            key_hash=key_hash,
            key_id=self._ring.active,
            receipt=json.dumps(receipt),
            declarations=checked.declarations,
        )

    def _replay(self, stored: Stored, content: str | None, lang: str | None) -> Accepted:
        if stored.content is None:
            raise SubmissionErased(lang=lang)
        if stored.content.fingerprint != content:
            raise KeyReused(lang=lang)
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
