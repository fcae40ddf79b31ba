"""The ranges that variables take in a run with the constants as the file states them."""

from __future__ import annotations

from ..build import CompiledModel
from ..ir import Kind
from ..simulate import simulate
from .signs import Range


def base_ranges(model: CompiledModel) -> dict[str, Range]:
    """The lowest and highest value of every computed variable, over its elements and time.

    Raises InputError for a run whose numbers stop being finite.
    """
    names = [v.name for v in model.variables.values() if v.kind is not Kind.CONSTANT]
    if not names:
        return {}
    values = simulate(model, {}, names).values[0]
    ranges: dict[str, Range] = {}
    first = 0
    for name in names:
        own = values[:, first : first + model.variables[name].size]
        ranges[name] = (float(own.min()), float(own.max()))
        first += model.variables[name].size
    return ranges
