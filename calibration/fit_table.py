"""How well each series is met: errors, their parts, and two baselines that know only the series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from .observations import Observation
from .predictive import LEVELS, SCORED, Predictive, interval_score

Array = npt.NDArray[np.float64]
FEWEST_FOR_BASELINE = 6
LOW_COUNT = 5.0  # percentage errors of smaller numbers say nothing


@dataclass(frozen=True)
class SeriesFit:
    """One series: errors of the median prediction, Theil's shares of the squared error, coverage of
    the 50, 80 and 95 % intervals, and mean interval scores (smaller is better).

    ``mape`` leaves out values below 5 and is NaN when fewer than half are left. Theil's shares
    (bias, variance, covariance: Theil, Applied Economic Forecasting, 1966) and the baselines are
    NaN for fewer than six observations.
    """

    series: str
    geography: str
    unit: str
    n: int
    mae: float
    mape: float
    rmse: float
    bias: float
    variance: float
    covariance: float
    coverage: tuple[float, ...]
    score: float
    naive_score: float
    trend_score: float

    @property
    def wins(self) -> tuple[bool, bool]:
        """Whether the model's score beats the naive and the linear-trend baseline."""
        return self.score < self.naive_score, self.score < self.trend_score


def fit_table(
    predictive: Predictive, training: tuple[Observation, ...] = ()
) -> tuple[SeriesFit, ...]:
    """A row a series. Baselines learn from ``training`` (for hold-outs); without it, from the
    observations themselves."""
    groups: dict[tuple[str, str], list[int]] = {}
    for i, item in enumerate(predictive.items):
        groups.setdefault((item.series, item.geography), []).append(i)
    return tuple(_row(predictive, rows, training) for rows in groups.values())


def _row(predictive: Predictive, rows: list[int], training: tuple[Observation, ...]) -> SeriesFit:
    items = tuple(predictive.items[i] for i in rows)
    value = np.array([item.value for item in items])
    middle = np.median(predictive.expected[:, rows], axis=0)
    error = middle - value
    parts = _theil(middle, value) if len(rows) >= FEWEST_FOR_BASELINE else (np.nan,) * 3
    large = value >= LOW_COUNT
    mape = float(np.mean(np.abs(error[large]) / value[large])) if large.mean() >= 0.5 else np.nan
    known = tuple(
        item
        for item in (training or items)
        if (item.series, item.geography) == (items[0].series, items[0].geography)
    )
    naive, trend = _baselines(known, items)
    return SeriesFit(
        items[0].series,
        items[0].geography,
        items[0].unit,
        len(rows),
        float(np.abs(error).mean()),
        mape,
        float(np.sqrt(np.square(error).mean())),
        *parts,
        tuple(float(predictive.covered(level)[rows].mean()) for level in LEVELS),
        float(predictive.scores()[rows].mean()),
        naive,
        trend,
    )


def _theil(predicted: Array, value: Array) -> tuple[float, float, float]:
    whole = float(np.square(predicted - value).mean())
    if whole == 0:
        return 0.0, 0.0, 0.0
    spread_p, spread_v = float(predicted.std()), float(value.std())
    together = float(np.mean((predicted - predicted.mean()) * (value - value.mean())))
    bias = float((predicted.mean() - value.mean()) ** 2) / whole
    variance = (spread_p - spread_v) ** 2 / whole
    return bias, variance, 2 * (spread_p * spread_v - together) / whole


def _baselines(
    known: tuple[Observation, ...], items: tuple[Observation, ...]
) -> tuple[float, float]:
    """Mean interval scores of the series' own mean and of its linear trend, normal intervals.

    The naive level is the mean of the last twelve known numbers (of all, for a series shorter than
    two years).
    """
    if len(known) < FEWEST_FOR_BASELINE:
        return np.nan, np.nan
    known = tuple(sorted(known, key=lambda item: item.start))
    time, value = _points(known)
    later, target = _points(items)
    z = float(ndtri(0.5 + SCORED / 2))
    recent = value[-12:] if len(value) >= 24 and not set(items) & set(known) else value
    level, spread = float(recent.mean()), float(recent.std(ddof=1))
    flat = np.full(len(later), level)
    wide = z * spread * np.sqrt(1 + 1 / len(recent))
    naive = interval_score(flat - wide, flat + wide, target)
    slope, intercept = np.polyfit(time, value, 1)
    residual = value - (slope * time + intercept)
    sigma = float(np.sqrt(np.square(residual).sum() / (len(value) - 2)))
    lever = np.square(later - time.mean()) / np.square(time - time.mean()).sum()
    reach = z * sigma * np.sqrt(1 + 1 / len(value) + lever)
    line = slope * later + intercept
    trend = interval_score(line - reach, line + reach, target)
    return float(naive.mean()), float(trend.mean())


def _points(items: tuple[Observation, ...]) -> tuple[Array, Array]:
    time = np.array([sum(item.span) / 2 for item in items])
    return time, np.array([item.value for item in items])
