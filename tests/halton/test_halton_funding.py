"""Current funding: the Community Investment Fund's record, and a comparator of constant dollars."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

TOTAL = {"constant total dollars": 1.0}


def test_the_fund_follows_its_record_and_then_residents(halton: Any) -> None:
    names = ("fund now", "total residents", "fund places")
    run = halton.run({"SAVEPER": 0.5}, *names)
    now = dict(zip(run.time, run.columns["fund now"][0], strict=True))
    record = {year: halton.registry.row(f"fund grants[f{year}]").value for year in (2012, 2019)}
    assert now[2011] == 0
    for year, dollars in record.items():
        assert now[year] == pytest.approx(dollars, rel=1e-9)
    assert now[2012.5] == pytest.approx((now[2012] + now[2013]) / 2)
    residents = run.total("total residents")[0]
    each = run.columns["fund now"][0] / residents
    after = each[run.time >= 2025]
    assert after == pytest.approx(np.full(after.size, after[0]), rel=1e-9)
    assert run.total("fund places")[0, -1] > run.total("fund places")[0, 10] > 0


def test_the_fund_is_given_and_never_fitted(halton: Any) -> None:
    rows = [row for row in halton.registry.rows if row.name.startswith("fund ")]
    assert len([row for row in rows if row.name == "fund grants"]) == 14
    assert not [row for row in rows if row.role == "calibrated"]
    assert {row.role for row in rows if row.name == "fund grants"} == {"fixed"}


def test_the_fund_ends_with_current_funding(halton: Any) -> None:
    kept, ended = halton.run({}, "fund now"), halton.run({"total funding switch": 0.0}, "fund now")
    assert ended.columns["fund now"][0, -1] < 0.01 * kept.columns["fund now"][0, -1]


def test_constant_total_dollars_differ_only_after_2025_and_by_the_growth_of_residents(
    halton: Any,
) -> None:
    names = ("base funding index", "total residents", "places", "cumulative contacts")
    base, total = halton.run({}, *names), halton.run(TOTAL, *names)
    until = base.time <= 2025
    for column, series in base.columns.items():
        assert np.array_equal(total.columns[column][0, until], series[0, until]), column
    residents = base.total("total residents")[0]
    grown = residents / residents[base.time == 2025]
    # Funding follows residents with a delay of two years, over which they grow by a few per cent.
    index = total.columns["base funding index"][0]
    late = base.time >= 2030
    assert np.all(index[late] > 1 / grown[late])
    assert index[late] == pytest.approx(1 / grown[late], rel=0.035)
    assert total.total("places")[0, -1] < base.total("places")[0, -1]
    assert total.total("cumulative contacts")[0, -1] > base.total("cumulative contacts")[0, -1]
