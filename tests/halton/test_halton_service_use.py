"""Service use: what follows a call, what comes without one, and when a table changes either."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

VISITS = "cumulative service use[emergency department]"
SERVICES = ("emergency department", "hospital bed", "courts and custody", "paramedics")
TABLES = (
    *("youth mental health table", "homelessness table", "exiting care table"),
    *("alcohol table", "older adult table", "dual diagnosis table"),
)


def _saved(halton: Any, setting: dict[str, float], *levers: str) -> dict[str, float]:
    names = "cumulative service use"
    before = halton.run(setting, names)
    after = halton.run({**setting, **halton.spend(*levers, amount=1e6)}, names)
    return {
        service: float(
            before.columns[f"{names}[{service}]"][0, -1]
            - after.columns[f"{names}[{service}]"][0, -1]
        )
        for service in (*SERVICES, "police")
    }


def test_use_without_a_call_is_saved_too(halton: Any) -> None:
    with_it = _saved(halton, {}, *TABLES)
    calls_only = _saved(halton, {"use without a call": 0.0}, *TABLES)
    for service in SERVICES:
        assert with_it[service] > 1.2 * calls_only[service] > 0, service
    assert with_it["police"] == pytest.approx(calls_only["police"], rel=1e-9)


def test_use_without_a_call_is_out_of_reach_of_teams_and_of_the_line(halton: Any) -> None:
    """Teams change what follows a call, apart from the repeats that they prevent."""
    no_repeats = {"effect on repeat crises of mobile crisis": 1.0}
    levers = ("mobile crisis", "emergency call diversion")
    with_it = _saved(halton, no_repeats, *levers)
    calls_only = _saved(halton, {**no_repeats, "use without a call": 0.0}, *levers)
    for service in SERVICES:
        gap = abs(with_it[service] - calls_only[service])
        assert gap < 0.02 * max(calls_only["hospital bed"], 1.0), service


@pytest.mark.parametrize("lever", TABLES)
def test_visits_do_not_rise_in_the_first_year_for_timing_alone(halton: Any, lever: str) -> None:
    """Fewer contacts and what each of them brings act at the same time: as people leave."""
    years = {"SAVEPER": 0.125, "FINAL TIME": 2031.0}
    before = halton.run(years, VISITS)
    after = halton.run({**years, **halton.spend(lever, amount=2e6)}, VISITS)
    change = after.columns[VISITS][0] - before.columns[VISITS][0]
    assert np.all(np.diff(change) <= 1e-9 * before.columns[VISITS][0, -1])
    assert change[-1] < -0.01


def test_the_share_with_support_lags_escalation_and_ends_where_it_stays(halton: Any) -> None:
    names = ("escalating with support", "supported share of onsets")
    money = halton.spend("alcohol table", amount=2e6) | {"FINAL TIME": 2045.0}
    run = halton.run(money, *names)
    first, last = (run.columns[f"{name}[alcohol]"][0] for name in names)
    rising = (run.time >= 2028) & (run.time <= 2030)
    assert np.all(last[rising] < first[rising])
    assert last[-1] == pytest.approx(first[-1], rel=0.01)
    assert last[0] == pytest.approx(first[0], rel=1e-12)
