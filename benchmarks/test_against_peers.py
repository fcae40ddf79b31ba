"""A run of public models against a run of other engines, side by side in one process.

The models are not part of this repository: ``UPSHIFT_BENCHMARK_MODELS`` names a folder of Vensim or
XMILE files (README.md says where to get them). Without it all of this is skipped, and so is a peer
that is not installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
import pytest

from upshift.model.engine import CompiledModel, Kind, SimulateOptions, load_model, simulate
from upshift.model.engine.simulate import CONTROLS

from .peers import sdeverywhere, simlin

FOLDER = os.environ.get("UPSHIFT_BENCHMARK_MODELS", "")
BATCH = 4096
REPEATS = 20  # runs alone between two readings of the clock
FIRST = """
import sys, time
from upshift.model.engine import Kind, load_model, simulate
model = load_model(sys.argv[1])
simulate(model, {}, [next(n for n, v in model.variables.items() if v.kind is Kind.STOCK)])
print(time.process_time())
"""
MODELS = [path for path in sorted(Path(FOLDER).iterdir()) if path.is_file()] if FOLDER else []

pytestmark = pytest.mark.skipif(not MODELS, reason="UPSHIFT_BENCHMARK_MODELS names no folder")


def _stock(model: CompiledModel) -> str:
    return next(n for n, v in model.variables.items() if v.kind is Kind.STOCK and not v.shape)


def _varied(model: CompiledModel) -> dict[str, Any]:
    """Every plain constant of the model within a hundredth of its value, so that runs differ.

    The first run has the model's own values.
    """
    chance = np.random.default_rng(0)
    values = {}
    for name, variable in model.variables.items():
        free = name not in model.model.fixed and variable.limits == (None, None)
        if variable.kind is not Kind.CONSTANT or variable.shape or not free:
            continue
        if name.casefold() not in CONTROLS:
            factors = chance.uniform(0.99, 1.01, BATCH)
            factors[0] = 1.0
            values[name] = float(model.constants[name]) * factors
    return values


def _least(calls: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """The least processor time of each of ``calls``, in seconds, made in turn on one thread."""
    times = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, call in calls.items():
            begin = process_time()
            call()
            times[name] = min(times[name], process_time() - begin)
    return times


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_runs_against_peers(path: Path, figure: Callable[[str], None], tmp_path: Path) -> None:
    model = load_model(path)
    name = _stock(model)
    peers = [one for one in (simlin(path, name), sdeverywhere(path, name, tmp_path)) if one]
    if not peers:
        pytest.skip("neither simlin nor SDEverywhere is installed")
    values = _varied(model)
    batch = SimulateOptions(threads=1, times=[model.model.clock.stop])
    single = SimulateOptions(threads=1)
    found = float(simulate(model, values, [name], batch).values[0, 0, 0])
    calls: dict[str, Callable[[], Any]] = {
        "batch": lambda: simulate(model, values, [name], batch),
        "alone": lambda: _repeat(lambda: simulate(model, {}, [name], single)),
    }
    for peer in peers:
        peer.run()
        calls[peer.name] = partial(_repeat, peer.run)
    times = {key: least / REPEATS for key, least in _least(calls, 15).items()}
    many, one = times["batch"] * REPEATS / BATCH, times["alone"]
    figure(
        f"{path.name}: upshift {many * 1e3:.5f} ms a run in a batch of {BATCH:,}, "
        f"{one * 1e3:.4f} ms alone"
    )
    for peer in peers:
        agrees = bool(np.isclose(peer.last(), found, rtol=1e-6))
        figure(
            f"  {peer.name} {times[peer.name] * 1e3:.4f} ms: {times[peer.name] / many:.1f} times a "
            f"run of the batch, {times[peer.name] / one:.2f} times a run alone; "
            f"'{name}' at the end {'agrees' if agrees else 'DIFFERS'}"
        )


def _repeat(call: Callable[[], Any]) -> None:
    for _ in range(REPEATS):
        call()


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_first_result_of_a_new_process(
    path: Path, figure: Callable[[str], None], tmp_path: Path
) -> None:
    environment = {**os.environ, "UPSHIFT_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", FIRST, str(path)]
    times = []
    for _ in range(2):
        begin = perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        times += [float(done.stdout), perf_counter() - begin]
    cold, cold_wall, warm, warm_wall = times
    figure(
        f"{path.name}, first result of a new process: {cold:.1f} s of processor time "
        f"({cold_wall:.1f} s passed) with an empty cache, {warm:.2f} s ({warm_wall:.2f} s) with a "
        "full one"
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
