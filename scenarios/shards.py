"""The files of a store: one Parquet shard per scenario and block of draws, and the draws.

A shard carries its content key (what decided its numbers) in its own footer, so that it is
recognised by content however the sweep that wrote it ended. Runs that failed have a row of NaN in
it at every time, and the footer says why.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from ..model.errors import InputError
from .atomic import write_whole
from .manifest import Manifest, digest
from .parquet import read_notes, read_table, repeated, table_bytes

Array = npt.NDArray[np.float64]
Failures = Mapping[int, str]
"""Why a run failed, by its draw."""

SHARD_FOLDER = "shards"
EVIDENCE_FOLDER = "evidence"
DRAWS_NAME = "draws.parquet"
_KEY = "upshift content"
_DRAWS = "upshift draws"
_FAILED = "upshift failed"


def evidence_folder(directory: Path) -> Path:
    """Where a store keeps the model's registry, sources and action tables."""
    return directory / EVIDENCE_FOLDER


def blocks(draws: int, block: int) -> Iterator[tuple[int, slice]]:
    """Number and slice of each block of draws; the last may be short."""
    for number, first in enumerate(range(0, draws, block)):
        yield number, slice(first, min(first + block, draws))


def block_rows(manifest: Manifest, block: int) -> slice:
    """The draws of a block."""
    first = block * manifest.block
    return slice(first, min(first + manifest.block, manifest.draws))


def shard_path(directory: Path, scenario: str, block: int) -> Path:
    """The file of one scenario and block."""
    return directory / SHARD_FOLDER / f"{scenario}-{block:04d}.parquet"


@dataclass(frozen=True)
class ShardFrame:
    """Everything about a shard but its numbers: whoever has this can write the file."""

    scenario: str
    block: int
    first_draw: int
    runs: int
    time: tuple[float, ...]
    columns: tuple[str, ...]
    notes: Mapping[str, str]


def shard_frame(manifest: Manifest, scenario: str, block: int) -> ShardFrame:
    """The frame of one scenario's block."""
    rows = block_rows(manifest, block)
    return ShardFrame(
        scenario=scenario,
        block=block,
        first_draw=rows.start,
        runs=rows.stop - rows.start,
        time=manifest.time,
        columns=manifest.columns,
        notes={
            **manifest.notes,
            _DRAWS: manifest.block_digests[block],
            _KEY: shard_key(manifest, scenario, block),
        },
    )


def shard_key(manifest: Manifest, scenario: str, block: int) -> str:
    """The digest of everything that decides a shard's numbers. Other blocks' draws do not, so that
    a study of more draws keeps the shards it has."""
    return digest(
        manifest.model_digest,
        manifest.block_digests[block],
        manifest.method,
        manifest.scenario_digests[scenario],
        "\n".join(manifest.columns),
        f"{manifest.block} {block}",
    )


def is_finished(directory: Path, manifest: Manifest, scenario: str, block: int) -> bool:
    """Whether the shard exists, is whole, and came from the manifest's inputs."""
    return _notes_of(directory, manifest, scenario, block) is not None


def _notes_of(
    directory: Path, manifest: Manifest, scenario: str, block: int
) -> dict[str, str] | None:
    """The footer of a finished shard, None for any other."""
    notes = read_notes(shard_path(directory, scenario, block))
    if notes is None or notes.get(_KEY) != shard_key(manifest, scenario, block):
        return None
    return notes


@dataclass(frozen=True)
class Scan:
    """What the files of a store say: finished blocks, and why runs failed, by scenario."""

    blocks: int
    done: Mapping[str, tuple[int, ...]]
    failures: Mapping[str, dict[int, str]]

    @property
    def finished(self) -> set[str]:
        """Names of the scenarios whose every shard is finished."""
        return {name for name, done in self.done.items() if len(done) == self.blocks}


def scan(directory: Path, manifest: Manifest) -> Scan:
    """Look at every shard of a store, at its footer alone."""
    numbers = [number for number, _ in blocks(manifest.draws, manifest.block)]
    done: dict[str, tuple[int, ...]] = {}
    failures: dict[str, dict[int, str]] = {}
    for scenario in manifest.scenarios:
        name = scenario.name
        done[name], failures[name] = (), {}
        for number in numbers:
            notes = _notes_of(directory, manifest, name, number)
            if notes is not None:
                done[name] += (number,)
                failures[name] |= _failures(shard_path(directory, name, number), notes)
    return Scan(len(numbers), done, failures)


def shard_bytes(frame: ShardFrame, values: Array, failures: Failures) -> bytes:
    """The content of a shard's file: ``values`` (run, time, column), and which runs failed."""
    runs, steps, _ = values.shape
    flat = np.ascontiguousarray(values.reshape(runs * steps, -1).T)
    draws = np.arange(frame.first_draw, frame.first_draw + runs, dtype=np.int32)
    arrays = [
        repeated(frame.scenario, runs * steps),
        pa.array(np.repeat(draws, steps)),
        pa.array(np.tile(np.asarray(frame.time, dtype=np.float64), runs)),
        *(pa.array(column) for column in flat),
    ]
    table = pa.table(arrays, names=["scenario", "draw", "time", *frame.columns])
    notes = dict(frame.notes)
    if failures:
        notes[_FAILED] = json.dumps({str(draw): failures[draw] for draw in sorted(failures)})
    return table_bytes(table, notes)


def read_failures(directory: Path, scenario: str, block: int) -> dict[int, str]:
    """The failed runs of a shard, by draw. Raises InputError when the file is damaged."""
    path = shard_path(directory, scenario, block)
    return _failures(path, read_notes(path) or {})


def _failures(path: Path, notes: Mapping[str, str]) -> dict[int, str]:
    try:
        found = json.loads(notes.get(_FAILED, "{}"))
        return {int(draw): str(reason) for draw, reason in found.items()}
    except (ValueError, AttributeError):
        raise InputError(
            f"{path} does not say properly which runs failed. Remove that file and run the same "
            "sweep again: it is made anew."
        ) from None


def read_columns(
    directory: Path, manifest: Manifest, shard: tuple[str, int], columns: tuple[str, ...]
) -> dict[str, Array]:
    """Some columns of a scenario's block, ``(draw, time)`` each.

    Raises InputError when the shard is damaged or holds other columns or rows than it should.
    """
    scenario, block = shard
    path = shard_path(directory, scenario, block)
    table = read_table(path, list(columns))
    rows = block_rows(manifest, block)
    shape = rows.stop - rows.start, len(manifest.time)
    if tuple(table.column_names) != columns or table.num_rows != shape[0] * shape[1]:
        raise InputError(
            f"{path} does not fit the study's manifest. Remove that file and run the same sweep "
            "again: it is made anew."
        )
    return {name: table.column(name).to_numpy().reshape(shape) for name in columns}


def write_draws(path: Path, draws: pd.DataFrame, manifest: Manifest) -> None:
    """Write the sampled inputs, one row a draw."""
    arrays = [pa.array(np.arange(len(draws), dtype=np.int32))]
    arrays += [pa.array(draws[name].to_numpy()) for name in draws.columns]
    table = pa.table(arrays, names=["draw", *draws.columns])
    write_whole(path, table_bytes(table, manifest.notes))


def read_draws(path: Path, manifest: Manifest) -> pd.DataFrame:
    """The sampled inputs, indexed by draw. Raises InputError when they are not the manifest's."""
    table = read_table(path)
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
