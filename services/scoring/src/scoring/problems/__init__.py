"""How each domain error is answered: one table, of one module for each kind of work."""

from collections.abc import Callable, Mapping
from typing import Any

from servicekit.problems import Problem

from . import assessments, editions, imports, reading, releases

__all__ = ["PROBLEMS"]

PROBLEMS: Mapping[type[Exception], Callable[[Any], Problem]] = {
    **reading.PROBLEMS, **assessments.PROBLEMS, **editions.PROBLEMS, **releases.PROBLEMS, **imports.PROBLEMS,
}  # fmt: skip
