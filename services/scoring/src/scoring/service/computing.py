"""Figures of answers that are not stored: self-assessment, and what-if against a region's release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from scoring.canonical import document_hash
from scoring.documents import InvalidEdition, Known, read_edition
from scoring.documents.answers import answer_faults, read_answers
from scoring.documents.places import step
from scoring.domain import AmbiguousRegion, Edition, Questionnaire, RegionNotFound, compute
from scoring.domain.documents import edition_from, questionnaire_from
from scoring.domain.simulated import Figured, Simulation, changes
from scoring.repository import Repository
from servicekit.aside import aside
from servicekit.problems import Fault

from .questionnaires import Questionnaires
from .reading import ids_named

__all__ = ["BaselineNotComparable", "ComputingService", "Uncomputable"]

FIELDS = ("edition", "answers", "baseline")


class Uncomputable(Exception):
    """No figures can be made of what was sent; `faults` says why, all of it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(f"{fault.pointer} {fault.code}" for fault in faults))
        self.faults = tuple(faults)


class BaselineNotComparable(Exception):
    """The region has no figures that were computed by the same edition."""


@dataclass(frozen=True)
class _Asked:
    """What is to be computed, checked."""

    edition: Edition
    questionnaire: Questionnaire


class ComputingService:
    """Computes; `known` is what an edition that is sent along may name."""

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], questionnaires: Questionnaires, known: Known
    ) -> None:
        self._sessions = sessions
        self._questionnaires = questionnaires
        self._known = Known(known.languages, known.lists, every_language=False)

    async def compute(self, body: Any, size: int) -> Simulation:
        """Compute what a body of so many bytes asks for; raises Uncomputable, BaselineNotComparable."""
        if faults := _shape(body):
            raise Uncomputable(faults)
        given, baseline = body["edition"], body.get("baseline")
        if isinstance(given, str):
            asked = await self._held(given)
        else:
            asked = await aside(size, self._sent, given)
        region = baseline.get("region") if baseline else None
        await aside(size, _check, body, asked.questionnaire, region is None)
        before = None if region is None else await self._of_region(asked.edition, region)
        return await aside(size, _simulate, body, asked, before)

    async def _held(self, name: str) -> _Asked:
        async with self._sessions.begin() as session:
            editions = {edition.id: edition for edition in await Repository(session).editions()}
            questionnaire = await self._questionnaires.of(session, name) if name in editions else None
        if questionnaire is None:
            code = "not_computed" if name in editions else "unknown_edition"
            raise Uncomputable([Fault("#/edition", code)])
        return _Asked(editions[name], questionnaire)

    def _sent(self, given: Mapping[str, Any]) -> _Asked:
        try:
            document = read_edition(given, self._known).document()
        except InvalidEdition as error:
            places = ((fault, fault.pointer.removeprefix("#")) for fault in error.faults)
            raise Uncomputable(
                [Fault(f"#/edition{place}", fault.code, fault.params) for fault, place in places]
            ) from error
        if document["method"] is None:
            raise Uncomputable([Fault("#/edition/kind", "not_computed")])
        edition = edition_from(document, datetime.now(UTC), document_hash(document))
        return _Asked(edition, questionnaire_from(document))

    async def _of_region(self, edition: Edition, name: str) -> Mapping[str, Figured]:
        async with self._sessions.begin() as session:
            repository = Repository(session)
            try:
                (region,) = await ids_named(repository, [name])
            except (RegionNotFound, AmbiguousRegion) as error:
                raise Uncomputable([Fault("#/baseline/region", "unknown_region")]) from error
            held = {one.id: one for one in await repository.editions()}.get(edition.id)
            releases = {one.release.edition: one for one in await repository.participations(region)}
            current = releases.get(edition.id)
            if held is None or held.document_hash != edition.document_hash or current is None:
                raise BaselineNotComparable
            results: Mapping[str, Figured] = await repository.results(current.release.id, region)
            if not current.takes_part or not results:
                raise BaselineNotComparable
            return results


def _shape(body: Any) -> list[Fault]:
    if not isinstance(body, Mapping):
        return [Fault("#", "wrong_type")]
    faults = [Fault(step("#", name), "unknown_field") for name in body if name not in FIELDS]
    faults += [Fault(step("#", name), "missing") for name in FIELDS[:2] if name not in body]
    if not isinstance(body.get("edition", ""), str | Mapping):
        faults.append(Fault("#/edition", "wrong_type"))
    if not isinstance(body.get("answers", {}), Mapping):
        faults.append(Fault("#/answers", "wrong_type"))
    return faults + _shape_of_baseline(body.get("baseline"))


def _shape_of_baseline(baseline: Any) -> list[Fault]:
    if baseline is None:
        return []
    if not isinstance(baseline, Mapping):
        return [Fault("#/baseline", "wrong_type")]
    known = ("region", "answers")
    faults = [Fault(step("#/baseline", name), "unknown_field") for name in baseline if name not in known]
    given = [name for name in known if baseline.get(name) is not None]
    if len(given) != 1:
        faults.append(Fault("#/baseline", "region_or_answers"))
    elif given == ["region"] and not isinstance(baseline["region"], str):
        faults.append(Fault("#/baseline/region", "wrong_type"))
    return faults


def _check(body: Mapping[str, Any], questionnaire: Questionnaire, of_answers: bool) -> None:
    faults = list(answer_faults(body["answers"], questionnaire, "#/answers"))
    if of_answers and body.get("baseline") is not None:
        faults += answer_faults(body["baseline"]["answers"], questionnaire, "#/baseline/answers")
    if faults:
        raise Uncomputable(faults)


def _simulate(body: Mapping[str, Any], asked: _Asked, before: Mapping[str, Figured] | None) -> Simulation:
    figures = compute(asked.questionnaire, read_answers(body["answers"]))
    if before is None and body.get("baseline") is not None:
        before = compute(asked.questionnaire, read_answers(body["baseline"]["answers"]))
    return Simulation(asked.edition, figures, None if before is None else changes(before, figures))
