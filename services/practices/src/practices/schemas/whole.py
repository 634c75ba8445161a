"""A whole practice."""

from typing import Any, Literal

from practices.domain import Practice, Record
from practices.search import item_document
from servicekit.wire import Model, NoteOut, SourceOut, TextOut, Utc, notes, sources

from .items import ItemOut, Uri, item_fields, reader

__all__ = ["PracticeOut"]


class AspectOut(Model):
    """What is inspiring and what could be better on one aspect."""

    aspect: str
    inspiring: TextOut | None
    improvement: TextOut | None


class TransferabilityOut(Model):
    """Tips for those who want to do the same elsewhere."""

    replicable: TextOut | None
    other_groups: TextOut | None
    lasting: TextOut | None
    risks: TextOut | None


class CriterionOut(Model):
    """What is known on one criterion of evaluation."""

    criterion: str
    note: TextOut | None


class ContactOut(Model):
    """Whom to ask: an organisation, never a person."""

    organisation: str
    unit: str | None
    url: str | None


class PracticeOut(ItemOut):
    """A whole practice."""

    objectives: TextOut | None
    results: TextOut | None
    lessons_learnt: TextOut | None
    funding: TextOut | None
    activities: list[TextOut]
    challenges: list[TextOut]
    actors: list[TextOut]
    aspects: list[AspectOut]
    transferability: TransferabilityOut
    criteria: list[CriterionOut]
    evaluations: list[dict[str, Any]]
    contact: ContactOut | None
    links: list[dict[str, Any]]
    sources: list[SourceOut]
    notes: list[NoteOut]
    basis: dict[str, Literal["stated", "read", "mapped"]]
    words: dict[str, list[str]]
    version: int
    first_published: Utc
    last_changed: Utc
    licence: str | None

    @classmethod
    def from_record(cls, record: Record, lang: str, uri: Uri) -> "PracticeOut":
        """Build the whole practice in a language."""
        practice = Practice.read(record.document)
        text = reader(lang, practice.original)
        tips = practice.transferability
        return cls(
            **item_fields(item_document(practice), lang, uri, None),
            objectives=text(practice.objectives),
            results=text(practice.results),
            lessons_learnt=text(practice.lessons_learnt),
            funding=text(practice.funding),
            **{
                name: [text(one) for one in getattr(practice, name)]
                for name in ("activities", "challenges", "actors")
            },
            aspects=[
                AspectOut(aspect=a.aspect, inspiring=text(a.inspiring), improvement=text(a.improvement))
                for a in practice.aspects
            ],
            transferability=TransferabilityOut(**{name: text(value) for name, value in vars(tips).items()}),
            criteria=[CriterionOut(criterion=c.criterion, note=text(c.note)) for c in practice.criteria],
            evaluations=list(practice.evaluations),
            contact=ContactOut(**practice.contact) if practice.contact else None,
            links=list(practice.links),
            sources=sources(practice.sources),
            notes=notes(practice.notes, lang),
            basis=dict(practice.basis),
            words={name: list(words) for name, words in practice.words.items()},
            version=record.version,
            first_published=record.first_published,
            last_changed=record.last_changed,
            licence=practice.licence,
        )
