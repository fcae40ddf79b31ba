"""Yearly results read from their shards when they are asked for, the recent ones kept in memory.

A study of any size opens at once and is worked through a scenario and an output at a time, so that
memory does not grow with the number of runs.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from .manifest import Manifest, Output, element_names
from .shards import read_columns_of

Array = npt.NDArray[np.float64]

KEPT_BYTES = 512 * 2**20
"""Results kept in memory at most; a default study fits whole."""
TOGETHER_BYTES = 64 * 2**20
"""A scenario no larger than this is read whole on first use: one pass over its files."""


class RecentResults:
    """Arrays ``(draw, time, …subscripts)`` by scenario and output, the least recent forgotten."""

    def __init__(self, directory: Path, manifest: Manifest) -> None:
        self._directory = directory
        self._manifest = manifest
        self._kept: OrderedDict[tuple[str, str], Array] = OrderedDict()
        self._bytes = 0
        size = manifest.draws * len(manifest.time) * len(manifest.columns) * 8
        self._together = size <= TOGETHER_BYTES

    def get(self, scenario: str, output: Output) -> Array:
        """One output of one scenario. Raises InputError when a shard is missing or damaged."""
        key = scenario, output.name
        if key not in self._kept:
            wanted = self._manifest.outputs if self._together else (output,)
            self._read(scenario, wanted)
        self._kept.move_to_end(key)
        return self._kept[key]

    def _read(self, scenario: str, outputs: tuple[Output, ...]) -> None:
        dimensions = self._manifest.dimensions
        columns = [name for output in outputs for name in element_names(output, dimensions)]
        block = read_columns_of(self._directory, self._manifest, scenario, tuple(columns))
        first = 0
        for output in outputs:
            shape = _shape(output, self._manifest)
            size = int(np.prod(shape, dtype=np.int64))
            values = block[first : first + size].reshape(*shape, *block.shape[1:])
            first += size
            # Column first as it was read, so that nothing is copied.
            self._keep((scenario, output.name), np.moveaxis(values, (-2, -1), (0, 1)))

    def _keep(self, key: tuple[str, str], values: Array) -> None:
        self._kept[key] = values
        self._bytes += values.nbytes
        while self._bytes > KEPT_BYTES and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self._bytes -= old.nbytes


class _OutputArray(BackendArray):
    """One output of all scenarios, seen by xarray: ``(scenario, draw, time, …)``."""

    def __init__(
        self,
        results: RecentResults,
        scenarios: tuple[str, ...],
        output: Output,
        size: tuple[int, ...],
    ) -> None:
        self._results = results
        self._scenarios = scenarios
        self._output = output
        self.shape = (len(scenarios), *size)
        self.dtype = np.dtype(np.float64)

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        support = indexing.IndexingSupport.BASIC
        return indexing.explicit_indexing_adapter(key, self.shape, support, self._read)

    def _read(self, key: tuple[int | slice, ...]) -> Array:
        chosen, rest = key[0], key[1:]
        if isinstance(chosen, slice):
            names = self._scenarios[chosen]
            return np.stack([self._results.get(name, self._output)[rest] for name in names])
        values: Array = self._results.get(self._scenarios[chosen], self._output)[rest]
        return np.array(values)


def lazy_dataset(directory: Path, manifest: Manifest, scenarios: tuple[str, ...]) -> xr.Dataset:
    """Every output of the named scenarios, dims ``(scenario, draw, time, …subscripts)``.

    Nothing is read before it is used. Raises nothing itself; a damaged shard raises InputError
    when it is read.
    """
    results = RecentResults(directory, manifest)
    dataset = xr.Dataset(
        coords={
            "scenario": list(scenarios),
            "draw": np.arange(manifest.draws),
            "time": np.asarray(manifest.time, dtype=np.float64),
        }
    )
    for output in manifest.outputs:
        size = (manifest.draws, len(manifest.time), *_shape(output, manifest))
        data = indexing.LazilyIndexedArray(_OutputArray(results, scenarios, output, size))
        dataset[output.name] = xr.Variable(
            ("scenario", "draw", "time", *output.dimensions),
            data,
            {"units": output.units, "long_name": output.meaning},
        )
        for name in output.dimensions:
            dataset.coords[name] = list(manifest.dimensions[name])
    return dataset


def _shape(output: Output, manifest: Manifest) -> tuple[int, ...]:
    return tuple(len(manifest.dimensions[name]) for name in output.dimensions)
