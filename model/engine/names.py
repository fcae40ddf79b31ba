"""From what a user types to columns of a model: ``Stock``, ``stock[a, B]``, ``Stock[A, B]``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, nearest
from .build import CompiledModel
from .ir import Variable


def plain(name: str) -> str:
    """A name as Vensim compares it: without case, and with spaces and underscores alike."""
    return " ".join(name.casefold().replace("_", " ").replace('"', "").split())


@lru_cache(maxsize=32)
def _by_plain_name(model: CompiledModel) -> dict[str, Variable]:
    return {plain(name): variable for name, variable in model.variables.items()}


def find(model: CompiledModel, name: str) -> tuple[Variable, NDArray[np.intp]]:
    """The variable that ``name`` means and the row-major numbers of the elements it covers.

    A bare name covers all elements. Raises InputError for an unknown variable or element.
    """
    bare, bracket, rest = name.partition("[")
    variable = _by_plain_name(model).get(plain(bare))
    if variable is None:
        raise InputError(
            f"Model '{model.name}' has no variable '{bare.strip()}'."
            f"{nearest(bare, model.variables)} `upshift show {model.name}` lists them all."
        )
    if not bracket:
        return variable, np.arange(variable.size)
    elements = [part.strip() for part in rest.rstrip().removesuffix("]").split(",")]
    if len(elements) != len(variable.dimensions):
        raise InputError(
            f"'{name}' names {len(elements)} element(s), but '{variable.name}' has "
            f"{len(variable.dimensions)} dimension(s): {', '.join(variable.dimensions) or 'none'}."
        )
    position = 0
    for element, label in zip(elements, variable.dimensions, strict=True):
        allowed = model.dimensions[label].elements
        known = {plain(candidate): number for number, candidate in enumerate(allowed)}
        if plain(element) not in known:
            raise InputError(
                f"'{element}' in '{name}' is no element of '{label}'; allowed: "
                f"{', '.join(allowed)}.{nearest(element, allowed)}"
            )
        position = position * len(allowed) + known[plain(element)]
    return variable, np.array([position])


def slots_and_columns(
    model: CompiledModel, outputs: Iterable[str]
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """The workspace slots and the column names of the requested outputs, in the order asked."""
    return _slots_and_columns(model, tuple(outputs))


@lru_cache(maxsize=32)  # finding hundreds of names takes longer than a short run
def _slots_and_columns(
    model: CompiledModel, outputs: tuple[str, ...]
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    slots: list[int] = []
    columns: list[str] = []
    for output in outputs:
        variable, elements = find(model, output)
        names = model.columns(variable.name)
        first = model.layout.first_slot[variable.name]
        slots.extend(first + int(element) for element in elements)
        columns.extend(names[int(element)] for element in elements)
    places = np.array(slots, dtype=np.int64)
    places.setflags(write=False)
    return places, tuple(columns)
