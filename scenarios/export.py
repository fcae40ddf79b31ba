"""A study as files for other programs: the same names and dimensions, nothing worked out anew.

``csv`` is a folder of long tables, ``xlsx`` a workbook, ``zarr`` and ``netcdf`` arrays by scenario,
draw, time and the model's subscripts. Each is written under another name first, then renamed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..model.errors import InputError, nearest
from .atomic import make_folder, whole_file, writing_failed
from .manifest import MANIFEST_NAME, Output
from .parquet import repeated
from .store import Study
from .tables import CROSSES, EXPERIMENTS_NAME, STAMP_COLUMNS, summary_csv

Format = Literal["csv", "xlsx", "zarr", "netcdf"]
FORMATS: tuple[Format, ...] = get_args(Format)
SUFFIXES: dict[Format, str] = {"csv": "-csv", "xlsx": ".xlsx", "zarr": ".zarr", "netcdf": ".nc"}
NEEDED: dict[Format, tuple[str, ...]] = {
    "csv": (),
    "xlsx": ("xlsxwriter",),
    "zarr": ("zarr",),
    "netcdf": ("h5netcdf", "h5py"),
}
EXTRA = "upshift[export]"
TIMESERIES_NAME = "timeseries.csv"


def export(study: Study, kind: Format, to: Path, outputs: Sequence[str] = ()) -> None:
    """Write ``study`` to ``to`` as ``kind``; of the yearly series ``outputs`` alone, by default all
    but the crosses of zone with population and municipality.

    A folder (csv, zarr) must not be there yet; a file is replaced. Raises InputError for an output
    that the study does not keep, a package that is not installed, and what cannot be written.
    """
    lacking = [name for name in NEEDED[kind] if find_spec(name) is None]
    if lacking:
        raise InputError(
            f"Writing {kind} needs {' and '.join(lacking)}, which is not installed: "
            f"pip install '{EXTRA}'."
        )
    chosen = chosen_outputs(study, outputs)
    if kind == "csv":
        with _whole_folder(to) as working:
            write_csv(study, working, chosen)
    elif kind == "zarr":
        from .export_arrays import write_zarr  # noqa: PLC0415

        with _whole_folder(to) as working:
            write_zarr(study, working, chosen)
    else:
        with whole_file(to) as working:
            _writer(kind)(study, working, chosen)


def _writer(kind: Format) -> Callable[[Study, Path, tuple[Output, ...]], None]:
    if kind == "xlsx":
        from .export_workbook import write_workbook  # noqa: PLC0415

        return write_workbook
    from .export_arrays import write_netcdf  # noqa: PLC0415

    return write_netcdf


def chosen_outputs(study: Study, names: Sequence[str]) -> tuple[Output, ...]:
    """The outputs of that name, all but the crosses when none is named. Raises InputError."""
    known = {output.name: output for output in study.manifest.outputs}
    for name in names:
        if name not in known:
            raise InputError(f"The study has no output '{name}'.{nearest(name, known)}")
    wanted = names or [name for name in known if name not in CROSSES]
    return tuple(known[name] for name in wanted)


@contextmanager
def _whole_folder(to: Path) -> Iterator[Path]:
    """A folder beside ``to`` that takes its name when the body succeeds."""
    if to.exists():
        raise InputError(f"{to} is there already. Name another with --out, or remove it first.")
    make_folder(to.parent)
    working = to.with_name(f".{to.name}.part")
    shutil.rmtree(working, ignore_errors=True)
    make_folder(working)
    try:
        yield working
        working.rename(to)
    except OSError as error:
        raise writing_failed(to, error) from None
    finally:
        shutil.rmtree(working, ignore_errors=True)


def stamp_of(study: Study) -> dict[str, str]:
    """What the numbers rest on, by name."""
    manifest = study.manifest
    found = manifest.model_digest, manifest.told_posterior, f"{manifest.seed}"
    return dict(zip(STAMP_COLUMNS, (*found, manifest.told_versions), strict=True))


def experiments_parts(study: Study) -> Iterator[pd.DataFrame]:
    """The table of runs, some thousand rows at a time. Raises InputError when it is not there."""
    path = study.directory / EXPERIMENTS_NAME
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(16_384):
                yield batch.to_pandas()
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(
            f"{path} cannot be read ({str(error).splitlines()[0]}). Run the same sweep again: it "
            "makes the table anew."
        ) from None


def write_csv(study: Study, folder: Path, outputs: tuple[Output, ...]) -> None:
    """``experiments.csv``, ``timeseries.csv``, ``summary.csv`` and the manifest."""
    with (folder / "experiments.csv").open("w", encoding="utf-8", newline="") as file:
        for number, part in enumerate(experiments_parts(study)):
            stamp = {k: v for k, v in stamp_of(study).items() if k not in part.columns}
            stamped = part.assign(**stamp)
            stamped.to_csv(file, index=False, header=number == 0, lineterminator="\n")
    _write_timeseries(study, folder / TIMESERIES_NAME, outputs)
    (folder / "summary.csv").write_bytes(summary_csv(study))
    (folder / MANIFEST_NAME).write_bytes(study.manifest.to_json().encode())


def _write_timeseries(study: Study, path: Path, outputs: tuple[Output, ...]) -> None:
    """One row a run, year, output and element: ``run_id``, scenario, draw, time, a column a
    subscript (empty where an output has none), variable, unit, value."""
    from pyarrow import csv  # noqa: PLC0415

    subscripts = tuple(dict.fromkeys(name for o in outputs for name in o.dimensions))
    ids = _run_ids(study)
    writer = None
    try:
        for scenario, output in product(study.scenarios, outputs):
            table = _long(study, scenario.name, output, (subscripts, ids[scenario.name]))
            writer = writer or csv.CSVWriter(path, table.schema)
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()


def _run_ids(study: Study) -> dict[str, list[str]]:
    """The run of every kept draw, by scenario."""
    table = pq.read_table(
        study.directory / EXPERIMENTS_NAME, columns=["run_id", "scenario", "draw"]
    )
    frame = table.to_pandas()
    frame = frame[frame["draw"].isin(study.draws.index)]
    return {str(name): list(rows["run_id"]) for name, rows in frame.groupby("scenario")}


def _long(
    study: Study, scenario: str, output: Output, of: tuple[tuple[str, ...], list[str]]
) -> pa.Table:
    subscripts, ids = of
    values = study.yearly[output.name].sel(scenario=scenario).values
    axes = (len(ids), len(study.time), *values.shape[2:])
    rows = values.size
    places = np.unravel_index(np.arange(rows), axes)

    def words(names: Sequence[str], place: np.ndarray) -> pa.Array:
        chosen = pa.DictionaryArray.from_arrays(pa.array(place.astype(np.int32)), pa.array(names))
        return chosen.dictionary_decode()

    columns = {
        "run_id": words(ids, places[0]),
        "scenario": repeated(scenario, rows).dictionary_decode(),
        "draw": pa.array(study.draws.index.to_numpy(dtype=np.int32)[places[0]]),
        "time": pa.array(study.time[places[1]]),
    }
    for name in subscripts:
        at = output.dimensions.index(name) + 2 if name in output.dimensions else None
        columns[name] = (
            repeated("", rows).dictionary_decode()
            if at is None
            else words(study.elements(name), places[at])
        )
    columns["variable"] = repeated(output.name, rows).dictionary_decode()
    columns["unit"] = repeated(output.units, rows).dictionary_decode()
    columns["value"] = pa.array(values.ravel())
    return pa.table(columns)
