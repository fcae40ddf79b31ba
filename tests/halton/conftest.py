"""The installed Halton model, its registry and a way to run them, shared by the tests here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import qmc

from upshift.model.engine import CompiledModel, load_model, simulate
from upshift.model.halton import registry as registry_module
from upshift.model.halton.registry import Registry, load_registry

Array = npt.NDArray[np.float64]
Values = Mapping[str, float | Array]


@dataclass(frozen=True)
class Runs:
    """Saved values by element name, each of shape (run, time)."""

    time: Array
    columns: dict[str, Array]

    def of(self, name: str) -> dict[str, Array]:
        """The elements of one variable."""
        return {c: v for c, v in self.columns.items() if c.split("[")[0] == name}

    def total(self, name: str) -> Array:
        """The sum over a variable's elements, (run, time)."""
        return np.asarray(np.sum(list(self.of(name).values()), axis=0))

    def between(self, name: str, start: float, stop: float) -> Array:
        """How much a cumulative variable grows from start to stop, summed over elements, (run,)."""
        series = self.total(name)
        at = [int(np.flatnonzero(self.time == year)[0]) for year in (start, stop)]
        return np.asarray(series[:, at[1]] - series[:, at[0]])


class Halton:
    """The model in its folder, ready to run."""

    folder = Path(registry_module.__file__).parent

    @cached_property
    def model(self) -> CompiledModel:
        return load_model(self.folder / "halton.mdl")

    @cached_property
    def registry(self) -> Registry:
        return load_registry()

    def elements(self, dimension: str) -> tuple[str, ...]:
        return self.model.dimensions[dimension].elements

    def draws(self, count: int, seed: int = 1) -> dict[str, Array]:
        """Joint draws of every uncertain parameter."""
        sobol = qmc.Sobol(self.registry.dimension, seed=seed)
        return self.registry.sample(sobol.random(count))

    def run(self, values: Values, *outputs: str) -> Runs:
        result = simulate(self.model, values, outputs)
        columns = {name: result.values[:, :, i] for i, name in enumerate(result.outputs)}
        return Runs(result.time, columns)

    def spend(self, *levers: str, amount: float = 300_000.0) -> dict[str, float | Array]:
        """Additional spending of the same amount a year on each lever; on all if none is named."""
        chosen = levers or self.elements("lever")
        return {f"additional spending[{lever}]": amount for lever in chosen}


@pytest.fixture(scope="session")
def halton() -> Halton:
    return Halton()
