"""How fast is the kernel, for each equation and against PySD on the same file, in one run?"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from upshift.model.engine import CompiledModel, Kind, SimulateOptions, load_model, simulate
from upshift.model.engine.hoist import hoist_reductions
from upshift.model.engine.hoist_settled import hoist_settled
from upshift.model.engine.order import schedule
from upshift.model.engine.order_needed import essential

from .mix import operations

HALTON = Path(__file__).parent.parent / "model" / "halton" / "halton.mdl"
RUNS = 256
YEARS = 1  # PySD needs minutes for the whole horizon; both sides run the same year
ONE_THREAD = SimulateOptions(threads=1)
FIRST = """
import sys, time
from upshift.model.engine import load_model, simulate
simulate(load_model(sys.argv[1]), {}, ["cumulative contacts"])
print(time.process_time())
"""
EPIDEMIC = """{UTF-8}
healthy= INTEG(-new cases, 990) ~~|
ill= INTEG(new cases - ill/length, 10) ~~|
recovered= INTEG(ill/length, 0) ~~|
new cases= contacts*healthy*ill/(healthy + ill + recovered) ~~|
contacts= 0.5 ~~|
length= 5 ~~|
INITIAL TIME= 0 ~~|
FINAL TIME= 20 ~~|
TIME STEP= 0.25 ~~|
SAVEPER= 0.25 ~~|
"""
MILLION = """
import resource, sys, time
import numpy as np
from upshift.model.engine import SimulateOptions, load_model, simulate
model = load_model(sys.argv[1])
begin = time.perf_counter()
values = {"contacts": np.linspace(0.2, 0.9, 1_000_000)}
simulate(model, values, ["recovered"], SimulateOptions(times=[20.0]))
seconds = time.perf_counter() - begin
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{peak:.0f} MB at most, {seconds:.1f} s")
"""


def _element_equations(model: CompiledModel, names: Iterable[str]) -> int:
    """Elements of the auxiliaries called ``names``, and the net flow of each stock."""
    computed = set(names)
    return sum(
        variable.size
        for variable in model.model.variables
        if variable.name in computed or variable.kind is Kind.STOCK
    )


def _needed(model: CompiledModel) -> list[str]:
    """The variables that a step computes when nothing of it is saved."""
    groups = essential(schedule(hoist_settled(hoist_reductions(model.model))).step)
    return [equation.variable for group in groups for equation in group]


def _values(model: CompiledModel) -> dict[str, Any]:
    start = model.model.clock.start
    return {"FINAL TIME": start + YEARS, "TIME STEP": model.model.clock.step}


def test_cost_of_an_element_equation(benchmark: Any, figure: Callable[[str], None]) -> None:
    model = load_model(HALTON)
    name = next(n for n, v in model.variables.items() if v.kind is Kind.STOCK)
    steps = round((model.model.clock.stop - model.model.clock.start) / model.model.clock.step)
    values = {"INITIAL TIME": np.float64(model.model.clock.start), "growth switch": np.ones(RUNS)}
    benchmark.pedantic(simulate, (model, values, [name], ONE_THREAD), rounds=3, warmup_rounds=1)
    seconds = benchmark.stats.stats.min / RUNS
    all_of_them = _element_equations(model, model.evaluation_order)
    needed = _element_equations(model, _needed(model))
    cost = seconds / steps * 1e9
    figure(
        f"Halton model, one thread: {seconds * 1e3:.2f} ms a run of {steps} steps and "
        f"{all_of_them} element-equations, {cost / all_of_them:.3f} ns each; {needed} of them are "
        f"computed at a step of which nothing is saved, {cost / needed:.3f} ns each"
    )
    # Three copies of the stocks serve RK2 and RK4 alone.
    slots, width = model.layout.slots - 3 * model.layout.stocks, model.kernel.width
    figure(f"  workspace {slots * width * 8 / 1024:.0f} KiB: {slots} slots of {width} runs")
    mix = ", ".join(f"{count} {kind}" for kind, count in operations(model).most_common())
    figure(f"  at a step, once for {width} runs: {mix}")


def test_compiling_and_the_first_result(
    benchmark: Any, figure: Callable[[str], None], tmp_path: Path
) -> None:
    """Processor time of a new process: with an empty cache, then with a full one."""

    def begin() -> float:
        environment = {**os.environ, "UPSHIFT_CACHE_DIR": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", FIRST, str(HALTON)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return float(done.stdout)

    cold = begin()
    warm = benchmark.pedantic(begin, rounds=3)
    figure(
        f"Halton model, first result: {cold:.1f} s with an empty cache, {warm:.2f} with a full one"
    )


def test_memory_of_a_million_runs(
    benchmark: Any, figure: Callable[[str], None], tmp_path: Path
) -> None:
    """Peak memory of a process that runs a small epidemic a million times, one number kept each."""
    path = tmp_path / "epidemic.mdl"
    path.write_text(EPIDEMIC, encoding="utf-8")
    done = benchmark.pedantic(
        subprocess.run,
        ([sys.executable, "-c", MILLION, str(path)],),
        {"capture_output": True, "text": True, "check": True},
        rounds=1,
    )
    figure(f"Epidemic, 1,000,000 runs of 80 steps, one final value each: {done.stdout.strip()}")


def test_kernel_against_pysd(benchmark: Any, figure: Callable[[str], None], tmp_path: Path) -> None:
    pysd = pytest.importorskip("pysd")
    model = load_model(HALTON)
    name = next(n for n, v in model.variables.items() if v.kind is Kind.STOCK)
    values = _values(model) | {"growth switch": np.ones(RUNS)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = pysd.read_vensim(str(shutil.copy(HALTON, tmp_path)))
        final = model.model.clock.start + YEARS
        begin = perf_counter()
        theirs.run(final_time=final, return_columns=[name])
        pysd_seconds = perf_counter() - begin
    benchmark.pedantic(simulate, (model, values, [name], ONE_THREAD), rounds=5, warmup_rounds=1)
    kernel_seconds = benchmark.stats.stats.min / RUNS
    figure(
        f"Halton model, {YEARS} year, one thread: PySD {pysd_seconds:.2f} s a run, "
        f"kernel {kernel_seconds * 1e3:.3f} ms a run: {pysd_seconds / kernel_seconds:,.0f} times"
    )
