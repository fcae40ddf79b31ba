"""When a model starts, stops, steps and saves: settled when the file is loaded.

The control parameters may be formulas, of constants or of time. Where they change during a run the
clock is played through once: the run stops at the first time that has reached FINAL TIME, and goes
by the shortest TIME STEP. A longer step in between is only allowed where nothing integrates, since
it would change the result; saving at the shortest SAVEPER never does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite

from ..errors import InputError
from .bounds import check_steps
from .ir import Clock, Kind
from .lower_constant import CONTROLS, clock_value
from .lower_scope import Declared, Symbols
from .syntax import Node

MOST_STEPS = 1_000_000


@dataclass(frozen=True)
class Timing:
    """The clock, and the control parameters (keys) that change during a run."""

    clock: Clock
    changing: frozenset[str]
    uneven: bool  # whether the step itself changes


def timing(symbols: Symbols, path: str) -> Timing:
    """The clock of a model. Raises InputError for one that is missing, senseless or not known."""
    found = {name: _declared(name, symbols, path) for name in CONTROLS}
    fixed: dict[str, float] = {}
    changing = set()
    for name, declared in found.items():
        if declared is not None:
            value = clock_value(_node(declared), symbols, None)
            if value is None or declared.dimensions:
                changing.add(name)
            else:
                fixed[name] = value
    if not changing:
        save_every = fixed.get("saveper", fixed["time step"])
        clock = Clock(fixed["initial time"], fixed["final time"], fixed["time step"], save_every)
        return Timing(_sensible(clock, path), frozenset(), uneven=False)
    played = _played(_Controls(found, fixed, symbols), frozenset(changing), path)
    for name, declared in found.items():
        if declared is not None and name in changing:
            symbols.declared[name] = replace(declared, kind=Kind.AUXILIARY)
        elif declared is not None:
            symbols.fixed.add(declared.name)
    return played


def _declared(name: str, symbols: Symbols, path: str) -> Declared | None:
    declared = symbols.find(name)
    if declared is None and name != "saveper":
        raise InputError(
            f"{path} does not define {name.upper()}. Every model needs INITIAL TIME, FINAL TIME "
            "and TIME STEP."
        )
    return declared


def _node(declared: Declared) -> Node:
    return declared.element.components[0].node


@dataclass(frozen=True)
class _Controls:
    found: dict[str, Declared | None]
    fixed: dict[str, float]
    symbols: Symbols

    def at(self, name: str, time: float) -> float:
        """The value of a control parameter at a time."""
        if name in self.fixed:
            return self.fixed[name]
        declared = self.found[name]
        if declared is None:  # SAVEPER by default
            return self.at("time step", time)
        value = None if declared.dimensions else clock_value(_node(declared), self.symbols, time)
        if value is None:
            raise InputError(
                f"{declared.name} must be a single number, or a formula of constants and Time."
            )
        return value


def _played(controls: _Controls, changing: frozenset[str], path: str) -> Timing:
    start = controls.at("initial time", controls.at("initial time", 0.0))
    time, even = start, True
    steps: list[float] = []
    saves: list[float] = []
    while True:
        steps.append(controls.at("time step", time))
        saves.append(controls.at("saveper", time))
        _sensible(Clock(start, max(time, start), steps[-1], saves[-1]), path)
        if time >= controls.at("final time", time) - steps[-1] / 2:
            break
        if len(steps) > MOST_STEPS:
            raise InputError(f"{path} takes more than {MOST_STEPS:,} steps to its FINAL TIME.")
        even = even and steps[-1] == steps[0]
        time = start + len(steps) * steps[0] if even else time + steps[-1]
    step = min(steps)
    if any(abs(one / step - round(one / step)) > 1e-6 for one in steps):
        raise InputError(
            f"{path}: TIME STEP changes between values of which the shortest is {step:g}, and the "
            "others are no multiples of it. Use one step."
        )
    clock = Clock(start, time, step, min(saves))
    return Timing(_sensible(clock, path), changing, uneven=len(set(steps)) > 1)


def _sensible(clock: Clock, path: str) -> Clock:
    numbers = (clock.start, clock.stop, clock.step, clock.save_every)
    if not (clock.step > 0 and clock.save_every > 0 and clock.stop >= clock.start):
        raise InputError(
            f"{path}: time runs from {clock.start:g} to {clock.stop:g} in steps of "
            f"{clock.step:g}, saved every {clock.save_every:g}. FINAL TIME must not be before "
            "INITIAL TIME, and TIME STEP and SAVEPER must be greater than 0."
        )
    if not all(map(isfinite, numbers)):
        raise InputError(
            f"{path}: time runs from {clock.start:g} to {clock.stop:g} in steps of {clock.step:g}, "
            f"saved every {clock.save_every:g}. All four must be finite numbers."
        )
    check_steps(path, (clock.stop - clock.start) / clock.step)
    return clock
