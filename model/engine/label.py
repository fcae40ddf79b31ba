"""Name the axes of a simulation: arrays in, an xarray dataset out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .build import CompiledModel
from .simulate import Simulation

if TYPE_CHECKING:
    import xarray


def to_dataset(model: CompiledModel, simulation: Simulation) -> xarray.Dataset:
    """A dataset with one variable a requested output, dimensions ``(run, time, subscripts...)``.

    Variables carry ``units`` and ``long_name`` from the model's file. A variable of which only some
    elements were asked for appears element by element, under the element's name.
    """
    import xarray  # noqa: PLC0415 -- labelling is the only step that needs it

    position = {column: i for i, column in enumerate(simulation.outputs)}
    runs, times, _ = simulation.values.shape
    arrays: dict[str, tuple[tuple[str, ...], NDArray[np.float64], dict[str, str]]] = {}
    coords: dict[str, Any] = {"time": simulation.time, "run": np.arange(runs)}
    done: set[str] = set()
    for column in simulation.outputs:
        name = column if column in model.variables else column.partition("[")[0]
        if name in done or column in arrays:
            continue
        variable = model.variables[name]
        attributes = {"units": variable.units, "long_name": variable.meaning or name}
        columns = model.columns(name)
        places = [position[one] for one in columns if one in position]
        if len(places) < len(columns):
            values = simulation.values[:, :, position[column]]
            arrays[_apart(column)] = (("run", "time"), values, attributes)
            continue
        done.add(name)
        dims = _distinct(("run", "time", *variable.dimensions))[2:]
        values = simulation.values[:, :, _slice(places)].reshape(runs, times, *variable.shape)
        arrays[_apart(name)] = (("run", "time", *dims), values, attributes)
        for dim, label in zip(dims, variable.dimensions, strict=True):
            if dim not in coords:
                coords[dim] = list(model.dimensions[label].elements)
    attributes = {"model": model.name, "digest": model.digest}
    return xarray.Dataset(arrays, coords=coords, attrs=attributes)


def _apart(name: str) -> str:
    """The name of a variable, told from the two axes that every result has."""
    return f"{name} (variable)" if name in ("run", "time") else name


def _slice(places: list[int]) -> slice | list[int]:
    """Places in a row as a slice, which copies nothing."""
    first = places[0]
    in_a_row = places == list(range(first, first + len(places)))
    return slice(first, first + len(places)) if in_a_row else places


def _distinct(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Dimension names made unique, for a variable subscripted twice by the same range."""
    return tuple(
        label if labels.index(label) == i else f"{label} {labels[:i].count(label) + 1}"
        for i, label in enumerate(labels)
    )
