"""How fast is the kernel, for each equation and against PySD on the same file, in one run?"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from upshift.model.engine import CompiledModel, Kind, SimulateOptions, load_model, simulate

HALTON = Path(__file__).parent.parent / "model" / "halton" / "halton.mdl"
RUNS = 256
YEARS = 1  # PySD needs minutes for the whole horizon; both sides run the same year
ONE_THREAD = SimulateOptions(threads=1)


def _element_equations(model: CompiledModel) -> int:
    """Elements computed at every step: all auxiliaries and the net flow of each stock."""
    every_step = set(model.evaluation_order)
    return sum(
        variable.size
        for variable in model.model.variables
        if variable.name in every_step or variable.kind is Kind.STOCK
    )


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
    cost = seconds / (steps * _element_equations(model)) * 1e9
    figure(
        f"Halton model, one thread: {seconds * 1e3:.2f} ms a run of {steps} steps and "
        f"{_element_equations(model)} element-equations, {cost:.3f} ns each"
    )


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
