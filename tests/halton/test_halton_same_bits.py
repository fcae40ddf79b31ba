"""The Halton model gives the same bits on the plainest processor as on this one."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

import upshift.model.halton
from upshift.model.engine import load_model, simulate

MODEL = Path(upshift.model.halton.__file__).parent / "halton.mdl"

SCRIPT = """
import hashlib, sys
import numpy as np
from upshift.model.engine import load_model, simulate
model = load_model(sys.argv[1])
values = {"FINAL TIME": 2013.0, "effect decay rate": np.linspace(0.1, 0.5, 9)}
run = simulate(model, values, list(model.variables))
print(hashlib.sha256(run.values.tobytes()).hexdigest())
"""


def test_every_variable_has_the_same_bits_on_another_processor() -> None:
    environment = {**os.environ, "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(MODEL)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    model = load_model(MODEL)
    values: dict[str, Any] = {"FINAL TIME": 2013.0, "effect decay rate": np.linspace(0.1, 0.5, 9)}
    here = simulate(model, values, list(model.variables))
    assert done.stdout.strip() == hashlib.sha256(here.values.tobytes()).hexdigest()
