"""Random numbers in plain NumPy: the twins of ``lane_random``, and the keys of runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import random_tables as tables

Array = NDArray[Any]
Bits = NDArray[np.uint64]
_U = np.uint64


def _mix(z: Bits) -> Bits:
    for shift, factor in ((30, tables.FIRST), (27, tables.SECOND)):
        z = (z ^ (z >> _U(shift))) * _U(factor)
    return z ^ (z >> _U(31))


def _bits(x: ArrayLike) -> Bits:
    return np.atleast_1d(np.asarray(x, dtype=np.float64) + 0.0).view(np.uint64)


def run_keys(seed: int, draws: ArrayLike) -> NDArray[np.float64]:
    """A key for each draw number under ``seed``: 64 bits that travel as a double."""
    start = _mix(np.array([seed % 2**64], dtype=np.uint64) + _U(tables.GOLDEN))
    numbers = np.atleast_1d(np.asarray(draws, dtype=np.int64)).view(np.uint64)
    return _mix(start ^ _mix((numbers + _U(1)) * _U(tables.GOLDEN))).view(np.float64)


def step_key(run_key: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    """The key of one step."""
    counted = np.array([step + 1], dtype=np.uint64) * _U(tables.GOLDEN)
    return _mix(np.atleast_1d(run_key).view(np.uint64) + counted).view(np.float64)


def even(key: Array, stream: Array, place: Array, seed: Array, _time: Array) -> Array:
    """A number above 0 and below 1 for each element; see ``lane_random.even``."""
    key, stream, place, seed = np.broadcast_arrays(key, stream, place, seed)
    where = _mix(_bits(stream) + _bits(place) * _U(tables.GOLDEN))
    number = _mix(np.atleast_1d(key.copy()).view(np.uint64) ^ where)
    number = _mix(number + _bits(seed))
    near_one = (number >> _U(12)) | _U(0x3FF0000000000000)
    return ((near_one.view(np.float64) - 1.0) + 2.0**-53).reshape(key.shape)


def _ratio(x: Array, pair: tuple[tuple[float, ...], tuple[float, ...]]) -> Array:
    above, below = (np.polyval(np.array(part), x) for part in pair)
    return np.asarray(above / below)


def normal_cdf(x: Array) -> Array:
    """The probability that a standard normal number is below ``x``."""
    size = np.abs(x)
    bell = np.exp(-0.5 * size * size)
    tail = size + 0.65
    for k in (4.0, 3.0, 2.0, 1.0):
        tail = size + k / tail
    far = bell / tail / tables.ROOT_TWO_PI
    below = np.where(size < tables.FAR, bell * _ratio(size, tables.NORMAL_CDF), far)
    return np.where(np.greater(x, 0.0), 1.0 - below, below)


def normal_quantile(p: Array) -> Array:
    """The ``x`` below which a standard normal number is with probability ``p``."""
    q = np.asarray(p) - 0.5
    central = q * _ratio(0.180625 - q * q, tables.QUANTILE_MIDDLE)
    low = q < 0.0
    r = np.sqrt(-np.log(np.where(low, p, 1.0 - np.asarray(p))))
    near, far = _ratio(r - 1.6, tables.QUANTILE_NEAR), _ratio(r - 5.0, tables.QUANTILE_FAR)
    outer = np.where(r <= 5.0, near, far)
    return np.where(np.abs(q) <= 0.425, central, np.where(low, -outer, outer))


def log_gamma(x: Array) -> Array:
    """The logarithm of the gamma function for ``x`` above 0."""
    terms = (c / (x + float(k)) for k, c in enumerate(tables.LANCZOS[1:]))
    total = tables.LANCZOS[0] + sum(terms)
    base = np.asarray(x) + 6.5
    value = (np.asarray(x) - 0.5) * np.log(base) - base + np.log(tables.ROOT_TWO_PI * total)
    return np.where(np.greater(x, 0.0), value, np.nan)


def poisson_quantile(p: Array, mean: Array) -> Array:
    """The smallest count whose Poisson probability, with all below it, reaches ``p``."""
    p, mean = np.broadcast_arrays(np.asarray(p, dtype=float), mean)
    few = mean <= tables.MANY
    lam = np.where(few, mean, 0.0)
    count = _count_up(p, np.exp(-lam), lambda k: lam / k, tables.MOST_COUNTED)
    z = normal_quantile(p)
    many = np.trunc(mean + np.sqrt(np.where(few, 0.0, mean)) * z + (z * z - 1.0) / 6.0 + 0.5)
    return np.where(few, count, many)


def count_quantile(p: Array, first: Array, a: Array, b: Array) -> Array:
    """The smallest count that reaches ``p``, where 0 has the probability ``first`` and every other
    one ``a + b / k`` times that of the count before."""
    p, first, a, b = np.broadcast_arrays(np.asarray(p, dtype=float), first, a, b)
    return _count_up(p, first, lambda k: a + b / k, tables.MOST_COUNTED_FAR)


def _count_up(p: Array, first: Array, factor: Callable[[float], Array], most: float) -> Array:
    own, total, count, k = first, first.copy(), np.zeros(p.shape), 0.0
    short = total < p
    while short.any() and k < most:
        k += 1.0
        own = own * factor(k)
        count = np.where(short, k, count)
        total = total + own
        short = total < p
    return count
