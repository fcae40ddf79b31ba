"""Yearly results as labelled arrays on disk, a scenario at a time, so that memory stays flat."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from .export import stamp_of
from .manifest import Output
from .store import Study

INPUTS = "inputs"
INPUT = "input"


def write_zarr(study: Study, folder: Path, outputs: tuple[Output, ...]) -> None:
    """A Zarr group (format 2): dims ``(scenario, draw, time, …subscripts)``, and ``inputs``
    ``(draw, input)``."""
    names = [scenario.name for scenario in study.scenarios]
    width = max(map(len, names))
    for number, name in enumerate(names):
        part = _dataset(study, outputs).isel(scenario=[number]).load()
        # Names of equal width: what is appended must not be cut to the first one's.
        part = part.assign_coords(scenario=np.array([name], dtype=f"<U{width}"))
        if number == 0:
            part.merge(_inputs(study)).to_zarr(folder, mode="w", zarr_format=2, consolidated=False)
        else:
            part.to_zarr(folder, append_dim="scenario", zarr_format=2, consolidated=False)
    import zarr  # noqa: PLC0415

    zarr.consolidate_metadata(str(folder), zarr_format=2)


def write_netcdf(study: Study, path: Path, outputs: tuple[Output, ...]) -> None:
    """A netCDF-4 file with the same variables and dimensions."""
    import h5netcdf  # noqa: PLC0415

    template, inputs = _dataset(study, outputs), _inputs(study)
    with h5netcdf.File(path, "w") as file:
        file.dimensions = {
            str(k): v for k, v in (dict(template.sizes) | dict(inputs.sizes)).items()
        }
        for name, value in template.attrs.items():
            file.attrs[name] = value
        for name, coordinate in (template.coords | inputs.coords).items():
            _put(file, str(name), coordinate)
        _put(file, INPUTS, inputs[INPUTS])
        for output in outputs:
            data = template[output.name]
            stored = file.create_variable(
                output.name,
                tuple(map(str, data.dims)),
                np.float64,
                chunks=(1, *data.shape[1:]),
                compression="gzip",
                compression_opts=1,
                shuffle=True,
            )
            for key, value in data.attrs.items():
                stored.attrs[key] = value
            for number in range(len(study.scenarios)):
                stored[number] = data[number].values


def _put(file: object, name: str, data: xr.DataArray) -> None:
    """A small variable, written at once."""
    import h5py  # noqa: PLC0415

    words = data.dtype.kind in "UO"
    kind = h5py.string_dtype() if words else data.dtype
    stored = file.create_variable(name, tuple(map(str, data.dims)), kind)  # type: ignore[attr-defined]
    stored[...] = data.values.astype(object) if words else data.values
    for key, value in data.attrs.items():
        stored.attrs[key] = value


def _dataset(study: Study, outputs: tuple[Output, ...]) -> xr.Dataset:
    """Those outputs, not read yet, with what they rest on."""
    chosen = study.yearly[[output.name for output in outputs]]
    chosen = chosen.assign_attrs(stamp_of(study))
    source = f"{study.manifest.model_name} {study.manifest.model_digest}"
    for output in outputs:
        chosen[output.name].attrs["source"] = source
    chosen["time"].attrs |= {"units": "years", "long_name": "calendar year"}
    return chosen


def _inputs(study: Study) -> xr.Dataset:
    """The sampled inputs, by their names."""
    names = [str(name) for name in study.draws.columns]
    data = xr.DataArray(
        study.draws.to_numpy(dtype=np.float64),
        dims=("draw", INPUT),
        coords={"draw": study.draws.index.to_numpy(), INPUT: names},
        attrs={"long_name": "sampled inputs", "units": "as in the registry"},
    )
    return data.to_dataset(name=INPUTS)
