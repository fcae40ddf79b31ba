"""Name the axes of a simulation: arrays in, an xarray dataset out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
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
    runs, times, _ = simulation.values.shape
    frame = _frame(model, simulation.outputs, runs, simulation.time.tobytes())
    values = {
        name: simulation.values[:, :, places].reshape(runs, times, *shape)
        for name, places, shape in frame.parts
    }
    return frame.dataset.copy(data=values)


@dataclass(frozen=True)
class _Frame:
    """A dataset without numbers, and where those of each variable stand in a simulation."""

    dataset: xarray.Dataset
    parts: tuple[tuple[str, slice | list[int], tuple[int, ...]], ...]


@lru_cache(maxsize=16)
def _frame(model: CompiledModel, outputs: tuple[str, ...], runs: int, moments: bytes) -> _Frame:
    """Made once for calls alike: checking names and coordinates takes longer than a short run."""
    import xarray  # noqa: PLC0415 -- labelling is the only step that needs it

    time = np.frombuffer(moments)
    position = {column: i for i, column in enumerate(outputs)}
    arrays: dict[str, tuple[tuple[str, ...], NDArray[np.float64], dict[str, str]]] = {}
    coords: dict[str, Any] = {"time": time, "run": np.arange(runs)}
    parts: list[tuple[str, slice | list[int], tuple[int, ...]]] = []
    done: set[str] = set()
    for column in outputs:
        name = column if column in model.variables else column.partition("[")[0]
        if name in done or column in arrays:
            continue
        variable = model.variables[name]
        attributes = {"units": variable.units, "long_name": variable.meaning or name}
        columns = model.columns(name)
        places = [position[one] for one in columns if one in position]
        whole = len(places) == len(columns)
        labels = variable.dimensions if whole else ()
        shape = variable.shape if whole else ()
        shown = _apart(name if whole else column)
        dims = _distinct(("run", "time", *labels))
        nothing = np.broadcast_to(np.nan, (runs, len(time), *shape))
        arrays[shown] = (dims, nothing, attributes)
        parts.append((shown, _slice(places if whole else [position[column]]), shape))
        if whole:
            done.add(name)
        for dim, label in zip(dims[2:], labels, strict=True):
            if dim not in coords:
                coords[dim] = list(model.dimensions[label].elements)
    attributes = {"model": model.name, "digest": model.digest}
    return _Frame(xarray.Dataset(arrays, coords=coords, attrs=attributes), tuple(parts))


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
