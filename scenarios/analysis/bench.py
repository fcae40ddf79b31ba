"""Plans tried against one comparator on common draws, many in one call of the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from ..atomic import make_folder, write_whole
from ..manifest import Manifest, digest, element_names
from ..plan import (
    HANDED_FLAG,
    SweepPlan,
    comparator_workload,
    sample_draws,
    workload_columns,
)
from ..schema import Lever, Scenario
from ..store import Study
from ..sweep import manifest_of
from ..vocabulary import SPENDING
from .limits import Limits, Plan
from .objective import objective_values

Array = npt.NDArray[np.float64]
Tell = Callable[[int], None]

AT_ONCE = 8192
"""Runs in one call of the model: enough to keep every thread busy, few enough to stay small."""
EVALUATIONS = "evaluations"


@dataclass(frozen=True)
class Bench:
    """A comparator and draws on which plans are measured.

    ``sweep`` has the comparator as its only scenario. Results are kept in ``folder`` by what
    decided them, so that a stopped search runs nothing twice; ``tell`` is called with the number
    of plans measured.
    """

    sweep: SweepPlan
    limits: Limits
    objectives: tuple[str, ...]
    folder: Path
    tell: Tell

    @property
    def comparator(self) -> Scenario:
        """What every plan is compared with."""
        return self.sweep.scenarios[0]

    @cached_property
    def draws(self) -> pd.DataFrame:
        """The sampled inputs, one row a draw."""
        return sample_draws(self.sweep)

    @cached_property
    def manifest(self) -> Manifest:
        """What every value rests on."""
        return manifest_of(self.sweep, self.draws)

    @cached_property
    def base(self) -> dict[str, Array]:
        """The comparator's outputs ``(draw, time)`` by column."""
        values = self._inputs(1)
        result = self.sweep.model.run(values, self.sweep.outputs, _quiet)
        result = np.broadcast_to(result, (self.sweep.draws, *result.shape[1:]))
        return dict(zip(self.manifest.columns, np.moveaxis(result, -1, 0), strict=True))

    def measure(self, plans: Sequence[Plan]) -> Array:
        """Objectives of every plan: ``(plan, objective, draw)``. Raises InputError."""
        make_folder(self.folder / EVALUATIONS)
        key = digest(
            self.manifest.model_digest,
            self.manifest.draws_digest,
            self.comparator.model_dump_json(include={"settings"}),
            repr(self.objectives),
            repr((self.limits.levers, self.limits.ramp)),
            repr([(plan.amounts, plan.starts) for plan in plans]),
        )
        path = self.folder / EVALUATIONS / f"{key[:24]}.npy"
        shape = len(plans), len(self.objectives), self.sweep.draws
        if path.exists():
            try:
                kept = np.load(path, allow_pickle=False)
            except (OSError, ValueError):
                kept = np.empty(0)
            if kept.shape == shape:
                self.tell(len(plans))
                return np.asarray(kept, dtype=np.float64)
        found = np.empty(shape)
        each = max(1, AT_ONCE // self.sweep.draws)
        for first in range(0, len(plans), each):
            part = plans[first : first + each]
            found[first : first + each] = self._measured(part)
            self.tell(len(part))
        content = BytesIO()
        np.save(content, found, allow_pickle=False)
        write_whole(path, content.getvalue())
        return found

    def _measured(self, plans: Sequence[Plan]) -> Array:
        study = self.study(plans)
        return np.stack(
            [
                np.stack([objective_values(study, policy.name, name) for name in self.objectives])
                for policy in study.policies
            ]
        )

    def study(self, plans: Sequence[Plan]) -> Study:
        """The plans as a study in memory, the comparator first. Raises InputError when a run
        fails."""
        count = len(plans)
        values = self._inputs(count)
        for column, lever in enumerate(self.limits.levers):
            amounts = [plan.amounts[column] for plan in plans]
            starts = [float(plan.starts[column]) for plan in plans]
            values[f"{SPENDING}[{lever}]"] = np.repeat(amounts, self.sweep.draws)
            values[f"spending start[{lever}]"] = np.repeat(starts, self.sweep.draws)
            values[f"spending ramp[{lever}]"] = self.limits.ramp
        needed = workload_columns(self.manifest)
        handed = comparator_workload(self.manifest, {name: self.base[name] for name in needed})
        values |= {name: np.tile(each, count) for name, each in handed.items()}
        values[HANDED_FLAG] = 1.0
        result = self.sweep.model.run(values, self.sweep.outputs, _quiet)
        result = result.reshape(count, self.sweep.draws, *result.shape[1:])
        scenarios = (self.comparator, *map(self._scenario, plans, range(1, count + 1)))
        return Study(
            directory=self.folder,
            manifest=self.manifest.model_copy(update={"scenarios": scenarios}),
            scenarios=scenarios,
            unfinished=(),
            draws=self.draws,
            yearly=self._labelled(result, [scenario.name for scenario in scenarios]),
            registry=self.sweep.evidence.parameter_rows(),
            sources=(),
            action_tables=self.sweep.evidence.table_rows(),
        )

    def scenario(self, plan: Plan, name: str, words: tuple[str, str]) -> Scenario:
        """A plan as a scenario with a title and a description."""
        title, description = words
        levers = {
            lever: Lever(amount=amount, start=float(start), ramp=self.limits.ramp)
            for lever, amount, start in zip(
                self.limits.levers, plan.amounts, plan.starts, strict=True
            )
            if amount > 0
        }
        return Scenario(
            name=name,
            title=title,
            description=description,
            compare_with=self.comparator.name,
            levers=levers,
            settings=self.comparator.settings,
        )

    def _scenario(self, plan: Plan, number: int) -> Scenario:
        return self.scenario(plan, f"plan-{number}", (f"Plan {number}", "A plan of a search."))

    def _inputs(self, count: int) -> dict[str, float | Array]:
        """The draws once a plan, plans slowest, and the comparator's settings."""
        settings = self.comparator.settings
        drawn: dict[str, float | Array] = {
            str(name): np.tile(self.draws[name].to_numpy(dtype=np.float64), count)
            for name in self.draws.columns
            if str(name) not in settings and str(name).split("[", maxsplit=1)[0] not in settings
        }
        return drawn | settings

    def _labelled(self, result: Array, names: list[str]) -> xr.Dataset:
        """``result`` (plan, draw, time, column) and the comparator, as a study's dataset."""
        dimensions = self.manifest.dimensions
        coords: dict[str, object] = {"scenario": names, "time": list(self.manifest.time)}
        data = {}
        first = 0
        for output in self.manifest.outputs:
            columns = element_names(output, dimensions)
            shape = tuple(len(dimensions[name]) for name in output.dimensions)
            own = result[..., first : first + len(columns)]
            base = np.stack([self.base[name] for name in columns], axis=-1)
            whole = np.concatenate([base[None], own])
            data[output.name] = (
                ("scenario", "draw", "time", *output.dimensions),
                whole.reshape(*whole.shape[:3], *shape),
            )
            coords |= {name: list(dimensions[name]) for name in output.dimensions}
            first += len(columns)
        return xr.Dataset(data, coords=coords)


def _quiet(_done: int, _total: int) -> None:
    """A bench tells of plans, not of runs."""
