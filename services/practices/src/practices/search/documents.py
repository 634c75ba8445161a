"""From a practice to what an engine holds."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from practices.domain import Point, Practice, Text, facet_values, missing_word, sort_key

from .port import Document

__all__ = ["Labels", "build", "item_document"]

_AS_THEY_ARE = ("id", "original", "title", "summary", "scope", "regin_relation", "url")
_LISTS = (
    "countries", "regions", "roles", "role_kinds", "policy_areas", "themes", "target_groups",
    "practice_languages", "text_languages",
)  # fmt: skip


@dataclass(frozen=True)
class Labels:
    """The words of codes in every language, and the places of regions."""

    languages: Sequence[str]
    codes: Mapping[str, Mapping[str, Text]]  # facet -> code -> label
    regions: Mapping[str, Sequence[Text]]  # id -> its names
    points: Mapping[str, Point]

    def of(self, facets: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Return the words of a practice's codes, by language."""
        found: dict[str, list[str]] = {}
        for facet, values in facets.items():
            for value in values:
                if value == missing_word(facet):
                    continue
                names = (
                    self.regions.get(value, ())
                    if facet == "region"
                    else [self.codes.get(facet, {}).get(value, {})]
                )
                for name in names:
                    for lang, words in name.items():
                        found.setdefault(lang, []).append(words)
        return found


# Success, text language and the like are filters only: their words in a text search would find everything.
_SEARCHED = ("country", "region", "policy_area", "theme", "target_group")


def item_document(practice: Practice) -> dict[str, Any]:
    """Return what a list shows of a practice, in all its languages."""
    whole = {name: getattr(practice, name) for name in _AS_THEY_ARE}
    lists = {name: list(getattr(practice, name)) for name in _LISTS}
    location = asdict(practice.location) if practice.location else None
    return {
        **whole,
        **lists,
        "success": asdict(practice.success),
        "period": asdict(practice.period),
        "location": location,
    }


def build(doc: Mapping[str, Any], version: int, labels: Labels) -> Document:
    """Build the search document of a practice's document; raises InvalidPractice."""
    practice = Practice.read(doc)
    facets = facet_values(practice)
    words = labels.of({name: facets[name] for name in _SEARCHED})
    printed = [word for name in ("themes", "target_groups") for word in practice.words.get(name, ())]
    if printed:
        words.setdefault(practice.original, []).extend(printed)
    body: dict[str, list[str]] = {}
    for text in practice.texts():
        for lang, part in text.items():
            body.setdefault(lang, []).append(part)
    return Document(
        id=practice.id,
        version=version,
        texts={
            "title": dict(practice.title),
            "labels": {lang: "\n".join(dict.fromkeys(parts)) for lang, parts in words.items()},
            "summary": dict(practice.summary),
            "body": {lang: "\n".join(parts) for lang, parts in body.items()},
        },
        facets=facets,
        newest=practice.period.begin,
        titles={lang: sort_key(_shown(practice, lang), lang) for lang in labels.languages},
        point=_point(practice, labels),
        item=item_document(practice),
    )


def _shown(practice: Practice, lang: str) -> str:
    title = practice.title
    return title.get(lang) or title.get("en") or title[practice.original]


def _point(practice: Practice, labels: Labels) -> Point | None:
    if practice.location:
        return practice.location
    first = practice.regions[0] if practice.regions else None
    return labels.points.get(first) if first else None
