"""A finished study as one value, read from its folder and from nothing else."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from ..model.checks_record import CheckRecord
from ..model.errors import InputError, nearest
from .drivers import RankedInputs, ranked_inputs
from .lazy import RecentResults, lazy_dataset, shard_size
from .manifest import Manifest, digest, read_manifest
from .provenance import REGISTRY_NAME, Evidence, ParameterRow, RecordedCalls, SourceRow
from .schema import Scenario
from .shards import DRAWS_NAME, blocks, evidence_folder, read_draws, scan
from .unit_costs import UnitCost

ROUNDING = 1e-10
"""Relative size below which a paired difference is rounding error of some thousand steps."""
KEPT_BYTES = 256 * 2**20
"""Paired changes kept in memory at most; those of a default study fit."""
SHARDS_KEPT = 8
"""Shards' worth of results, and of changes, kept where each scenario is worked through once."""
MOST_FAILED = 0.1
"""A scenario of which a larger share of runs failed is left out, rather than its draws."""


@dataclass(frozen=True)
class Failure:
    """A run that failed, and why."""

    scenario: str
    draw: int
    reason: str


@dataclass(frozen=True)
class Study:
    """Everything a report needs.

    ``yearly`` has one variable per saved output, dims ``(scenario, draw, time, …subscripts)``,
    attributes ``units`` and ``long_name``; it is read when used, and ``yearly.compute()`` is a copy
    in memory. ``draws`` has one row a draw and one column per
    uncertain input, named ``name`` or ``name[element]``. ``scenarios`` are the finished ones in
    reading order, comparators included; ``unfinished`` names those an interrupted sweep left.
    ``calibration`` holds tables of what the posterior's calibration found, empty without one;
    ``checks`` what the model's own checks found, None when they were not recorded for this model.
    ``recorded`` are the counts of police contacts that the model is held against.

    ``failures`` are the runs that failed. Differences are taken draw by draw, so a draw that failed
    in one scenario is left out of all; a scenario that failed in more than `MOST_FAILED` of its
    draws is left out instead.
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
    checks: CheckRecord | None = field(default=None, compare=False)
    unit_costs: tuple[UnitCost, ...] = ()
    recorded: tuple[RecordedCalls, ...] = ()
    failures: tuple[Failure, ...] = ()
    kept_bytes: int = field(default=KEPT_BYTES, repr=False, compare=False)
    _changes: OrderedDict[tuple[str, str], npt.NDArray[np.float64]] = field(
        default_factory=OrderedDict, init=False, repr=False, compare=False
    )
    _lock: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    def scenario(self, name: str) -> Scenario:
        """The scenario called ``name``. Raises InputError naming the nearest."""
        if name not in self._positions:
            hint = nearest(name, self._positions)
            raise InputError(f"The study has no scenario '{name}'.{hint}")
        return self.scenarios[self._positions[name]]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {scenario.name: at for at, scenario in enumerate(self.scenarios)}

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
        with self._lock:
            if key in self._changes:
                return self._changes[key]
        change = self._change(scenario, variable)
        change.setflags(write=False)
        with self._lock:
            self._changes[key] = change
            while sum(kept.nbytes for kept in self._changes.values()) > self.kept_bytes:
                self._changes.popitem(last=False)
                if len(self._changes) == 1:
                    break
        return change

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
        values = self.yearly.variables[variable][self._positions[scenario]].values
        return np.asarray(values, dtype=np.float64)


def paired_difference(
    policy: npt.NDArray[np.float64], base: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """``policy - base``, exactly zero where the two agree to `ROUNDING` of their size."""
    change = policy - base
    size = np.maximum(np.abs(policy), np.abs(base))
    size *= ROUNDING
    np.copyto(change, 0.0, where=np.abs(change) <= size)
    return change


def load_study(directory: Path) -> Study:
    """The study in ``directory``. Never runs the model and does not need it installed.

    Scenarios of an interrupted sweep that are not finished are left out and named in
    ``unfinished``. Raises InputError when the folder holds no study, when a file is missing or
    damaged, when no comparator is finished, or when too many of every comparator's runs failed.
    """
    store = _Opened(Path(directory))
    draws = store.manifest.draws
    failed = {name: store.scan.failures[name] for name in store.finished}
    left_out = {name for name, reasons in failed.items() if len(reasons) > MOST_FAILED * draws}
    scenarios = tuple(
        scenario
        for scenario in store.scenarios
        if not left_out.intersection((scenario.name, scenario.compare_with))
    )
    if not any(scenario.is_comparator for scenario in scenarios):
        name = min(left_out)
        raise InputError(
            f"{directory}: {len(failed[name]):,} of {draws:,} runs of '{name}' failed, the first "
            f"because {failed[name][min(failed[name])]}. Correct the model or its priors and sweep "
            "again in a new folder."
        )
    lost = {draw for scenario in scenarios for draw in failed[scenario.name]}
    kept = np.array([draw for draw in range(draws) if draw not in lost], dtype=np.int64)
    return store.study(scenarios, kept)


def studies_by_block(directory: Path) -> tuple[Study, ...]:
    """Every finished scenario over one block of draws after the other, failed runs included.

    Together they are the whole store; each is small enough to be worked through in memory. Raises
    InputError as `load_study`, but for failed runs.
    """
    store = _Opened(Path(directory), few=True)
    manifest = store.manifest
    return tuple(
        store.study(store.scenarios, np.arange(rows.start, rows.stop))
        for _, rows in blocks(manifest.draws, manifest.block)
    )


class _Opened:
    """What is read of a folder once, whatever studies are made of it; ``few`` results are kept in
    memory, or as many as are of use when they are asked for again. Raises InputError when no
    comparator is finished."""

    def __init__(self, directory: Path, few: bool = False) -> None:
        self.directory = directory
        self.manifest = read_manifest(directory)
        self.kept = SHARDS_KEPT * shard_size(self.manifest) if few else None
        self.scan = scan(directory, self.manifest)
        done = self.scan.finished
        self.scenarios = tuple(
            scenario
            for scenario in self.manifest.scenarios
            if scenario.name in done and (scenario.compare_with or scenario.name) in done
        )
        if not any(scenario.is_comparator for scenario in self.scenarios):
            raise InputError(
                f"{directory} holds no finished comparator yet. Run the same sweep again: "
                "it goes on where it stopped."
            )
        self.finished = {scenario.name for scenario in self.scenarios}
        self.draws = read_draws(directory / DRAWS_NAME, self.manifest)
        self.results = RecentResults(directory, self.manifest, self.kept)
        evidence = Evidence.read(evidence_folder(directory))
        if digest(evidence.registry) != self.manifest.registry_digest:
            raise InputError(
                f"{evidence_folder(directory) / REGISTRY_NAME} is not the registry that the study "
                "was run with, so its numbers and its inputs would not agree. Put the file back, "
                "or run the sweep again in a new folder."
            )
        self.registry = evidence.parameter_rows()
        self.sources = evidence.source_rows()
        self.action_tables = evidence.table_rows()
        self.unit_costs = evidence.cost_rows()
        self.calibration = evidence.calibration()
        self.checks = evidence.check_record()
        self.recorded = evidence.recorded_calls()

    def study(self, scenarios: tuple[Scenario, ...], rows: npt.NDArray[np.int64]) -> Study:
        """These scenarios over these draws."""
        names = tuple(scenario.name for scenario in scenarios)
        first, last = (rows[0], rows[-1]) if len(rows) else (0, -1)
        return Study(
            directory=self.directory,
            manifest=self.manifest,
            scenarios=scenarios,
            unfinished=tuple(
                s.name for s in self.manifest.scenarios if s.name not in self.finished
            ),
            draws=self.draws if len(rows) == len(self.draws) else self.draws.iloc[rows],
            yearly=lazy_dataset(self.results, names, rows),
            registry=self.registry,
            sources=self.sources,
            action_tables=self.action_tables,
            calibration=self.calibration,
            checks=self.checks,
            unit_costs=self.unit_costs,
            recorded=self.recorded,
            kept_bytes=KEPT_BYTES if self.kept is None else self.kept,
            failures=tuple(
                Failure(name, draw, reason)
                for name in (s.name for s in self.scenarios)
                for draw, reason in sorted(self.scan.failures[name].items())
                if first <= draw <= last
            ),
        )
