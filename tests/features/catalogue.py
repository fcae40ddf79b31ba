"""The feature models, their references, and how these are made (see README.md).

Run as a script with names of models to record their references.
"""

from __future__ import annotations

import csv
import importlib.util
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from upshift.model.engine.ir import Model

FOLDER = Path(__file__).parent
Floats = NDArray[Any]
Series = dict[str, Floats]


def _closed_forms(name: str) -> dict[str, Callable[[], Series]]:
    """The table of a module beside this file."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["closed_forms"] = module
    spec.loader.exec_module(module)
    forms: dict[str, Callable[[], Series]] = module.CLOSED_FORMS
    return forms


CLOSED_FORMS = _closed_forms("closed_forms") | _closed_forms("closed_forms_arrays")


@dataclass(frozen=True)
class Reference:
    """Recorded output: ``series`` maps element names to arrays of shape (time,)."""

    source: str
    method: str
    series: Series


def names() -> list[str]:
    """The names of all feature models."""
    return sorted(path.parent.name for path in FOLDER.glob("*/model.*"))


def model_path(name: str) -> Path:
    """The model file of a feature."""
    return next((FOLDER / name).glob("model.*"))


def read_reference(name: str) -> Reference:
    """The recorded output of a feature, ``time`` included."""
    with (FOLDER / name / "reference.csv").open(encoding="utf-8", newline="") as file:
        source, method = (part.split(":")[1].strip() for part in file.readline()[1:].split(";"))
        header, *rows = csv.reader(file)
    columns = np.array(rows, dtype=float).T
    return Reference(source, method, dict(zip(header, columns, strict=True)))


def columns(model: Model, variable: str) -> list[str]:
    """The element names of a variable, row-major."""
    found = model.variable(variable)
    ranges = {dimension.name: dimension.elements for dimension in model.dimensions}
    cells = product(*(ranges[name] for name in found.dimensions))
    return [f"{variable}[{', '.join(cell)}]" if cell else variable for cell in cells]


def flatten(model: Model, time: Floats, variables: Mapping[str, Floats]) -> Series:
    """Arrays of shape (time, …) as element series; hidden variables are left out."""
    series: Series = {"time": np.asarray(time, dtype=float)}
    for variable in model.variables:
        if not variable.hidden and variable.name in variables:
            flat = variables[variable.name].reshape(len(time), -1)
            series |= dict(zip(columns(model, variable.name), flat.T, strict=True))
    return series


def pysd_run(path: Path, model: Model, times: Floats) -> Series:
    """PySD's output at ``times``, run on a copy of the folder since it writes beside the model."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pysd  # noqa: PLC0415

        copy = shutil.copytree(path.parent, Path(folder) / "model") / path.name
        read = pysd.read_vensim if path.suffix == ".mdl" else pysd.read_xmile
        table = read(str(copy)).run(return_timestamps=list(times), flatten_output=False)
    found = {name.strip('"').casefold(): table[name] for name in table.columns}
    variables = {
        variable.name: np.array([_plain(value) for value in found[variable.name.casefold()]])
        for variable in model.variables
        if variable.name.casefold() in found
    }
    shapes = {variable.name: variable.shape for variable in model.variables}
    full = {
        name: np.broadcast_to(
            value.reshape(value.shape + (1,) * _short(value, shapes[name])),
            (len(times), *shapes[name]),
        )
        for name, value in variables.items()
    }
    return flatten(model, times, full)


def _short(value: Floats, shape: tuple[int, ...]) -> int:
    return len(shape) + 1 - value.ndim


def _plain(value: Any) -> Floats:
    return np.asarray(getattr(value, "values", value), dtype=float)


def record(name: str) -> None:
    """Write the reference of one feature."""
    from upshift.model.engine.lower import lower  # noqa: PLC0415
    from upshift.model.engine.read import read  # noqa: PLC0415

    if name in CLOSED_FORMS:
        source, series = "closed form", CLOSED_FORMS[name]()
    else:
        path = model_path(name)
        model = lower(read(path))
        clock = model.clock
        count = round((clock.stop - clock.start) / clock.save_every)
        times = clock.start + clock.save_every * np.arange(count + 1)
        source, series = "PySD", pysd_run(path, model, times)
    method = "rk4" if name.endswith("rk4") else "euler"
    with (FOLDER / name / "reference.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(f"# source: {source}; method: {method}\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(series)
        writer.writerows(
            [repr(float(value)) for value in row] for row in zip(*series.values(), strict=True)
        )


if __name__ == "__main__":
    for chosen in sys.argv[1:] or names():
        record(chosen)
