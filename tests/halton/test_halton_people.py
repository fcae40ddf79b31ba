"""People: conserved, never negative, and at rest when nothing drives the model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from upshift.model.engine.ir import Kind

PEOPLE = (
    "at low risk",
    "at elevated risk",
    "waiting for support",
    "in prevention support",
    "acutely elevated risk",
    "engaged",
    "crisis episode",
    "follow up after crisis",
    "assaulted within ninety days",
    "survivors",
    "youth in care",
)
STILL = {"growth switch": 0.0, "trend switch": 0.0, "pandemic switch": 0.0}


def corners(halton: Any, count: int) -> Any:
    """Draws in which every uncertain parameter sits at one end of its 95 % interval."""
    rng = np.random.default_rng(11)
    return halton.registry.sample(rng.choice([0.025, 0.975], (count, halton.registry.dimension)))


def test_residents_are_the_2011_census_and_every_later_event(halton: Any) -> None:
    values = {**halton.draws(16), **halton.spend()}
    runs = halton.run(values, "total residents", "accounted residents", *PEOPLE)
    for place in halton.elements("municipality"):
        residents = runs.columns[f"total residents[{place}]"]
        stocks = np.sum(
            [
                v
                for name in PEOPLE
                for c, v in runs.of(name).items()
                if c.startswith((f"{name}[{place},", f"{name}[{place}]"))
            ],
            axis=0,
        )
        assert np.max(np.abs(stocks / residents - 1)) < 1e-9, place
        accounted = runs.columns[f"accounted residents[{place}]"]
        assert np.max(np.abs(accounted / residents - 1)) < 1e-9, place
        assert residents[0, -1] > residents[0, 0]


def test_residents_follow_the_censuses(halton: Any) -> None:
    residents = halton.run({}, "total residents")
    total = dict(zip(residents.time, residents.total("total residents")[0], strict=True))
    assert total[2011] == pytest.approx(501_669, abs=1)
    assert total[2016] == pytest.approx(548_435, rel=1e-3)
    assert total[2021] == pytest.approx(596_637, rel=1e-3)


def test_no_stock_of_people_is_ever_negative_even_at_the_corners(halton: Any) -> None:
    values = {**corners(halton, 96), **halton.spend(amount=3_000_000.0)}
    runs = halton.run(values, *PEOPLE, "staff in training", "experienced staff")
    for column, series in runs.columns.items():
        assert series.min() >= 0, column


def test_nothing_drifts_when_nothing_drives(halton: Any) -> None:
    stocks = [
        name
        for name, variable in halton.model.variables.items()
        if variable.kind is Kind.STOCK and not name.startswith("cumulative")
    ]
    assert set(PEOPLE) <= set(stocks)
    driven: list[dict[str, Any]] = [{}, halton.draws(64), corners(halton, 64)]
    for values in driven:
        runs = halton.run({**values, **STILL}, *stocks)
        for column, series in runs.columns.items():
            assert np.max(np.abs(np.diff(series, axis=1))) < 1e-6, column


def test_zones_hold_everybody_once(halton: Any) -> None:
    runs = halton.run({}, "people by zone", "people by zone and municipality", "total residents")
    assert runs.total("people by zone") == pytest.approx(runs.total("total residents"))
    by_place = runs.total("people by zone and municipality")
    assert by_place == pytest.approx(runs.total("people by zone"))


def test_capacity_decays_when_total_funding_stops(halton: Any) -> None:
    runs = halton.run({"total funding switch": 0.0}, "in prevention support", "staff")
    kept = halton.run({}, "in prevention support", "staff")
    at = int(np.flatnonzero(runs.time == 2026)[0])
    for name in ("in prevention support", "staff"):
        assert runs.total(name)[0, at] == kept.total(name)[0, at]
        assert runs.total(name)[0, -1] < 0.05 * kept.total(name)[0, -1]
        assert runs.total(name).min() >= 0


def test_untreated_people_picked_at_their_worst_improve_by_themselves(halton: Any) -> None:
    """The fall nobody caused lies within the dossier's 30 to 60 per cent for most populations."""
    runs = halton.run({"effect on onset of engagement": 1.0}, "raw before after change")
    falls = [-series[0, -1] for series in runs.columns.values()]
    assert 0.30 <= float(np.median(falls)) <= 0.60
    assert min(falls) > 0.25


def test_more_shops_that_sell_alcohol_bring_more_people_to_risk(halton: Any) -> None:
    """Nobody before the future begins; from then on the alcohol population, and it most."""
    base, future = (
        halton.run({"alcohol retail rise": rise}, "at elevated risk") for rise in (0.0, 0.06)
    )
    before = base.time <= 2026
    grown: dict[str, float] = {}
    for name, series in future.columns.items():
        np.testing.assert_array_equal(series[0, before], base.columns[name][0, before])
        grown[name] = series[0, -1] / base.columns[name][0, -1]
    most = sorted(grown, key=lambda name: grown[name])[-4:]
    assert all("alcohol" in name for name in most)
    assert all(1.02 < grown[name] < 1.06 for name in most)


EXTREMES: dict[str, dict[str, float]] = {
    "a billion for everybody": {"additional spending": 1e9},
    "a billion, then nothing": {"additional spending": 1e9, "spending end": 2029.0},
    "nothing at all": {"total funding switch": 0.0},
    "a billion in place of current funding": {
        "total funding switch": 0.0,
        "additional spending": 1e9,
        "spending ramp": 0.0,
    },
    "teams everywhere already": {
        "base mobile crisis coverage": 0.9,
        "highest mobile crisis coverage": 0.9,
        "additional spending[mobile crisis]": 1e6,
    },
    "crowding out and all growth": {"switch crowding out": 1.0, "growth continues": 1.0},
}


@pytest.mark.parametrize("case", [*EXTREMES, "every switch off"])
def test_extremes_that_are_allowed_stay_sensible(halton: Any, case: str) -> None:
    """Finite (or the run is refused), never negative, and nobody lost."""
    off = {row.name: 0.0 for row in halton.registry.rows if row.role == "switch"}
    stocks = [name for name, v in halton.model.variables.items() if v.kind is Kind.STOCK]
    set_here = EXTREMES.get(case, off)
    draws = {k: v for k, v in halton.draws(16).items() if k not in set_here}
    runs = halton.run({**draws, **set_here}, *stocks, "total residents")
    for column, series in runs.columns.items():
        assert series.min() >= -1e-9, column
    assert runs.total("total residents") == pytest.approx(
        runs.total("accounted residents"), rel=1e-9
    )


@pytest.mark.parametrize("lever", ["mobile crisis", "backbone"])
def test_a_billion_on_one_lever_stays_sensible(halton: Any, lever: str) -> None:
    """Far beyond the staff whose work a step of the model could follow without saturation."""
    names = ("collaboration", "mobile crisis coverage")
    most = halton.draws(16)["highest collaboration"]
    runs = halton.run({**halton.draws(16), **halton.spend(lever, amount=1e9)}, *names)
    collaboration = runs.columns["collaboration"]
    assert np.all((collaboration > 0) & (collaboration <= most[:, None] + 1e-9))
    coverage = runs.columns["mobile crisis coverage"]
    assert np.all((coverage >= 0) & (coverage <= 1))


@pytest.mark.parametrize(
    "switch",
    ["relapse", "overload", "waiting", "collaboration", "awareness", "refill", "crowding out"],
)
def test_every_loop_can_be_cut_and_still_conserves_people(halton: Any, switch: str) -> None:
    on = halton.model.constants[f"switch {switch}"].item()
    values = {**halton.spend(), f"switch {switch}": 1.0 - on}
    runs = halton.run(values, "total residents", "accounted residents", *PEOPLE)
    assert runs.total("total residents") == pytest.approx(
        runs.total("accounted residents"), rel=1e-9
    )
    assert min(series.min() for series in runs.columns.values()) >= 0
