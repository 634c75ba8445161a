"""How the errors of reads are answered."""

from collections.abc import Callable, Mapping
from typing import Any

from scoring.domain import AmbiguousRegion, EditionNotFound, RegionNotFound, ReleaseMismatch, UnknownValue
from scoring.domain.errors import TooFewRegions, TooManyRegions
from servicekit.problems import Fault, Problem

__all__ = ["PROBLEMS"]


def _region_not_found(error: RegionNotFound) -> Problem:
    return Problem(404, "region_not_found", {"nearest": error.nearest}, extra={"nearest": error.nearest})


def _ambiguous(error: AmbiguousRegion) -> Problem:
    candidates = [{"id": region, "href": f"/v1/regions/{region}"} for region in error.regions]
    params = {"candidates": ", ".join(error.regions)}
    return Problem(300, "ambiguous_region", params, extra={"regions": candidates})


def _edition_not_found(error: EditionNotFound) -> Problem:
    return Problem(404, "edition_not_found", {"nearest": error.nearest}, extra={"nearest": error.nearest})


def _unknown_value(error: UnknownValue) -> Problem:
    params = {
        "name": error.parameter, "value": error.asked, "nearest": error.nearest,
        "allowed": list(error.allowed),
    }  # fmt: skip
    return Problem(400, "unknown_value", params, errors=[Fault(f"?{error.parameter}", "unknown_value")])


def _release_mismatch(error: ReleaseMismatch) -> Problem:
    params = {"release": error.release, "edition": error.edition}
    return Problem(400, "release_mismatch", params, errors=[Fault("?release", "unknown_value")])


def _too_few(error: TooFewRegions) -> Problem:
    params = {"min": error.least, "got": error.got}
    return Problem(400, "too_few_regions", params, errors=[Fault("?region", "too_few", params)])


def _too_many(error: TooManyRegions) -> Problem:
    params = {"max": error.most, "got": error.got}
    return Problem(400, "too_many_regions", params, errors=[Fault("?region", "too_many", params)])


PROBLEMS: Mapping[type[Exception], Callable[[Any], Problem]] = {
    RegionNotFound: _region_not_found,
    AmbiguousRegion: _ambiguous,
    EditionNotFound: _edition_not_found,
    UnknownValue: _unknown_value,
    ReleaseMismatch: _release_mismatch,
    TooFewRegions: _too_few,
    TooManyRegions: _too_many,
}
