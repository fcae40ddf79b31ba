"""A slow interpreter of the typed representation: the reference for the compiled kernel.

It shares nothing with the kernel but ``ir`` and the NumPy twins of ``functions``: it finds its own
order, evaluates every equation as NumPy arrays, and falls back to single elements where equations
depend on one another without any element depending on itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .ir import Equation, Kind, Method, Model
from .oracle_evaluate import Compiled, Values, compile_equation
from .oracle_order import ordered
from .oracle_random import run_keys, step_key
from .random_tables import STEP_KEY

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class OracleResult:
    """``time`` has shape (time,); each of ``variables`` has shape (time, *variable shape)."""

    time: Floats
    variables: dict[str, Floats]


@dataclass(frozen=True)
class Luck:
    """Which random numbers a run meets: those of draw number ``draw`` under ``seed``."""

    seed: int = 0
    draw: int = 0


def run(
    model: Model,
    values: Mapping[str, float | Floats] | None = None,
    method: Method | None = None,
    luck: Luck | None = None,
) -> OracleResult:
    """Simulate once. ``values`` replace constants, each a number or an array of its shape.

    ``method`` None is the one the model's file asks for.

    Raises InputError for a circular definition, printing the circle, and for a name that is not a
    constant.
    """
    with np.errstate(all="ignore"):
        simulation = _Run(model, values or {}, method or model.method)
        return simulation.result(luck or Luck())


def start(model: Model) -> Values:
    """Every variable at the initial time, each in its own shape.

    Raises InputError for a circular definition.
    """
    with np.errstate(all="ignore"):
        return _Run(model, {}, "euler").begin()


class _Run:
    """One simulation: the state of all variables and the equations in order."""

    def __init__(self, model: Model, given: Mapping[str, float | Floats], method: Method) -> None:
        self.model = model
        self.method = method
        self.kinds = {variable.name: variable.kind for variable in model.variables}
        shapes = {variable.name: variable.shape for variable in model.variables}
        self.values: Values = {name: np.full(shape, np.nan) for name, shape in shapes.items()}
        self.tables = {table.name: table for table in model.tables}
        constants = [e for e in model.equations if self.kinds[e.variable] is Kind.CONSTANT]
        others = [e for e in model.equations if self.kinds[e.variable] is not Kind.CONSTANT]
        self._evaluate([self._compile(equation) for equation in constants], 0.0)
        for name, value in given.items():
            if self.kinds.get(name) is not Kind.CONSTANT:
                raise InputError(f"'{name}' is not a constant of the model '{model.name}'.")
            if name in model.fixed:
                raise InputError(f"'{name}' shaped '{model.name}' when it was loaded.")
            self.values[name] = np.broadcast_to(np.asarray(value, float), shapes[name]).copy()
        started = {equation.variable for equation in model.initials}
        unstarted = [equation for equation in others if equation.variable not in started]
        start = ordered([*unstarted, *model.initials], shapes, "at the start")
        self.start = [self._compile(equation) for equation in start]
        self.step = [self._compile(equation) for equation in ordered(others, shapes, "in a step")]
        self.flows = [self._compile(equation) for equation in model.flows]
        self.stocks = [name for name, kind in self.kinds.items() if kind is Kind.STOCK]

    def _compile(self, equation: Equation) -> Compiled:
        return compile_equation(equation, self.tables)

    def _evaluate(self, equations: Sequence[Compiled], time: float) -> None:
        for equation in equations:
            equation.assign(self.values, time)

    def begin(self) -> Values:
        """The starting values, and all that follows from them."""
        self._evaluate(self.start, self._control("initial time"))
        self._evaluate(self.step, self._control("initial time"))
        return self.values

    def result(self, luck: Luck) -> OracleResult:
        """Step through time and keep what is saved."""
        clock = {name: self._control(name) for name in _CONTROLS}
        begin, end, step, every = (clock[name] for name in _CONTROLS)
        steps = round((end - begin) / step)
        stride = max(1, round(every / step))
        saved: dict[str, list[Floats]] = {name: [] for name in self.values}
        times = []
        key = run_keys(luck.seed, luck.draw)
        for i in range(steps + 1):
            time = begin + i * step
            if STEP_KEY in self.values:
                self.values[STEP_KEY] = step_key(key, i).reshape(())
            if i == 0:
                self.begin()
            else:
                self._evaluate(self.step, time)
            if i % stride == 0:
                times.append(time)
                for name, value in self.values.items():
                    saved[name].append(value.copy())
            if i < steps:
                self._advance(time, step)
        return OracleResult(
            np.array(times), {name: np.array(series) for name, series in saved.items()}
        )

    def _control(self, name: str) -> float:
        """The value of a control parameter; the model's own clock where it changes."""
        for variable in self.model.variables:
            if variable.name.casefold().replace("_", " ") == name:
                if variable.kind is not Kind.CONSTANT:
                    clock = self.model.clock
                    stated = (clock.start, clock.stop, clock.step, clock.save_every)
                    return stated[_CONTROLS.index(name)]
                return float(self.values[variable.name])
        if name == "saveper":
            return self._control("time step")
        raise InputError(f"The model '{self.model.name}' does not define {name.upper()}.")

    def _advance(self, time: float, step: float) -> None:
        begin = {name: self.values[name].copy() for name in self.stocks}
        first = self._slopes(time)
        if self.method == "euler":
            self._move(begin, first, step)
            return
        if self.method == "rk2":
            self._move(begin, first, step)
            self._evaluate(self.step, time + step)
            second = self._slopes(time + step)
            self._move(begin, {name: (first[name] + second[name]) / 2 for name in begin}, step)
            return
        slopes = [first]
        for share in (0.5, 0.5, 1.0):
            self._move(begin, slopes[-1], share * step)
            self._evaluate(self.step, time + share * step)
            slopes.append(self._slopes(time + share * step))
        mean = {
            name: (slopes[0][name] + 2 * slopes[1][name] + 2 * slopes[2][name] + slopes[3][name])
            / 6
            for name in self.stocks
        }
        self._move(begin, mean, step)

    def _move(self, begin: Values, slopes: Values, step: float) -> None:
        for name in self.stocks:
            self.values[name] = begin[name] + step * slopes[name]

    def _slopes(self, time: float) -> Values:
        slopes: Values = {name: np.zeros_like(self.values[name]) for name in self.stocks}
        for equation in self.flows:
            equation.assign(self.values, time, slopes)
        return slopes


_CONTROLS = ("initial time", "final time", "time step", "saveper")
