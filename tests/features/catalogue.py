"""The feature models, their references, and how these are made (see README.md).

Run as a script with names of models to record their references.
"""

from __future__ import annotations

import csv
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


def _stepped(
    times: Floats, step: float, start: float, slope: Callable[[float, float], float]
) -> Floats:
    """Euler's method by hand: the level at each of ``times``, spaced by ``step``."""
    level, series = start, []
    for time in times:
        series.append(level)
        level += step * slope(float(time), level)
    return np.array(series)


def _decay_rk4() -> Series:
    """x' = -k x: one Runge-Kutta step multiplies x by 1 - z + z²/2 - z³/6 + z⁴/24, z = k step."""
    times = np.arange(0, 4.5, 0.5)
    series: Series = {"time": times}
    for name, rate in (("slow", 0.25), ("fast", 1.5)):
        z = rate * 0.25
        factor = 1 - z + z**2 / 2 - z**3 / 6 + z**4 / 24
        series[f"amount[{name}]"] = 8 * factor ** (times / 0.25)
    return series


def _clock_rk4() -> Series:
    """The integral of 3t² + 2t, which fourth-order Runge-Kutta finds exactly."""
    times = np.arange(0.0, 4.0)
    return {"time": times, "level": 1 + times**3 + times**2}


def _clock_functions() -> Series:
    """Pulses and ramps by their definitions; ``collected`` sums them step by step."""
    times = np.arange(0, 6.25, 0.25)
    stepped = 3.0 * (times >= 1) - 1.0 * (times >= 2)
    ramped = 2 * (np.clip(times, 1, 3) - 1)
    pulsed = 1.0 * ((times >= 1) & (times < 1.5))
    train = sum(1.0 * ((times >= s) & (times < s + 0.5)) for s in (1, 2.25, 3.5, 4.75))
    train = np.where(times <= 5, train, 0.0)
    total = stepped + ramped + pulsed + train
    collected = np.concatenate(([0.0], np.cumsum(total[:-1]) * 0.25))
    return {
        "time": times,
        "stepped": stepped,
        "ramped": ramped,
        "pulsed": pulsed,
        "one step": 1.0 * (times == 2),
        "train": train,
        "collected": collected,
    }


def _smooth_whole_start() -> Series:
    """A first-order smooth: the gap to the signal shrinks by 1 - step/time each step."""
    times = np.arange(0, 4.25, 0.25)
    return {"time": times, "first": 10 - 7 * (1 - 0.25 / 2) ** (times / 0.25)}


def _logic_precedence() -> Series:
    times = np.arange(0, 4.25, 0.25)
    late = 1.0 * (times > 3)
    return {"time": times, "either or both": late, "first either": late}


def _chain_by_element() -> Series:
    times = np.arange(0, 4.25, 0.25)
    reach = [10 + times]
    reach += [reach[0] / 2 + 1]
    reach += [reach[1] / 2 + 1]
    series = {f"reach[A{i}]": value for i, value in enumerate(reach, 1)}
    return {"time": times, **series, **{f"passed[A{i}]": v / 2 for i, v in enumerate(reach, 1)}}


def _signs() -> Series:
    """A minus sign binds less tightly than a power, as in Vensim."""
    times = np.arange(0, 1.25, 0.25)
    one = np.ones(len(times))
    return {
        "time": times,
        "minus square": -4 * one,
        "square of minus": 4 * one,
        "tower": 30 ** -(30**-1.2) * one,
        "product": -5 * one,
        "sum": -4 * one,
    }


def _mapping_part() -> Series:
    times = np.arange(0, 1.25, 0.25)
    return {"time": times, "part[P1]": 2 + times, "part[P3]": 6 + times}


def _reduced_dynamic() -> Series:
    times = np.arange(0, 4.25, 0.25)
    series: Series = {"time": times}
    for area, bases in (("east", (1.0, 2.0)), ("west", (3.0, 4.0))):
        parts = [
            _stepped(times, 0.25, base, lambda t, level, b=base: (b * t - level) / 2)  # type: ignore[misc]
            for base in bases
        ]
        series[f"remembered[{area}]"] = series[f"summed[{area}]"] = parts[0] + parts[1]
        series |= {f"separately[{area}, P{i}]": part for i, part in enumerate(parts, 1)}
    return series


def _delay_fixed() -> Series:
    """What comes out is what went in a whole number of steps ago, and the initial value before."""
    times = np.arange(0, 6.25, 0.25)

    def late(series: Floats, steps: int, initial: float) -> Floats:
        return np.concatenate((np.full(steps, initial), series))[: len(series)]

    return {
        "time": times,
        "arrived[east]": late(times, 4, -1),
        "arrived[west]": late(times + 10, 4, -1),
        "rounded up": late(times, 2, 5),
        "at least a step": late(times, 1, 5),
        "as at the start": late(times, 2, 5),
        "twice over": late(late(times, 2, 1), 2, 2),
    }


def _macros_subscripted() -> Series:
    """A stock that gains half of the amount at every step."""
    times = np.arange(0, 4.25, 0.25)
    steps = times / 0.25
    return {
        "time": times,
        "grown[east]": 3 + steps,
        "grown[west]": 3 + 2 * steps,
        "only east[east]": 3 + steps / 2,
        "only east[west]": 0 * steps,
    }


def _xmile_older() -> Series:
    """A flow that grows with time, read from a graphical function: the level follows a square."""
    times = np.arange(0, 4.25, 0.25)
    one = np.ones(len(times))
    series = {"time": times, "level": 8 + times * (times - 0.25) / 2, "in/out (net)": times}
    series |= {"curve": 4 * one, "base[east]": 3 * one, "base[west]": 5 * one}
    return series | {"smallest": 3 * one, "largest": 5 * one}


def _vector_missing() -> Series:
    """Elements beyond the range, and moments between the points of :RAW: data, are missing."""
    times = np.arange(0, 2.25, 0.25)
    one, missing = np.ones(len(times)), -(2.0**109)
    series = {"time": times, "next[f1]": one, "next[f2]": 4 * one, "next[f3]": missing * one}
    series |= {"from first": np.array([3.0, 1.0, 4.0])[np.trunc(times).astype(int)]}
    series |= {"tied[f1]": 2 * one, "tied[f2]": one, "tied[f3]": 3 * one}
    points = np.where(times == 0.5, 8.0, np.where(times == 1, 9.0, missing))
    return series | {"single": points}


def _vector_order() -> Series:
    """Orders, ranks and sorted values by NumPy's stable sort; the highest first reverses them."""
    times = np.arange(0, 2.25, 0.25)
    slope = np.array([-2.0, 0.0, 1.1, 0.3])
    series: Series = {"time": times}
    for area, base in (("east", (4.0, 3.0, 1.0, 2.0)), ("west", (1.0, 5.0, 6.0, 0.0))):
        revenue = np.array(base) + slope * times[:, None]
        order = np.argsort(revenue, axis=1, kind="stable")
        rank = np.argsort(order, axis=1)
        for i in range(4):
            series[f"rising[{area}, p{i + 1}]"] = order[:, i]
            series[f"falling[{area}, p{i + 1}]"] = order[:, 3 - i]
            series[f"rank[{area}, f{i + 1}]"] = rank[:, i] + 1
            series[f"rank from top[{area}, f{i + 1}]"] = 4 - rank[:, i]
            series[f"sorted[{area}, p{i + 1}]"] = np.sort(revenue, axis=1)[:, i]
    return series


def _xmile_modules() -> Series:
    """One trained helper of two hired sees what is needed every month."""
    times = np.arange(0, 4.5, 0.5)
    one = np.ones(len(times))
    series = {"time": times, "staff.hired": 2 * one, "staff.team.hired": 2 * one}
    series |= {"staff.team.trained": one, "clinic.helpers": one, "clinic.visits in all": 8 * times}
    for area, need in (("east", 3.0), ("west", 5.0)):
        series |= {f"need[{area}]": need * one, f"clinic.need[{area}]": need * one}
        series |= {f"clinic.visits[{area}]": need * times}
    return series | {"seen": 9 * times}


CLOSED_FORMS: dict[str, Callable[[], Series]] = {
    "chain_by_element": _chain_by_element,
    "clock_functions": _clock_functions,
    "clock_rk4": _clock_rk4,
    "decay_rk4": _decay_rk4,
    "delay_fixed": _delay_fixed,
    "logic_precedence": _logic_precedence,
    "macros_subscripted": _macros_subscripted,
    "mapping_part": _mapping_part,
    "reduced_dynamic": _reduced_dynamic,
    "signs": _signs,
    "smooth_whole_start": _smooth_whole_start,
    "vector_missing": _vector_missing,
    "vector_order": _vector_order,
    "xmile_modules": _xmile_modules,
    "xmile_older": _xmile_older,
}


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
