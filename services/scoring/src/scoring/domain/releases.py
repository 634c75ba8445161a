"""What a release is made of: records of what was decided, figures computed from them, errata.

A release is a snapshot of a whole edition. Publishing one region takes over the records of all others as
they stand in the release before, so that every release can be recomputed from itself alone. A region that
is published again is corrected: the older release keeps its figures, the newer one says what changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from .editions import Release
from .engine import Computed, Coverage
from .questionnaire import Answer, Indicator, Status

ReleaseStatus = Literal["current", "superseded", "withdrawn"]
Figures = Mapping[str, Mapping[str, Computed]]
"""What was computed: by region, then by cell."""

_ALMOST_ALL, _MOST, _HALF, _FEW = Fraction(9, 10), Fraction(3, 4), Fraction(1, 2), Fraction(1, 10)


@dataclass(frozen=True)
class Judgement:
    """One expert's answer, and how sure the expert is of it."""

    answer: Answer
    certainty: str
    as_of: str | None = None


@dataclass(frozen=True)
class TextRef:
    """A text beside an answer: where it stands, and the salted hash that stays when it is erased."""

    seat: str
    indicator: str
    kind: Literal["justification", "sources"]
    text_id: str
    hash: str


@dataclass(frozen=True)
class Change:
    """A figure that a correction changed; None where there was, or is, no score."""

    cell: str
    before: Fraction | None
    after: Fraction | None


@dataclass(frozen=True)
class Erratum:
    """Why a region was published again: the release that first says so, and what changed in it."""

    release: str
    corrects: str
    date: str
    reason_id: str | None
    reason_hash: str | None
    changes: Sequence[Change] = ()


@dataclass(frozen=True)
class Record:
    """What a region's figures rest on: decisions, and the answers of the seats `a` and `b`."""

    region: str
    decisions: Mapping[str, Answer]
    answers: Mapping[str, Mapping[str, Judgement]]
    decided_at: datetime
    assessment: str | None = None
    log_head: str | None = None
    justifications: Sequence[TextRef] = ()
    erratum: Erratum | None = None

    def __post_init__(self) -> None:
        if (self.assessment is None) != (self.log_head is None):
            raise ValueError(f"{self.region}: an assessment has a log, and only that has one")


def snapshot(held: Iterable[Record], new: Iterable[Record]) -> list[Record]:
    """Return the records of the next release, by region: the new ones, and all others as they are held."""
    by_region = {record.region: record for record in held} | {record.region: record for record in new}
    return [by_region[region] for region in sorted(by_region)]


def changes(before: Mapping[str, Computed], after: Mapping[str, Computed]) -> list[Change]:
    """Return the cells whose score, or whose lack of one, is another than before."""
    return [
        Change(cell, before[cell].score if cell in before else None, figure.score)
        for cell, figure in after.items()
        if cell not in before or _told(before[cell]) != _told(figure)
    ]


def _told(figure: Computed) -> object:
    return figure.score, figure.reason


def corrected(record: Record, erratum: Erratum, before: Figures, after: Figures) -> Record:
    """Return a record that says what its publication changed of a region that was published before."""
    found = changes(before[record.region], after[record.region])
    return replace(record, erratum=replace(erratum, changes=tuple(found)))


def confidence(coverage: Coverage, certainties: Sequence[str]) -> Literal["high", "medium", "low"]:
    """Return how sure a computed figure is: from how much was answered, and how sure the experts were.

    `certainties` are those of all experts about the indicators that the figure rests on.
    """
    answered = Fraction(coverage.answered, coverage.expected) if coverage.expected else Fraction(0)
    sure, unsure = (
        Fraction(certainties.count(level), len(certainties)) if certainties else Fraction(0)
        for level in ("high", "low")
    )
    if answered < _MOST or unsure >= _HALF:
        return "low"
    return "high" if answered >= _ALMOST_ALL and sure >= _HALF and unsure <= _FEW else "medium"


def certainties(indicators: Iterable[Indicator], record: Record) -> list[str]:
    """Return how sure the experts were of those of a cell's indicators that were decided with an option."""
    decided = [one.id for one in indicators if one.id in record.decisions and record.decisions[one.id].option]
    return [
        answers[indicator].certainty
        for answers in record.answers.values()
        for indicator in decided
        if indicator in answers
    ]


def statuses(releases: Iterable[Release]) -> dict[str, ReleaseStatus]:
    """Return the status of every release: of an edition the newest that is not withdrawn is current."""
    found: dict[str, ReleaseStatus] = {}
    current: set[str] = set()
    for release in sorted(releases, key=lambda one: -one.sequence):
        if release.withdrawn_at is not None:
            found[release.id] = "withdrawn"
        elif release.edition in current:
            found[release.id] = "superseded"
        else:
            found[release.id] = "current"
            current.add(release.edition)
    return found


# As documents: what is stored, and what a stranger reads and recomputes ------------------------------


def answer_document(answer: Answer) -> dict[str, str]:
    """Return `{"option": …}` or `{"status": …}`."""
    return {"option": answer.option} if answer.option is not None else {"status": str(answer.status)}


def answer_from(document: Mapping[str, Any]) -> Answer:
    """Return the answer of a document; raises ValueError for what is none."""
    status = document.get("status")
    return Answer(document.get("option"), None if status is None else Status(status))


def answers_document(answers: Mapping[str, Mapping[str, Judgement]]) -> dict[str, Any]:
    """Return the answers by seat and indicator; no document of a release holds a name or a text."""
    return {
        seat: {
            indicator: {**answer_document(one.answer), "certainty": one.certainty, "as_of": one.as_of}
            for indicator, one in sorted(given.items())
        }
        for seat, given in sorted(answers.items())
    }


def answers_from(document: Mapping[str, Any]) -> dict[str, dict[str, Judgement]]:
    """Return the answers of a document."""
    return {
        seat: {
            indicator: Judgement(answer_from(one), one["certainty"], one["as_of"])
            for indicator, one in given.items()
        }
        for seat, given in document.items()
    }


def results_document(figures: Figures) -> dict[str, Any]:
    """Return the exact figures as they are hashed: `185/3`, never a double."""
    return {
        region: {
            cell: {
                "exact": None if figure.score is None else str(figure.score),
                "reason": figure.reason,
                "answered": figure.coverage.answered,
                "expected": figure.coverage.expected,
            }
            for cell, figure in cells.items()
        }
        for region, cells in figures.items()
    }
