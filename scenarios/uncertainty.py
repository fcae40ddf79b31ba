"""Bands and chances over draws, each with its Monte-Carlo error.

Quantiles are taken over draws of the quantity itself (for a change: of the paired difference),
never over means, and are exact (linear interpolation between order statistics).
Errors treat draws as independent. Sobol points are spread more evenly than that, so the true error
is usually smaller: the figure given is a cautious one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

STATS = ("mean", "q025", "q10", "q50", "q90", "q975")
"""Names of the statistics of a band, in the order of `band_table`."""
_QUANTILES = np.array([0.025, 0.10, 0.50, 0.90, 0.975])
_Z95 = 1.959963984540054


@dataclass(frozen=True)
class Band:
    """A quantity over draws: mean, median (`q50`), 80 % (`q10`-`q90`) and 95 % interval.

    ``error`` is the Monte-Carlo standard error of the median, ``mean_error`` that of the mean;
    ``draws`` counts the finite draws behind them.
    """

    mean: float
    q025: float
    q10: float
    q50: float
    q90: float
    q975: float
    error: float
    mean_error: float
    draws: int


@dataclass(frozen=True)
class Chance:
    """A probability estimated as a share of ``draws``, with its standard error."""

    value: float
    error: float
    draws: int

    @property
    def words(self) -> str:
        """The probability in words (`likelihood_words`)."""
        return likelihood_words(self.value)

    @property
    def settled(self) -> bool:
        """Whether more draws would hardly move the estimate across one half: more than two
        standard errors lie between."""
        return abs(self.value - 0.5) > 2 * self.error


def band(values: Array) -> Band:
    """The band of ``values`` (draw,). Draws that are not finite are left out and not counted."""
    kept = np.asarray(values, dtype=np.float64)
    kept = kept[np.isfinite(kept)]
    if kept.size == 0:
        nan = float("nan")
        return Band(nan, nan, nan, nan, nan, nan, nan, nan, 0)
    return bands(kept[None, :])[0]


def bands(values: Array) -> tuple[Band, ...]:
    """One band per row of ``values`` (quantity, draw); every value is finite."""
    array = np.asarray(values, dtype=np.float64)
    ordered = np.sort(array, axis=1)
    table = np.column_stack([np.mean(array, axis=1), _quantiles(ordered)])
    errors = _median_error(ordered)
    draws = array.shape[1]
    spread = np.std(array, axis=1, ddof=1) if draws > 1 else np.full(len(array), np.nan)
    mean_errors = spread / sqrt(draws)
    columns = dict(zip(STATS, table.T, strict=True))
    return tuple(
        Band(
            **{name: float(column[row]) for name, column in columns.items()},
            error=float(errors[row]),
            mean_error=float(mean_errors[row]),
            draws=draws,
        )
        for row in range(len(array))
    )


def band_table(values: Array) -> Array:
    """The statistics `STATS` of each row: ``(quantity, draw)`` to ``(quantity, 6)``."""
    array = np.asarray(values, dtype=np.float64)
    return np.column_stack([np.mean(array, axis=1), _quantiles(np.sort(array, axis=1))])


def _quantiles(ordered: Array) -> Array:
    """`_QUANTILES` of sorted rows, linear between order statistics: type 7 of Hyndman and Fan, The
    American Statistician 50 (1996) 361-365."""
    places = _QUANTILES * (ordered.shape[1] - 1)
    below = np.floor(places).astype(np.intp)
    above = np.minimum(below + 1, ordered.shape[1] - 1)
    low, high, share = ordered[:, below], ordered[:, above], places - below
    step = high - low
    # From the nearer end, so that a row without spread keeps its value to the last bit.
    return np.asarray(np.where(share < 0.5, low + step * share, high - step * (1.0 - share)))


def median_error(values: Array) -> Array:
    """Standard error of the median of each row, from order statistics: ``(quantity,)``.

    The 95 % interval of the median runs between the order statistics of ranks
    ``n/2 -+ 1.96 sqrt(n)/2``; its half width over 1.96 is the error. No distribution is assumed.
    Source: Conover, Practical Nonparametric Statistics, 3rd edition (1999), section 3.2. With fewer
    than six draws there is no such interval, and the error is NaN.
    """
    return _median_error(np.sort(np.asarray(values, dtype=np.float64), axis=1))


def _median_error(ordered: Array) -> Array:
    draws = ordered.shape[1]
    if draws < 6:
        return np.full(ordered.shape[0], np.nan)
    reach = _Z95 * sqrt(draws) / 2
    low = max(floor(draws / 2 - reach) - 1, 0)
    high = min(ceil(draws / 2 + reach), draws - 1)
    return np.asarray((ordered[:, high] - ordered[:, low]) / (2 * _Z95))


def chance(happened: npt.NDArray[np.bool_]) -> Chance:
    """The share of ``happened`` (draw,) that is true.

    The standard error adds two successes and two failures, so that a share of 0 or 1 does not
    claim certainty: Agresti and Coull, The American Statistician 52 (1998) 119-126.
    """
    draws = int(np.size(happened))
    successes = int(np.count_nonzero(happened))
    moved = (successes + 2) / (draws + 4)
    return Chance(
        value=successes / draws if draws else float("nan"),
        error=sqrt(moved * (1 - moved) / (draws + 4)),
        draws=draws,
    )


_LIKELIHOOD: Sequence[tuple[float, str]] = (
    (0.99, "virtually certain"),
    (0.95, "extremely likely"),
    (0.90, "very likely"),
    (0.66, "likely"),
    (0.33, "about as likely as not"),
    (0.10, "unlikely"),
    (0.05, "very unlikely"),
    (0.01, "extremely unlikely"),
)


def likelihood_words(probability: float) -> str:
    """A probability in words.

    Source: the likelihood scale of Mastrandrea et al., Guidance Note for Lead Authors of the IPCC
    Fifth Assessment Report on Consistent Treatment of Uncertainties (2010), table 1.
    """
    for floor_, words in _LIKELIHOOD:
        if probability >= floor_:
            return words
    return "exceptionally unlikely"
