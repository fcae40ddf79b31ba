"""Sweeps on a Dask cluster of real processes on this machine, for `test_sweep_cluster`.

Usage: python cluster_sweeps.py FOLDER. Exit code 0 when what the cluster makes, a worker killed at
work, equals what one process makes, byte for byte.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from upshift.model.engine import load_model
from upshift.model.errors import InputError
from upshift.scenarios.cluster import dask_crew
from upshift.scenarios.plan import SweepPlan
from upshift.scenarios.runner import EngineRunner
from upshift.scenarios.sweep import run_sweep

HERE = Path(__file__).parent


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def no_tables(_study: object) -> None:
    """Shards are enough."""


class Killer:
    """A sweep's progress, which kills a worker once a tenth is done."""

    def __init__(self, worker: int) -> None:
        self.worker = worker
        self.killed_at = 0

    def __call__(self, done: int, total: int) -> None:
        """Told how far the sweep is."""
        if not self.killed_at and done > total / 10:
            self.killed_at = done
            os.kill(self.worker, signal.SIGKILL)


def a_lost_worker(plan: SweepPlan, folder: Path, cluster: Any) -> None:
    """Kill one of two workers at work."""
    run_sweep(plan, folder / "alone", None, no_tables)
    with dask_crew(cluster.scheduler_address, plan.model) as crew:
        pids = crew._client.run(os.getpid)
        killer = Killer(min(pids.values()))
        run_sweep(plan, folder / "cluster", killer, no_tables, crew)
        after = crew._client.run(os.getpid)
    if not 0 < killer.killed_at < plan.runs:
        sys.exit("no worker was killed at work")
    if killer.worker in after.values():
        sys.exit("the worker lives")
    if contents(folder / "alone") != contents(folder / "cluster"):
        sys.exit("the cluster's shards differ")
    sys.stdout.write("a lost worker lost no run\n")


def a_compiled_model(plan: SweepPlan, folder: Path, cluster: Any) -> None:
    """A model that each worker compiles, or takes from the cache."""
    model = EngineRunner(load_model(HERE / "small.mdl"))
    outputs = ("smoothed workload", "hotel overflow nights")
    plan = replace(plan, model=model, outputs=outputs)
    run_sweep(plan, folder / "alone", None, no_tables)
    with dask_crew(cluster.scheduler_address, plan.model) as crew:
        run_sweep(plan, folder / "cluster", None, no_tables, crew)
    if contents(folder / "alone") != contents(folder / "cluster"):
        sys.exit("the cluster's shards of the compiled model differ")
    sys.stdout.write("compiled alike\n")


def another_version(plan: SweepPlan, folder: Path, cluster: Any) -> None:
    """A worker that is not like the caller."""
    with dask_crew(cluster.scheduler_address, plan.model) as crew:
        crew._model = replace(crew._model, digest="other", versions={"numpy": "1.0"})
        try:
            run_sweep(plan, folder / "refused", None, no_tables, crew)
        except InputError as error:
            sys.stdout.write(f"{error}\n")


def main(folder: Path) -> None:
    """One cluster, three sweeps."""
    from distributed import LocalCluster  # noqa: PLC0415

    sys.path.insert(0, str(HERE))
    os.environ["PYTHONPATH"] = str(HERE)  # where workers find the stand-in
    conftest = importlib.import_module("conftest")
    killed = importlib.import_module("killed_sweeps")
    plan = replace(killed.make_plan(conftest), model=conftest.SlowStandIn(pause=0.05))
    options = {"processes": True, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(n_workers=2, **options) as cluster:
        a_lost_worker(plan, folder / "lost", cluster)
        a_compiled_model(plan, folder / "compiled", cluster)
        another_version(plan, folder / "other", cluster)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
