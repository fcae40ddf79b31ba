"""A result has the same bits whatever the batch, the threads, the outputs or the processor."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from upshift.model.engine import Kind, SimulateOptions, load_model, simulate
from upshift.model.engine.ir import Method
from upshift.model.engine.machine import PROCESSOR

MIXED = Path(__file__).parent / "models" / "mixed.mdl"
SEVERAL = ("chain_with_sums", "delay_fixed", "predator_prey", "sample", "nested_dynamic", "powers")
FEATURES = [Path(__file__).parent.parent / "features" / name / "model.mdl" for name in SEVERAL]
RUNS = 37  # not a multiple of the lane width

SCRIPT = """
import hashlib, sys
import numpy as np
from pathlib import Path
from upshift.model.engine import load_model, simulate
model = load_model(Path(sys.argv[1]))
values = {"birth rate": np.linspace(0.01, 0.2, 37)}
run = simulate(model, values, list(model.variables))
print(hashlib.sha256(run.values.tobytes()).hexdigest())
"""


def _rates() -> NDArray[np.float64]:
    return np.linspace(0.01, 0.2, RUNS)


def _all(threads: int = 1) -> NDArray[np.float64]:
    model = load_model(MIXED)
    options = SimulateOptions(threads=threads)
    return simulate(model, {"birth rate": _rates()}, list(model.variables), options).values


def test_the_number_of_threads_does_not_matter() -> None:
    np.testing.assert_array_equal(_all(threads=1), _all(threads=3))


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 16, 36])
def test_the_batch_a_run_falls_into_does_not_matter(count: int) -> None:
    model = load_model(MIXED)
    part = simulate(model, {"birth rate": _rates()[-count:]}, list(model.variables))
    np.testing.assert_array_equal(part.values, _all()[-count:])


def test_the_outputs_asked_for_do_not_matter() -> None:
    model = load_model(MIXED)
    alone = simulate(model, {"birth rate": _rates()}, ["inflow[south, a2]"])
    everything = simulate(model, {"birth rate": _rates()}, list(model.variables))
    column = everything.outputs.index("inflow[south, a2]")
    np.testing.assert_array_equal(alone.values[:, :, 0], everything.values[:, :, column])


@pytest.mark.parametrize("method", ["euler", "rk2", "rk4"])
@pytest.mark.parametrize("path", [MIXED, *FEATURES], ids=("mixed", *SEVERAL))
def test_how_often_outputs_are_saved_does_not_matter(path: Path, method: Method) -> None:
    """A step that nobody saves computes less and keeps it elsewhere; what is saved is the same."""
    model = load_model(path)
    names = [name for name, variable in model.variables.items() if variable.kind is not Kind.STOCK]
    clock = model.model.clock
    steps = round((clock.stop - clock.start) / clock.step)
    every = [clock.start + number * clock.step for number in range(steps + 1)]
    often, seldom = (
        simulate(model, {}, names, SimulateOptions(method=method, times=times)).values[0]
        for times in (every, every[steps // 2 :: max(1, steps - steps // 2)])
    )
    np.testing.assert_array_equal(often[steps // 2 :: max(1, steps - steps // 2)], seldom)


@pytest.mark.parametrize("name", ["x86-64", "haswell", ""])
def test_the_processor_does_not_matter(name: str) -> None:
    """The same model compiled for the plainest processor and for this one gives one hash."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        pytest.skip("the other processors named are of the x86-64 family")
    environment = dict(os.environ) | {PROCESSOR: name}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(MIXED)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = hashlib.sha256(_all().tobytes()).hexdigest()
    assert done.stdout.strip() == expected
