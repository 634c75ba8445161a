"""Places, percentiles and pairs of the draws of one cell.

A drawn score is held in whole steps of 2⁻²⁴ point. The last bits of a sum of doubles differ from processor to
processor and with the order of adding, so equal regions would hardly ever tie; in steps they do. Whole
points, halves, quarters and so on are whole steps, far from where rounding turns.
"""

import numpy as np
from numpy.typing import NDArray

from .draws import Doubles
from .model import DISTINGUISHABLE, PERCENTILES

STEP = 2.0**-24

Steps = NDArray[np.int32]  # (regions, draws)
Places = NDArray[np.uint8] | NDArray[np.uint16]  # (regions, draws)


def steps_of(scores: Doubles) -> Steps:
    """Return scores as whole steps."""
    return np.rint(scores / STEP).astype(np.int32)


def places(scores: Steps) -> Places:
    """Return each region's place in each draw, 1 the best; equal scores share the better place."""
    found: Places = np.empty(scores.shape, np.uint8 if len(scores) < 256 else np.uint16)
    for region, own in enumerate(scores):
        ahead = (scores > own).view(np.uint8)
        np.add.reduce(ahead, axis=0, dtype=found.dtype, out=found[region])
    found += 1
    return found


def score_percentiles(scores: Steps) -> Doubles:
    """Return the percentiles of each region's scores, in points, as (regions, percentiles)."""
    nearest = _nearest_ranks(scores.shape[1])
    return np.asarray(np.partition(scores, nearest, axis=1)[:, nearest] * STEP)


def place_percentiles(found: Places) -> NDArray[np.int64]:
    """Return the percentiles of each region's places, as (regions, percentiles)."""
    regions, draws = found.shape
    size = regions + 1
    flat = found + (np.arange(regions) * size)[:, np.newaxis]
    until = np.cumsum(np.bincount(flat.ravel(), minlength=regions * size).reshape(regions, size), axis=1)
    # The nearest rank is the first place that enough draws are not above.
    return np.stack([(until <= nearest).sum(axis=1) for nearest in _nearest_ranks(draws)], axis=1)


def pairs(found: Places) -> list[tuple[int, int]]:
    """Return the pairs of regions of which neither is ahead in enough of the draws."""
    regions, draws = found.shape
    needed = draws * (2 * DISTINGUISHABLE - 100)
    return [
        (one, other)
        for one in range(regions)
        for other in range(one + 1, regions)
        if abs(_lead(found[one], found[other])) * 100 < needed
    ]


def _lead(one: NDArray[np.integer], other: NDArray[np.integer]) -> int:
    # Draws ahead less draws behind. Ahead plus half the ties is (draws + lead) ÷ 2, and 95 % of the draws
    # when the lead is 90 % of them.
    return int(np.count_nonzero(one < other)) - int(np.count_nonzero(one > other))


def _nearest_ranks(draws: int) -> list[int]:
    return [max(0, -(-percent * draws // 100) - 1) for percent in PERCENTILES]
