"""Proposals: a region's authority proposes a change of its profile, a reviewer accepts or declines it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from scoring.domain.records import ProposalRecord
from scoring.domain.refusals import (
    ConflictOfRole,
    InvalidWork,
    OtherRegion,
    ProposalDecided,
    ProposalErased,
    ProposalNotFound,
)
from scoring.repository.comments import ProposalRepository
from scoring.repository.regions import RegionRepository
from scoring.repository.writings import WritingRepository
from servicekit.feed import write_change

from .steps import Person, Rooms, keep_text, new_id

__all__ = ["Field", "ProposalService"]

Field = Literal["websites", "competences"]


class ProposalService:
    """Keeps proposals, and changes a region when one is accepted."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def propose(
        self, person: Person, region: str | None, *, field: Field, value: Any, reason: Mapping[str, str]
    ) -> ProposalRecord:
        """Keep a proposal about one of the person's own regions; the same one again is the one that is open.

        Raises OtherRegion, InvalidWork.
        """
        if region is None and len(person.regions) != 1:
            raise InvalidWork([("#/region", "missing", {})])
        about = region if region is not None else next(iter(person.regions))
        if about not in person.regions:
            raise OtherRegion(about)
        async with self._rooms.sessions.begin() as session:
            if not await RegionRepository(session).has(about):
                raise InvalidWork([("#/region", "unknown_value", {})])
            await RegionRepository(session).lock(about)
            ref = await WritingRepository(session).enter(person.subject, new_id("p"))
            open_ones, _ = await ProposalRepository(session).proposals(("open",), (about,), 0, None)
            for one in open_ones:
                if (one.person, one.field, one.value.body, one.reason.body) == (ref, field, value, reason):
                    return one
            proposed = await keep_text(session, ref, "proposal", value)
            why = await keep_text(session, ref, "reason", dict(reason))
            now = self._rooms.now()
            one = ProposalRecord(
                new_id("pr"), about, field, proposed, why, ref, "open", None, None, now, None
            )  # fmt: skip
            await ProposalRepository(session).propose(one)
        return one

    async def proposals(
        self, states: Sequence[str], regions: Sequence[str] | None, offset: int, limit: int
    ) -> tuple[list[ProposalRecord], int]:
        """Return one page of the proposals about regions (None: all), and how many there are."""
        async with self._rooms.sessions.begin() as session:
            return await ProposalRepository(session).proposals(states, regions, offset, limit)

    async def decide(
        self, person: Person, proposal_id: str, *, accept: bool, reason: Mapping[str, str]
    ) -> ProposalRecord:
        """Accept a proposal, which changes the region, or decline it; the same again is no error.

        Raises ProposalNotFound, ConflictOfRole for its author, ProposalDecided, ProposalErased.
        """
        state = "accepted" if accept else "declined"
        async with self._rooms.sessions.begin() as session:
            proposals, regions = ProposalRepository(session), RegionRepository(session)
            one = await proposals.proposal(proposal_id)
            if one is None:
                raise ProposalNotFound
            ref = await WritingRepository(session).enter(person.subject, new_id("p"))
            if ref == one.person:
                raise ConflictOfRole
            if one.decided_at is not None:
                why_then = one.decision_reason.body if one.decision_reason else None
                if (one.state, one.decided_by, why_then) == (state, ref, reason):
                    return one
                raise ProposalDecided(one.state, one.decided_by or "", one.decided_at)
            if accept and one.value.body is None:
                raise ProposalErased
            now = self._rooms.now()
            why = await keep_text(session, ref, "reason", dict(reason))
            await proposals.decide(one.id, state, person=ref, reason=why, now=now)
            if accept:
                await regions.lock(one.region)
                await regions.change(one.region, one.field, one.value.body, now)
                await write_change(session, "region", one.region)
        return replace(one, state=state, decided_by=ref, decision_reason=why, decided_at=now)
