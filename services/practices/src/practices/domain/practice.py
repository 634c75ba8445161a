"""A practice: what a region did, for whom, how, and what others can learn from it.

A practice is read from its document (the shape of `data/practices.json`), in which every text is
`{language: text}`. What a source does not tell is an empty list or None, never a guess.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .geo import Point
from .texts import Text

__all__ = [
    "Aspect", "CriterionNote", "InvalidPractice", "Location", "Period", "Practice", "Success",
    "Transferability",
]  # fmt: skip

Location = Point
Document = Mapping[str, Any]

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
SUCCESSES = ("worked", "mixed", "did_not_work", "unknown")


class InvalidPractice(ValueError):
    """A document that is no practice: which one, which field, why."""

    def __init__(self, key: str, field: str, why: str) -> None:
        super().__init__(f"{key}: {field}: {why}")


@dataclass(frozen=True)
class Success:
    """Whether it worked, and what that judgement rests on."""

    value: str
    basis: str | None
    sources: Sequence[Document]


@dataclass(frozen=True)
class Period:
    """When: partial dates, and the source's own words."""

    start: str | None
    end: str | None
    ongoing: bool | None
    text: Text | None

    @property
    def begin(self) -> int:
        """Return the start as a number that sorts (20210900 for 2021-09), 0 when unknown."""
        return int((self.start or "0").replace("-", "").ljust(8, "0"))


@dataclass(frozen=True)
class Aspect:
    """What is inspiring and what could be better on one of the seven aspects."""

    aspect: str
    inspiring: Text | None
    improvement: Text | None


@dataclass(frozen=True)
class CriterionNote:
    """What is known on one of the five criteria of evaluation."""

    criterion: str
    note: Text | None


@dataclass(frozen=True)
class Transferability:
    """Tips for those who want to do the same elsewhere."""

    replicable: Text | None
    other_groups: Text | None
    lasting: Text | None
    risks: Text | None


@dataclass(frozen=True, kw_only=True)
class Practice:
    """One practice of the catalogue; raises InvalidPractice when it cannot be one."""

    id: str
    original: str
    title: Text
    summary: Text
    countries: Sequence[str]
    regions: Sequence[str]
    scope: str
    roles: Sequence[str]
    role_kinds: Sequence[str]
    policy_areas: Sequence[str]
    themes: Sequence[str]
    target_groups: Sequence[str]
    success: Success
    practice_languages: Sequence[str]
    period: Period
    regin_relation: str | None
    location: Location | None
    url: str | None
    objectives: Text | None
    results: Text | None
    lessons_learnt: Text | None
    funding: Text | None
    activities: Sequence[Text]
    challenges: Sequence[Text]
    actors: Sequence[Text]
    aspects: Sequence[Aspect]
    transferability: Transferability
    criteria: Sequence[CriterionNote]
    evaluations: Sequence[Document]
    contact: Document | None
    links: Sequence[Document]
    sources: Sequence[Document]
    notes: Sequence[Document]
    basis: Mapping[str, str]
    words: Mapping[str, Sequence[str]]
    licence: str | None

    def __post_init__(self) -> None:
        """Check what the rest of the code relies on."""
        self._must(_ID.fullmatch(self.id), "id", "lower case letters, digits and single hyphens")
        self._must(self.title.get(self.original), "title", "is missing in its original language")
        self._must(all(_COUNTRY.fullmatch(c) for c in self.countries), "countries", "ISO 3166-1, two letters")
        self._must(self.scope in ("regional", "eu"), "scope", "regional or eu")
        self._must(self.success.value in SUCCESSES, "success", "is none of the four values")
        for name, date in (("start", self.period.start), ("end", self.period.end)):
            self._must(date is None or _PARTIAL_DATE.fullmatch(date), f"period.{name}", "YYYY[-MM[-DD]]")

    def _must(self, holds: object, field: str, why: str) -> None:
        if not holds:
            raise InvalidPractice(self.id, field, why)

    @property
    def text_languages(self) -> tuple[str, ...]:
        """Return the languages the title exists in, the original first."""
        return (self.original, *sorted(lang for lang in self.title if lang != self.original))

    def texts(self) -> Iterable[Text]:
        """Return every text but title and summary, in the order a reader meets them."""
        several = (*self.activities, *self.challenges, *self.actors)
        single = (self.objectives, self.results, self.lessons_learnt, self.funding, self.period.text)
        judged = [t for a in self.aspects for t in (a.inspiring, a.improvement)]
        asked = self.transferability
        tips = (asked.replicable, asked.other_groups, asked.lasting, asked.risks)
        noted = [c.note for c in self.criteria]
        return [text for text in (*single, *several, *judged, *tips, *noted) if text]

    @classmethod
    def read(cls, doc: Document) -> "Practice":
        """Build a practice from its document; raises InvalidPractice."""
        try:
            return cls(**_scalars(doc), **_lists(doc), **_parts(doc))
        except (KeyError, TypeError, AttributeError) as error:
            raise InvalidPractice(str(doc.get("id")), "document", repr(error)) from error
        except InvalidPractice:
            raise
        except ValueError as error:
            raise InvalidPractice(str(doc.get("id")), "location", str(error)) from error


def _scalars(doc: Document) -> dict[str, Any]:
    needed = ("id", "original", "title", "summary", "scope")
    optional = (
        "regin_relation",
        "url",
        "objectives",
        "results",
        "lessons_learnt",
        "funding",
        "contact",
        "licence",
    )
    return {name: doc[name] for name in needed} | {name: doc.get(name) for name in optional}


def _lists(doc: Document) -> dict[str, Any]:
    names = (
        "countries", "regions", "roles", "role_kinds", "policy_areas", "themes", "target_groups",
        "practice_languages", "activities", "challenges", "actors", "evaluations", "links", "sources",
        "notes",
    )  # fmt: skip
    lists: dict[str, Any] = {name: tuple(doc.get(name) or ()) for name in names}
    return lists | {name: dict(doc.get(name) or {}) for name in ("basis", "words")}


def _parts(doc: Document) -> dict[str, Any]:
    success, period, tips = (
        doc.get("success") or {},
        doc.get("period") or {},
        doc.get("transferability") or {},
    )
    place = doc.get("location")
    return {
        "success": Success(
            success.get("value", "unknown"), success.get("basis"), tuple(success.get("sources") or ())
        ),
        "period": Period(period.get("start"), period.get("end"), period.get("ongoing"), period.get("text")),
        "location": Point(place["lat"], place["lon"], place["precision"]) if place else None,
        "aspects": tuple(
            Aspect(a["aspect"], a.get("inspiring"), a.get("improvement")) for a in doc.get("aspects") or ()
        ),
        "criteria": tuple(CriterionNote(c["criterion"], c.get("note")) for c in doc.get("criteria") or ()),
        "transferability": Transferability(
            tips.get("replicable"), tips.get("other_groups"), tips.get("lasting"), tips.get("risks")
        ),
    }
