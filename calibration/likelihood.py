"""How likely the record is, given what the model expects: for a whole batch of points at once.

Counts are negative binomial with variance ``m + (k m)^2`` (``k`` the spread beyond chance), levels
and money lognormal, shares logit-normal; a bound or a rounded value is the probability of its
interval. Observations of one series within a block of months share a discrepancy: the model may
miss them all by a factor ``exp(d)`` with ``d ~ Normal(0, s^2)``. ``d`` is integrated out by
adaptive Gauss-Hermite quadrature (Naylor and Smith, Applied Statistics 31 (1982) 214-225); a number
alone in its block takes ``s`` into its own spread. Grades weigh: a press report counts half.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, gammaln, log_ndtr, logit, ndtr

from .observations import Observation
from .parameters import DISCREPANCY
from .region import Region

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
WEIGHTS = {"A": 1.0, "B": 0.5, "C": 0.5, "D": 0.25}
"""Weight of an observation by its grade: an official number counts once, a press report half."""
NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
NEWTON_STEPS = 4
SMALLEST = 1e-9  # an expected count of nothing would forbid every count
FLOOR = 1e-300


@dataclass(frozen=True)
class Likelihood:
    """The log-likelihood of ``items``; ``weighted`` False gives every grade the same weight."""

    region: Region
    items: tuple[Observation, ...]
    weighted: bool = True

    @cached_property
    def _blocks(self) -> Whole:
        """The block of each observation; those alone in theirs have -1."""
        return blocks_of(self.region, self.items)

    @cached_property
    def weights(self) -> Array:
        """One weight an observation; all of a block have the same grade's."""
        if not self.weighted:
            return np.ones(len(self.items))
        return np.array([WEIGHTS[item.grade] for item in self.items])

    @cached_property
    def _table(self) -> tuple[Whole, npt.NDArray[np.bool_]]:
        """Rows of the observations, a line a block (block, place), and which places are filled."""
        count = int(self._blocks.max(initial=-1)) + 1
        blocks = [np.flatnonzero(self._blocks == block) for block in range(count)]
        longest = max((len(rows) for rows in blocks), default=0)
        rows = np.array([np.resize(rows, longest) for rows in blocks], dtype=np.int64)
        filled = np.array([np.arange(longest) < len(rows) for rows in blocks])
        return rows.reshape(count, longest), filled.reshape(count, longest)

    def __call__(self, values: Array, expected: Array) -> Array:
        """Parameter values and expected observations, a row a point: log-likelihood (point,)."""
        spread = self.spread(values)
        scale = self.discrepancy(values)
        total = np.zeros(len(values))
        for i in np.flatnonzero(self._blocks < 0):
            wide = np.hypot(spread[:, i], scale)
            total += self.weights[i] * log_density(self.items[i], expected[:, i], wide)
        rows, filled = self._table
        if rows.size:
            value = np.array([item.value for item in self.items])[rows]
            means = np.maximum(expected[:, rows], SMALLEST)
            terms = block_density((value, filled), means, spread[:, rows], scale)
            total += terms @ self.weights[rows[:, 0]]
        return np.where(np.isfinite(total), total, -np.inf)

    def spread(self, values: Array) -> Array:
        """Spread beyond chance of each observation (point, observation), as a share."""
        return spread_of(self.region, self.items, values)

    def discrepancy(self, values: Array) -> Array:
        """Scale of the discrepancy (point,); 0 for a region that has none."""
        column = self.region.parameters.index.get(DISCREPANCY)
        return np.zeros(len(values)) if column is None else values[:, column]


def blocks_of(region: Region, items: tuple[Observation, ...]) -> Whole:
    """Numbers the blocks of months that share a discrepancy; -1 for observations of their own."""
    keys: dict[tuple[object, ...], list[int]] = {}
    for i, item in enumerate(items):
        rule = region.rule(item)
        if rule.block and item.error == "count" and item.bound == "exact":
            # March starts a half-year, so that a block holds one side of the seasons.
            month = item.start.year * 12 + item.start.month - 3
            key = (item.series, item.geography, month // rule.block, item.grade)
            keys.setdefault(key, []).append(i)
    numbers = np.full(len(items), -1, dtype=np.int64)
    shared = [rows for rows in keys.values() if len(rows) > 1]
    for number, rows in enumerate(shared):
        numbers[rows] = number
    return numbers


def spread_of(region: Region, items: tuple[Observation, ...], values: Array) -> Array:
    """Spread beyond chance (point, observation): a parameter's values, or a fixed share."""
    index = region.parameters.index
    columns = []
    for item in items:
        name = region.rule(item).dispersion
        column = index.get(name)
        columns.append(np.full(len(values), float(name)) if column is None else values[:, column])
    return np.stack(columns, axis=1)


def log_density(item: Observation, mean: Array, spread: Array) -> Array:
    """Log-probability of one observation for each mean and spread (point,)."""
    if item.error == "count":
        return _count(item, np.maximum(mean, SMALLEST), spread)
    if item.error == "share":
        inside = np.clip(mean, 1e-9, 1 - 1e-9)
        width = spread / (1 - inside)  # a relative spread of the share, on the logit scale
        return _normal(item, _logit_bounds(item), (logit(inside), width))
    return _normal(item, _log_bounds(item), (np.log(np.maximum(mean, SMALLEST)), spread))


def block_density(
    counts: tuple[Array, npt.NDArray[np.bool_]], mean: Array, spread: Array, scale: Array
) -> Array:
    """Log-probability (point, block) of counts that share a discrepancy of this scale (point,).

    ``counts`` are values (block, place) and which places hold one; ``mean`` and ``spread`` are
    (point, block, place). Where the scale is 0 there is no discrepancy.
    """
    value, filled = counts
    shape = 1.0 / np.square(np.maximum(spread, 1e-6))
    safe = np.maximum(scale, 1e-6)[:, None]
    mode = np.zeros(mean.shape[:2])
    for _ in range(NEWTON_STEPS):
        slope, bend = _slopes(counts, mean * np.exp(mode)[..., None], shape)
        step = (slope - mode / safe**2) / (bend + 1 / safe**2)
        mode = np.clip(mode + step, -1.5, 1.5)
    _, bend = _slopes(counts, mean * np.exp(mode)[..., None], shape)
    width = 1 / np.sqrt(bend + 1 / safe**2)
    seen = np.where(filled, value, 0.0)
    total = seen.sum(axis=1)
    sizes = np.where(filled, value + shape, 0.0)
    ratios = mean / shape
    inside = np.empty((len(NODES), *mode.shape))
    for i, node in enumerate(NODES):
        shift = mode + width * node
        spent = np.log1p(ratios * np.exp(shift)[..., None])
        np.einsum("pbo,pbo->pb", sizes, spent, out=inside[i])
        inside[i] = total * shift - inside[i] - 0.5 * np.square(shift / safe) + 0.5 * node**2
    peak = inside.max(axis=0)
    integral = np.einsum("npb,n->pb", np.exp(inside - peak), NODE_WEIGHTS)
    constant = gammaln(value + shape) - gammaln(shape) - gammaln(value + 1)
    constant += value * np.log(ratios)
    fixed = np.where(filled, constant, 0.0).sum(axis=2)
    return np.asarray(peak + np.log(integral * width / safe / np.sqrt(2 * np.pi)) + fixed)


def _slopes(
    counts: tuple[Array, npt.NDArray[np.bool_]], mean: Array, shape: Array
) -> tuple[Array, Array]:
    """First and negative second derivative of a block's log-probability in its discrepancy."""
    value, filled = counts
    share = shape / (shape + mean)
    slope = np.where(filled, share * (value - mean), 0.0)
    bend = np.where(filled, (value + shape) * share * mean / (mean + shape), 0.0)
    return slope.sum(axis=2), bend.sum(axis=2)


def _count(item: Observation, mean: Array, spread: Array) -> Array:
    shape = 1.0 / np.square(np.maximum(spread, 1e-6))

    def below(limit: float) -> Array:
        """Probability of fewer than ``limit``."""
        if limit <= 0:
            return np.zeros_like(mean)
        return np.asarray(betainc(shape, np.ceil(limit), shape / (shape + mean)))

    if item.bound == "exact":
        return np.asarray(
            gammaln(item.value + shape)
            - gammaln(shape)
            - gammaln(item.value + 1)
            + shape * np.log(shape / (shape + mean))
            + item.value * np.log(mean / (shape + mean))
        )
    half = item.step / 2
    match item.bound:
        case "at least":
            inside = 1 - below(item.value)
        case "at most":
            inside = below(item.value + 1)
        case _:
            inside = below(item.value + half) - below(item.value - half)
    return np.log(np.maximum(inside, FLOOR))


def _normal(item: Observation, bounds: tuple[float, float], law: tuple[Array, Array]) -> Array:
    """Density at a value, or probability between bounds, on a scale where errors are normal."""
    centre, width = law
    low, high = ((bound - centre) / width for bound in bounds)
    match item.bound:
        case "exact":
            return np.asarray(-0.5 * np.square(low) - np.log(width * np.sqrt(2 * np.pi)))
        case "at least":
            return np.asarray(log_ndtr(-low))
        case "at most":
            return np.asarray(log_ndtr(high))
        case _:
            return np.asarray(np.log(np.maximum(ndtr(high) - ndtr(low), FLOOR)))


def _log_bounds(item: Observation) -> tuple[float, float]:
    half = item.step / 2
    return float(np.log(max(item.value - half, SMALLEST))), float(np.log(item.value + half))


def _logit_bounds(item: Observation) -> tuple[float, float]:
    half = item.step / 2
    low, high = np.clip([item.value - half, item.value + half], 1e-9, 1 - 1e-9)
    return float(logit(low)), float(logit(high))
