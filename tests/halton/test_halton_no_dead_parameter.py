"""No dead parameter: whatever the registry lists moves a result, or is listed here with why not."""

from __future__ import annotations

from typing import Any

import numpy as np

from upshift.model.engine.ir import Kind

ROUNDING = 1e-9
BATCH = 250
# Variables that a report, a table or a chart shows; every "cumulative …" is one too.
SHOWN = (
    *("people by zone", "people by zone and population", "people by zone and municipality"),
    *("total residents", "waiting time", "staff", "smoothed workload", "positions deferred"),
    *("raw before after change", "people homeless", "length of shelter stay"),
)
# Ratios whose central values cancel (custody 0.7 / 0.7) or are neutral, moved off that point so
# that the mechanism behind them is alive; ends within the horizon; every switch on.
ALIVE = {
    "effect on custody": 0.6,
    "effect on arrest of mobile crisis": 0.9,
    "share of cashable money reinvested": 0.5,
    "switch crowding out": 1.0,
    "growth continues": 0.25,
    "pandemic persists": 0.5,
    "next shock": 0.5,
    "alcohol retail rise": 0.06,
    "share of money for homes": 0.1,
    "share of the fund for places": 0.1,
    "enforcement of impaired driving": 1.5,
    "supportive share of new homes": 0.5,
    "spending start": 2013.5,
    "table opening": 2014.0,
    "table closing": 2035.5,
    "spending end": 2035.0,
}
# Money in ordinary amounts; so much that starts are limited by waiting people rather than places,
# and by how much faster they can start; current funding stopped, so that waits reach the longest
# one counted.
REGIMES: tuple[dict[str, float], ...] = (
    {"additional spending": 1e6},
    {"additional spending": 3e7, "saturation multiple": 8.0},
    {"additional spending": 3e7, "saturation multiple": 8.0, "possible speed up": 1.5},
    {"total funding switch": 0.0, "time for funding to act": 0.0625},
)

NO_OUTGROWING = ("homelessness", "sexual assault", "alcohol", "older adult isolation")
AGES = ("age 0 to 17", "age 18 to 24", "age 25 to 64", "age 65 plus")
UNMOVED = {
    "nobody outgrows these populations (ageing out rate 0), so where they would go has no effect": {
        f"age after leaving[{population}, {age}]"
        for population in (*NO_OUTGROWING, "dual diagnosis")
        for age in AGES
    },
    "all care leavers are of one age, so its weight cancels": {
        "age eligibility[exiting care, age 18 to 24]"
    },
    "adults in crisis have support but no table: no effect and no additional place, so neither "
    "the wait nor the reach changes who escalates or any result": {
        "waiting time at start[adult crisis]",
        "share who can be found[adult crisis]",
        "targeting weight[adult crisis]",
    },
    "shelter nights follow people, not contacts, so no ratio per contact reaches them": {
        "transported service[shelter]",
        "officer selector[shelter]",
        "hospital selector[shelter]",
        "custody selector[shelter]",
        "dispatched service[shelter]",
    },
    "apprehensions, the only escorts, use no custody": {"officer selector[courts and custody]"},
    "a decision on the last day moves nothing before the end": {
        "comparator workload[police, y2045]",
        "comparator workload[paramedics, y2045]",
        "comparator overflow nights[y2045]",
    },
}


def _moved(name: str, unit: str, value: float, bounds: tuple[float, float]) -> float:
    """Another value within the bounds: half a year on for a date, half as much again for others."""
    low, high = bounds
    if unit == "Year" and value > 1900:
        return value - 0.5 if name == "budget year value" and value >= 2045 else value + 0.5
    larger = value * 1.5 if value else min(0.1, high)
    return larger if low <= larger <= high else (value + low) / 2 if value > low else high


def _setting(halton: Any, regime: dict[str, float]) -> dict[str, float]:
    """Every parameter by element, with a comparator so busy that positions are deferred."""
    plain = halton.run({}, "smoothed workload", "hotel overflow nights")
    setting = {}
    for row in halton.registry.rows:
        given = {**ALIVE, **regime, "comparator supplied": 1.0}
        setting[row.column] = given.get(row.name, row.value)
        if row.name == "comparator overflow nights":
            at = int(np.flatnonzero(plain.time == float(row.element[1:]))[0])
            setting[row.column] = 5.0 * float(plain.columns["hotel overflow nights"][0, at])
        if row.name == "comparator workload":
            service, year = row.element.split(", ")
            at = int(np.flatnonzero(plain.time == float(year[1:]))[0])
            series = plain.columns[f"smoothed workload[{service}]"][0]
            busier = 5.0 + 0.3 * (float(year[1:]) - 2027)  # no two decisions come out alike
            setting[row.column] = busier * float(series[at])
    return {name: value for name, value in setting.items() if name not in _clock(halton)}


def _clock(halton: Any) -> set[str]:
    return {row.column for row in halton.registry.rows if row.column.isupper() and not row.element}


def _unmoved(halton: Any, columns: list[str], regime: dict[str, float]) -> list[str]:
    """The parameters that move nothing shown in this regime, each perturbed in a run of its own."""
    setting = _setting(halton, regime)
    shown = [
        name
        for name, variable in halton.model.variables.items()
        if variable.kind is not Kind.CONSTANT and (name in SHOWN or name.startswith("cumulative "))
    ]
    still = []
    for start in range(0, len(columns), BATCH):
        batch = columns[start : start + BATCH]
        values: dict[str, Any] = dict(setting)
        for run, column in enumerate(batch):
            row = halton.registry.row(column)
            moved = np.full(len(batch) + 1, setting[column])
            moved[run] = _moved(row.name, row.unit, moved[-1], (row.minimum, row.maximum))
            assert moved[run] != moved[-1], column
            values[column] = moved
        series = np.array(list(halton.run(values, *shown).columns.values()))
        scale = np.abs(series[:, -1]).max(axis=1)
        change = np.abs(series - series[:, -1:]).max(axis=2)
        moves = np.any(change > ROUNDING * np.maximum(scale, 1e-6)[:, None], axis=0)
        still += [column for run, column in enumerate(batch) if not moves[run]]
    return still


def test_every_parameter_moves_a_result_or_is_listed_with_the_reason(halton: Any) -> None:
    still = [row.column for row in halton.registry.rows if row.column not in _clock(halton)]
    assert len(still) > 900
    for regime in REGIMES:
        still = _unmoved(halton, still, regime)
    assert set(still) == set.union(*UNMOVED.values())


def test_the_clock_moves_results(halton: Any) -> None:
    """Time's own parameters are one for all runs, so they are moved one run at a time."""
    assert _clock(halton) == {"INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER"}
    plain = halton.run({}, "cumulative contacts")
    end = plain.total("cumulative contacts")[0, -1]
    for name, value in (("INITIAL TIME", 2012.0), ("FINAL TIME", 2044.0), ("TIME STEP", 1 / 32)):
        moved = halton.run({name: value}, "cumulative contacts")
        assert moved.total("cumulative contacts")[0, -1] != end, name
    assert len(halton.run({"SAVEPER": 2.0}, "cumulative contacts").time) < len(plain.time)
