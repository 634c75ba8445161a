"""Which practices to look at on a region's weak points: a plain match of topic, with no claim of cause.

The lowest known scores on policy areas are joined to the catalogue by `matches` of the edition's code list.
Nothing is inferred: a cell without a score suggests nothing, and neither does one that is fully met.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["AXIS", "catalogue_areas", "suggest", "weak_cells"]

AXIS = "policy_area"
CELLS = 3  # how many of the lowest cells are looked at
PER_CELL = 5
FULLY_MET = 100
# `mixed` teaches by what did not work as well: it is a lesson, not an example to follow.
_AS = {"worked": "example", "mixed": "lesson", "did_not_work": "lesson"}

Document = Mapping[str, Any]


def weak_cells(scores: Document) -> list[Document]:
    """Return the lowest known policy area cells, lowest first, in the edition's order among equals."""
    axis = next((axis for axis in scores["axes"] if axis["axis"] == AXIS), None)
    known = [c for c in (axis["cells"] if axis else ()) if c["score"] is not None and c["score"] < FULLY_MET]
    return sorted(known, key=lambda cell: float(cell["score"]))[:CELLS]


def catalogue_areas(codelist: Document, key: str) -> list[str]:
    """Return the catalogue's policy areas that an edition's key matches."""
    item = next((item for item in codelist["items"] if item["code"] == key), None)
    return [match["code"] for match in (item["matches"] if item else ()) if match["list"] == AXIS]


def suggest(
    *,
    region: Document,
    cells: Sequence[tuple[Document, Sequence[str], Sequence[Document]]],
    sentence: Callable[[Document], Document],
) -> list[Document]:
    """Return suggestions for (cell, its catalogue areas, practices found there), the lowest cell first.

    A practice is suggested once, under the lowest cell it fits; the region's own are left out.
    """
    seen: set[str] = set()
    items: list[Document] = []
    for cell, areas, practices in cells:
        others = [p for p in practices if region["id"] not in p["regions"] and p["id"] not in seen]
        for practice in others[:PER_CELL]:
            seen.add(practice["id"])
            items.append(_suggestion(cell, practice, _competence(region, areas), sentence(cell)))
    return items


def _suggestion(cell: Document, practice: Document, competence: Any, text: Document) -> Document:
    return {
        "cell": cell["cell"],
        "own": {"score": cell["score"], "reason": cell["reason"]},
        "why": "same_topic",
        "peer": None,
        "practice": practice,
        "as": _AS.get(practice["success"]["value"], "undetermined"),
        "competence": competence,
        "text": text,
    }


def _competence(region: Document, areas: Sequence[str]) -> Any:
    known = (region.get("competences") or {}).get("areas") or {}
    return next((known[area] for area in areas if area in known), None)
