"""Yearly results read from their shards when they are asked for, the recent ones kept in memory.

A study of any size opens at once and is worked through a scenario and an output at a time, so that
memory does not grow with the number of runs.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from .manifest import Manifest, Output, element_names
from .shards import block_rows, read_columns

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

KEPT_BYTES = 512 * 2**20
"""Results kept in memory at most; a default study fits whole."""
TOGETHER_BYTES = 64 * 2**20
"""A shard no larger than this is read whole on first use: one pass over its file."""


def shard_size(manifest: Manifest) -> int:
    """Bytes of one scenario's block in memory."""
    draws = min(manifest.block, manifest.draws)
    return draws * len(manifest.time) * len(manifest.columns) * 8


class RecentResults:
    """Arrays ``(draw, time, …subscripts)`` by scenario, output and block of draws, the least recent
    forgotten. ``kept`` is the most bytes in memory: `KEPT_BYTES` unless given."""

    def __init__(self, directory: Path, manifest: Manifest, kept: int | None = None) -> None:
        self._directory = directory
        self._most = KEPT_BYTES if kept is None else kept
        self.manifest = manifest
        self._kept: OrderedDict[tuple[str, str, int], Array] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()
        self._together = shard_size(manifest) <= TOGETHER_BYTES

    def get(self, scenario: str, output: Output, draws: Rows) -> Array:
        """One output of one scenario: the named draws, which rise. Not to be changed.

        Raises InputError when a shard is missing or damaged.
        """
        size = self.manifest.block
        found = []
        for block in np.unique(draws // size):
            values = self._block(scenario, output, int(block))
            rows = draws[draws // size == block] - block * size
            found.append(values if len(rows) == len(values) else values[rows])
        return found[0] if len(found) == 1 else np.concatenate(found)

    def _block(self, scenario: str, output: Output, block: int) -> Array:
        key = scenario, output.name, block
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        wanted = self.manifest.outputs if self._together else (output,)
        read = self._read((scenario, block), wanted)
        with self._lock:
            for name, values in read.items():
                self._keep((scenario, name, block), values)
        return read[output.name]

    def _read(self, shard: tuple[str, int], outputs: tuple[Output, ...]) -> dict[str, Array]:
        manifest = self.manifest
        names = {output.name: element_names(output, manifest.dimensions) for output in outputs}
        columns = tuple(column for found in names.values() for column in found)
        read = read_columns(self._directory, manifest, shard, columns)
        rows = block_rows(manifest, shard[1])
        shape = rows.stop - rows.start, len(manifest.time)
        found = {}
        for output in outputs:
            values = np.stack([read.pop(column) for column in names[output.name]])
            values = values.reshape(*_shape(output, manifest), *shape)
            # Column first as it was read, so that nothing more is copied.
            found[output.name] = np.moveaxis(values, (-2, -1), (0, 1))
        return found

    def _keep(self, key: tuple[str, str, int], values: Array) -> None:
        old = self._kept.pop(key, None)
        self._bytes += values.nbytes - (0 if old is None else old.nbytes)
        self._kept[key] = values
        while self._bytes > self._most and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self._bytes -= old.nbytes


class _OutputArray(BackendArray):
    """One output of all scenarios, seen by xarray: ``(scenario, draw, time, …)``."""

    def __init__(
        self, results: RecentResults, scenarios: tuple[str, ...], draws: Rows, output: Output
    ) -> None:
        self._results = results
        self._scenarios = scenarios
        self._draws = draws
        self._output = output
        manifest = results.manifest
        size = (len(manifest.time), *_shape(output, manifest))
        self.shape = (len(scenarios), len(draws), *size)
        self.dtype = np.dtype(np.float64)

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        support = indexing.IndexingSupport.BASIC
        return indexing.explicit_indexing_adapter(key, self.shape, support, self._read)

    def _read(self, key: tuple[int | slice, ...]) -> Array:
        chosen, rest = key[0], key[1:]
        if isinstance(chosen, slice):
            return np.stack([self._of(name)[rest] for name in self._scenarios[chosen]])
        return np.array(self._of(self._scenarios[chosen])[rest])

    def _of(self, scenario: str) -> Array:
        return self._results.get(scenario, self._output, self._draws)


def lazy_dataset(results: RecentResults, scenarios: tuple[str, ...], draws: Rows) -> xr.Dataset:
    """Every output of the named scenarios and draws, dims ``(scenario, draw, time, …subscripts)``.

    Nothing is read before it is used. Raises nothing itself; a damaged shard raises InputError
    when it is read.
    """
    manifest = results.manifest
    dataset = xr.Dataset(
        coords={
            "scenario": list(scenarios),
            "draw": draws,
            "time": np.asarray(manifest.time, dtype=np.float64),
        }
    )
    for output in manifest.outputs:
        array = _OutputArray(results, scenarios, draws, output)
        dataset[output.name] = xr.Variable(
            ("scenario", "draw", "time", *output.dimensions),
            indexing.LazilyIndexedArray(array),
            {"units": output.units, "long_name": output.meaning},
        )
        for name in output.dimensions:
            dataset.coords[name] = list(manifest.dimensions[name])
    return dataset


def _shape(output: Output, manifest: Manifest) -> tuple[int, ...]:
    return tuple(len(manifest.dimensions[name]) for name in output.dimensions)
