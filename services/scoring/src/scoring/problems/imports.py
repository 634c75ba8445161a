"""How a file that is not what it should be is answered."""

from collections.abc import Callable, Mapping
from typing import Any

from scoring.imports.observations import Broken
from servicekit.problems import Fault, Problem
from servicekit.strictjson import MalformedJSON

__all__ = ["PROBLEMS"]


def _broken(error: Broken) -> Problem:
    faults = [Fault(fault.place, fault.code, fault.params) for fault in error.faults]
    return Problem(400 if error.malformed else 422, "import_broken", errors=faults)


def _malformed(error: MalformedJSON) -> Problem:
    return Problem(400, "malformed_json", {"reason": error.reason})


PROBLEMS: Mapping[type[Exception], Callable[[Any], Problem]] = {Broken: _broken, MalformedJSON: _malformed}
