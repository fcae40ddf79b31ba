"""A finished study as one value, read from its folder and from nothing else."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from ..model.errors import InputError, nearest
from .drivers import RankedInputs, ranked_inputs
from .lazy import lazy_dataset
from .manifest import Manifest, digest, read_manifest
from .provenance import REGISTRY_NAME, Evidence, ParameterRow, SourceRow
from .schema import Scenario
from .shards import DRAWS_NAME, evidence_folder, finished_scenarios, read_draws
from .unit_costs import UnitCost

ROUNDING = 1e-10
"""Relative size below which a paired difference is rounding error of some thousand steps."""
KEPT_BYTES = 256 * 2**20
"""Paired changes kept in memory at most; those of a default study fit."""


@dataclass(frozen=True)
class Study:
    """Everything a report needs.

    ``yearly`` has one variable per saved output, dims ``(scenario, draw, time, …subscripts)``,
    attributes ``units`` and ``long_name``; it is read when used, and ``yearly.compute()`` is a copy
    in memory. ``draws`` has one row a draw and one column per
    uncertain input, named ``name`` or ``name[element]``. ``scenarios`` are the finished ones in
    reading order, comparators included; ``unfinished`` names those an interrupted sweep left.
    ``calibration`` holds tables of what the posterior's calibration found, empty without one.
    """

    directory: Path
    manifest: Manifest
    scenarios: tuple[Scenario, ...]
    unfinished: tuple[str, ...]
    draws: pd.DataFrame
    yearly: xr.Dataset
    registry: tuple[ParameterRow, ...]
    sources: tuple[SourceRow, ...]
    action_tables: tuple[dict[str, str], ...]
    calibration: Mapping[str, Any] = field(default_factory=dict, compare=False)
    unit_costs: tuple[UnitCost, ...] = ()
    _changes: OrderedDict[tuple[str, str], npt.NDArray[np.float64]] = field(
        default_factory=OrderedDict, init=False, repr=False, compare=False
    )

    def scenario(self, name: str) -> Scenario:
        """The scenario called ``name``. Raises InputError naming the nearest."""
        for scenario in self.scenarios:
            if scenario.name == name:
                return scenario
        names = [scenario.name for scenario in self.scenarios]
        raise InputError(f"The study has no scenario '{name}'.{nearest(name, names)}")

    @property
    def policies(self) -> tuple[Scenario, ...]:
        """The scenarios that are compared with another, in reading order."""
        return tuple(scenario for scenario in self.scenarios if not scenario.is_comparator)

    @property
    def time(self) -> npt.NDArray[np.float64]:
        """The saved times in years."""
        return np.asarray(self.manifest.time, dtype=np.float64)

    def elements(self, dimension: str) -> tuple[str, ...]:
        """The element names of a subscript, in model order. Raises InputError when unknown."""
        try:
            return self.manifest.dimensions[dimension]
        except KeyError:
            hint = nearest(dimension, self.manifest.dimensions)
            raise InputError(f"The study has no subscript '{dimension}'.{hint}") from None

    @cached_property
    def ranked_inputs(self) -> RankedInputs:
        """The draws' ranks, for correlations with any outcome."""
        names = [str(column) for column in self.draws.columns]
        return ranked_inputs(names, self.draws.to_numpy(dtype=np.float64))

    def change(self, scenario: str, variable: str) -> npt.NDArray[np.float64]:
        """Policy less its comparator, draw by draw: ``(draw, time, …subscripts)``.

        A comparator's change is zero, and so is one within `ROUNDING` of the values compared: a
        draw without effect must not count as a gain in its last binary digit. The array is kept
        for the next call and cannot be written to. Raises InputError for a name the study does not
        hold.
        """
        key = scenario, variable
        if key not in self._changes:
            self._changes[key] = self._change(scenario, variable)
            self._changes[key].setflags(write=False)
            while sum(kept.nbytes for kept in self._changes.values()) > KEPT_BYTES:
                self._changes.popitem(last=False)
                if len(self._changes) == 1:
                    break
        return self._changes[key]

    def _change(self, scenario: str, variable: str) -> npt.NDArray[np.float64]:
        chosen = self.scenario(scenario)
        if variable not in self.yearly:
            hint = nearest(variable, [str(name) for name in self.yearly.data_vars])
            raise InputError(f"The study has no output '{variable}'.{hint}")
        policy = self._of(variable, chosen.name)
        if chosen.compare_with is None:
            return np.zeros_like(policy)
        return paired_difference(policy, self._of(variable, chosen.compare_with))

    def _of(self, variable: str, scenario: str) -> npt.NDArray[np.float64]:
        """An output of one scenario, by position: this is called thousands of times a report."""
        position = [known.name for known in self.scenarios].index(scenario)
        values = self.yearly.variables[variable][position].values
        return np.asarray(values, dtype=np.float64)


def paired_difference(
    policy: npt.NDArray[np.float64], base: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """``policy - base``, exactly zero where the two agree to `ROUNDING` of their size."""
    change = policy - base
    size = np.maximum(np.abs(policy), np.abs(base))
    size *= ROUNDING
    change[np.abs(change) <= size] = 0.0
    return change


def load_study(directory: Path) -> Study:
    """The study in ``directory``. Never runs the model and does not need it installed.

    Scenarios of an interrupted sweep that are not finished are left out and named in
    ``unfinished``. Raises InputError when the folder holds no study, when a file is missing or
    damaged, or when no comparator is finished.
    """
    directory = Path(directory)
    manifest = read_manifest(directory)
    done = finished_scenarios(directory, manifest)
    scenarios = tuple(
        scenario
        for scenario in manifest.scenarios
        if scenario.name in done and (scenario.compare_with or scenario.name) in done
    )
    kept = {scenario.name for scenario in scenarios}
    if not any(scenario.is_comparator for scenario in scenarios):
        raise InputError(
            f"{directory} holds no finished comparator yet. Run the same sweep again: "
            "it goes on where it stopped."
        )
    evidence = Evidence.read(evidence_folder(directory))
    if digest(evidence.registry) != manifest.registry_digest:
        raise InputError(
            f"{evidence_folder(directory) / REGISTRY_NAME} is not the registry that the study was "
            "run with, so its numbers and its inputs would not agree. Put the file back, or run "
            "the sweep again in a new folder."
        )
    return Study(
        directory=directory,
        manifest=manifest,
        scenarios=scenarios,
        unfinished=tuple(s.name for s in manifest.scenarios if s.name not in kept),
        draws=read_draws(directory / DRAWS_NAME, manifest),
        yearly=lazy_dataset(directory, manifest, tuple(s.name for s in scenarios)),
        registry=evidence.parameter_rows(),
        sources=evidence.source_rows(),
        action_tables=evidence.table_rows(),
        calibration=evidence.calibration(),
        unit_costs=evidence.cost_rows(),
    )
