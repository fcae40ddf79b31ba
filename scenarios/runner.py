"""The seam between a sweep and the engine: what a sweep asks of a model, and the real answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..model.engine import CompiledModel, SimulateOptions, simulate
from ..model.errors import InputError, nearest
from .manifest import Method, Output

Array = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]
Values = Mapping[str, float | Array]


class Runner(Protocol):
    """A model that can be run many times at once."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def digest(self) -> str:
        """What decides its numbers, as a digest."""

    @property
    def time(self) -> Array:
        """The saved times."""

    @property
    def dimensions(self) -> Mapping[str, tuple[str, ...]]:
        """Element names of each subscript."""

    def output(self, name: str) -> Output:
        """Subscripts, units and meaning of a variable. Raises InputError when there is none."""

    def run(self, values: Values, outputs: Sequence[str], progress: Progress) -> Array:
        """Run once per entry of the arrays in ``values``: ``(run, time, column)``."""


@dataclass(frozen=True)
class EngineRunner:
    """A compiled model as a `Runner`. ``threads`` None means all that the process may use."""

    model: CompiledModel
    method: Method = "euler"
    threads: int | None = None

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    @property
    def digest(self) -> str:
        """The model's content digest, engine included."""
        return self.model.digest

    @property
    def time(self) -> Array:
        """The saved times, from the model's own clock."""
        clock = self.model.model.clock
        saves = round((clock.stop - clock.start) / clock.save_every)
        return np.asarray(clock.start + np.arange(saves + 1) * clock.save_every, dtype=np.float64)

    @property
    def dimensions(self) -> Mapping[str, tuple[str, ...]]:
        """Element names of each subscript and subrange."""
        return {name: range_.elements for name, range_ in self.model.dimensions.items()}

    def output(self, name: str) -> Output:
        """Subscripts, units and meaning of a variable. Raises InputError when there is none."""
        variable = self.model.variables.get(name)
        if variable is None:
            hint = nearest(name, self.model.variables)
            raise InputError(f"The model '{self.name}' has no variable '{name}'.{hint}")
        return Output(
            name=name,
            dimensions=variable.dimensions,
            units=variable.units,
            meaning=variable.meaning,
        )

    def run(self, values: Values, outputs: Sequence[str], progress: Progress) -> Array:
        """Run once per entry of the arrays in ``values``: ``(run, time, column)``."""
        options = SimulateOptions(method=self.method, threads=self.threads, progress=progress)
        result = simulate(self.model, values, outputs, options)
        if not np.allclose(result.time, self.time, rtol=0, atol=1e-6):
            raise InputError(f"The model '{self.name}' does not save at the times of its clock.")
        return result.values
