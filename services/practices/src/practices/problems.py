"""How each domain error is answered."""

from collections.abc import Callable, Mapping
from typing import Any

from servicekit.problems import Fault, Problem
from servicekit.text import nearest, shown

from .search import EngineUnavailable
from .service import PracticeNotFound, PracticeWithdrawn, UnknownValue

__all__ = ["PROBLEMS"]

# The calls that list what is too much to tell.
_LISTED = {
    "region": "/v1/regions", "country": "/v1/codelists/country", "language": "/v1/codelists/language",
    "text_language": "/v1/codelists/language",
}  # fmt: skip
_MOST_TOLD = 60  # a longer list of what is allowed helps nobody: the code lists hold it


def _not_found(error: PracticeNotFound) -> Problem:
    return Problem(404, "practice_not_found", {"nearest": error.nearest})


def _withdrawn(error: PracticeWithdrawn) -> Problem:
    extra = {"replaced_by": error.replaced_by}
    return Problem(410, "practice_withdrawn", {"practice": error.key}, extra=extra)


def _unknown_value(error: UnknownValue) -> Problem:
    params: dict[str, Any] = {"name": error.name, "value": shown(error.value)}
    params["nearest"] = nearest(error.value, error.allowed)
    if error.name in _LISTED:
        params["listed"] = None if params["nearest"] else _LISTED[error.name]
    elif len(error.allowed) <= _MOST_TOLD:
        params["allowed"] = error.allowed
    return Problem(400, "unknown_value", params, errors=[Fault(f"?{error.name}", "unknown_value")])


def _unavailable(_error: EngineUnavailable) -> Problem:
    return Problem(503, "unavailable", headers={"Retry-After": "2"})


PROBLEMS: Mapping[type[Exception], Callable[[Any], Problem]] = {
    PracticeNotFound: _not_found,
    PracticeWithdrawn: _withdrawn,
    UnknownValue: _unknown_value,
    EngineUnavailable: _unavailable,
}
