"""The Halton model gives the same bits whatever the processor, threads, batch or outputs."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import upshift.model.halton
from upshift.model.engine import CompiledModel, SimulateOptions, load_model, simulate
from upshift.model.engine.machine import PROCESSOR

MODEL = Path(upshift.model.halton.__file__).parent / "halton.mdl"
RUNS = 19  # not a multiple of the lane width

SCRIPT = """
import hashlib, sys
import numpy as np
from upshift.model.engine import load_model, simulate
model = load_model(sys.argv[1])
values = {"FINAL TIME": 2013.0, "effect decay rate": np.linspace(0.1, 0.5, 19)}
run = simulate(model, values, list(model.variables))
print(hashlib.sha256(run.values.tobytes()).hexdigest())
"""


@pytest.fixture(name="compiled", scope="module")
def _compiled() -> CompiledModel:
    return load_model(MODEL)


def _values(first: int = 0) -> dict[str, Any]:
    return {"FINAL TIME": 2013.0, "effect decay rate": np.linspace(0.1, 0.5, RUNS)[first:]}


def test_every_variable_has_the_same_bits_on_another_processor(compiled: CompiledModel) -> None:
    environment = {**os.environ, PROCESSOR: "generic"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(MODEL)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    here = simulate(compiled, _values(), list(compiled.variables))
    assert done.stdout.strip() == hashlib.sha256(here.values.tobytes()).hexdigest()


def test_threads_batches_and_outputs_change_no_bit(compiled: CompiledModel) -> None:
    everything = simulate(compiled, _values(), list(compiled.variables), SimulateOptions(threads=1))
    threaded = simulate(compiled, _values(), list(compiled.variables), SimulateOptions(threads=3))
    np.testing.assert_array_equal(threaded.values, everything.values)
    for first in (RUNS - 1, 10, 3):
        part = simulate(compiled, _values(first), list(compiled.variables))
        np.testing.assert_array_equal(part.values, everything.values[first:])
    few = ["cumulative contacts", "waiting multiplier", "people by zone[prevention]"]
    alone = simulate(compiled, _values(), few)
    columns = [everything.outputs.index(name) for name in alone.outputs]
    np.testing.assert_array_equal(alone.values, everything.values[:, :, columns])
