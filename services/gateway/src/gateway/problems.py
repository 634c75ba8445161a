"""How the gateway's errors are answered."""

from servicekit.app import ProblemTable
from servicekit.problems import Problem

from .upstreams import UpstreamError, problem_code

__all__ = ["PROBLEMS"]


def _unavailable(error: UpstreamError) -> Problem:
    return Problem(503, problem_code(error), headers={"Retry-After": "2"})


PROBLEMS: ProblemTable = {UpstreamError: _unavailable}
