"""Name the axes of a simulation: arrays in, an xarray dataset out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .build import CompiledModel
from .names import find
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
    arrays: dict[str, xarray.DataArray] = {}
    for column in simulation.outputs:
        variable, _ = find(model, column)
        columns = model.columns(variable.name)
        whole = all(name in position for name in columns)
        name = variable.name if whole else column
        if name in arrays:
            continue
        attributes = {"units": variable.units, "long_name": variable.meaning or variable.name}
        if not whole:
            values = simulation.values[:, :, position[column]]
            arrays[name] = xarray.DataArray(values, dims=("run", "time"), attrs=attributes)
            continue
        values = simulation.values[:, :, [position[c] for c in columns]]
        values = values.reshape(*values.shape[:2], *variable.shape)
        dims = ("run", "time", *_distinct(variable.dimensions))
        coords = {
            dim: list(model.dimensions[label].elements)
            for dim, label in zip(dims[2:], variable.dimensions, strict=True)
        }
        arrays[name] = xarray.DataArray(values, dims=dims, coords=coords, attrs=attributes)
    dataset = xarray.Dataset(arrays, attrs={"model": model.name, "digest": model.digest})
    runs = range(simulation.values.shape[0])
    return dataset.assign_coords(time=("time", simulation.time), run=("run", list(runs)))


def _distinct(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Dimension names made unique, for a variable subscripted twice by the same range."""
    return tuple(
        label if labels.index(label) == i else f"{label} {labels[:i].count(label) + 1}"
        for i, label in enumerate(labels)
    )
