"""Hold the engine to the public collection of test models, SDXorg/test-models.

Run as ``python tests/sdxorg.py FOLDER``, where FOLDER is a copy of that collection. Every model
file with a recorded output beside it is run and compared; a table says how many agree, and which do
not and why. ``--kernel`` runs compiled kernels (some twenty minutes), not the interpreter (one).
Names are compared without case, spaces and underscores; a variable agrees within ``--tolerance`` of
its largest magnitude. The outputs were recorded by Vensim with Euler's method, which is used here
whatever a file asks for. Series that follow from random numbers are left out.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from upshift.model.engine import SimulateOptions, load_model, oracle, simulate
from upshift.model.engine.ir import Model
from upshift.model.engine.lower import lower
from upshift.model.engine.order import reads
from upshift.model.engine.random_tables import STEP_KEY
from upshift.model.engine.read import VENSIM, XMILE, read
from upshift.model.errors import InputError

Floats = NDArray[Any]
RECORDED = {"model_to_generate_data.mdl": ("data.tab",)}  # beside another model's output
CONTROLS = ("time", "initialtime", "finaltime", "timestep", "saveper")


@dataclass(frozen=True)
class Outcome:
    """What became of one file: agrees, differs, refused, or an error that should not happen."""

    path: Path
    verdict: str
    note: str = ""


def plain(name: str) -> str:
    """A name without case, spaces, underscores and quotes."""
    return "".join(name.casefold().replace("_", " ").replace('"', "").replace("\\n", " ").split())


def files(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Every model file of the collection with the recorded output beside it."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in VENSIM + XMILE:
            for name in RECORDED.get(path.name, ("output.tab", "output.csv")):
                if (path.parent / name).is_file():
                    yield path, path.parent / name
                    break


def recorded(path: Path) -> dict[str, Floats]:
    """The series of a recorded output, by plain name."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_bytes().decode("cp1252", "replace")
    delimiter = "\t" if "\t" in text.splitlines()[0] else ","
    rows = [row for row in csv.reader(text.splitlines(), delimiter=delimiter) if any(row)]
    header = rows[0]
    columns = [
        [_number(row[i]) if i < len(row) else np.nan for row in rows[1:]]
        for i in range(len(header))
    ]
    series = {plain(name): np.array(column) for name, column in zip(header, columns, strict=True)}
    times = next(iter(series.values()))
    return {"time": times} | series


def _number(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return np.nan


def computed(model: Model, time_: Floats, variables: Mapping[str, Floats]) -> dict[str, Floats]:
    """Every element's series, by plain name."""
    series = {"time": time_}
    by_chance = chancy(model)
    ranges = {dimension.name: dimension.elements for dimension in model.dimensions}
    for variable in model.variables:
        if variable.hidden or variable.name in by_chance:
            continue
        flat = variables[variable.name].reshape(len(time_), -1)
        for place, cell in enumerate(product(*(ranges[name] for name in variable.dimensions))):
            name = f"{variable.name}[{','.join(cell)}]" if cell else variable.name
            series[plain(name)] = flat[:, place]
    return series


def chancy(model: Model) -> set[str]:
    """The variables that random numbers reach."""
    found, size = {STEP_KEY}, 0
    equations = (*model.equations, *model.flows, *model.initials)
    while size < len(found):
        size = len(found)
        for equation in equations:
            if any(reference.name in found for reference in reads(equation.expression)):
                found.add(equation.variable)
    return found


def run(path: Path, kernel: bool) -> dict[str, Floats]:
    """All series of a model file."""
    if not kernel:
        model = lower(read(path))
        result = oracle.run(model, method="euler")
        return computed(model, result.time, result.variables)
    compiled = load_model(path)
    names = list(compiled.variables)
    simulation = simulate(compiled, {}, names, SimulateOptions(method="euler"))
    variables, first = {}, 0
    for name in names:
        size = compiled.variables[name].size
        variables[name] = simulation.values[0, :, first : first + size]
        first += size
    return computed(compiled.model, simulation.time, variables)


def gaps(got: Mapping[str, Floats], expected: Mapping[str, Floats]) -> dict[str, float]:
    """The largest difference of every series that both have, in parts of its largest magnitude."""
    found = {}
    for name, series in expected.items():
        if name in CONTROLS or name not in got or not np.isfinite(series).any():
            continue
        at = [int(np.argmin(np.abs(got["time"] - moment))) for moment in expected["time"]]
        known = np.isfinite(series)
        mine = got[name][at]
        scale = max(float(np.abs(series[known]).max()), 1e-9)
        # An output that stays within rounding of zero carries no relative information.
        difference = np.abs(mine - series)[known].max()
        found[name] = 0.0 if difference < 1e-9 else float(difference) / scale
    return found


def outcome(path: Path, output: Path, kernel: bool, tolerance: float) -> Outcome:
    """Run one file and compare it."""
    try:
        got = run(path, kernel)
    except InputError as error:
        return Outcome(path, "refused", str(error).replace(str(path), path.name))
    except Exception as error:
        return Outcome(path, "CRASHED", f"{type(error).__name__}: {error}")
    found = gaps(got, recorded(output))
    if not found:
        return Outcome(path, "differs", "no variable in common with the recorded output")
    worst = max(found, key=lambda name: (not found[name] <= tolerance, found[name]))
    if not found[worst] <= tolerance:
        count = sum(not gap <= tolerance for gap in found.values())
        return Outcome(
            path, "differs", f"{count} of {len(found)}, most {worst} by {found[worst]:.3g}"
        )
    return Outcome(path, "agrees", f"{len(found)} series")


def _line(note: str) -> str:
    return " ".join(note.split())[:200]


def main() -> int:
    """Print one line a file that does not agree, and the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kernel", action="store_true")
    parser.add_argument("--tolerance", type=float, default=1e-3)
    parser.add_argument("--all", action="store_true", help="print the files that agree, too")
    arguments = parser.parse_args()
    begin = time.perf_counter()
    verdicts: Counter[str] = Counter()
    for path, output in files(arguments.folder):
        result = outcome(path, output, arguments.kernel, arguments.tolerance)
        verdicts[result.verdict] += 1
        if arguments.all or result.verdict != "agrees":
            name = path.relative_to(arguments.folder)
            sys.stdout.write(f"{result.verdict:8} {name}: {_line(result.note)}\n")
    counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    seconds = time.perf_counter() - begin
    sys.stdout.write(f"{verdicts.total()} files: {counts} ({seconds:.0f} s)\n")
    return int(verdicts["CRASHED"] > 0)


if __name__ == "__main__":
    sys.exit(main())
