"""Strengths and weaknesses as the field reports them: how many indicators stand at 100, at 75, below 50.

Every indicator that was decided with an option falls into exactly one of five steps, which cover the scale
from 0 to 100 without a gap; all others were not answered and fall into none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .editions import OVERALL
from .engine import Coverage
from .questionnaire import NOT_EXPECTED, Answer, Indicator, Questionnaire, Status
from .reasons import NEVER_SCORED, Reason

__all__ = ["STEPS", "Standing", "Step", "Why", "standings", "step_of", "weak_cells"]

Step = Literal["at_100", "above_75", "at_75", "from_50", "below_50"]
Why = Literal["below_50", "lowest"]
STEPS: tuple[Step, ...] = ("at_100", "above_75", "at_75", "from_50", "below_50")
LOWEST = 3  # cells
_UNDECIDED = Answer(status=Status.UNKNOWN)


@dataclass(frozen=True)
class Standing:
    """The indicators of one cell: how many stand on each step, which at the top, and which at the bottom."""

    coverage: Coverage
    counts: Mapping[Step, int]
    at_100: Sequence[str]
    below_50: Sequence[str]


def step_of(score: Fraction) -> Step:
    """Return the step that a score from 0 to 100 stands on."""
    if score >= 75:
        return "at_100" if score == 100 else "at_75" if score == 75 else "above_75"
    return "from_50" if score >= 50 else "below_50"


def standings(questionnaire: Questionnaire, decisions: Mapping[str, Answer]) -> dict[str, Standing]:
    """Return where the indicators of every cell stand, the overall one first, in the edition's order.

    An indicator without a decision is unknown. Raises KeyError for an option its indicator does not have.
    """
    return {cell: _standing(asked, decisions) for cell, asked in questionnaire.cells().items()}


def weak_cells(figures: Mapping[str, Fraction | Reason]) -> dict[str, Why]:
    """Return the weak cells of a region: below 50, or else among its three lowest, and below 100.

    `figures` are the exact scores, or the reasons why there is none.

    Lowest is who has fewer than three others below, so equal cells are weak together. A cell whose score
    exists and is not known could be lower still: it counts as lower, for none is called the lowest that
    may not be. The overall figure is none of them.
    """
    cells = {cell: known for cell, known in figures.items() if cell != OVERALL}
    scores = {cell: known for cell, known in cells.items() if isinstance(known, Fraction)}
    unknown = sum(isinstance(known, Reason) and known not in NEVER_SCORED for known in cells.values())
    found: dict[str, Why] = {}
    for cell, score in scores.items():
        lower = sum(other < score for other in scores.values()) + unknown
        if score < 50:
            found[cell] = "below_50"
        elif score < 100 and lower < LOWEST:
            found[cell] = "lowest"
    return found


def _standing(asked: Sequence[Indicator], decisions: Mapping[str, Answer]) -> Standing:
    decided = {one.id: decisions.get(one.id, _UNDECIDED) for one in asked}
    scores = {one.id: one.score_of(decided[one.id]) for one in asked}
    steps = {name: step_of(score) for name, score in scores.items() if score is not None}
    expected = sum(answer.status not in NOT_EXPECTED for answer in decided.values())
    stand = list(steps.values())
    return Standing(
        Coverage(len(stand), expected),
        {step: stand.count(step) for step in STEPS},
        [name for name, step in steps.items() if step == "at_100"],
        [name for name, step in steps.items() if step == "below_50"],
    )
