"""The fit table against arithmetic done by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from upshift.calibration.fit_table import fit_table
from upshift.calibration.observations import Observation
from upshift.calibration.predictive import Predictive

DAY = date(2020, 1, 1)
ITEM = Observation(
    *("s", "d", DAY, DAY, "g", 0.0, "calls", "count", "exact", 0.0, "x", "A", "fit", "r", "w")
)


def _fit(observed: list[float], expected: list[float]) -> Predictive:
    items = tuple(
        replace(ITEM, value=value, start=date(2020, n + 1, 1), end=date(2020, n + 1, 28))
        for n, value in enumerate(observed)
    )
    middle = np.array([expected])
    imitated = middle + np.array([[-2.0], [-1.0], [0.0], [1.0], [2.0]])
    return Predictive(items, middle, imitated)


def test_errors_are_those_of_the_median_prediction() -> None:
    (row,) = fit_table(_fit([10, 20, 30, 40, 50, 60], [12, 19, 30, 36, 50, 63]))
    assert row.n == 6
    assert row.mae == pytest.approx((2 + 1 + 0 + 4 + 0 + 3) / 6)
    assert row.rmse == pytest.approx(np.sqrt((4 + 1 + 0 + 16 + 0 + 9) / 6))
    assert row.mape == pytest.approx((2 / 10 + 1 / 20 + 0 + 4 / 40 + 0 + 3 / 60) / 6)


def test_theil_s_shares_add_up_and_name_what_is_wrong() -> None:
    observed = [10.0, 20, 30, 40, 50, 60]
    (shifted,) = fit_table(_fit(observed, [value + 5 for value in observed]))
    (stretched,) = fit_table(_fit(observed, [35 + 2 * (value - 35) for value in observed]))
    mixed = (10.0, 30, 20, 40, 60, 50)
    (shuffled,) = fit_table(_fit(observed, list(mixed)))
    assert (shifted.bias, shifted.variance, shifted.covariance) == pytest.approx((1, 0, 0))
    assert (stretched.bias, stretched.variance, stretched.covariance) == pytest.approx((0, 1, 0))
    assert (shuffled.bias, shuffled.variance, shuffled.covariance) == pytest.approx((0, 0, 1))


def test_percentage_errors_leave_out_low_counts() -> None:
    (row,) = fit_table(_fit([1, 2, 100, 200], [3, 3, 110, 180]))
    assert row.mape == pytest.approx((0.1 + 0.1) / 2)
    (few,) = fit_table(_fit([1, 2, 3, 200], [3, 3, 3, 180]))
    assert np.isnan(few.mape)
    assert few.mae == pytest.approx((2 + 1 + 0 + 20) / 4)


def test_a_short_series_has_neither_shares_nor_baselines() -> None:
    (row,) = fit_table(_fit([10, 20, 30], [12, 19, 30]))
    assert np.isnan([row.bias, row.variance, row.covariance, row.naive_score]).all()
