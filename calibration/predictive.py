"""What the fitted model would have seen: predictive draws, bands, coverage, interval scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from .likelihood import blocks_of, spread_of
from .observations import Observation
from .parameters import DISCREPANCY
from .predict import Predictor
from .region import Region

Array = npt.NDArray[np.float64]
LEVELS = (0.5, 0.8, 0.95)
SCORED = 0.8
QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


@dataclass(frozen=True)
class Predictive:
    """Expected values and imitated records (draw, observation) of ``items``."""

    items: tuple[Observation, ...]
    expected: Array
    imitated: Array

    def band(self, level: float) -> tuple[Array, Array]:
        """Lower and upper end (observation,) of the central interval of the imitated records."""
        tail = (1 - level) / 2
        low, high = np.quantile(self.imitated, [tail, 1 - tail], axis=0)
        return low, high

    def covered(self, level: float) -> npt.NDArray[np.bool_]:
        """Which observations lie in their interval; a bound or rounded one if part of it does."""
        low, high = self.band(level)
        least, most = ends_of(self.items)
        return np.asarray((most >= low) & (least <= high))

    def scores(self) -> Array:
        """Interval scores (observation,) of the 80 % intervals."""
        low, high = self.band(SCORED)
        return interval_score(low, high, np.array([item.value for item in self.items]))


def imitate(region: Region, items: tuple[Observation, ...], values: Array, seed: int) -> Predictive:
    """Imitate the record once for every row of parameter values.

    The discrepancy of each block is drawn anew, spread and chance too, so that the bands are those
    of numbers not seen yet.
    """
    expected = Predictor(region, items)(values)
    generator = np.random.default_rng(seed)
    column = region.parameters.index.get(DISCREPANCY)
    scale = np.zeros(len(values)) if column is None else values[:, column]
    blocks = blocks_of(region, items)
    spread = spread_of(region, items, values)
    shifts = scale[:, None] * generator.standard_normal((len(values), len(items)))
    for block in range(int(blocks.max(initial=-1)) + 1):
        rows = np.flatnonzero(blocks == block)
        shifts[:, rows] = shifts[:, rows[:1]]
    imitated = np.empty_like(expected)
    for i, item in enumerate(items):
        if blocks[i] >= 0:
            imitated[:, i] = _draw(
                item, expected[:, i] * np.exp(shifts[:, i]), spread[:, i], generator
            )
        else:
            wide = np.hypot(spread[:, i], scale)
            imitated[:, i] = _draw(item, expected[:, i], wide, generator)
    return Predictive(items, expected, imitated)


def interval_score(low: Array, high: Array, value: Array, level: float = SCORED) -> Array:
    """Width plus a penalty for missing: Gneiting and Raftery, JASA 102 (2007) 359-378, eq. 43."""
    penalty = 2 / (1 - level)
    missed = np.maximum(low - value, 0) + np.maximum(value - high, 0)
    return np.asarray(high - low + penalty * missed)


def ends_of(items: tuple[Observation, ...]) -> tuple[Array, Array]:
    """The least and the most that each observation says."""
    value = np.array([item.value for item in items])
    half = np.array([item.step / 2 for item in items])
    least = np.array([-np.inf if item.bound == "at most" else 0.0 for item in items])
    most = np.array([np.inf if item.bound == "at least" else 0.0 for item in items])
    return value - half + least, value + half + most


def _draw(item: Observation, mean: Array, spread: Array, generator: np.random.Generator) -> Array:
    if item.error == "count":
        shape = 1 / np.square(np.maximum(spread, 1e-4))
        rate = generator.gamma(shape, np.maximum(mean, 0) / shape)
        return generator.poisson(rate).astype(np.float64)
    noise = generator.standard_normal(len(mean))
    if item.error == "share":
        inside = np.clip(mean, 1e-9, 1 - 1e-9)
        return np.asarray(expit(logit(inside) + noise * spread / (1 - inside)))
    return mean * np.exp(noise * spread)
