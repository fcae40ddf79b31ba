"""What drives an outcome: rank correlation of the uncertain inputs with it, noise stated."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Driver:
    """One uncertain input and its Spearman rank correlation with the outcome, -1 to 1.

    ``together`` names inputs that rise and fall with it in every draw, because they rest on one
    study: what is said of one is said of all.
    """

    input: str
    correlation: float
    within_noise: bool
    together: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drivers:
    """Inputs by falling size of correlation. Below ``noise`` a correlation may be chance alone.

    ``none_found`` says so when no input stands out.
    """

    outcome: str
    noise: float
    ranked: tuple[Driver, ...]

    @property
    def none_found(self) -> bool:
        """Whether every correlation lies within sampling noise."""
        return all(driver.within_noise for driver in self.ranked)


def rank_drivers(names: tuple[str, ...], inputs: Array, outcome: Array, label: str) -> Drivers:
    """Every input of ``inputs`` (draw, input) ranked by its correlation with ``outcome`` (draw,).

    ``label`` names the outcome. Inputs or outcomes that do not vary have no correlation: such
    inputs are left out, and with such an outcome the ranking is empty.
    """
    ranks = mean_ranks(np.asarray(inputs, dtype=np.float64))
    groups: dict[bytes, list[int]] = {}
    for column in range(len(names)):
        groups.setdefault(ranks[:, column].tobytes(), []).append(column)
    members = list(groups.values())
    correlations = rank_correlation(ranks[:, [columns[0] for columns in members]], outcome)
    noise = noise_threshold(len(outcome), len(members))
    found = [
        Driver(
            input=names[columns[0]],
            correlation=float(value),
            within_noise=bool(abs(value) < noise),
            together=tuple(names[column] for column in columns[1:]),
        )
        for columns, value in zip(members, correlations, strict=True)
        if np.isfinite(value)
    ]
    found.sort(key=lambda driver: (-abs(driver.correlation), driver.input))
    return Drivers(outcome=label, noise=noise, ranked=tuple(found))


def rank_correlation(inputs: Array, outcome: Array) -> Array:
    """Spearman rank correlation of each column of ``inputs`` (draw, input) with ``outcome``.

    Ties get their mean rank. NaN where either side does not vary. Source: Spearman, The American
    Journal of Psychology 15 (1904) 72-101; ties as in Kendall, Rank Correlation Methods (1948),
    chapter 3.
    """
    left = _centred(mean_ranks(np.asarray(inputs, dtype=np.float64)))
    right = _centred(mean_ranks(np.asarray(outcome, dtype=np.float64)[:, None]))[:, 0]
    above = left.T @ right
    below = np.sqrt(np.sum(left**2, axis=0) * np.sum(right**2))
    result = np.full(above.shape, np.nan)
    np.divide(above, below, out=result, where=below > 0)
    return result


def mean_ranks(values: Array) -> Array:
    """Ranks from 1 down each column of ``values`` (draw, column), ties sharing their mean rank."""
    order = np.argsort(values, axis=0)
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, np.arange(1.0, len(values) + 1)[:, None], axis=0)
    ordered = np.take_along_axis(values, order, axis=0)
    for column in np.flatnonzero(np.any(ordered[1:] == ordered[:-1], axis=0)):
        _, inverse, counts = np.unique(values[:, column], return_inverse=True, return_counts=True)
        ranks[:, column] = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return ranks


def noise_threshold(draws: int, inputs: int) -> float:
    """The size of correlation that chance alone reaches for *any* of the inputs in one sweep of 20.

    Under independence a rank correlation has variance ``1 / (draws - 1)`` (Kendall, 1948, chapter
    5); the 5 % is shared over the inputs (Bonferroni), because the largest of many is looked at.
    """
    if draws < 3:
        return 1.0
    quantile = NormalDist().inv_cdf(1 - 0.025 / max(inputs, 1))
    return min(1.0, quantile / sqrt(draws - 1))


def _centred(ranks: Array) -> Array:
    return np.asarray(ranks - ranks.mean(axis=0))
