"""Scale checks: is the model of Halton's size? A row a check, as ``upshift check halton`` prints.

What is allowed is the brief's arithmetic, the record, or a judgement that the note calls one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..engine import CompiledModel, load_model, simulate
from ..engine.checks import CheckRow
from .history import Comparison, compare_history

Array = npt.NDArray[np.float64]

MENTAL_HEALTH = ("apprehension", "other mental health", "suicide")
YEAR = (2021, 2022)  # the last year of the record
TABLE_YEARS = (2013, 2018)  # from the Situation Table's opening to the count of 450
BRIEF_HOURS = 15_000.0  # 1,390 apprehensions at 7.2 hours and 2,680 other calls at about 2
HOURS_ROOM = 0.2
# Judgements: a population's largest share of mental-health calls, and zones' shares of residents.
LARGEST_TABLE_SHARE, SMALLEST_OUTSIDE_SHARE = 0.35, 0.3
ZONES = {
    "social development": (0.70, 0.90),
    "prevention": (0.08, 0.28),
    "risk intervention": (0.002, 0.03),
    "emergency response": (0.001, 0.02),
}
# Counts of visits with wider definitions than the model's: what it may not exceed, and why.
VISITS = {
    "youth mental health": (5_800.0, "mental-health visits at 15 to 24, a very broad definition"),
    "alcohol": (5_546.0, "visits attributable to alcohol, most of them by people outside"),
}
KNOWN_MISS = "known miss: "  # what the note of a shown figure says with its reason
DISCUSSED, DISCUSSED_ROOM = 450.0, 0.35
OUTPUTS = (
    "contact rate",
    "contacts of population",
    "background contacts",
    "effective use per contact",
    "engaging",
    "crises of population",
    "people by zone",
    "total residents",
)


def scale_rows() -> tuple[CheckRow, ...]:
    """Every scale check of the Halton model at its central values."""
    model = load_model(Path(__file__).with_name("halton.mdl"))
    return (*_run_rows(model), *(_history_row(found) for found in compare_history(model)))


def _run_rows(model: CompiledModel) -> tuple[CheckRow, ...]:
    run = simulate(model, {"FINAL TIME": 2023.0, "SAVEPER": 0.0625}, list(OUTPUTS))
    columns = dict(zip(run.outputs, run.values[0].T, strict=True))

    def mean(column: str, years: tuple[int, int] = YEAR) -> float:
        within = (run.time >= years[0]) & (run.time < years[1])
        return float(columns[column][within].mean())

    def total(name: str, part: str, years: tuple[int, int] = YEAR) -> float:
        """The mean of a variable's elements that have this subscript, summed."""
        found = [c for c in columns if c.split("[")[0] == name and part in _subscripts(c)]
        return sum(mean(column, years) for column in found)

    calls = {call: total("contact rate", call) for call in MENTAL_HEALTH}
    hours = sum(calls[call] * mean(f"effective use per contact[police, {call}]") for call in calls)
    populations = model.dimensions["population"].elements
    owned = {
        population: sum(mean(f"contacts of population[{call}, {population}]") for call in calls)
        for population in populations
    }
    owned["nobody in the populations"] = sum(total("background contacts", call) for call in calls)
    residents = sum(mean(c) for c in columns if c.startswith("total residents["))
    discussions = sum(
        mean(c, TABLE_YEARS) * (TABLE_YEARS[1] - TABLE_YEARS[0])
        for c in columns
        if c.startswith("engaging[")
    )
    return (
        _hours_row(hours),
        *_share_rows(owned),
        *_zone_rows({zone: mean(f"people by zone[{zone}]") / residents for zone in ZONES}),
        _discussion_row(discussions),
        *_visit_rows({who: mean(f"crises of population[{who}]") for who in VISITS}, model),
    )


def _visit_rows(crises: dict[str, float], model: CompiledModel) -> list[CheckRow]:
    """Emergency visits that no police call brings, against counts that hold many more."""
    use = dict(
        zip(
            model.columns("use without a call"),
            model.constants["use without a call"].ravel(),
            strict=True,
        )
    )
    rows = []
    for who, (most, note) in VISITS.items():
        visits = crises[who] * float(use[f"use without a call[emergency department, {who}]"])
        found, allowed = f"{visits:,.0f} visits", f"at most {most:,.0f} visits"
        test = "emergency visits without a police call"
        rows.append(CheckRow(test, who, found, allowed, 0 < visits <= most, note))
    return rows


def _subscripts(column: str) -> list[str]:
    return column.partition("[")[2].rstrip("]").split(", ")


def _hours_row(hours: float) -> CheckRow:
    low, high = BRIEF_HOURS * (1 - HOURS_ROOM), BRIEF_HOURS * (1 + HOURS_ROOM)
    return CheckRow(
        "officer-hours of mental-health calls",
        "2021",
        f"{hours:,.0f} hours",
        f"{low:,.0f} to {high:,.0f} hours",
        low <= hours <= high,
        "1,390 apprehensions at 7.2 hours and 2,680 other calls at about 2: nine constables",
    )


def _share_rows(owned: dict[str, float]) -> list[CheckRow]:
    """Most mental-health calls concern working-age adults; no table may own them all."""
    everything = sum(owned.values())
    rows = []
    for population, calls in owned.items():
        share = calls / everything
        outside = population == "adult crisis"
        allowed = (
            f"at least {SMALLEST_OUTSIDE_SHARE:.0%}"
            if outside
            else f"at most {LARGEST_TABLE_SHARE:.0%}"
        )
        passed = share >= SMALLEST_OUTSIDE_SHARE if outside else share <= LARGEST_TABLE_SHARE
        note = "judgement: no record says whose calls they are"
        rows.append(
            CheckRow(
                "share of mental-health calls", population, f"{share:.1%}", allowed, passed, note
            )
        )
    return rows


def _zone_rows(shares: dict[str, float]) -> list[CheckRow]:
    return [
        CheckRow(
            "share of residents in a zone",
            zone,
            f"{share:.1%}",
            f"{ZONES[zone][0]:.1%} to {ZONES[zone][1]:.1%}",
            ZONES[zone][0] <= share <= ZONES[zone][1],
            "judgement: crisis is rare in a safe place",
        )
        for zone, share in shares.items()
    ]


def _discussion_row(discussions: float) -> CheckRow:
    years = TABLE_YEARS[1] - TABLE_YEARS[0]
    low, high = (DISCUSSED * (1 + room) / years for room in (-DISCUSSED_ROOM, DISCUSSED_ROOM))
    yearly = discussions / years
    return CheckRow(
        "Situation Table discussions a year",
        f"{TABLE_YEARS[0]} to {TABLE_YEARS[1] - 1}",
        f"{yearly:.0f}",
        f"{low:.0f} to {high:.0f}",
        low <= yearly <= high,
        "some 450 by 2017; the launch date was not seen, so the range is wide",
    )


def _history_row(found: Comparison) -> CheckRow:
    observation = found.observation
    held = observation.use == "held"
    shown = "" if held else "shown, not held; "
    return CheckRow(
        f"history: {observation.label}",
        observation.period,
        f"{found.modelled:,.0f} ({found.gap:+.1%})",
        f"{observation.value:,.0f} within {observation.tolerance:.0%}",
        found.near,
        f"{shown}grade {observation.grade}: {observation.note}",
        known=KNOWN_MISS in observation.note,
    )
