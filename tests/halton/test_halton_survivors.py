"""Survivors of sexual assault: prevention lowers assaults, response raises reports and support."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

TABLE = "additional spending[sexual assault table]"
MONEY = {TABLE: 1e6}
TEACHING = {**MONEY, "crisis duty share[sexual assault]": 0.0}
RESPONDING = {**MONEY, "crisis duty share[sexual assault]": 1.0}
STILL = {"growth switch": 0.0, "trend switch": 0.0, "pandemic switch": 0.0}
PARTS = (
    "undisclosed survivors",
    "survivors waiting",
    "survivors in support",
    "survivors after support",
)
CHAIN = ("assaulted within ninety days", "survivors")
REPORT = "sexual assault report"
ASSAULTS = "cumulative crisis onsets[sexual assault]"
SHARE = "contacts per crisis[sexual assault report, sexual assault]"


def test_the_four_states_hold_every_survivor_once_whatever_money_does(halton: Any) -> None:
    names = (*PARTS, *CHAIN, "people in chain", "people by zone and population")
    runs = halton.run({**halton.draws(32), **MONEY}, *names)
    for place in halton.elements("municipality"):
        chain = sum(runs.columns[f"{name}[{place}]"] for name in CHAIN)
        assert np.array_equal(runs.columns[f"people in chain[{place}, sexual assault]"], chain)
        for name in PARTS:
            assert runs.columns[f"{name}[{place}]"].min() > 0, name
    zones = sum(
        runs.columns[f"people by zone and population[{zone}, sexual assault]"]
        for zone in halton.elements("zone")
    )
    assert zones == pytest.approx(sum(runs.total(name) for name in CHAIN), rel=1e-12)


def test_zones_follow_the_time_since_an_assault_and_support(halton: Any) -> None:
    runs = halton.run(MONEY, *PARTS, *CHAIN, "people by zone and population")
    held = {
        "social development": (),
        "prevention": ("survivors in support", "survivors after support"),
        "risk intervention": ("undisclosed survivors", "survivors waiting"),
        "emergency response": ("assaulted within ninety days",),
    }
    for zone, names in held.items():
        column = f"people by zone and population[{zone}, sexual assault]"
        expected = sum((runs.total(name) for name in names), np.zeros(1))
        assert runs.columns[column] == pytest.approx(expected + np.zeros_like(runs.columns[column]))


def test_survivors_are_at_rest_when_nothing_drives_them(halton: Any) -> None:
    runs = halton.run({**halton.draws(32), **STILL}, *PARTS, *CHAIN, "assaults", "disclosing")
    for column, series in runs.columns.items():
        assert np.max(np.abs(np.diff(series, axis=1))) < 1e-6, column


def test_an_average_survivor_waits_in_support_and_ahead_of_it_as_long_as_stated(
    halton: Any,
) -> None:
    """Little's law at rest: people over flow is the mean time in a state."""
    values = {row.column: row.value for row in halton.registry.rows}
    names = (*PARTS, *CHAIN, "assaults", "starting support", "ending ninety days", "disclosing")
    runs = halton.run(STILL, *names)

    def first(name: str) -> float:
        return float(runs.total(name)[0, 0])

    starts = sum(
        float(series[0, 0]) for c, series in runs.columns.items() if c.endswith(", sexual assault]")
    )
    assert first("survivors waiting") / starts == pytest.approx(
        values["waiting time at start[sexual assault]"]
    )
    assert first("assaulted within ninety days") / first("assaults") == pytest.approx(
        values["window after assault"], rel=0.01
    )
    recovery = 1 / values["survivor recovery rate"]
    assert first("survivors") / first("ending ninety days") == pytest.approx(recovery, rel=0.01)
    untold = first("undisclosed survivors") * values["survivor recovery rate"]
    share = first("disclosing") / (first("disclosing") + untold)
    assert share == pytest.approx(values["share of survivors who disclose"], rel=0.01)


def test_education_lowers_assaults_in_proportion_to_the_people_it_protects(halton: Any) -> None:
    names = ("assaults", "trained share", "eligible at low risk", "assault rate")
    base = halton.run({}, "cumulative crisis onsets")
    runs = halton.run(TEACHING, *names, "cumulative crisis onsets", "reporting level")
    assert np.all(runs.columns["reporting level"] == 1), "teachers do not respond"
    assert runs.columns[ASSAULTS][0, -1] < base.columns[ASSAULTS][0, -1]
    effect = halton.registry.row("effect on escalation[sexual assault]").value
    kept = 1 - runs.columns["trained share"][0] * (1 - effect)
    for place in halton.elements("municipality"):
        unprotected = (
            runs.columns[f"assault rate[{place}]"][0]
            * runs.columns[f"eligible at low risk[{place}, sexual assault]"][0]
        )
        assert runs.columns[f"assaults[{place}]"][0] == pytest.approx(unprotected * kept, rel=1e-12)


@pytest.mark.parametrize("duty", [0.0, 0.5, 1.0])
def test_without_effect_money_changes_no_assault_and_no_report(halton: Any, duty: float) -> None:
    """Support itself is counted, but nobody recovers faster or is assaulted less because of it."""
    useless = {
        "effect on escalation[sexual assault]": 1.0,
        "effect on hospital use[sexual assault]": 1.0,
        "effect on reporting": 1.0,
    }
    names = ("cumulative crisis onsets", "cumulative contacts", "cumulative service use")
    before = halton.run(useless, *names)
    money = {**useless, **MONEY, "crisis duty share[sexual assault]": duty}
    after = halton.run(money, *names, "cumulative people served")
    assert after.columns["cumulative people served[sexual assault table]"][0, -1] > 100
    for column, series in before.columns.items():
        assert np.array_equal(after.columns[column], series), column


def test_training_saturates_by_the_people_who_can_be_found(halton: Any) -> None:
    reach = halton.registry.row("share who can be found[sexual assault]").value
    shares = [
        halton.run({**TEACHING, TABLE: amount}, "trained share").columns["trained share"][0]
        for amount in (1e6, 1e7, 1e9)
    ]
    assert 0 < shares[0][-1] < shares[1][-1] < shares[2][-1]
    assert max(share.max() for share in shares) < 1.02 * reach  # collaboration adds a little
    assert shares[1][-1] < 10 * shares[0][-1]
    stopped = halton.run({**TEACHING, "spending end": 2030.0}, "trained share")
    assert stopped.columns["trained share"][0, -1] < 0.05 * stopped.columns["trained share"].max()


def test_a_better_response_raises_reports_disclosures_and_support(halton: Any) -> None:
    names = (
        "disclosing",
        "survivors in support",
        "cumulative contacts",
        "cumulative crisis onsets",
    )
    before, after = halton.run({}, *names), halton.run(RESPONDING, *names, "reporting level")
    assert after.columns["reporting level"][0, -1] > 1
    for name in names[:2]:
        assert after.total(name)[0, -1] > before.total(name)[0, -1], name
    column = f"cumulative contacts[{REPORT}]"
    assert after.columns[column][0, -1] > before.columns[column][0, -1]
    assert np.array_equal(after.columns[ASSAULTS], before.columns[ASSAULTS])


def test_places_shorten_the_wait_even_when_nobody_reports_more(halton: Any) -> None:
    quiet = {"switch awareness": 0.0}
    names = ("waiting time", "disclosing", "reporting level")
    before, after = halton.run(quiet, *names), halton.run({**quiet, **RESPONDING}, *names)
    assert np.all(after.columns["reporting level"] == 1)
    wait = "waiting time[sexual assault]"
    assert after.columns[wait][0, -1] < before.columns[wait][0, -1]
    assert after.total("disclosing")[0, -1] > before.total("disclosing")[0, -1]


def test_reports_are_assaults_times_the_shares_reported_and_recorded(halton: Any) -> None:
    """The product is the scale of the calls; the share alone moves assaults and no report."""
    shares = np.array([0.01, 0.025, 0.06])
    names = ("contacts per crisis", "assaults", "contact rate", "cumulative contacts")
    runs = halton.run({"share of assaults reported": shares}, *names)
    founded = 1 - halton.registry.row("unfounded share[before 2015]").value
    assert runs.columns[SHARE][:, 0] == pytest.approx(shares * founded)
    assert runs.total("assaults")[:, 0] * runs.columns[SHARE][:, 0] == pytest.approx(
        halton.registry.row(f"calls at start[{REPORT}]").value
    )
    reports = runs.columns[f"cumulative contacts[{REPORT}]"]
    assert reports[0] == pytest.approx(reports[2], rel=0.01)
    prior = halton.registry.row("share of assaults reported")
    assert (prior.low, prior.high) == (0.01, 0.06)


def test_assaults_are_of_the_size_that_victims_tell_surveys(halton: Any) -> None:
    """22 (2014) to 30 (2019) incidents per 1,000 residents of 15 and over, within a factor of 2."""
    runs = halton.run({}, "assaults", "total residents")
    adults = 0.8  # 107,215 of 548,435 residents were under 15 in 2016
    for year, rate in ((2014, 0.022), (2019, 0.030)):
        at = int(np.flatnonzero(runs.time == year)[0])
        told = rate * adults * runs.total("total residents")[0, at]
        assert told / 2 < runs.total("assaults")[0, at] < 2 * told, year


def test_recording_follows_the_audits_and_acts_on_no_other_call(halton: Any) -> None:
    runs = halton.run({"SAVEPER": 0.5}, "unfounded share now", "recording multiplier")
    unfounded = dict(zip(runs.time, runs.columns["unfounded share now"][0], strict=True))
    for year, share in ((2011, 0.30), (2012.5, 0.30), (2016.5, 0.33), (2022.5, 0.031)):
        assert unfounded[year] == pytest.approx(share, abs=1e-12)
    assert unfounded[2045] == pytest.approx(0.031)
    assert 0.031 < unfounded[2019.5] < 0.33
    for column, series in runs.of("recording multiplier").items():
        if REPORT in column:
            assert series[0, -1] == pytest.approx((1 - 0.031) / (1 - 0.30))
        else:
            assert np.all(series == 1), column
    still = halton.run({"trend switch": 0.0}, "recording multiplier")
    assert np.all(still.total("recording multiplier") == 9)


def test_reports_are_near_the_record(halton: Any) -> None:
    """Twelve months of police counts before the pandemic, and less closely during it."""
    runs = halton.run({"SAVEPER": 0.25}, "cumulative contacts")
    series = runs.columns[f"cumulative contacts[{REPORT}]"][0]

    def between(start: float, stop: float) -> float:
        return float(np.interp(stop, runs.time, series) - np.interp(start, runs.time, series))

    assert between(2019 + 2 / 12, 2020 + 2 / 12) == pytest.approx(208, rel=0.05)
    assert between(2020 + 2 / 12, 2021 + 2 / 12) == pytest.approx(176, rel=0.10)
    assert between(2020 + 8 / 12, 2021 + 8 / 12) == pytest.approx(180, rel=0.20)


def test_survivors_make_no_mental_health_call(halton: Any) -> None:
    rates = halton.run(halton.draws(8), "contacts per crisis").columns
    for call in halton.elements("call type"):
        found = rates[f"contacts per crisis[{call}, sexual assault]"].any()
        assert found == (call == REPORT), call
