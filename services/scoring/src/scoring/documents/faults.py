"""Everything that is wrong with an edition's document, each fault with its place and a stable code.

The shape is checked by the classes, and what belongs together here. Neither stops at the first fault, and
this part looks into documents of any shape: who loads a long questionnaire wants one list, not one a try.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from servicekit.problems import Fault

from .editions import EditionDoc
from .places import MANY, Document, fields, items, pointer, repeated, step

__all__ = ["InvalidEdition", "Known", "edition_faults", "read_edition"]

# pydantic's error types and our codes.
CODES = {
    "missing": "missing", "extra_forbidden": "unknown_field", "literal_error": "unknown_value",
    "string_too_short": "too_short", "string_too_long": "too_long", "too_short": "too_few",
    "too_long": "too_many", "greater_than": "not_above", "greater_than_equal": "too_small",
    "less_than_equal": "too_large", "string_pattern_mismatch": "bad_form",
    "number_not_exact": "number_not_exact",
}  # fmt: skip
LIMITS = {"min_length": "min", "ge": "min", "gt": "min", "max_length": "max", "le": "max"}
TEXTS = ("title", "label", "definition", "question", "help", "text")


class InvalidEdition(Exception):
    """The document is no edition; `faults` says what is wrong and where, all of it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(f"{fault.pointer} {fault.code}" for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Known:
    """What an edition may name: languages (all of which it must have, or not) and lists with their codes."""

    languages: Sequence[str]
    lists: Mapping[str, Collection[str]]
    every_language: bool = True


def read_edition(document: Any, known: Known) -> EditionDoc:
    """Return a document that was checked; raises InvalidEdition with every fault found."""
    if faults := edition_faults(document, known):
        raise InvalidEdition(faults)
    return EditionDoc.model_validate(document)


def edition_faults(document: Any, known: Known) -> list[Fault]:
    """Return every fault of a document, in whatever shape it is; none when it may be loaded."""
    if not isinstance(document, Mapping):
        return [Fault("#", "wrong_type")]
    return [
        *_shape(document), *_kind(document), *_languages(document, known), *_axes(document, known),
        *_indicators(document), *_method(document),
    ]  # fmt: skip


def _shape(document: Document) -> Iterator[Fault]:
    try:
        EditionDoc.model_validate(document)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            context = one.get("ctx", {})
            # The length of a text that is checked for characters, too, is told like that of a list.
            kind = "string_too_short" if context.get("field_type") == "Value" else one["type"]
            code = CODES.get(kind) or ("wrong_type" if kind.endswith("_type") else "invalid")
            params = {LIMITS[name]: int(context[name]) for name in LIMITS if name in context}
            yield Fault(pointer(one["loc"]), code, params)


def _kind(document: Document) -> Iterator[Fault]:
    if document.get("kind") == "published":
        yield from (Fault(step("#", n), "not_for_kind") for n in ("indicators", "method") if document.get(n))
        if not (release := document.get("release")):
            yield Fault("#/release", "missing")
        pattern = re.escape(str(document.get("edition"))) + "-r[1-9][0-9]*"
        if release and not re.fullmatch(pattern, str(fields(document, "release").get("id"))):
            yield Fault("#/release/id", "release_id")
        return
    if document.get("release"):
        yield Fault("#/release", "not_for_kind")
    if document.get("indicators") == []:
        yield Fault("#/indicators", "too_few", {"min": 1})
    if "method" in document and document["method"] is None:
        yield Fault("#/method", "missing")


def _languages(document: Document, known: Known) -> Iterator[Fault]:
    given = document.get("languages")
    if not isinstance(given, list):
        return
    places = [(step("#/languages", number), code) for number, code in enumerate(given)]
    yield from repeated(places)
    yield from (
        Fault(place, "unknown_language") for place, code in places
        if isinstance(code, str) and code not in known.languages
    )  # fmt: skip
    needed = known.languages if known.every_language else ("en",)
    if lacking := [code for code in needed if code not in given]:
        yield Fault("#/languages", "language_missing", {"languages": ", ".join(lacking)})
    wanted = [code for code in known.languages if code in given]
    yield from _texts(document, wanted, "#")


def _texts(value: Any, wanted: Sequence[str], place: str) -> Iterator[Fault]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in TEXTS and isinstance(inner, Mapping):
                if lacking := [code for code in wanted if code not in inner]:
                    yield Fault(step(place, name), "language_missing", {"languages": ", ".join(lacking)})
                others = (code for code in inner if code not in wanted)
                yield from (Fault(step(place, name, code), "language_not_listed") for code in others)
            else:
                yield from _texts(inner, wanted, step(place, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, wanted, step(place, number))


def _axes(document: Document, known: Known) -> Iterator[Fault]:
    yield from repeated((step(at, "key"), axis.get("key")) for at, axis in items(document, "axes"))
    for at, axis in items(document, "axes"):
        keys = list(items(axis, "keys", at))
        yield from repeated((step(place, "key"), key.get("key")) for place, key in keys)
        for place, key in keys:
            for here, match in items(key, "matches", place):
                yield from _match(here, match, known)


def _match(place: str, match: Document, known: Known) -> Iterator[Fault]:
    name, code = match.get("list"), match.get("code")
    # A list with a dot in its name is an axis of another edition, which may be loaded later.
    if not isinstance(name, str) or not isinstance(code, str) or "." in name:
        return
    if name not in known.lists:
        yield Fault(step(place, "list"), "unknown_list")
    elif code not in known.lists[name]:
        yield Fault(step(place, "code"), "unknown_code")


def _keys_of(document: Document) -> dict[str, dict[str, str]]:
    """Return each axis with its keys and their places."""
    return {
        str(axis.get("key")): {str(key.get("key")): place for place, key in items(axis, "keys", at)}
        for at, axis in items(document, "axes")
    }


def _indicators(document: Document) -> Iterator[Fault]:
    indicators, axes = list(items(document, "indicators")), _keys_of(document)
    yield from repeated((step(at, "id"), one.get("id")) for at, one in indicators)
    for at, one in indicators:
        yield from repeated((step(place, "id"), o.get("id")) for place, o in items(one, "options", at))
        for axis, keys in fields(one, "position").items():
            yield from _position(step(at, "position", axis), axis, keys, axes)
    if not 0 < len(indicators) < MANY:  # then that is the fault, and not that no key is named
        return
    named = {
        (axis, key) for _, one in indicators for axis, keys in fields(one, "position").items()
        if isinstance(keys, list) for key in keys if isinstance(key, str)
    }  # fmt: skip
    for axis, places in axes.items():
        yield from (
            Fault(place, "key_without_indicator") for key, place in places.items() if (axis, key) not in named
        )


def _position(place: str, axis: str, keys: Any, axes: Mapping[str, Mapping[str, str]]) -> Iterator[Fault]:
    if axis not in axes:
        yield Fault(place, "unknown_axis")
    elif isinstance(keys, list):
        places = [(step(place, number), key) for number, key in enumerate(keys)]
        yield from repeated(places)
        yield from (
            Fault(here, "unknown_key")
            for here, key in places
            if isinstance(key, str) and key not in axes[axis]
        )


def _method(document: Document) -> Iterator[Fault]:
    method = fields(document, "method")
    overall = fields(method, "overall")
    axis, axes = overall.get("axis"), _keys_of(document)
    if overall.get("mean_of") == "groups" and axis is None:
        yield Fault("#/method/overall/axis", "missing")
    elif overall.get("mean_of") == "groups" and str(axis) not in axes:
        yield Fault("#/method/overall/axis", "unknown_axis")
    elif overall.get("mean_of") == "indicators" and axis is not None:
        yield Fault("#/method/overall/axis", "unknown_field")
    bands = list(items(method, "bands", "#/method"))
    yield from repeated((step(at, "key"), band.get("key")) for at, band in bands)
    starts = [(at, _number(band.get("from"))) for at, band in bands]
    for (_, before), (at, start) in pairwise(starts):
        if before is not None and start is not None and start <= before:
            yield Fault(step(at, "from"), "not_ascending")


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(str(value))
    return number if number.is_finite() else None
