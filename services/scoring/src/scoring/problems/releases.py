"""How the errors of releases are answered."""

from collections.abc import Callable, Mapping
from typing import Any

from scoring.domain.errors import NotYetPublished
from scoring.service.publishing import CannotSign
from scoring.service.releases import FileNotFound, ReleaseNotFound
from servicekit.problems import Fault, Problem

__all__ = ["PROBLEMS"]


def _release_not_found(error: ReleaseNotFound) -> Problem:
    return Problem(404, "release_not_found", {"nearest": error.nearest}, extra={"nearest": error.nearest})


def _file_not_found(error: FileNotFound) -> Problem:
    params = {"nearest": error.nearest, "allowed": list(error.allowed)}
    return Problem(404, "release_file_not_found", params, extra={"nearest": error.nearest})


def _not_yet_published(error: NotYetPublished) -> Problem:
    first = error.first.isoformat()
    return Problem(
        404, "not_yet_published", {"first": first}, errors=[Fault("?at", "invalid")], extra={"first": first}
    )


def _cannot_sign(_error: CannotSign) -> Problem:
    return Problem(503, "publishing_unavailable", headers={"Retry-After": "300"})


PROBLEMS: Mapping[type[Exception], Callable[[Any], Problem]] = {
    ReleaseNotFound: _release_not_found,
    FileNotFound: _file_not_found,
    NotYetPublished: _not_yet_published,
    CannotSign: _cannot_sign,
}
