"""The simulation itself: from answers and weights to intervals, as `model` describes.

Draws run along the last axis everywhere. Regions are drawn one after another, each from a stream of its own:
what changes in one region moves no other's draws but by what it means for their places, and memory grows with
the figures (cells × regions × draws, 4 bytes each), not with the answers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scoring.domain.engine import ENGINE
from scoring.domain.figures import Interval
from scoring.domain.questionnaire import Questionnaire

from .draws import LANE, Doubles, Stream, gammas
from .influence import Influence, influence
from .model import CONCENTRATION, CONSTANTS, RegionCase, Spread, spread
from .parts import parts_of, scored
from .ranking import BLOCK, Places, Steps, pairs, place_percentiles, places, score_percentiles, steps_of


@dataclass(frozen=True)
class Uncertainty:
    """What was simulated, by cell; a region without a score in a cell is not in it."""

    intervals: Mapping[str, Mapping[str, Interval]]
    indistinguishable: Mapping[str, list[tuple[str, str]]]
    influential: Mapping[str, tuple[Influence, ...]]
    engine: int
    numpy: str
    seed: int
    draws: int
    constants: Mapping[str, float]


def simulate(
    questionnaire: Questionnaire, cases: Sequence[RegionCase], *, seed: int, draws: int = 10_000
) -> Uncertainty:
    """Return the intervals of every score and place, the pairs not told apart, and what places hang on.

    The same seed gives the same result, in whatever order the regions come. Raises ValueError for a region
    given twice, and KeyError for an option that its indicator does not have.
    """
    ordered = sorted(cases, key=lambda case: case.region)
    if len({case.region for case in ordered}) < len(ordered):
        raise ValueError("a region is given twice")
    intervals: dict[str, dict[str, Interval]] = {}
    indistinguishable: dict[str, list[tuple[str, str]]] = {}
    for cell, (regions, scores) in draw_scores(questionnaire, ordered, seed=seed, draws=draws).items():
        found = places(scores)
        intervals[cell] = intervals_of(regions, scores, found)
        indistinguishable[cell] = [(regions[one], regions[other]) for one, other in pairs(found)]
    return Uncertainty(
        intervals=intervals,
        indistinguishable=indistinguishable,
        influential=influence(questionnaire, ordered),
        engine=ENGINE,
        numpy=np.__version__,
        seed=seed,
        draws=draws,
        constants=CONSTANTS,
    )


def draw_scores(
    questionnaire: Questionnaire, cases: Sequence[RegionCase], *, seed: int, draws: int, block: int = BLOCK
) -> dict[str, tuple[list[str], Steps]]:
    """Return, for every cell, the regions that have a score in it and their drawn scores (regions, draws).

    The size of a block changes the time it takes and nothing else.
    """
    sums = _Sums(questionnaire, seed=seed, draws=draws, block=block)
    takes_part = scored(questionnaire, cases)
    drawn = {cell: np.empty((len(regions), draws), np.int32) for cell, regions in takes_part.items()}
    rows = {cell: {place: row for row, place in enumerate(each)} for cell, each in takes_part.items()}
    for place, case in enumerate(cases):
        means = sums.means(case)
        for cell, scores in drawn.items():
            if place in rows[cell]:
                scores[rows[cell][place]] = steps_of(means(cell))
    return {cell: ([cases[place].region for place in takes_part[cell]], drawn[cell]) for cell in drawn}


def intervals_of(regions: Sequence[str], scores: Steps, found: Places) -> dict[str, Interval]:
    """Return the intervals of the regions' scores and places in one cell."""
    if not regions:
        return {}
    ends = zip(regions, score_percentiles(scores).tolist(), place_percentiles(found).tolist(), strict=True)
    return {
        region: Interval(low, median, high, rank_low, rank_high)
        for region, (low, median, high), (rank_low, _, rank_high) in ends
    }


class _Sums:
    """Weighted sums over the indicators of each part, for one region after the other."""

    def __init__(self, questionnaire: Questionnaire, *, seed: int, draws: int, block: int) -> None:
        self._indicators = questionnaire.indicators
        self._parts = parts_of(questionnaire)
        self._seed, self._draws, self._block = seed, draws, block
        each = dict.fromkeys(part for parts in self._parts.values() for part in parts)
        self._row = {part: row for row, part in enumerate(each)}
        # (parts, indicators): 1 where the indicator feeds the part.
        self._feeds = np.array([[one.id in part for one in self._indicators] for part in each], np.float64)
        mean = sum((one.weight for one in self._indicators), Fraction(0)) / len(self._indicators)
        shapes = [CONCENTRATION * float(one.weight / mean) for one in self._indicators]
        self._weights = gammas(Stream(seed, "weights"), shapes, draws)  # (indicators, draws)

    def means(self, case: RegionCase) -> Callable[[str], Doubles]:
        """Return what gives the drawn scores of a cell in which the region has a score."""
        spreads = {row: each for row, one in enumerate(self._indicators) if (each := spread(one, case))}
        answered, lowest = np.zeros(len(self._indicators)), np.zeros(len(self._indicators))
        answered[list(spreads)] = 1
        lowest[list(spreads)] = [each.low for each in spreads.values()]
        has = np.flatnonzero(self._feeds @ answered)  # the parts in which something is answered
        feeds = self._feeds[has]
        fixed = np.concatenate([feeds * lowest, feeds * answered])
        moving = [row for row, each in spreads.items() if not each.certain]
        rises = self._rises(case.region, [spreads[row] for row in moving])
        found = np.empty((len(has), self._draws))
        for start in range(0, self._draws, self._block):
            part = slice(start, start + self._block)
            totals, masses = np.split(fixed @ self._weights[:, part], 2)
            totals += feeds[:, moving] @ (self._weights[moving, part] * rises(part))
            np.divide(totals, masses, out=found[:, part])
        place = {int(row): place for place, row in enumerate(has)}

        def mean(cell: str) -> Doubles:
            rows = [place[self._row[part]] for part in self._parts[cell] if self._row[part] in place]
            return found[rows[0]] if len(rows) == 1 else np.asarray(found[rows].mean(axis=0))

        return mean

    def _rises(self, region: str, spreads: Sequence[Spread]) -> Callable[[slice], Doubles]:
        # What is drawn in some of the draws, above the lowest it could be: (spreads, draws).
        lanes = Stream(self._seed, f"region {region}").lanes(len(spreads), self._draws)
        first = _column([each.middle - each.low for each in spreads])
        second = _column([each.high - each.middle for each in spreads])
        from_middle = _threshold([each.below for each in spreads])
        from_high = _threshold([1 - each.above for each in spreads])

        def rises(part: slice) -> Doubles:
            found = first * (lanes[:, part] >= from_middle)
            found += second * (lanes[:, part] >= from_high)
            return np.asarray(found)

        return rises


def _column(values: Sequence[float]) -> Doubles:
    return np.array(values, np.float64)[:, np.newaxis]


def _threshold(chances: Sequence[float]) -> NDArray[np.uint16]:
    # A chance of 1 needs no threshold beyond the last lane: what it would add is 0.
    return np.minimum(np.rint(_column(chances) * LANE), LANE - 1).astype(np.uint16)
