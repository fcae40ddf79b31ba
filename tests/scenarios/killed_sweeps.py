"""Sweeps killed at random moments, for `test_sweep_killed`: a process of its own, since it forks.

Usage: python killed_sweeps.py CONFTEST FOLDER KILLS. Exit code 0 when every killed and resumed
folder equals one that was never interrupted, byte for byte.
"""

from __future__ import annotations

import importlib.util
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

from upshift.scenarios.plan import SweepPlan
from upshift.scenarios.provenance import Evidence
from upshift.scenarios.sweep import run_sweep


def make_plan(conftest: Any) -> SweepPlan:
    """The stand-in's plan, slowed down so that a kill lands anywhere in it."""
    tables = "element,display name\nhomelessness,Homelessness\n"
    texts = conftest._registry(), conftest.SOURCES, tables
    comparator = conftest.Scenario(name="current-funding", title="Now", description="Today.")
    return SweepPlan(
        scenarios=(comparator, conftest._policy("everything", homelessness_table=2e6)),
        model=conftest.SlowStandIn(),
        sampler=conftest.TwoInputs(),
        evidence=Evidence(*(text.encode() for text in texts)),
        draws=64,
        seed=3,
        block=8,
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, temporary ones that were left behind included."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def killed_after(plan: SweepPlan, folder: Path, seconds: float) -> bool:
    """Sweep in a child process, kill it; whether it was still at work."""
    child = os.fork()
    if child == 0:
        run_sweep(plan, folder)
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def finished(plan: SweepPlan, folder: Path) -> None:
    """Sweep to the end in a child process, so that this one never starts a thread."""
    child = os.fork()
    if child == 0:
        run_sweep(plan, folder)
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        sys.exit(f"the sweep into {folder} failed")


def plan_of(conftest_path: str) -> SweepPlan:
    """The slow plan, made of the stand-in in ``conftest.py``."""
    spec = importlib.util.spec_from_file_location("stand_in", conftest_path)
    if spec is None or spec.loader is None:
        sys.exit(f"no module at {conftest_path}")
    conftest = importlib.util.module_from_spec(spec)
    sys.modules["stand_in"] = conftest
    spec.loader.exec_module(conftest)
    return make_plan(conftest)


def main(conftest_path: str, folder: str, kills: int) -> None:
    """Kill, resume, compare."""
    plan = plan_of(conftest_path)
    whole = Path(folder) / "whole"
    started = time.monotonic()
    finished(plan, whole)
    length = time.monotonic() - started
    wanted = contents(whole)
    chance = random.Random(11)
    interrupted = 0
    for number in range(kills):
        into = Path(folder) / f"killed-{number}"
        interrupted += killed_after(plan, into, chance.uniform(0, length))
        finished(plan, into)
        found = contents(into)
        if found != wanted:
            wrong = sorted(name for name in wanted | found if wanted.get(name) != found.get(name))
            sys.exit(f"kill {number}: {wrong} differ")
    sys.stdout.write(f"{interrupted} of {kills} were killed at work\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
