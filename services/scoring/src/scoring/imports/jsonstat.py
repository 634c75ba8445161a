"""JSON-stat 2.0 as Eurostat serves it."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from scoring.domain.outcomes import OutcomeIndicators
from servicekit.strictjson import loads

from .eurostat import EurostatFile, dataset_of
from .observations import Broken, Findings, Refused, number_of
from .sheets import MAX_ROWS

__all__ = ["read_jsonstat"]

MAX_DIMENSIONS = 60  # each of them is looked at for every figure
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_jsonstat(raw: bytes, indicators: OutcomeIndicators) -> Findings:
    """Yield the figures of a data set.

    Raises MalformedJSON for what is no JSON, Broken for what is no data set of JSON-stat, for counts that
    do not fit together, and for a data set that holds none of the indicators.
    """
    document = loads(raw)
    if not isinstance(document, dict) or document.get("class") != "dataset":
        raise _wrong("#/class")
    names = [name.lower() for name in _texts(document.get("id"), "#/id")]
    if len(names) > MAX_DIMENSIONS:
        raise _wrong("#/id")
    codes = [_category(document, name, place) for place, name in enumerate(document["id"])]
    roles = {"geo": _role(document, "geo", names), "time": _role(document, "time", names)}
    names = [next((role for role, held in roles.items() if held == name), name) for name in names]
    size = [len(one) for one in codes]
    if document.get("size") != size:
        raise Broken(Refused("#/size", "import_size_mismatch", {"expected": size, "got": _sizes(document)}))
    file = EurostatFile(_dataset(document), indicators, _published(document))
    total = math.prod(size)
    values = _by_place(document.get("value"), total, "#/value")
    flags = _flags(document.get("status"), total, values)
    if max(len(values), len(flags)) > MAX_ROWS:
        raise Broken(Refused("#/value", "import_too_many_rows", {"max": MAX_ROWS}))
    return _figures(file, names, codes, values, flags)


def _figures(
    file: EurostatFile,
    names: Sequence[str],
    codes: Sequence[Sequence[str]],
    values: Mapping[int, Any],
    flags: Mapping[int, str],
) -> Findings:
    for place in sorted({*values, *flags}):
        at: dict[str, str] = {}
        rest = place
        for name, known in zip(reversed(names), reversed(codes), strict=True):
            rest, index = divmod(rest, len(known))
            at[name] = known[index]
        here = f"#/value/{place}"
        value = values.get(place)
        number = None if value is None else _number(value)
        if value is not None and number is None:
            yield Refused(here, "import_not_a_number")
        else:
            yield file.figure(here, dict(reversed(at.items())), number, flags.get(place, ""))


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return number_of(str(value)) if isinstance(value, float) or abs(value) < 10**15 else None


def _wrong(part: str) -> Broken:
    return Broken(Refused(part, "import_jsonstat_wrong", {"part": part}))


def _texts(value: Any, part: str) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise _wrong(part)
    if len(set(value)) != len(value):
        raise _wrong(part)
    return value


def _category(document: Mapping[str, Any], name: str, place: int) -> list[str]:
    """Return the codes of a dimension in their order."""
    part = f"#/dimension/{place}"
    dimensions = document.get("dimension")
    dimension = dimensions.get(name) if isinstance(dimensions, dict) else None
    category = dimension.get("category") if isinstance(dimension, dict) else None
    if not isinstance(category, dict):
        raise _wrong(part)
    index = category.get("index")
    if index is None and isinstance(category.get("label"), dict) and len(category["label"]) == 1:
        return list(category["label"])  # of a single category the format lets the index be left out
    if isinstance(index, dict):
        places = list(index.values())
        if any(type(one) is not int for one in places) or sorted(places) != list(range(len(index))):
            raise _wrong(part)
        return sorted(index, key=lambda code: index[code])
    return _texts(index, part)


def _role(document: Mapping[str, Any], role: str, names: Sequence[str]) -> str:
    roles = document.get("role")
    given = roles.get(role) if isinstance(roles, dict) else None
    name = given[0].lower() if isinstance(given, list) and given and isinstance(given[0], str) else role
    if name not in names:
        raise _wrong(f"#/role/{role}")
    return name


def _sizes(document: Mapping[str, Any]) -> list[int] | None:
    size = document.get("size")
    good = isinstance(size, list) and len(size) <= 50 and all(type(one) is int for one in size)
    return size if good else None


def _dataset(document: Mapping[str, Any]) -> str:
    extension = document.get("extension")
    name = extension.get("id") if isinstance(extension, dict) else None
    if not isinstance(name, str) or not (found := dataset_of(name)):
        raise _wrong("#/extension/id")
    return found


def _published(document: Mapping[str, Any]) -> str | None:
    updated = document.get("updated")
    return updated[:10] if isinstance(updated, str) and _DAY.fullmatch(updated[:10]) else None


def _by_place(held: Any, total: int, part: str) -> dict[int, Any]:
    """Return what stands at each place, given as a list or as an object of the places that are filled."""
    if isinstance(held, list):
        if len(held) != total:
            params = {"expected": total, "got": len(held)}
            raise Broken(Refused(part, "import_size_mismatch", params))
        return dict(enumerate(held))
    if not isinstance(held, dict):
        raise _wrong(part)
    if not all(place.isascii() and place.isdigit() and len(place) <= 12 for place in held):
        raise _wrong(part)
    found = {int(place): one for place, one in held.items()}
    if len(found) != len(held):  # "1" and "01" are one place
        raise _wrong(part)
    if found and max(found) >= total:
        params = {"expected": total, "got": max(found) + 1}
        raise Broken(Refused(part, "import_size_mismatch", params))
    return found


def _flags(held: Any, total: int, values: Collection[int]) -> dict[int, str]:
    if held is None:
        return {}
    if isinstance(held, str):  # one status for all
        return dict.fromkeys(range(total) if total <= MAX_ROWS else values, held)
    found = _by_place(held, total, "#/status")
    if not all(one is None or isinstance(one, str) for one in found.values()):
        raise _wrong("#/status")
    return {place: one for place, one in found.items() if one}
