"""Runs of a model too large to compile, by the slow interpreter: same numbers, much more time."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import oracle
from .build import CompiledModel
from .ir import Kind, Method
from .names import plain

log = logging.getLogger("upshift")

MOST_STATEMENTS = 12_000  # equations that are compiled: about two minutes of a processor

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interpretation:
    """How to interpret: ``method`` and the seed of random numbers."""

    method: Method
    seed: int


def too_large(model: CompiledModel) -> bool:
    """Whether compiling the model would take longer than most people wait."""
    parts = model.model
    count = len(parts.equations) + len(parts.flows) + len(parts.initials)
    if count > MOST_STATEMENTS:
        log.warning(
            "'%s' has %d equations; more than %d are not compiled but interpreted, which is some "
            "thousand times slower. Arrays count as one equation each: use subscripts.",
            model.name,
            count,
            MOST_STATEMENTS,
        )
    return count > MOST_STATEMENTS


def interpret(
    model: CompiledModel, constants: Floats, draw: int, how: Interpretation
) -> tuple[Floats, Floats]:
    """One run with ``constants`` in the layout's order: ``(time, values[time, slot])``.

    Slots of constants and of variables without a place of their own hold NaN.
    """
    layout = model.layout
    values: dict[str, float | Floats] = {}
    for variable in model.model.variables:
        if variable.kind is Kind.CONSTANT and variable.name not in model.model.fixed:
            first = layout.first_slot[variable.name]
            values[variable.name] = constants[first : first + variable.size].reshape(variable.shape)
    step = next((v for n, v in values.items() if plain(n) == "time step"), None)
    for name in values:
        if plain(name) == "saveper" and step is not None:
            values[name] = step
    run = oracle.run(model.model, values, how.method, oracle.Luck(how.seed, draw))
    table = np.full((len(run.time), layout.slots), np.nan)
    for name, series in run.variables.items():
        first = layout.first_slot[name]
        flat = series.reshape(len(run.time), -1)
        table[:, first : first + flat.shape[1]] = flat
    return run.time, table
