"""Youth in care and care leavers: ten exits a year, six years in the cohort, and where to then."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

STILL = {"growth switch": 0.0, "trend switch": 0.0, "pandemic switch": 0.0}
MONEY = {"additional spending[exiting care table]": 5e5}
CARE = "exiting care"
ADULT = ("homelessness", "alcohol", "adult crisis")
FLOWS = (
    "leaving care at eighteen",
    "youth in care",
    "people in chain",
    "joining from exiting care",
)


def _of(runs: Any, name: str, part: str) -> Any:
    """The sum over a variable's elements that have this subscript, (run, time)."""
    return np.sum([v for c, v in runs.of(name).items() if part in c], axis=0)


def test_the_record_of_care_is_met(halton: Any) -> None:
    """115 in care in March 2018, and about ten young people leaving at eighteen each year."""
    runs = halton.run({}, *FLOWS)
    at = int(np.flatnonzero(runs.time == 2018)[0])
    assert runs.total("youth in care")[0, at] == pytest.approx(115, rel=1e-6)
    assert runs.total("leaving care at eighteen")[0, at] == pytest.approx(10, rel=1e-6)
    cohort = _of(runs, "people in chain", CARE)[0]
    assert 45 < cohort[at] < 75, "ten a year for about six years"


def test_care_is_kept_region_wide_and_allocated_by_children(halton: Any) -> None:
    """Growing municipalities get more of it; the Region's number stays, whatever the draw."""
    runs = halton.run(halton.draws(16), "youth in care", "at low risk")
    care = runs.total("youth in care")
    assert care == pytest.approx(np.full_like(care, 115), rel=1e-9)
    young = {c: v for c, v in runs.of("at low risk").items() if "age 0 to 17" in c}
    for place in halton.elements("municipality"):
        children = young[f"at low risk[{place}, age 0 to 17]"] / np.sum(list(young.values()), 0)
        found = runs.columns[f"youth in care[{place}]"] / care
        assert found[:, 0] == pytest.approx(children[:, 0], rel=1e-9)
        assert found[:, -1] == pytest.approx(children[:, -1], rel=0.1)


def test_the_cohort_is_at_rest_when_nothing_drives_it(halton: Any) -> None:
    runs = halton.run({**halton.draws(32), **STILL}, *FLOWS, "incidence")
    for column, series in runs.columns.items():
        assert np.max(np.abs(np.diff(series, axis=1))) < 1e-6, column


def test_everybody_who_joins_the_cohort_comes_from_care(halton: Any) -> None:
    runs = halton.run({**halton.draws(8), **MONEY}, "incidence", "leaving care at eighteen")
    for place in halton.elements("municipality"):
        joined = runs.columns[f"incidence[{place}, exiting care]"]
        assert np.array_equal(joined, runs.columns[f"leaving care at eighteen[{place}]"])


def test_the_cohort_lasts_six_years_and_then_goes_where_stated(halton: Any) -> None:
    names = ("outgrowing", "outgrown to low risk", "joining from exiting care", "people in chain")
    runs = halton.run({}, *names)
    left, cohort = _of(runs, "outgrowing", CARE)[0], _of(runs, "people in chain", CARE)[0]
    assert cohort / left == pytest.approx(np.full_like(left, 6), rel=0.01)
    for population in halton.elements("population"):
        joined = _of(runs, "joining from exiting care", f", {population}]")[0] / left
        share = halton.registry.row(f"share of care leavers joining[{population}]").value
        assert (share > 0) == (population in ADULT)
        if population == "homelessness":  # support and its protection hold some of them back
            assert np.all((0.75 * share < joined) & (joined < share))
        else:
            assert joined == pytest.approx(np.full_like(joined, share), abs=1e-12)
    joined = runs.total("joining from exiting care")[0]
    assert _of(runs, "outgrown to low risk", CARE)[0] + joined == pytest.approx(left, rel=1e-12)


def test_transition_support_lowers_entry_to_homelessness_alone(halton: Any) -> None:
    useless = {f"effect on {kind}[{CARE}]": 1.0 for kind in ("escalation", "hospital use")}
    before, after = (halton.run({**useless, **money}, *FLOWS) for money in ({}, MONEY))
    entry = [
        _of(runs, "joining from exiting care", ", homelessness]")[0] for runs in (before, after)
    ]
    assert entry[1][-1] < entry[0][-1]
    for population in ("alcohol", "adult crisis"):
        same = [
            _of(runs, "joining from exiting care", f", {population}]") for runs in (before, after)
        ]
        assert same[1] == pytest.approx(same[0], rel=1e-8)
    nothing = {**useless, "effect on homelessness entry": 1.0}
    names = ("cumulative crisis onsets", "cumulative contacts", "cumulative service use")
    off, on = halton.run(nothing, *names), halton.run({**nothing, **MONEY}, *names)
    for column, series in off.columns.items():
        assert np.abs(on.columns[column] - series).max() <= 1e-9 * max(series.max(), 1.0), column


def test_protection_outlasts_support_at_the_door_to_homelessness(halton: Any) -> None:
    names = ("protected share of care leavers", "in prevention support", "elevated group")
    runs = halton.run(MONEY, *names)
    for place in halton.elements("municipality"):
        supported = (
            runs.columns[f"in prevention support[{place}, {CARE}]"]
            / runs.columns[f"elevated group[{place}, {CARE}]"]
        )
        protected = runs.columns[f"protected share of care leavers[{place}]"]
        assert np.all((supported < protected) & (protected < 1))


def test_more_exits_make_a_larger_cohort_and_more_of_every_later_need(halton: Any) -> None:
    runs = halton.run({"exits from care at start": np.array([10.0, 20.0])}, *FLOWS)
    for name in ("leaving care at eighteen", "joining from exiting care"):
        assert runs.total(name)[1] == pytest.approx(2 * runs.total(name)[0], rel=0.02), name
    cohort = _of(runs, "people in chain", CARE)
    assert cohort[1] == pytest.approx(2 * cohort[0], rel=0.02)
    assert runs.total("youth in care")[1] == pytest.approx(runs.total("youth in care")[0])
