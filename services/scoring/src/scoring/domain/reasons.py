"""Why a figure is not there."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a figure is not there."""

    NOT_HELD = "not_held"
    NOT_ASSESSED = "not_assessed"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    NO_COMPETENCE = "no_competence"
    INSUFFICIENT_COVERAGE = "insufficient_coverage"
    SUPPRESSED = "suppressed"
    WITHDRAWN = "withdrawn"


# Where one of these stands no score exists anywhere, so none can turn up and change a place.
NEVER_SCORED = frozenset({Reason.NOT_APPLICABLE, Reason.NO_COMPETENCE, Reason.NOT_ASSESSED})
