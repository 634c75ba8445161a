"""What the holder of a submission's secret may do, and what other services may know of it."""

import hmac
from dataclasses import replace
from typing import Any

from servicekit.feed import write_change

from .domain.definition import Definition
from .domain.errors import DeclarationFinal, DeclarationNotFound, InvalidSubmission, SubmissionNotFound
from .domain.records import Held, Submission
from .domain.submission import check_withdrawal
from .keys import KeyRing
from .repository import Repository
from .service import Sessions, Surveys

__all__ = ["Holding"]

KIND = "submission"


class Holding:
    """Looking, exporting, taking a consent back, erasing."""

    def __init__(self, *, sessions: Sessions, surveys: Surveys, ring: KeyRing) -> None:
        self._sessions = sessions
        self._surveys = surveys
        self._ring = ring

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
