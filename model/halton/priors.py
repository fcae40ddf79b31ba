"""Quantile functions of the registry's prior families: uniforms in, parameter values out.

All functions take ``u`` (draw,) in the open interval (0, 1) and return (draw,) values in the
parameter's own unit. Low and high are a central 95 % interval unless said otherwise.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincinv, gammaincinv, ndtr, ndtri

Array = npt.NDArray[np.float64]

Triple = tuple[float, float, float]  # value, low, high

COVERAGE = 0.95
Z = float(ndtri(0.5 + COVERAGE / 2))  # 1.96: half-width of the interval in standard deviations


def normal(u: Array, centre: Triple, bounds: tuple[float, float]) -> Array:
    """Normal around the value whose 95 % interval is low to high, cut off at the bounds."""
    value, low, high = centre
    spread = (high - low) / (2 * Z)
    return np.asarray(value + spread * ndtri(_within(u, bounds, value, (spread, spread))))


def lognormal(u: Array, centre: Triple, bounds: tuple[float, float]) -> Array:
    """Lognormal whose median is the value; each side has its own spread so that both ends match.

    The 2.5 % and 97.5 % quantiles are exactly low and high (a two-piece normal in logs joined at
    the median), unless the bounds cut the tails.
    """
    middle, low, high = np.log(centre)
    spreads = ((middle - low) / Z, (high - middle) / Z)
    edges = (np.log(bounds[0]) if bounds[0] > 0 else -np.inf, np.log(bounds[1]))
    z = ndtri(_within(u, edges, middle, spreads))
    return np.asarray(np.exp(middle + np.where(z < 0, spreads[0], spreads[1]) * z))


def uniform(u: Array, low: float, high: float) -> Array:
    """Uniform on the support low to high."""
    return low + (high - low) * u


def triangular(u: Array, mode: float, low: float, high: float) -> Array:
    """Triangular on the support low to high with its peak at ``mode``."""
    turn = (mode - low) / (high - low)
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.where(u < turn, rising, falling)


def beta(u: Array, mean: float, concentration: float) -> Array:
    """Beta with the given mean and concentration (the sum of its two shape parameters)."""
    return np.asarray(betaincinv(mean * concentration, (1 - mean) * concentration, u))


def gamma(u: Array, shape: float) -> Array:
    """Gamma with unit scale; normalising several gives a Dirichlet draw."""
    return np.asarray(gammaincinv(shape, u))


def concentration_of(mean: float, low: float, high: float) -> float:
    """The concentration at which a beta with this mean puts 95 % between low and high.

    Raises ValueError if no concentration does (the interval does not hold the mean).
    """

    def covered(size: float) -> float:
        shapes = (mean * size, (1 - mean) * size)
        return float(betainc(*shapes, high) - betainc(*shapes, low))

    small, large = 1e-3, 1e7
    if not low < mean < high or covered(large) < COVERAGE or covered(small) > COVERAGE:
        raise ValueError("no beta distribution has this mean and this 95 % interval")
    for _ in range(200):
        middle = float(np.sqrt(small * large))
        if covered(middle) < COVERAGE:
            small = middle
        else:
            large = middle
    return large


def _within(
    u: Array, edges: tuple[float, float], centre: float, spreads: tuple[float, float]
) -> Array:
    """Squeeze ``u`` so that the normal quantile stays between the edges."""
    z_low = (edges[0] - centre) / (spreads[0] if edges[0] < centre else spreads[1])
    z_high = (edges[1] - centre) / (spreads[0] if edges[1] < centre else spreads[1])
    first, last = float(ndtr(z_low)), float(ndtr(z_high))
    return np.asarray(first + u * (last - first))
