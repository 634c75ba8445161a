"""Which indicators make a cell, and which regions have a score in it."""

from collections.abc import Mapping, Sequence

from scoring.domain.editions import OVERALL, Key
from scoring.domain.engine import compute
from scoring.domain.questionnaire import Questionnaire

from .model import RegionCase

# A cell's score is the mean of its parts: one part, or each group where the overall is the mean of groups.
Parts = tuple[tuple[str, ...], ...]


def parts_of(questionnaire: Questionnaire) -> dict[str, Parts]:
    """Return the parts of every cell as the ids of their indicators, the overall one first."""
    cells = {cell: tuple(one.id for one in each) for cell, each in questionnaire.cells().items()}
    parts: dict[str, Parts] = {cell: (members,) for cell, members in cells.items()}
    groups = questionnaire.method.groups_axis
    if groups is not None:
        parts[OVERALL] = tuple(cells[f"{groups}-{key.key}"] for key in _keys(questionnaire, groups))
    return parts


def scored(questionnaire: Questionnaire, cases: Sequence[RegionCase]) -> Mapping[str, Sequence[int]]:
    """Return, for every cell, the places in `cases` of those that have a score in it.

    Raises KeyError for a decided option that its indicator does not have.
    """
    figures = [compute(questionnaire, case.decided) for case in cases]
    return {
        cell: [place for place, figure in enumerate(figures) if figure[cell].score is not None]
        for cell in questionnaire.cells()
    }


def _keys(questionnaire: Questionnaire, axis_key: str) -> Sequence[Key]:
    return next(axis.keys for axis in questionnaire.axes if axis.key == axis_key)
