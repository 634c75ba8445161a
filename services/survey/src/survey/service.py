"""Use cases: what a survey asks, and what happens to a submission. Owns the transactions."""

import hmac
import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from servicekit.feed import write_change

from .domain.definition import Definition
from .domain.errors import (
    DeclarationFinal,
    DeclarationNotFound,
    InvalidKey,
    InvalidSubmission,
    KeyReused,
    MissingKey,
    SubmissionErased,
    SubmissionNotFound,
    SurveyClosed,
    SurveyNotFound,
    TwinInFlight,
    VersionNotFound,
)
from .domain.faults import Fault
from .domain.records import RECEIVED, Content, Held, New, Schedule, Stored, Submission, Version
from .domain.submission import (
    Checked,
    check_form,
    check_submission,
    check_withdrawal,
    form_language,
    large_integers,
)
from .keys import KeyRing, b64
from .receipts import answers_hash, canonical, fingerprint, issue
from .repository import Repository

__all__ = ["Accepted", "Submissions", "Surveys"]

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
            return await Repository(session).newest()

    async def current(self, survey: str) -> Version:
        """Return a survey's newest version; raises SurveyNotFound."""
        async with self._sessions() as session:
            found = await Repository(session).newest(survey)
            if not found:
                raise SurveyNotFound(survey, await Repository(session).surveys())
        return found[0]

    async def version(self, survey: str, version_hash: str) -> Version:
        """Return one version of a survey; raises VersionNotFound, SurveyNotFound."""
        async with self._sessions() as session:
            found = await Repository(session).version(version_hash)
            if found is None or found.definition.survey != survey:
                await self.require(Repository(session), survey)
                raise VersionNotFound
        return found

    async def definition(self, repository: Repository, version_hash: str) -> Definition:
        """Return a version's definition, which is there."""
        if version_hash not in self._read:
            found = await repository.version(version_hash)
            if found is None:
                raise VersionNotFound
            self._read[version_hash] = found.definition
        return self._read[version_hash]

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
    """Intake, and what the holder of the secret may do."""

    def __init__(
        self, *, sessions: Sessions, surveys: Surveys, ring: KeyRing, languages: Sequence[str], base_url: str
    ) -> None:
        self._sessions = sessions
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
                return await self._submit(survey, self._ring.key_hash(key), body, lang)
            except TwinInFlight as twin:
                if not left:
                    raise TwinInFlight(lang=lang) from twin
        raise AssertionError("the loop above returns or raises")

    async def _submit(self, survey: str, key_hash: str, body: Any, lang: str | None) -> Accepted:
        content = fingerprint(body)
        async with self._sessions.begin() as session:
            repository = Repository(session)
            stored, schedule = await repository.attempt(survey, key_hash, _named_version(body))
            if stored is not None:
                return self._replay(stored, content, lang)
            definition = await self._opened(repository, survey, body, schedule, lang)
            checked = self._checked(definition, body, content, lang)
            new = self._new(definition, body, checked, content, key_hash)
            if await repository.add_submission(new):
                await write_change(session, KIND, new.submission.id)
                return self._accepted(new.submission.id, new.content, new.receipt, replayed=False)
            stored, _ = await repository.attempt(survey, key_hash, "")
        if stored is None:
            raise TwinInFlight(lang=lang)
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

    async def held(self, submission_id: str, secret: str) -> tuple[Held, Definition]:
        """Return all that is held of a submission; raises SubmissionNotFound."""
        async with self._sessions() as session:
            return await self._open(Repository(session), submission_id, secret)

    async def erase(self, submission_id: str, secret: str) -> None:
        """Delete all that is personal in a submission; raises SubmissionNotFound."""
        async with self._sessions.begin() as session:
            repository = Repository(session)
            await self._open(repository, submission_id, secret, lock=True)
            await repository.erase(submission_id, self._surveys.now())
            await write_change(session, KIND, submission_id)

    async def withdraw(
        self, submission_id: str, secret: str, declaration: str, body: Any
    ) -> tuple[Held, Definition]:
        """Take a consent back; doing it twice is doing it once.

        Raises SubmissionNotFound, DeclarationNotFound, DeclarationFinal, InvalidSubmission.
        """
        async with self._sessions.begin() as session:
            repository = Repository(session)
            held, definition = await self._open(repository, submission_id, secret, lock=True)
            self._withdrawable(definition, held, declaration, body)
            record = next(record for record in held.declarations if record.id == declaration)
            if not record.given:
                return held, definition
            now = self._surveys.now()
            await repository.withdraw(submission_id, declaration, now)
            await write_change(session, KIND, submission_id)
        changed = replace(record, given=False, withdrawn_at=now)
        records = tuple(changed if record.id == declaration else record for record in held.declarations)
        submission = replace(held.submission, changed_at=max(now, held.submission.changed_at))
        return replace(held, submission=submission, declarations=records), definition

    def _withdrawable(self, definition: Definition, held: Held, name: str, body: Any) -> None:
        declaration = next((item for item in definition.declarations if item.id == name), None)
        if declaration is None or name not in {record.id for record in held.declarations}:
            raise DeclarationNotFound
        if faults := check_withdrawal(body):
            raise InvalidSubmission(faults)
        if declaration.kind != "consent":
            raise DeclarationFinal

    async def state(self, submission_id: str) -> Submission:
        """Return what another service may know of a submission; raises SubmissionNotFound."""
        async with self._sessions() as session:
            found = await Repository(session).state(submission_id)
        if found is None:
            raise SubmissionNotFound
        return found

    async def ids(self) -> list[str]:
        """Return the ids of all submissions."""
        async with self._sessions() as session:
            return await Repository(session).submission_ids()

    async def _open(
        self, repository: Repository, submission_id: str, secret: str, *, lock: bool = False
    ) -> tuple[Held, Definition]:
        held = await repository.submission(submission_id, lock=lock) if "\x00" not in submission_id else None
        # The same work whether there is such a submission or not, so that time tells nothing either.
        kid, nonce = (held.content.secret_key_id, held.content.nonce) if held else (self._ring.active, "")
        expected = self._ring.secret(kid, submission_id, nonce) or ""
        is_holder = hmac.compare_digest(expected.encode(), secret.encode("utf-8", "replace"))
        if held is None or not expected or not is_holder:
            raise SubmissionNotFound
        return held, await self._surveys.definition(repository, held.submission.version_hash)


def _named_version(body: Any) -> str:
    named = body.get("version_hash") if isinstance(body, dict) else None
    return named if isinstance(named, str) else ""
