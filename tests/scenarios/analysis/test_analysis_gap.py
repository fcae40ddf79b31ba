"""The gap between populations: as by hand, and closed by the plan that closes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import xarray as xr

from upshift.scenarios.analysis.limits import Limits
from upshift.scenarios.analysis.objective import GAP, ONSETS, PEOPLE, objective_values
from upshift.scenarios.analysis.optimise import Optimised, OptimiseSettings, optimise
from upshift.scenarios.analysis.problem import Problem, Room, limits_of
from upshift.scenarios.plan import SweepPlan
from upshift.scenarios.runner import Runner
from upshift.scenarios.store import Study
from upshift.scenarios.vocabulary import Vocabulary

Array = npt.NDArray[np.float64]
Values = Mapping[str, float | Array]

OBJECTIVE = f"{GAP}, 10 years"
YOUTH, HOMES = "youth mental health table", "homelessness table"


def test_the_gap_is_the_mean_distance_from_the_lowest_rate(study: Study) -> None:
    rates = {"current-funding": [10.0, 30.0, 50.0, 10.0], "everything": [10.0, 20.0, 30.0, 14.0]}
    names, draws, zones = list(rates), 2, 4
    people = np.array([400.0, 4000.0, 40.0, 1000.0])  # in each zone, and always
    per_year = np.array([rates[name] for name in names]) / 1000 * people * zones
    years = study.time - study.time[0]
    onsets = per_year[:, None, None, :] * years[None, None, :, None]
    size = (len(names), draws, len(years), zones, len(people))
    yearly = xr.Dataset(
        {
            ONSETS: (
                ("scenario", "draw", "time", "population"),
                np.repeat(onsets, draws, axis=1),
            ),
            PEOPLE: (
                ("scenario", "draw", "time", "zone", "population"),
                np.broadcast_to(people, size),
            ),
        },
        coords={"scenario": names, "time": study.time},
    )

    closed = objective_values(replace(study, yearly=yearly), "everything", OBJECTIVE)

    # Distances from the lowest: 0, 20, 40, 0 before; 0, 10, 20, 4 after.
    assert closed == pytest.approx([60 / 4 - 34 / 4] * draws)


@dataclass
class Unequal:
    """A `Runner` in which homes' money lowers the highest crisis rate, and youth's the lowest."""

    inner: Runner

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def run(
        self, values: Values, outputs: Sequence[str], progress: Callable[[int, int], None]
    ) -> Array:
        result = self.inner.run(values, outputs, progress)
        at = 0
        for output in outputs:
            shape = [len(self.inner.dimensions[d]) for d in self.inner.output(output).dimensions]
            width = int(np.prod(shape, dtype=np.int64))
            if output == PEOPLE:
                result[..., at : at + width] = 1000.0
            if output == ONSETS:
                result[..., at : at + width] = self._onsets(values, len(result))
            at += width
        return result

    def _onsets(self, values: Values, runs: int) -> Array:
        def left(lever: str) -> Array:
            amount = np.asarray(values.get(f"additional spending[{lever}]", 0.0))
            return np.broadcast_to(1 - 0.5 * np.sqrt(amount / 1e6), (runs,))

        rates = np.full((runs, 4), 100.0)
        rates[:, 0] *= 0.5 * left(YOUTH)
        rates[:, 1] *= 4 * left(HOMES)
        passed = self.inner.time - self.inner.time[0]
        return np.asarray(rates[:, None, :] * passed[None, :, None])


def solved(plan: SweepPlan, to: Path, objectives: tuple[str, ...]) -> Optimised:
    problem = Problem(
        name="two",
        title="Two tables",
        budget=1_000_000,
        levers={YOUTH: Room(), HOMES: Room()},
        objectives=list(objectives),
    )
    levers = Vocabulary.of(plan.evidence.parameter_rows()).levers
    limits: Limits = limits_of(problem, plan.evidence, levers)
    sweep = replace(plan, model=Unequal(plan.model), scenarios=plan.scenarios[:1], draws=1)  # type: ignore[arg-type]
    settings = OptimiseSettings(draws=8, fresh=16, population=12, generations=8, seed=5)
    told = to, lambda _done, _total: None
    return optimise(sweep, (limits, objectives, "expected"), settings, told)


def test_the_plan_that_closes_the_gap_gives_to_those_worst_off(
    plan: SweepPlan, tmp_path: Path
) -> None:
    found = solved(plan, tmp_path, (OBJECTIVE,))

    youth, homes = found.optimum.plan.amounts
    assert (youth, homes) == (0, 1_000_000)
    # By hand, a year and per 1,000 people of four zones: distances 50, 350 and 150 of 4 before;
    # 50, 150 and 150 of 4 with all the money for homes.
    assert found.optimum.fresh[0] == pytest.approx(0.25 * (400 - 200) / 4)
    assert found.optimum.ahead[0] > 0


def test_the_gap_may_be_one_of_three_objectives(plan: SweepPlan, tmp_path: Path) -> None:
    contacts, money = "contacts avoided, 10 years", "present value, cashable, all payers, 10 years"

    found = solved(plan, tmp_path, (contacts, money, OBJECTIVE))

    assert found.front_scores.shape[1] == 3
    assert np.isfinite(found.front_scores).all()
    best = found.front_scores[:, 2].argmax()
    assert found.front[best].amounts[1] > found.front[best].amounts[0]
