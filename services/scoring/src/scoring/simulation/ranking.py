"""Places, percentiles and pairs of the draws of one cell.

A drawn score is held in whole steps of 2⁻²⁴ point. The last bits of a sum of doubles differ from processor to
processor and with the order of adding, so equal regions would hardly ever tie; in steps they do. Whole
points, halves, quarters and so on are whole steps, far from where rounding turns.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .draws import Doubles
from .model import DISTINGUISHABLE, PERCENTILES

STEP = 2.0**-24
# Draws worked on at once: what a processor's own cache holds, and too few for a BLAS to share among threads,
# which costs more than it saves where the processors have other work.
BLOCK = 250
_REGION_BITS = 16

Steps = NDArray[np.int32]  # (regions, draws)
Places = NDArray[np.uint16]  # (regions, draws)


def steps_of(scores: Doubles) -> Steps:
    """Return scores as whole steps."""
    return np.rint(scores / STEP).astype(np.int32)


def places(scores: Steps) -> Places:
    """Return each region's place in each draw, 1 the best; equal scores share the better place."""
    found = np.empty(scores.shape, np.uint16)
    for start in range(0, scores.shape[1], BLOCK):
        part = slice(start, start + BLOCK)
        found[:, part] = _places(scores[:, part].T).T
    return found


def _places(scores: Steps) -> Places:
    # Each score and its region in one integer, so that one sort of each draw brings both: (draws, regions).
    regions = scores.shape[1]
    keys = (-scores.astype(np.int64) << _REGION_BITS) | np.arange(regions)
    keys.sort(axis=1)
    order = keys & ((1 << _REGION_BITS) - 1)
    keys >>= _REGION_BITS
    # Who is worse than the one before has the place of the sorted row; who is equal has the last such place.
    ordered = np.ones(keys.shape, np.uint16)
    worse = keys[:, 1:] != keys[:, :-1]
    np.multiply(worse, np.arange(2, regions + 1, dtype=np.uint16), out=ordered[:, 1:])
    np.maximum.accumulate(ordered, axis=1, out=ordered)
    found = np.empty_like(ordered)
    np.put_along_axis(found, order, ordered, axis=1)
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
    needed = found.shape[1] * (2 * DISTINGUISHABLE - 100)
    return [
        (one, other)
        for one in range(len(found))
        for other, lead in enumerate(_leads(found[one], found[one + 1 :]), one + 1)
        if abs(lead) * 100 < needed
    ]


def _leads(one: NDArray[np.uint16], others: Places) -> Iterator[int]:
    # Draws ahead less draws behind. Ahead plus half the ties is (draws + lead) ÷ 2, and 95 % of the draws
    # when the lead is 90 % of them.
    for ahead, behind in zip(one < others, one > others, strict=True):
        yield int(np.count_nonzero(ahead)) - int(np.count_nonzero(behind))


def _nearest_ranks(draws: int) -> list[int]:
    return [max(0, -(-percent * draws // 100) - 1) for percent in PERCENTILES]
