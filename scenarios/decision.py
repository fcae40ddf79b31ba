"""Choosing under uncertainty: which option wins how often, regret, and what knowing is worth.

Values are net benefits ``(option, draw)`` over the same draws, larger is better. Doing nothing more
is an option like the others: a row of zeros.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv, ndtri

from .drivers import mean_ranks

Array = npt.NDArray[np.float64]

SHUFFLES = 40
"""Random pairings that show what a partial value of information is when nothing is known."""
_POWERS = 3


@dataclass(frozen=True)
class InformationValue:
    """What knowing something before deciding is worth, in the unit of the values.

    ``value`` has the mean of what chance alone would show taken off; ``noise`` is what chance alone
    exceeds one time in twenty, so that a value below it may be none at all.
    """

    value: float
    noise: float

    @property
    def within_noise(self) -> bool:
        """Whether the value may be chance alone."""
        return self.value <= self.noise


def best_shares(values: Array) -> Array:
    """The share of draws in which each option is the best one, ties shared: ``(option,)``.

    Source: cost-effectiveness acceptability for several options, Fenwick, Claxton and Sculpher,
    Health Economics 10 (2001) 779-787.
    """
    top = values == values.max(axis=0)
    return np.asarray((top / top.sum(axis=0)).mean(axis=1))


def pairwise_wins(values: Array) -> Array:
    """The share of draws in which the row's option beats the column's; a tie counts as half."""
    ahead = (values[:, None] > values[None, :]).mean(axis=-1)
    tied = (values[:, None] == values[None, :]).mean(axis=-1)
    return np.asarray(ahead + tied / 2)


def regrets(values: Array) -> Array:
    """How much each option falls short of the best one in the same draw: ``(option, draw)``.

    Source: Savage, Journal of the American Statistical Association 46 (1951) 55-67.
    """
    return np.asarray(values.max(axis=0) - values)


def perfect_information(values: Array) -> tuple[float, float]:
    """The expected value of perfect information and its Monte-Carlo standard error.

    ``mean(max) - max(mean)``: what could be gained on average if the draw were known before
    choosing. Source: Raiffa and Schlaifer, Applied Statistical Decision Theory (1961), chapter 4.
    """
    chosen = values[int(np.argmax(values.mean(axis=1)))]
    gain = values.max(axis=0) - chosen
    error = float(np.std(gain, ddof=1)) / sqrt(gain.size) if gain.size > 1 else float("nan")
    return float(gain.mean()), error


def partial_informations(
    values: Array, groups: Sequence[Array], seed: int, looked_at: int = 1
) -> tuple[InformationValue, ...]:
    """The expected value of knowing each of ``groups`` (draw, input) and nothing else.

    Each option's value is regressed on a cubic in the normal scores of every input, and the fitted
    values stand for what is expected once the inputs are known. Source: Strong, Oakley and Brennan,
    Medical Decision Making 34 (2014) 311-326. With many inputs or few draws a regression finds
    something in noise: the inputs are shuffled against the values, `SHUFFLES` times from ``seed``,
    and the mean of what that gives is taken off. ``looked_at`` groups of inputs share the 5 % that
    chance may exceed (Bonferroni); so far out, a gamma distribution with the mean and variance of
    the shuffles stands for them.
    """
    differences = values - values[int(np.argmax(values.mean(axis=1)))]
    generator = np.random.default_rng(seed)
    draws = values.shape[1]
    orders = np.stack([np.arange(draws), *(generator.permutation(draws) for _ in range(SHUFFLES))])
    shuffled = differences[:, orders]
    found = []
    for inputs in groups:
        gains = _gains(shuffled, _basis(_features(np.asarray(inputs, dtype=np.float64))))
        chance = float(gains[1:].mean())
        noise = _gamma_quantile(gains[1:], 1 - 0.05 / looked_at) - chance
        value = max(float(gains[0]) - chance, 0.0)
        found.append(InformationValue(value=value, noise=max(noise, 0.0)))
    return tuple(found)


def _gamma_quantile(sample: Array, share: float) -> float:
    """A quantile of the gamma distribution with the sample's mean and variance."""
    mean, variance = float(sample.mean()), float(sample.var(ddof=1))
    if mean <= 0 or variance <= 0:
        return mean
    return float(gammaincinv(mean**2 / variance, share)) * variance / mean


def switching_value(net: Array, crises: Array) -> float | None:
    """The smallest value of one avoided crisis at which an option is better than none on average.

    ``net`` (money without that value) and ``crises`` avoided are ``(option, draw)``. 0 when an
    option is already better without it, None when no value is enough. Source: switching values, HM
    Treasury, The Green Book (2022), chapter 5.
    """
    money, avoided = net.mean(axis=1), crises.mean(axis=1)
    if np.any(money > 0):
        return 0.0
    helps = avoided > 0
    return float(np.min(-money[helps] / avoided[helps])) if helps.any() else None


def _gains(shuffled: Array, basis: Array) -> Array:
    """What choosing by fitted values gains, for each order of the draws: ``shuffled`` holds the
    options' differences ``(option, order, draw)``.

    Ordinary least squares is the projection on the span of the features, whose orthonormal
    ``basis`` is found once for all orders.
    """
    flat = shuffled.reshape(-1, shuffled.shape[-1])
    fitted = ((flat @ basis) @ basis.T).reshape(shuffled.shape)
    return np.asarray(fitted.max(axis=0).mean(axis=1) - fitted.mean(axis=2).max(axis=0))


def _basis(features: Array) -> Array:
    """An orthonormal basis of the columns, those that depend on others left out."""
    left, sizes, _ = np.linalg.svd(features, full_matrices=False)
    kept = sizes > sizes[0] * max(features.shape) * np.finfo(np.float64).eps
    return np.asarray(left[:, kept])


def _features(inputs: Array) -> Array:
    """A constant and powers of each input's normal scores; inputs that do not vary are left out."""
    varying = inputs[:, np.ptp(inputs, axis=0) > 0]
    scores = np.asarray(ndtri((mean_ranks(varying) - 0.5) / max(len(varying), 1)))
    columns = [scores**power for power in range(1, _POWERS + 1)]
    return np.concatenate([np.ones((len(inputs), 1)), *columns], axis=1)
