"""The files of a store: one Parquet shard per scenario and block of draws, and the draws.

A shard carries its content key (what decided its numbers) in its own footer, so that it is
recognised by content however the sweep that wrote it ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..model.errors import InputError
from .atomic import whole_file
from .manifest import Manifest, digest

Array = npt.NDArray[np.float64]

SHARD_FOLDER = "shards"
EVIDENCE_FOLDER = "evidence"
DRAWS_NAME = "draws.parquet"
_KEY = b"upshift content"


def evidence_folder(directory: Path) -> Path:
    """Where a store keeps the model's registry, sources and action tables."""
    return directory / EVIDENCE_FOLDER


def blocks(draws: int, block: int) -> Iterator[tuple[int, slice]]:
    """Number and slice of each block of draws; the last may be short."""
    for number, first in enumerate(range(0, draws, block)):
        yield number, slice(first, min(first + block, draws))


def shard_path(directory: Path, scenario: str, block: int) -> Path:
    """The file of one scenario and block."""
    return directory / SHARD_FOLDER / f"{scenario}-{block:04d}.parquet"


def shard_key(manifest: Manifest, scenario: str, block: int) -> str:
    """The digest of everything that decides a shard's numbers."""
    return digest(
        manifest.model_digest,
        manifest.draws_digest,
        manifest.method,
        manifest.scenario_digests[scenario],
        "\n".join(manifest.columns),
        f"{manifest.block} {block}",
    )


def is_finished(directory: Path, manifest: Manifest, scenario: str, block: int) -> bool:
    """Whether the shard exists, is whole, and came from the manifest's inputs."""
    try:
        footer = pq.read_metadata(shard_path(directory, scenario, block)).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return False
    return bool(footer.get(_KEY, b"").decode() == shard_key(manifest, scenario, block))


def finished_blocks(directory: Path, manifest: Manifest) -> dict[str, int]:
    """How many shards of each scenario are finished."""
    numbers = [number for number, _ in blocks(manifest.draws, manifest.block)]
    return {
        scenario.name: sum(is_finished(directory, manifest, scenario.name, n) for n in numbers)
        for scenario in manifest.scenarios
    }


def finished_scenarios(directory: Path, manifest: Manifest) -> set[str]:
    """Names of the scenarios whose every shard is finished."""
    whole = sum(1 for _ in blocks(manifest.draws, manifest.block))
    done = finished_blocks(directory, manifest)
    return {name for name, number in done.items() if number == whole}


def write_shard(directory: Path, manifest: Manifest, shard: tuple[str, int], values: Array) -> None:
    """Write ``values`` (run, time, column) of a scenario's block, whole or not at all."""
    scenario, block = shard
    runs, steps, _ = values.shape
    first = block * manifest.block
    flat = np.ascontiguousarray(values.reshape(runs * steps, -1).T)
    arrays = [
        pa.array(np.repeat(np.arange(first, first + runs, dtype=np.int32), steps)),
        pa.array(np.tile(np.asarray(manifest.time, dtype=np.float64), runs)),
        *(pa.array(column) for column in flat),
    ]
    table = pa.table(arrays, names=["draw", "time", *manifest.columns])
    key = shard_key(manifest, scenario, block)
    _write(
        table.replace_schema_metadata({_KEY: key.encode()}), shard_path(directory, scenario, block)
    )


def read_columns_of(
    directory: Path, manifest: Manifest, scenario: str, columns: tuple[str, ...]
) -> Array:
    """Some columns of all blocks of a scenario: ``(column, draw, time)``.

    Raises InputError when a shard is damaged or holds other columns or rows than it should.
    """
    steps = len(manifest.time)
    out = np.empty((len(columns), manifest.draws, steps))
    for number, draws in blocks(manifest.draws, manifest.block):
        found = read_columns(directory, manifest, (scenario, number), columns)
        for position, name in enumerate(columns):
            out[position, draws] = found[name]
    return out


def read_columns(
    directory: Path, manifest: Manifest, shard: tuple[str, int], columns: tuple[str, ...]
) -> dict[str, Array]:
    """Some columns of a scenario's block, ``(draw, time)`` each.

    Raises InputError when the shard is damaged or holds other columns or rows than it should.
    """
    scenario, block = shard
    path = shard_path(directory, scenario, block)
    table = _read(path, list(columns))
    runs = min(manifest.block, manifest.draws - block * manifest.block)
    shape = runs, len(manifest.time)
    if tuple(table.column_names) != columns or table.num_rows != shape[0] * shape[1]:
        raise InputError(
            f"{path} does not fit the study's manifest. Remove that file and run the same sweep "
            "again: it is made anew."
        )
    return {name: table.column(name).to_numpy().reshape(shape) for name in columns}


def write_draws(path: Path, draws: pd.DataFrame) -> None:
    """Write the sampled inputs, one row a draw."""
    arrays = [pa.array(np.arange(len(draws), dtype=np.int32))]
    arrays += [pa.array(draws[name].to_numpy()) for name in draws.columns]
    _write(pa.table(arrays, names=["draw", *draws.columns]), path)


def read_draws(path: Path, manifest: Manifest) -> pd.DataFrame:
    """The sampled inputs, indexed by draw. Raises InputError when they are not the manifest's."""
    table = _read(path)
    columns = {name: table.column(name).to_numpy() for name in table.column_names[1:]}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows, name="draw"))
    if draws_digest(frame) != manifest.draws_digest:
        raise InputError(
            f"{path} does not hold the draws named in the manifest. Run the sweep in a new folder."
        )
    return frame


def draws_digest(draws: pd.DataFrame) -> str:
    """A digest of every sampled value and its name."""
    values = np.ascontiguousarray(draws.to_numpy(dtype=np.float64))
    return digest("\n".join(str(name) for name in draws.columns), values.tobytes())


def write_table(
    path: Path, parts: Iterable[Mapping[str, npt.NDArray[np.generic] | list[str]]]
) -> None:
    """Write parts of a table, each named columns of equal length, as one Parquet file with a row
    group a part; whole or not at all. Raises ValueError when there is no part."""
    tables = (pa.table({name: pa.array(values) for name, values in part.items()}) for part in parts)
    first = next(tables, None)
    if first is None:
        raise ValueError("a table needs at least one part")
    with (
        whole_file(path) as temporary,
        pq.ParquetWriter(temporary, first.schema, **_options(first.schema)) as writer,
    ):
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)


def _write(table: pa.Table, path: Path) -> None:
    with whole_file(path) as temporary:
        pq.write_table(table, temporary, **_options(table.schema))


def _options(schema: pa.Schema) -> dict[str, Any]:
    """How columns are packed: fast, and the same bytes every time."""
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": [f.name for f in schema if pa.types.is_string(f.type)],
        "use_byte_stream_split": [f.name for f in schema if pa.types.is_floating(f.type)],
        "write_statistics": False,
    }


def _read(path: Path, columns: list[str] | None = None) -> pa.Table:
    try:
        return pq.read_table(path, columns=columns, partitioning=None)
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(
            f"{path} cannot be read ({str(error).splitlines()[0]}). Remove that file and run the "
            "same sweep again: it is made anew."
        ) from None
