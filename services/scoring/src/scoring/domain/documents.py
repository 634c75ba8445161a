"""Domain values from an edition's document, which was checked when it was loaded.

A number's decimal text is its exact value: the shortest text of the double that a reader of JSON makes of it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .editions import Axis, Edition, Key
from .method import Band, Method
from .questionnaire import Indicator, Option, Questionnaire

Document = Mapping[str, Any]


def questionnaire_from(document: Document) -> Questionnaire:
    """Return what is asked, and how answers become figures."""
    return Questionnaire(
        edition=document["edition"],
        axes=axes_from(document["axes"]),
        indicators=tuple(_indicator(one) for one in document["indicators"]),
        method=method_from(document["method"]),
    )


def edition_from(document: Document, changed_at: datetime, document_hash: str) -> Edition:
    """Return the edition without what it asks."""
    names = ("kind", "title", "licence", "languages", "notes", "sources")
    return Edition(
        id=document["edition"],
        axes=axes_from(document["axes"]),
        method=method_from(document["method"]),
        changed_at=changed_at,
        document_hash=document_hash,
        **{name: document[name] for name in names},
    )


def axes_from(documents: Sequence[Document]) -> tuple[Axis, ...]:
    """Return the axes with their keys."""
    return tuple(Axis(axis["key"], axis["label"], tuple(map(_key, axis["keys"]))) for axis in documents)


def method_from(document: Document) -> Method:
    """Return how answers become figures."""
    overall = document["overall"]
    return Method(
        overall=overall["mean_of"],
        groups_axis=overall.get("axis"),
        min_coverage=_exact(document["min_coverage"]),
        digits=document["rounding"]["digits"],
        bands=tuple(Band(band["key"], _exact(band["from"]), band["label"]) for band in document["bands"]),
    )


def _key(document: Document) -> Key:
    return Key(document["key"], document["label"], document["definition"], document["matches"])


def _indicator(document: Document) -> Indicator:
    return Indicator(
        id=document["id"],
        weight=_exact(document["weight"]),
        position={axis: tuple(keys) for axis, keys in document["position"].items()},
        options=tuple(Option(one["id"], _exact(one["score"]), one["text"]) for one in document["options"]),
        question=document["question"],
        help=document.get("help"),
        original_id=document.get("original_id"),
        family=document.get("family"),
    )


def _exact(number: Any) -> Fraction:
    # "1e999999999" is a text of eleven signs, and a fraction of a thousand million.
    if isinstance(number, bool) or not isinstance(number, int | float | Decimal):
        raise TypeError("a weight or a score is no number")
    return Fraction(str(number))
