"""Hold kernel, interpreter and PySD to one another on random models.

Run as ``python tests/fuzz.py --models 2000``. Models are drawn from ``--seed``, the same ones every
time, and compiled ten at once. ``--witness`` runs PySD as well, on every pack that it can be
trusted with. A pack in which two disagree is written to ``--failures``, with the names that differ:
reduce it to the equations that matter, and keep that as a file in ``tests/features``. Thousands of
models take an hour; ``--first`` goes on after so many.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import numpy as np

from upshift.model.engine import SimulateOptions, load_model, oracle, simulate


def _beside(name: str) -> ModuleType:
    """A module of a folder beside this file."""
    path = Path(__file__).parent / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"fuzz_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


catalogue = _beside("features/catalogue")
random_models = _beside("engine/random_models")
AT_ONCE = 10
TOLERANCE = 1e-9  # of each variable's largest magnitude


def drawn(seed: int, numbers: Sequence[int]) -> list[Any]:
    """The models of these numbers."""
    return [random_models.random_model(Random(f"{seed} {number}")) for number in numbers]


def disagreements(text: str, witness: bool) -> list[str]:
    """What differs between kernel, interpreter and (as a witness) PySD on one file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.mdl"
        path.write_text(text, encoding="utf-8")
        model = load_model(path)
        slow = oracle.run(model.model)
        expected = catalogue.flatten(model.model, slow.time, slow.variables)
        names = [name for name in expected if name != "time"]
        fast = simulate(model, {}, names, SimulateOptions(threads=1)).values[0]
        found = [
            f"kernel {name}: {gap:.3g}"
            for place, name in enumerate(names)
            if not (gap := _gap(fast[:, place], expected[name])) <= TOLERANCE
        ]
        theirs = _witness(path, model.model, slow.time) if witness else {}
        found += [
            f"PySD {name}: {gap:.3g}"
            for name, series in theirs.items()
            if not (gap := _gap(series, expected[name])) <= TOLERANCE
        ]
    return found


def _witness(path: Path, model: Any, times: Any) -> dict[str, Any]:
    """What PySD makes of a file; nothing where it stops with an error of its own."""
    try:
        series: dict[str, Any] = catalogue.pysd_run(path, model, times)
    except Exception as error:  # whatever it is, it says nothing about our numbers
        sys.stderr.write(f"PySD stops: {type(error).__name__}: {str(error)[:200]}\n")
        return {}
    return {name: one for name, one in series.items() if name != "time"}


def _gap(got: Any, expected: Any) -> float:
    scale = max(float(np.abs(expected).max()), 1e-300)
    return float(np.abs(got - expected).max()) / scale


def main() -> int:
    """Print one line a pack and the count of those that disagree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--witness", action="store_true")
    parser.add_argument("--failures", type=Path, default=Path("fuzz_failures"))
    arguments = parser.parse_args()
    begin, wrong = time.perf_counter(), 0
    for first in range(arguments.first, arguments.models, AT_ONCE):
        models = drawn(arguments.seed, range(first, min(first + AT_ONCE, arguments.models)))
        text = random_models.pack(models)
        witness = arguments.witness and all(model.trusted for model in models)
        try:
            found = disagreements(text, witness)
        except Exception as error:  # whatever it is, it is a fault to keep
            found = [f"{type(error).__name__}: {error}"]
        if found:
            wrong += 1
            arguments.failures.mkdir(parents=True, exist_ok=True)
            (arguments.failures / f"models_{first}.mdl").write_text(text, encoding="utf-8")
        seconds = time.perf_counter() - begin
        shown = "; ".join(found[:8]) or "agree"
        sys.stdout.write(f"{first + len(models):6} models, {seconds:6.0f} s: {shown}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{wrong} packs disagree\n")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
