"""From decisions to figures: engine 1, which stays as it is for ever.

A release names the engine that made it, and whoever recomputes one must get the same figures in ten years.
So a rule is never changed here: another rule is another engine beside this one, with the next number.

All sums are exact. A double is not met on the way: the order in which figures are added up changes its last
bits, and with them ties and places. Fractions are brought to one denominator before they are added up: each
sum of two would look for a common divisor anew, which for numbers of hundreds of digits takes a minute.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .editions import OVERALL
from .questionnaire import NOT_EXPECTED, Answer, Indicator, Method, Questionnaire, Status
from .reasons import Reason

ENGINE = 1
_UNDECIDED = Answer(status=Status.UNKNOWN)
_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Coverage:
    """How many of the indicators that could be answered were."""

    answered: int
    expected: int


@dataclass(frozen=True)
class Computed:
    """A cell's exact score, or the reason why there is none."""

    score: Fraction | None
    reason: Reason | None
    coverage: Coverage


def compute(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> dict[str, Computed]:
    """Return the figure of every cell, the overall one first, then in the edition's order.

    An indicator without an answer counts as unknown; answers of other indicators are not looked at. Raises
    KeyError for an option that its indicator does not have.
    """
    decided = {one.id: answers.get(one.id, _UNDECIDED) for one in questionnaire.indicators}
    scores = _Scores.of(questionnaire.indicators, decided)
    method = questionnaire.method
    figures = {
        cell: _cell(indicators, decided, scores, method.min_coverage)
        for cell, indicators in questionnaire.cells().items()
    }
    if method.groups_axis is not None:
        groups = [figure for cell, figure in figures.items() if _is_on(method.groups_axis, cell)]
        figures[OVERALL] = _mean_of_groups(groups, figures[OVERALL])
    return figures


def display(score: Fraction, digits: int = 0) -> Decimal:
    """Return a score as people are shown it: rounded half away from zero on the exact value."""
    shown = (abs(score) * 10**digits + _HALF) // 1
    return Decimal(shown if score >= 0 else -shown).scaleb(-digits)


def band_of(method: Method, score: Fraction) -> str | None:
    """Return the key of the band that what is shown of a score lies in, or None where there is none."""
    shown = Fraction(display(score, method.digits))
    reached = [band for band in method.bands if band.start <= shown]
    return max(reached, key=lambda band: band.start).key if reached else None


@dataclass(frozen=True)
class _Scores:
    """Of every indicator with an option the weight and weight × score, all as integers of one scale each."""

    weights: Mapping[str, int]
    weighted: Mapping[str, int]
    scale: int  # by which `weighted` is larger than `weights`

    @classmethod
    def of(cls, indicators: Sequence[Indicator], decided: Mapping[str, Answer]) -> "_Scores":
        held = {
            one.id: (one.weight, score)
            for one in indicators
            if (score := one.score_of(decided[one.id])) is not None
        }
        weights = _integers({name: weight for name, (weight, _) in held.items()})
        scores = _integers({name: score for name, (_, score) in held.items()})
        weighted = {name: weights[0][name] * scores[0][name] for name in held}
        return cls(weights[0], weighted, scores[1])

    def mean(self, names: Collection[str]) -> Fraction:
        """Return the weighted mean of the scores of some indicators that have one."""
        total = sum(self.weighted[name] for name in names)
        return Fraction(total, sum(self.weights[name] for name in names) * self.scale)


def _integers(numbers: Mapping[str, Fraction]) -> tuple[dict[str, int], int]:
    """Return the numbers times their common denominator, and that."""
    scale = math.lcm(*(number.denominator for number in numbers.values()))
    return {name: int(number * scale) for name, number in numbers.items()}, scale


def _is_on(axis: str, cell: str) -> bool:
    # Axes and keys hold no hyphen, so the first one is the border.
    return cell.partition("-")[0] == axis and cell != OVERALL


def _cell(
    indicators: Sequence[Indicator], decided: Mapping[str, Answer], scores: _Scores, min_coverage: Fraction
) -> Computed:
    expected = sum(decided[one.id].status not in NOT_EXPECTED for one in indicators)
    answered = [one.id for one in indicators if one.id in scores.weights]
    coverage = Coverage(len(answered), expected)
    if expected == 0:
        return Computed(None, _nothing_expected(indicators, decided), coverage)
    if not answered:
        return Computed(None, Reason.UNKNOWN, coverage)
    if len(answered) < min_coverage * expected:
        return Computed(None, Reason.INSUFFICIENT_COVERAGE, coverage)
    return Computed(scores.mean(answered), None, coverage)


def _nothing_expected(indicators: Sequence[Indicator], decided: Mapping[str, Answer]) -> Reason:
    statuses = {decided[one.id].status for one in indicators}
    return Reason.NO_COMPETENCE if statuses == {Status.NO_COMPETENCE} else Reason.NOT_APPLICABLE


def _mean_of_groups(groups: Sequence[Computed], overall: Computed) -> Computed:
    # `overall` is the figure over all indicators: its coverage is kept whatever the overall is the mean of.
    taken = [group for group in groups if group.coverage.expected > 0]
    scores = [group.score for group in taken if group.score is not None]
    if not taken:
        none_may = {group.reason for group in groups} == {Reason.NO_COMPETENCE}
        reason = Reason.NO_COMPETENCE if none_may else Reason.NOT_APPLICABLE
        return Computed(None, reason, overall.coverage)
    if len(scores) < len(taken):
        return Computed(None, Reason.INSUFFICIENT_COVERAGE, overall.coverage)
    return Computed(sum(scores, Fraction(0)) / len(scores), None, overall.coverage)


ENGINES: Mapping[int, Callable[[Questionnaire, Mapping[str, Answer]], dict[str, Computed]]] = {1: compute}
