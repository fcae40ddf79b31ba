"""A run of public models against simlin on one, side by side in one process.

The models are not part of this repository: ``UPSHIFT_BENCHMARK_MODELS`` names a folder of Vensim or
XMILE files (README.md says where to get them). Without it, or without simlin, all of it is skipped.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
import pytest

from upshift.model.engine import CompiledModel, Kind, SimulateOptions, load_model, simulate

FOLDER = os.environ.get("UPSHIFT_BENCHMARK_MODELS", "")
BATCH = 4096
MODELS = [path for path in sorted(Path(FOLDER).iterdir()) if path.is_file()] if FOLDER else []

pytestmark = pytest.mark.skipif(not MODELS, reason="UPSHIFT_BENCHMARK_MODELS names no folder")


def _stock(model: CompiledModel) -> str:
    return next(n for n, v in model.variables.items() if v.kind is Kind.STOCK and not v.shape)


def _least(call: Callable[[], Any], repeats: int) -> float:
    """The shortest processor time of several calls on one thread, in seconds."""
    times = []
    for _ in range(repeats):
        begin = process_time()
        call()
        times.append(process_time() - begin)
    return min(times)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_runs_against_simlin(path: Path, figure: Callable[[str], None]) -> None:
    simlin = pytest.importorskip("simlin")
    model = load_model(path)
    name = _stock(model)
    final = [model.model.clock.stop]
    batch = SimulateOptions(threads=1, draws=range(BATCH), times=final)
    single = SimulateOptions(threads=1)
    simulate(model, {}, [name], single)
    theirs = simlin.load(str(path)).simulate()

    def run_theirs() -> None:
        theirs.reset()
        theirs.run_to_end()

    run_theirs()
    found = simulate(model, {}, [name], batch).values[0, 0, 0]
    plain = name.lower().replace(" ", "_")
    agree = np.isclose(theirs.get_value(plain), found, rtol=1e-6)
    many = _least(lambda: simulate(model, {}, [name], batch), 5) / BATCH
    one = _least(lambda: simulate(model, {}, [name], single), 20)
    peer = _least(run_theirs, 20)
    figure(
        f"{path.name}: simlin {peer * 1e3:.4f} ms a run; upshift {many * 1e3:.5f} ms in a batch of "
        f"{BATCH:,} ({peer / many:.1f} times), {one * 1e3:.4f} ms alone ({peer / one:.2f} times); "
        f"'{name}' at the end {'agrees' if agree else 'DIFFERS'}"
    )


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_two_threads(path: Path, figure: Callable[[str], None]) -> None:
    model = load_model(path)
    ratios = []
    for _ in range(5):
        times = []
        for threads in (1, 2):
            options = SimulateOptions(threads=threads, draws=range(16 * BATCH), times=[])
            begin = perf_counter()
            simulate(model, {}, [_stock(model)], options)
            times.append(perf_counter() - begin)
        ratios.append(times[0] / times[1])
    figure(f"{path.name}: two threads are {median(ratios):.2f} times one (median of five)")
