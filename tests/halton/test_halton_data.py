"""The comparator against Halton's record, at hand-set central values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

CALLS_2019 = {  # twelve months from March 2019, police-reported
    "apprehension": 1334,
    "other mental health": 2055,
    "suicide": 793,
    "overdose": 246,
    "domestic": 3394,
    "welfare check": 769,
    "sexual assault report": 208,
    "impaired driving": 495,
}


def year(runs: Any, column: str, start: float) -> float:
    at = int(np.flatnonzero(runs.time == start)[0])
    return float(runs.columns[column][0, at + 1] - runs.columns[column][0, at])


def test_calls_before_the_pandemic_are_near_the_record(halton: Any) -> None:
    runs = halton.run({}, "cumulative contacts")
    for call, observed in CALLS_2019.items():
        modelled = year(runs, f"cumulative contacts[{call}]", 2019)
        assert modelled == pytest.approx(observed, rel=0.08), call


def test_mental_health_calls_rise_as_observed(halton: Any) -> None:
    runs = halton.run({}, "cumulative contacts")
    calls = ("apprehension", "other mental health", "suicide")

    def total(start: float) -> float:
        return sum(year(runs, f"cumulative contacts[{call}]", start) for call in calls)

    assert total(2011) == pytest.approx(1656, rel=0.08)
    assert total(2020) == pytest.approx(3834, rel=0.08)
    assert total(2021) == pytest.approx(4070, rel=0.08)


def test_point_in_time_counts_of_homelessness(halton: Any) -> None:
    runs = halton.run({}, "people homeless on a night")
    counts = dict(zip(runs.time, runs.columns["people homeless on a night"][0], strict=True))
    for when, observed in ((2016, 264), (2018, 271), (2021, 293)):
        assert counts[when] == pytest.approx(observed, rel=0.06), when


def test_officer_hours_of_mental_health_calls_pass_the_scale_check(halton: Any) -> None:
    """1,390 apprehensions at 7.2 hours and 2,680 other calls at two make about 15,000 hours."""
    use = {row.column: row.value for row in halton.registry.rows}
    hours = 1390 * use["use per contact[police, apprehension]"]
    hours += 1944 * use["use per contact[police, other mental health]"]
    hours += 736 * use["use per contact[police, suicide]"]
    assert hours == pytest.approx(15_000, rel=0.05)


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_futures_raise_demand_only_after_2021(halton: Any, share: float) -> None:
    base = halton.run({}, "cumulative contacts")
    future = halton.run({"growth continues": share}, "cumulative contacts")
    column = "cumulative contacts[apprehension]"
    assert year(future, column, 2020) == year(base, column, 2020)
    assert year(future, column, 2036) > year(base, column, 2036) * (1 + 0.2 * share)
