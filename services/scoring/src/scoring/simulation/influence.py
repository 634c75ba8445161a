"""The indicators that a ranking hangs on: places with one indicator left out, in exact fractions.

Who takes part is settled by all indicators: coverage and reasons stay as they are. A region that has nothing
else answered in the cell (or in one of its groups, where the overall score is the mean of groups) is left out
of that comparison; all others are ranked among themselves with and without the indicator.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from scoring.domain.questionnaire import Questionnaire

from .model import RegionCase
from .parts import Parts, parts_of, scored

MOST = 10  # indicators named per cell


@dataclass(frozen=True)
class Influence:
    """An indicator without which places change: how far the farthest region moves, and how many do."""

    indicator: str
    places: int
    region: str
    moved: int


# Of each indicator answered: weight times score, and weight, both as whole numbers of one common fraction.
_Terms = Mapping[str, tuple[int, int]]


def influence(questionnaire: Questionnaire, cases: Sequence[RegionCase]) -> dict[str, tuple[Influence, ...]]:
    """Return, for each cell, the indicators that move places when left out: the farthest first, at most ten.

    Raises KeyError for a decided option that its indicator does not have.
    """
    takes_part, terms = scored(questionnaire, cases), _terms(questionnaire, cases)
    return {
        cell: _of_cell(parts, {cases[place].region: terms[place] for place in takes_part[cell]})
        for cell, parts in parts_of(questionnaire).items()
    }


def _of_cell(parts: Parts, terms: Mapping[str, _Terms]) -> tuple[Influence, ...]:
    whole = {region: _score(parts, terms[region], None) for region in sorted(terms)}
    members = dict.fromkeys(indicator for part in parts for indicator in part)
    found = (_without(indicator, parts, terms, whole) for indicator in members)
    moving = [each for each in found if each is not None]
    return tuple(sorted(moving, key=lambda each: (-each.places, -each.moved, each.indicator))[:MOST])


def _without(
    indicator: str, parts: Parts, terms: Mapping[str, _Terms], whole: Mapping[str, Fraction | None]
) -> Influence | None:
    left = {
        region: _score(parts, terms[region], indicator) if indicator in terms[region] else score
        for region, score in whole.items()
    }
    before = _places({region: whole[region] for region in whole if left[region] is not None})
    after = _places(left)
    moves = {region: abs(place - before[region]) for region, place in after.items()}
    moved = sum(move > 0 for move in moves.values())
    if not moved:
        return None
    farthest = max(moves, key=lambda region: moves[region])
    return Influence(indicator, moves[farthest], farthest, moved)


def _places(scores: Mapping[str, Fraction | None]) -> dict[str, int]:
    # Over one denominator they compare as whole numbers, ten times as fast.
    common = lcm(*(score.denominator for score in scores.values() if score is not None))
    known = {
        region: score.numerator * (common // score.denominator)
        for region, score in scores.items()
        if score is not None
    }
    ascending = sorted(known.values())
    return {region: 1 + len(ascending) - bisect_right(ascending, score) for region, score in known.items()}


def _score(parts: Parts, terms: _Terms, without: str | None) -> Fraction | None:
    means = []
    for part in parts:
        answered = [terms[indicator] for indicator in part if indicator in terms]
        taken = [terms[indicator] for indicator in part if indicator in terms and indicator != without]
        if answered and not taken:
            return None
        if taken:
            means.append(Fraction(sum(total for total, _ in taken), sum(weight for _, weight in taken)))
    return sum(means, Fraction(0)) / len(means)


def _terms(questionnaire: Questionnaire, cases: Sequence[RegionCase]) -> list[_Terms]:
    # In whole numbers of one common fraction, sums need no common denominators of their own.
    pairs = {
        (one.id, option.id): (one.weight * option.score, one.weight)
        for one in questionnaire.indicators
        for option in one.options
    }
    common = lcm(*(number.denominator for pair in pairs.values() for number in pair))
    whole = {key: (int(total * common), int(weight * common)) for key, (total, weight) in pairs.items()}
    return [
        {
            one.id: whole[one.id, answer.option]
            for one in questionnaire.indicators
            if (answer := case.decided.get(one.id)) is not None and answer.option is not None
        }
        for case in cases
    ]
