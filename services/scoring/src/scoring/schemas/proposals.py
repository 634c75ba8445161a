"""What regions' authorities send and see: preliminary results, comments, proposals."""

from collections.abc import Collection
from datetime import date
from typing import Annotated, Any, Literal

from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from scoring.domain.assessment import State
from scoring.domain.questionnaire import Status
from scoring.domain.records import AssessmentRecord, ProposalRecord
from scoring.domain.refusals import InvalidWork
from scoring.service.consulting import Commented, Consultation
from servicekit.catalog import Catalog
from servicekit.problems import from_validation
from servicekit.wire import Model, Utc

from .assessments import WrittenOut, written_out
from .cases import CommentOut, comment_out
from .common import In, Origin
from .figures import AxisCellsOut, CellOut, cells_out
from .works import Line, Reason, SourceIn, Tag, Url, Words

__all__ = [
    "CommentedOut", "ProposalDecisionIn", "ProposalIn", "ProposalOut", "ResultItemOut", "ResultOut",
    "ResultsOut", "commented_out", "proposal_out", "result_out", "results_out", "value_of",
]  # fmt: skip

MAX_SITES, MAX_AREAS, MAX_SOURCES = 50, 50, 20
Area = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=100)]
Sources = Annotated[list[SourceIn], Field(max_length=MAX_SOURCES)]


class WebsiteIn(In):
    """A web site of the region."""

    url: Url
    body: Line | None = None
    lang: Tag | None = None
    sources: Sources = Field(default_factory=list)


class CompetencesIn(In):
    """What the region may decide, by policy area; an empty list says: nothing."""

    areas: Annotated[dict[Area, Annotated[list[str], Field(max_length=10)]], Field(max_length=MAX_AREAS)]
    note: Words | None = None
    sources: Sources = Field(default_factory=list)


class _WebsitesIn(In):
    value: Annotated[list[WebsiteIn], Field(max_length=MAX_SITES)]


class _CompetencesIn(In):
    value: CompetencesIn


class ProposalIn(In):
    """A change of its own profile that an authority proposes: the whole new value of a field."""

    region: Annotated[str, Field(max_length=100)] | None = Field(
        None, description="Needed by who speaks for several regions."
    )
    field: Literal["websites", "competences"]
    value: Any = Field(description="`websites`: a list of sites; `competences`: areas, note and sources.")
    reason: Reason


class ProposalDecisionIn(In):
    """What becomes of a proposal."""

    accept: bool
    reason: Reason


class ProposalOut(Model):
    """A proposal; what was erased is null."""

    id: str
    region: str
    field: Literal["websites", "competences"]
    value: Any
    reason: WrittenOut | None
    by: str
    at: Utc
    state: Literal["open", "accepted", "declined"]
    decided_by: str | None
    decided_at: Utc | None
    decision_reason: WrittenOut | None


class ResultItemOut(Model):
    """A preliminary or published result, in short."""

    id: str
    region: str
    edition: str
    state: State
    deadline: date | None
    release: str | None
    changed_at: Utc


class ResultsOut(Model):
    """The results of one's own regions."""

    items: list[ResultItemOut]


class DecisionShownOut(Model):
    """What was decided of an indicator, and the comments on it."""

    indicator: str
    option: str | None
    status: Status | None
    reason: WrittenOut | None
    comments: list[CommentOut]


class ResultOut(ResultItemOut):
    """A result with all its figures: in no ranking and no panel until it is published."""

    origin: Origin
    overall: CellOut
    axes: list[AxisCellsOut]
    indicators: list[DecisionShownOut]
    comments: list[CommentOut]


class CommentedOut(Model):
    """A comment as it is held now, and the state."""

    id: str
    state: State
    comment: CommentOut


def value_of(body: ProposalIn, kinds: Collection[str]) -> Any:
    """Return what is proposed as a region has it; raises InvalidWork with every fault.

    `kinds` are the codes of competences.
    """
    model = _WebsitesIn if body.field == "websites" else _CompetencesIn
    try:
        read = model.model_validate({"value": body.value})
    except ValidationError as error:
        raise InvalidWork(_faults(error)) from error
    if isinstance(read, _CompetencesIn):
        return _competences(read.value, kinds)
    return [_website(site) for site in read.value]


def _faults(error: ValidationError) -> list[tuple[str, str, dict[str, Any]]]:
    # The same codes and places as where the framework itself reads a body.
    found = [{**item, "loc": ("body", *item["loc"])} for item in error.errors(include_url=False)]
    problem = from_validation(RequestValidationError(found))
    return [(fault.pointer, fault.code, dict(fault.params)) for fault in problem.errors]


def _website(site: WebsiteIn) -> dict[str, Any]:
    sources = [one.model_dump() for one in site.sources]
    status = "verified" if sources else "unverified"
    return {"url": site.url, "body": site.body, "lang": site.lang, "status": status, "sources": sources}


def _competences(given: CompetencesIn, kinds: Collection[str]) -> dict[str, Any]:
    faults: list[tuple[str, str, dict[str, object]]] = [
        (f"#/value/areas/{area}/{place}", "unknown_code", {})
        for area, held in given.areas.items()
        for place, kind in enumerate(held)
        if kind not in kinds
    ]
    if faults:
        raise InvalidWork(faults)
    return {
        "areas": {area: list(held) for area, held in given.areas.items()},
        "note": {given.note.lang: given.note.text} if given.note else None,
        "sources": [one.model_dump() for one in given.sources],
    }


def proposal_out(one: ProposalRecord) -> ProposalOut:
    """Return a proposal."""
    return ProposalOut.model_validate({
        "id": one.id, "region": one.region, "field": one.field, "value": one.value.body,
        "reason": written_out(one.reason), "by": one.person, "at": one.made_at, "state": one.state,
        "decided_by": one.decided_by, "decided_at": one.decided_at,
        "decision_reason": written_out(one.decision_reason),
    })  # fmt: skip


def _item(record: AssessmentRecord) -> dict[str, Any]:
    names = ("id", "region", "edition", "state", "deadline", "release", "changed_at")
    return {name: getattr(record, name) for name in names}


def results_out(records: list[AssessmentRecord]) -> ResultsOut:
    """Return the results of one's own regions."""
    return ResultsOut(items=[ResultItemOut(**_item(record)) for record in records])


def result_out(found: Consultation, catalog: Catalog, lang: str) -> ResultOut:
    """Return a result with all its figures."""
    origin = found.edition.kind
    overall, axes = cells_out(found.edition, found.figures, catalog, lang=lang, origin=origin)
    return ResultOut.model_validate({
        **_item(found.record), "origin": origin, "overall": overall, "axes": axes,
        "indicators": [_shown(found, indicator) for indicator in found.indicators],
        "comments": [comment_out(one) for one in found.comments if one.indicator is None],
    })  # fmt: skip


def _shown(found: Consultation, indicator: str) -> DecisionShownOut:
    held = found.decisions.get(indicator)
    return DecisionShownOut(
        indicator=indicator,
        option=held.answer.option if held else None,
        status=held.answer.status if held else Status.UNKNOWN,
        reason=written_out(held.reason) if held else None,
        comments=[comment_out(one) for one in found.comments if one.indicator == indicator],
    )


def commented_out(done: Commented) -> CommentedOut:
    """Return a comment as it is held."""
    return CommentedOut(id=done.assessment, state=done.state, comment=comment_out(done.comment))
