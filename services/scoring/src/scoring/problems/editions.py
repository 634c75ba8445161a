"""How the errors of loading an edition and of computing are answered."""

from collections.abc import Callable, Mapping
from typing import Any

from scoring.documents import InvalidEdition
from scoring.service.computing import BaselineNotComparable, Uncomputable
from scoring.service.editing import EditionInUse
from servicekit.problems import Fault, Problem

__all__ = ["PROBLEMS"]


def _invalid_edition(error: InvalidEdition) -> Problem:
    return Problem(422, "invalid_edition", errors=error.faults)


def _edition_in_use(error: EditionInUse) -> Problem:
    return Problem(409, "edition_in_use", {"edition": error.edition})


def _uncomputable(error: Uncomputable) -> Problem:
    return Problem(422, "invalid_content", errors=error.faults)


def _not_comparable(_: BaselineNotComparable) -> Problem:
    fault = Fault("#/baseline/region", "not_comparable")
    return Problem(422, "baseline_not_comparable", errors=[fault])


PROBLEMS: Mapping[type[Exception], Callable[[Any], Problem]] = {
    InvalidEdition: _invalid_edition,
    EditionInUse: _edition_in_use,
    Uncomputable: _uncomputable,
    BaselineNotComparable: _not_comparable,
}
