"""Public models run by other engines, in this process, so that times can be set side by side."""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SDE = os.environ.get("UPSHIFT_BENCHMARK_SDE", "")  # the executable of @sdeverywhere/cli
_LOG = re.compile(r"\bLOG\s*\(([^,()]*),([^,()]*)\)", re.IGNORECASE)


@dataclass(frozen=True)
class Peer:
    """Another engine with a model loaded: ``run`` is one whole run, ``last`` its final value."""

    name: str
    run: Callable[[], None]
    last: Callable[[], float]


def simlin(path: Path, output: str) -> Peer | None:
    """The byte code of pysimlin; None where it is not installed."""
    try:
        import simlin as engine  # noqa: PLC0415
    except ImportError:
        return None
    simulation = engine.load(str(path)).simulate()

    def run() -> None:
        simulation.reset()
        simulation.run_to_end()

    plain = output.lower().replace(" ", "_")
    return Peer("simlin", run, lambda: float(simulation.get_value(plain)))


def sdeverywhere(path: Path, output: str, folder: Path) -> Peer | None:
    """SDEverywhere's C, compiled for this processor by gcc -O3; None where either is absent.

    One output is kept as the model's SAVEPER says. SDEverywhere knows no LOG: its copy of the model
    says the same by LN.
    """
    compiler = shutil.which("gcc")
    if not SDE or compiler is None or path.suffix != ".mdl":
        return None
    executable = str(Path(SDE).resolve())
    model, spec, library = folder / path.name, folder / "spec.json", folder / "model.so"
    text = path.read_bytes().decode("utf-8", "replace")
    model.write_text(_LOG.sub(r"(LN(\1)/LN(\2))", text), encoding="utf-8")
    spec.write_text(json.dumps({"outputVarNames": [output]}), encoding="utf-8")
    _done([executable, "generate", "--outformat=c", "--spec", str(spec), str(model)], folder)
    # "compile" brings the C files that every model shares; whether its own compiler is there or
    # not is of no interest.
    subprocess.run(
        [executable, "compile", str(model)], cwd=folder, capture_output=True, check=False
    )
    sources = [str(one) for one in sorted((folder / "build").glob("*.c")) if one.stem != "main"]
    flags = ["-O3", "-march=native", "-w", "-shared", "-fPIC", "-Wl,-Bsymbolic"]
    _done([compiler, *flags, "-o", str(library), *sources, "-lm"], folder)
    code = ctypes.CDLL(str(library))
    for word in ("getInitialTime", "getFinalTime", "getSaveper"):
        getattr(code, word).restype = ctypes.c_double
    length = code.getFinalTime() - code.getInitialTime()
    series = np.zeros(round(length / code.getSaveper()) + 1)
    code.runModel.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    address = series.ctypes.data
    return Peer("SDEverywhere C", lambda: code.runModel(None, address), lambda: float(series[-1]))


def _done(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{command[0]} failed:\n{done.stdout}\n{done.stderr}")
