"""The comparator held against Halton's record: counts over a period, and levels on a date.

``history.csv`` has a row per figure. ``held`` rows have a tolerance that the model must meet with
its central values; ``shown`` rows are listed with it, and may be missed. Definitions differ between
the rows, so none is ever added to or differenced from another.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from ..engine import CompiledModel, simulate

Measure = Literal["calls", "residents", "homeless"]
Use = Literal["held", "shown"]
Values = Mapping[str, float]
NONE: Values = MappingProxyType({})

OUTPUTS: Mapping[Measure, str] = {
    "calls": "cumulative contacts",
    "residents": "total residents",
    "homeless": "people homeless",
}
END = 2023.0  # the record ends in 2022


@dataclass(frozen=True)
class Observation:
    """A figure of the record. Counts run from ``start`` to ``stop``; a level has one date."""

    label: str
    period: str
    measure: Measure
    elements: tuple[str, ...]  # added up; none for a variable without subscripts
    start: float
    stop: float
    value: float
    tolerance: float  # relative
    use: Use
    source: str
    grade: str
    note: str


@dataclass(frozen=True)
class Comparison:
    """What the model gives for an observation."""

    observation: Observation
    modelled: float

    @property
    def gap(self) -> float:
        """Modelled over observed, less one."""
        return self.modelled / self.observation.value - 1

    @property
    def near(self) -> bool:
        """Whether the gap is within the tolerance."""
        return abs(self.gap) <= self.observation.tolerance


def load_history() -> tuple[Observation, ...]:
    """The rows of ``history.csv`` in file order."""
    with Path(__file__).with_name("history.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_observation(row) for row in csv.DictReader(file))


def compare_history(model: CompiledModel, values: Values = NONE) -> tuple[Comparison, ...]:
    """One run at central values, or with other ``values``, against every observation.

    Raises InputError if the model refuses a value. Cumulative variables are read at month ends by
    linear interpolation between steps, since a month is not a whole number of steps.
    """
    clock = {"FINAL TIME": END, "SAVEPER": 0.015625}
    run = simulate(model, {**values, **clock}, list(OUTPUTS.values()))
    columns = dict(zip(run.outputs, run.values[0].T, strict=True))
    return tuple(
        Comparison(observation, _modelled(observation, run.time, columns))
        for observation in load_history()
    )


def _modelled(
    observation: Observation,
    time: npt.NDArray[np.float64],
    columns: Mapping[str, npt.NDArray[np.float64]],
) -> float:
    name = OUTPUTS[observation.measure]
    wanted = [f"{name}[{element}]" for element in observation.elements] or [name]
    series = np.sum([columns[column] for column in wanted], axis=0)
    first, last = np.interp([observation.start, observation.stop], time, series)
    return float(last - first if observation.measure == "calls" else last)


def _observation(row: Mapping[str, str]) -> Observation:
    elements = tuple(part.strip() for part in row["element"].split(";") if part.strip())
    start, stop, value, tolerance = (
        float(row[name]) for name in ("start", "stop", "value", "tolerance")
    )
    return Observation(
        row["label"],
        row["period"],
        cast(Measure, row["measure"]),
        elements,
        start,
        stop,
        value,
        tolerance,
        cast(Use, row["use"]),
        row["source"],
        row["grade"],
        row["note"],
    )
