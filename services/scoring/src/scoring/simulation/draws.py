"""Numbers drawn from the raw output of PCG64, the same on every machine and in every version of NumPy.

The streams of `numpy.random.Generator` may change from version to version; the raw output of a bit generator
may not. So it is mapped to what is needed here: 64 bits to a double, 16 bits to one answer.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

_BITS_OF_A_DOUBLE = 53
_LANES = 4  # answers drawn from one raw number
LANE = 1 << 16
_SMALLEST = 1e-200  # a weight is above 0, however small


class Stream:
    """Raw numbers of its own for each name under one seed."""

    def __init__(self, seed: int, name: str) -> None:
        self._bits = np.random.PCG64([seed, *name.encode()])

    def raw(self, size: int) -> NDArray[np.uint64]:
        """Return the next raw numbers."""
        return np.asarray(self._bits.random_raw(size), np.uint64)

    def lanes(self, rows: int, columns: int) -> NDArray[np.uint16]:
        """Return rows of integers from 0 to 65,535, each as likely: the 16-bit parts of raw numbers."""
        raw = self.raw(-(-rows * columns // _LANES))
        parts = raw.astype("<u8", copy=False).view("<u2")  # the lowest part first, on any machine
        return parts[: rows * columns].reshape(rows, columns).astype(np.uint16, copy=False)


def uniform(raw: NDArray[np.uint64]) -> Doubles:
    """Return doubles above 0 and below 1: the middles of 2⁵³ equal steps."""
    return np.asarray(((raw >> np.uint64(64 - _BITS_OF_A_DOUBLE)) + 0.5) * 2.0**-_BITS_OF_A_DOUBLE)


def normal(raw: NDArray[np.uint64], more: NDArray[np.uint64]) -> Doubles:
    """Return standard normal doubles (Box and Muller 1958, the cosine alone)."""
    return np.asarray(np.sqrt(-2 * np.log(uniform(raw))) * np.cos(2 * np.pi * uniform(more)))


def gammas(stream: Stream, shapes: Sequence[float], draws: int) -> Doubles:
    """Return gamma variates as (shapes, draws), by Marsaglia and Tsang (2000).

    Divided by their sum they are Dirichlet; a weighted mean divides by it anyway. Each round draws anew for
    every place, accepted or not, so that a last bit that differs on another processor changes one variate
    and not all that follow.
    """
    shape = np.repeat(np.asarray(shapes, np.float64), draws)
    small = shape < 1
    third = np.where(small, shape + 1, shape) - 1 / 3
    found = np.zeros_like(shape)
    waiting = np.arange(len(shape))
    while len(waiting):
        raw, more, test = (stream.raw(len(shape))[waiting] for _ in range(3))
        deviate, scale = normal(raw, more), third[waiting]
        cube = (1 + deviate / np.sqrt(9 * scale)) ** 3
        accepted = _accepted(deviate, uniform(test), cube, scale)
        found[waiting[accepted]] = (scale * cube)[accepted]
        waiting = waiting[~accepted]
    if small.any():
        found[small] *= uniform(stream.raw(len(shape))[small]) ** (1 / shape[small])
    return np.maximum(found, _SMALLEST).reshape(len(shapes), draws)


def _accepted(deviate: Doubles, test: Doubles, cube: Doubles, scale: Doubles) -> NDArray[np.bool_]:
    # The first test is cheap and nearly always enough; the logarithms are for the rest.
    square = deviate * deviate
    accepted = (cube > 0) & (test < 1 - 0.0331 * square * square)
    rest = np.flatnonzero((cube > 0) & ~accepted)
    limit = square[rest] / 2 + scale[rest] * (1 - cube[rest] + np.log(cube[rest]))
    accepted[rest] = np.log(test[rest]) < limit
    return accepted
