"""Cross-cutting levers: each acts where it says, when it says, and costs what it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

SOCIAL = "social development programmes"


def test_social_development_acts_on_young_adults_years_later(halton: Any) -> None:
    names = ("incidence", "coming to risk multiplier", "cumulative crisis onsets")
    before = halton.run({}, *names)
    after = halton.run(halton.spend(SOCIAL, amount=3e6), *names)
    change = {c: after.columns[c][0] - before.columns[c][0] for c in before.columns}
    young = change["coming to risk multiplier[age 18 to 24]"]
    year = before.time
    assert -0.001 < young[year == 2030] < 0, "within three years next to nothing"
    assert young[year == 2045] < 20 * young[year == 2030]
    assert np.all(np.diff(young[year >= 2027]) < 0)
    for age in ("age 0 to 17", "age 25 to 64", "age 65 plus"):
        assert not change[f"coming to risk multiplier[{age}]"].any()
    assert change["incidence[Milton, adult crisis]"][-1] < 0
    assert change["cumulative crisis onsets[adult crisis]"][-1] < 0


def test_social_development_saturates_by_the_children_who_can_be_found(halton: Any) -> None:
    names = ("share of children reached", "share of young adults helped", "people served")
    some = halton.run(halton.spend(SOCIAL, amount=1e6), *names)
    plenty = halton.run(halton.spend(SOCIAL, amount=1e9), *names)
    within = halton.registry.row("share of children within reach").value
    served = [runs.columns[f"people served[{SOCIAL}]"][0, -1] for runs in (some, plenty)]
    assert 0 < served[0] < served[1] < 30 * served[0]
    assert plenty.columns["share of children reached"][0, -1] <= within
    assert 0 < plenty.columns["share of young adults helped"][0, -1] < within


LINE, ESCORTS = "emergency call diversion", "hospital transfer protocol"


def test_the_crisis_line_takes_calls_from_police_and_leaves_the_need(halton: Any) -> None:
    names = (
        *("cumulative contacts", "cumulative diverted calls", "cumulative crisis onsets"),
        *("cumulative service use", "cumulative induced cost", "cumulative people served"),
    )
    before = halton.run({}, *names)
    after = halton.run(halton.spend(LINE, amount=1e6), *names)
    more = after.total("cumulative diverted calls") - before.total("cumulative diverted calls")
    assert more[0, -1] > 1
    # Need met elsewhere: nothing is avoided, and officers' time is freed all the same.
    np.testing.assert_allclose(
        after.total("cumulative contacts"), before.total("cumulative contacts"), rtol=1e-6
    )
    officers = "cumulative service use[police]"
    assert after.columns[officers][0, -1] < before.columns[officers][0, -1] - more[0, -1]
    for service in ("emergency department", "hospital bed", "paramedics"):
        column = f"cumulative service use[{service}]"
        np.testing.assert_allclose(after.columns[column], before.columns[column], rtol=1e-4)
    assert (
        after.total("cumulative induced cost")[0, -1]
        > before.total("cumulative induced cost")[0, -1]
    )
    np.testing.assert_allclose(
        after.total("cumulative crisis onsets"), before.total("cumulative crisis onsets"), rtol=1e-4
    )
    served = after.columns[f"cumulative people served[{LINE}]"][0, -1]
    assert 0.9 < served / more[0, -1] < 1.1


def test_the_crisis_line_opened_in_october_2025_and_cannot_exceed_all_hours(halton: Any) -> None:
    names = ("cumulative diverted calls", "hours of the line")
    runs = halton.run({"SAVEPER": 0.25}, *names)
    opened = runs.total("cumulative diverted calls")[0] > 0
    assert runs.time[opened].min() == 2026.0
    assert not runs.total("hours of the line")[0, runs.time < 2025.75].any()
    most = halton.run(halton.spend(LINE, amount=1e9), "hours of the line")
    assert 0.99 < most.total("hours of the line").max() <= 1


def test_the_protocol_shortens_officers_waits_alone(halton: Any) -> None:
    names = ("cumulative service use", "cumulative contacts", "protocol share now")
    before = halton.run({}, *names)
    after = halton.run(halton.spend(ESCORTS, amount=3e5), *names)
    assert not before.total("protocol share now").any()
    for column, series in before.columns.items():
        gap = after.columns[column][0, -1] - series[0, -1]
        if column == "cumulative service use[police]":
            assert gap < 0
        elif column.startswith("cumulative"):
            assert abs(gap) <= 1e-4 * max(series[0, -1], 1.0), column
    highest = halton.registry.row("highest share of escorts under protocol").value
    most = halton.run(halton.spend(ESCORTS, amount=1e9), "protocol share now")
    assert 0.95 * highest < most.total("protocol share now").max() <= highest


USELESS = {
    SOCIAL: ("effect on incidence of social development",),
    ESCORTS: ("effect on officer wait of protocol",),
    "mobile crisis": (
        "effect on hospital transport",
        "effect on arrest of mobile crisis",
        "effect on repeat crises of mobile crisis",
    ),
}


@pytest.mark.parametrize("lever", list(USELESS))
def test_a_cross_cutting_lever_without_effect_earns_nothing(halton: Any, lever: str) -> None:
    names = (
        *("cumulative contacts", "cumulative crisis onsets", "cumulative service use"),
        *("cumulative marginal cost", "smoothed workload"),
    )
    useless = dict.fromkeys(USELESS[lever], 1.0)
    before = halton.run(useless, *names)
    after = halton.run({**useless, **halton.spend(lever, amount=1e6)}, *names)
    moved = halton.run(halton.spend(lever, amount=1e6), *names)
    assert any(not np.array_equal(series, moved.columns[c]) for c, series in after.columns.items())
    for column, series in before.columns.items():
        np.testing.assert_allclose(after.columns[column], series, rtol=1e-9, err_msg=column)


def test_unlimited_investment_saturates_by_reach_and_staff(halton: Any) -> None:
    """Ten times the money, and again: what all tables avoid flattens out."""
    tables = halton.elements("lever")[:7]
    names = ("cumulative crisis onsets", "in prevention support", "elevated group", "lever staff")
    base = halton.run({}, *names)
    avoided, supported, hired = [], [], []
    for amount in (1e6, 1e7, 1e8, 1e9):
        run = halton.run(halton.spend(*tables, amount=amount), *names)
        fewer = base.between("cumulative crisis onsets", 2027, 2037) - run.between(
            "cumulative crisis onsets", 2027, 2037
        )
        avoided.append(float(fewer[0]))
        at = run.time == 2037
        within = [
            run.columns[f"in prevention support[{place}, {table}]"][0, at].item()
            / run.columns[f"elevated group[{place}, {table}]"][0, at].item()
            for place in halton.elements("municipality")
            for table in halton.elements("ladder table")
        ]
        supported.append(max(within))
        hired.append(run.total("lever staff")[0, run.time == 2028].item() / amount)
    assert avoided[0] > 0
    assert avoided[1] < 10 * avoided[0]
    assert avoided[3] < 1.05 * avoided[2], "a billion does little that a tenth of it does not"
    assert max(supported) < 0.95
    assert hired[3] < hired[2] < hired[1] < hired[0], "one pool of clinicians slows hiring"
