"""From a sweep file to its points: one value per axis and point."""

from __future__ import annotations

import csv
from itertools import product
from math import isfinite
from pathlib import Path

import numpy as np

from ..model.errors import InputError
from .design import sample_uniforms
from .experiment import MOST_POINTS, Axis, Experiment, Part, Span
from .manifest import Design
from .named import Section, section_of

AxisKey = tuple[str, Part | Section | None]
"""A lever and its part, a future or policy switch and its section, or a setting and None."""
Point = dict[AxisKey, float]
_PARTS: tuple[Part, ...] = ("amount", "start", "ramp", "end")


def points_of(experiment: Experiment, folder: Path, levers: tuple[str, ...]) -> list[Point]:
    """The points of a design, in order; ``folder`` is where its table stands.

    Raises InputError when there are more than `MOST_POINTS`, or the table cannot be used.
    """
    if experiment.design == "table":
        return _from_table(folder / str(experiment.table), levers)
    axes = _axes(experiment)
    if experiment.design == "grid":
        return _grid(axes)
    if experiment.design == "one at a time":
        return [{key: value} for key, axis in axes.items() for value in _values(axis)]
    return _random(experiment, axes)


def _axes(experiment: Experiment) -> dict[AxisKey, Axis]:
    found: dict[AxisKey, Axis] = {
        (lever, part): axis
        for lever, parts in experiment.vary.levers.items()
        for part, axis in parts.items()
    }
    for section, axes in experiment.vary.named.items():
        found |= {(name, section): axis for name, axis in axes.items()}
    found |= {(name, None): axis for name, axis in experiment.vary.settings.items()}
    return found


def _values(axis: Axis) -> list[float]:
    if isinstance(axis, Span):
        return [float(value) for value in np.linspace(axis.low, axis.high, axis.steps)]
    return list(axis)


def _grid(axes: dict[AxisKey, Axis]) -> list[Point]:
    lists = [_values(axis) for axis in axes.values()]
    count = int(np.prod([len(values) for values in lists], dtype=object))
    if count > MOST_POINTS:
        raise InputError(
            f"The grid has {count:,} points; at most {MOST_POINTS:,} are run. Take fewer values, "
            "or a Latin hypercube."
        )
    return [dict(zip(axes, values, strict=True)) for values in product(*lists)]


def _random(experiment: Experiment, axes: dict[AxisKey, Axis]) -> list[Point]:
    design: Design = "sobol" if experiment.design == "sobol" else "latin hypercube"
    uniforms = sample_uniforms(design, experiment.points or 1, len(axes), experiment.seed)
    return [
        {key: _at(axis, float(u)) for (key, axis), u in zip(axes.items(), row, strict=True)}
        for row in uniforms
    ]


def _at(axis: Axis, uniform: float) -> float:
    """A value of a span in proportion, or one of a list with equal chances."""
    if isinstance(axis, Span):
        return axis.low + (axis.high - axis.low) * uniform
    return axis[min(int(uniform * len(axis)), len(axis) - 1)]


def _from_table(path: Path, levers: tuple[str, ...]) -> list[Point]:
    rows = _parquet_rows(path) if path.suffix == ".parquet" else _csv_rows(path)
    if not 2 <= len(rows) <= MOST_POINTS + 1:
        raise InputError(
            f"{path} has {max(len(rows) - 1, 0):,} points; it needs a line of names and then 1 to "
            f"{MOST_POINTS:,} lines of numbers."
        )
    keys = [_key(name, levers) for name in rows[0]]
    repeated = [name for name in rows[0] if rows[0].count(name) > 1]
    if repeated:
        raise InputError(f"{path} has the column '{repeated[0]}' twice. Keep one of them.")
    return [
        dict(zip(keys, _numbers(path, number, row, len(keys)), strict=True))
        for number, row in enumerate(rows[1:], start=2)
    ]


def _key(name: str, levers: tuple[str, ...]) -> AxisKey:
    for part in _PARTS:
        lever = name.removesuffix(f" {part}")
        if lever in levers and lever != name:
            return lever, part
    return name, section_of(name)


def _csv_rows(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [[cell.strip() for cell in row] for row in csv.reader(file) if row]
    except FileNotFoundError:
        raise InputError(f"There is no table {path}. Check the path in the sweep file.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read as CSV in UTF-8 ({error}).") from None


def _parquet_rows(path: Path) -> list[list[str]]:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        table = pq.read_table(path, partitioning=None)
    except FileNotFoundError:
        raise InputError(f"There is no table {path}. Check the path in the sweep file.") from None
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(
            f"{path} cannot be read as Parquet ({str(error).splitlines()[0]})."
        ) from None
    columns = [[str(value) for value in column.to_pylist()] for column in table.columns]
    return [list(table.column_names), *(list(row) for row in zip(*columns, strict=True))]


def _numbers(path: Path, line: int, row: list[str], count: int) -> list[float]:
    if len(row) != count:
        raise InputError(f"{path}, line {line}: {len(row)} values for {count} columns.")
    found = []
    for column, text in enumerate(row, start=1):
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not isfinite(value):
            raise InputError(
                f"{path}, line {line}, column {column}: '{text}' is not a number. Every point "
                "needs a number in every column."
            )
        found.append(value)
    return found
