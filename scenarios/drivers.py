"""What drives an outcome: rank correlation of the uncertain inputs with it, noise stated."""

from __future__ import annotations

from collections.abc import Sequence, Set
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


@dataclass(frozen=True)
class RankedInputs:
    """Inputs ready to be correlated with many outcomes: mean ranks ``(draw, group)``, and the names
    in each group, whose ranks are the same in every draw."""

    ranks: Array
    groups: tuple[tuple[str, ...], ...]

    def without(self, names: Set[str]) -> RankedInputs:
        """The same without some inputs."""
        left = [tuple(name for name in group if name not in names) for group in self.groups]
        kept = [at for at, group in enumerate(left) if group]
        if len(kept) == len(self.groups):
            return RankedInputs(self.ranks, tuple(left))
        return RankedInputs(self.ranks[:, kept], tuple(left[at] for at in kept))


def ranked_inputs(names: Sequence[str], inputs: Array) -> RankedInputs:
    """The columns of ``inputs`` (draw, input) ranked, those that move together gathered."""
    ranks = mean_ranks(np.asarray(inputs, dtype=np.float64))
    columns = np.ascontiguousarray(ranks.T)
    groups: dict[bytes, list[int]] = {}
    for column in range(len(names)):
        groups.setdefault(columns[column].tobytes(), []).append(column)
    members = list(groups.values())
    return RankedInputs(
        ranks=ranks[:, [group[0] for group in members]],
        groups=tuple(tuple(names[column] for column in group) for group in members),
    )


def rank_drivers(inputs: RankedInputs, outcome: Array, label: str) -> Drivers:
    """Every input ranked by its correlation with ``outcome`` (draw,).

    ``label`` names the outcome. Inputs or outcomes that do not vary have no correlation: such
    inputs are left out, and with such an outcome the ranking is empty.
    """
    correlations = _correlation(inputs.ranks, outcome)
    noise = noise_threshold(len(outcome), len(inputs.groups))
    found = [
        Driver(
            input=group[0],
            correlation=float(value),
            within_noise=bool(abs(value) < noise),
            together=group[1:],
        )
        for group, value in zip(inputs.groups, correlations, strict=True)
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
    return _correlation(mean_ranks(np.asarray(inputs, dtype=np.float64)), outcome)


def _correlation(ranks: Array, outcome: Array) -> Array:
    left = _centred(ranks)
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
