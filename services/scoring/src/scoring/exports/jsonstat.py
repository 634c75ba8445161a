"""JSON-stat 2.0: the figures as a cube, why one is missing in `status`, labels in the reader's language."""

from math import prod
from typing import Any

import orjson

from .model import Cube, Dataset, Value

__all__ = ["NOTHING", "category", "write_jsonstat"]

NOTHING = "_Z"  # where a row has no value on a dimension: SDMX's code for "does not apply"


def write_jsonstat(dataset: Dataset) -> bytes:
    """Return the observations as a dataset of JSON-stat; raises ValueError for a table that is no cube."""
    if (cube := dataset.cube) is None:
        raise ValueError(f"{dataset.name} is no cube")
    values, status = _observations(dataset, cube)
    about = dataset.about
    document: dict[str, Any] = {
        "version": "2.0",
        "class": "dataset",
        "label": about.title,
        "href": about.href,
        "source": about.cite_as,
        "updated": about.issued.isoformat(),
        "note": [text for text in (about.note, about.licence_text) if text],
        "link": _links(dataset),
        "id": [one.column for one in cube.dimensions],
        "size": [len(one.categories) for one in cube.dimensions],
        "role": _roles(cube),
        "dimension": {one.column: _dimension(one.label, one.categories) for one in cube.dimensions},
        "value": values,
        "status": status,
        "extension": {
            "lang": about.lang,
            "edition": about.edition,
            "release": about.release,
            "origin": about.origin,
            "licence": about.licence,
            "status": {"label": dict(cube.reasons)},
        },
    }
    return orjson.dumps(document)


def category(value: Value) -> str:
    """Return a row's value on a dimension as a category."""
    return NOTHING if value is None else str(value)


def _observations(dataset: Dataset, cube: Cube) -> tuple[list[Value] | dict[str, Value], dict[str, Value]]:
    sizes = [len(one.categories) for one in cube.dimensions]
    strides = [prod(sizes[place + 1 :]) for place in range(len(sizes))]
    order = [{code: n for n, code in enumerate(one.categories)} for one in cube.dimensions]
    columns = [dataset.place(one.column) for one in cube.dimensions]
    value, reason = dataset.place(cube.value), dataset.place(cube.reason)
    values: dict[int, Value] = {}
    status: dict[str, Value] = {}
    for row in dataset.rows:
        places = zip(columns, order, strides, strict=True)
        index = sum(known[category(row[column])] * stride for column, known, stride in places)
        if index in values:
            raise ValueError(f"{dataset.name}: two figures in one place of the cube")
        values[index] = row[value]
        if row[reason] is not None:
            status[str(index)] = row[reason]
    if len(values) == prod(sizes):
        return [values[index] for index in range(len(values))], status
    # Most places of a sparse cube hold nothing: only those with a figure are named.
    return {str(index): held for index, held in sorted(values.items()) if held is not None}, status


def _roles(cube: Cube) -> dict[str, list[str]]:
    roles: dict[str, list[str]] = {}
    for one in cube.dimensions:
        if one.role:
            roles.setdefault(one.role, []).append(one.column)
    return roles


def _dimension(label: str, categories: Any) -> dict[str, Any]:
    return {"label": label, "category": {"index": list(categories), "label": dict(categories)}}


def _links(dataset: Dataset) -> dict[str, list[dict[str, str]]]:
    about = dataset.about
    if about.licence_url is None:
        return {}
    return {"license": [{"href": about.licence_url, "label": about.licence or about.licence_url}]}
