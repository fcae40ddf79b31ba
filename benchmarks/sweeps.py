"""What a sweep of the Halton model costs beside its kernel, and how it scales over processes.

``python benchmarks/sweeps.py overhead [RUNS]`` sweeps variants of all seven tables, 256 draws each,
and prints runs a second, hours for a million, time against that of the kernel alone, the largest
memory, and how long DuckDB takes to open the store.
``python benchmarks/sweeps.py scaling [RUNS]`` sweeps on a Dask cluster of 1, 2, … worker processes,
as many as there are processors, and prints a row for each.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from upshift.scenarios.cluster import dask_crew
from upshift.scenarios.crew import Threads
from upshift.scenarios.installed import SweepSettings, halton_plan
from upshift.scenarios.plan import NARROW_OUTPUTS, SweepPlan
from upshift.scenarios.runner import EngineRunner, Progress, Values
from upshift.scenarios.schema import Lever
from upshift.scenarios.spec import load_scenarios
from upshift.scenarios.sweep import run_sweep
from upshift.scenarios.tables import write_experiments

DRAWS = 256


@dataclass(frozen=True)
class Timed(EngineRunner):
    """A compiled model that adds up the processor time of its own calls.

    A call on one thread is timed in that thread; one that shares all threads runs alone, and its
    time is the process's."""

    spent: list[float] = field(default_factory=list)

    def run(self, values: Values, outputs: tuple[str, ...], progress: Progress) -> np.ndarray:  # type: ignore[override]
        """As the model, timed."""
        clock = time.thread_time if self.threads == 1 else time.process_time
        started = clock()
        result = super().run(values, outputs, progress)
        self.spent.append(clock() - started)
        return result


def plan_of(runs: int) -> SweepPlan:
    """Enough variants of all seven tables for so many runs."""
    comparator, base = load_scenarios(["all-seven-tables"])
    variants = [
        base.model_copy(
            update={
                "name": f"variant-{number:05d}",
                "order": 1000 + number,
                "levers": {
                    name: Lever(amount=1000.0 * (number + place))
                    for place, name in enumerate(base.levers)
                },
            }
        )
        for number in range(max(1, -(-runs // DRAWS) - 1))
    ]
    settings = SweepSettings(draws=DRAWS, outputs=NARROW_OUTPUTS)
    return halton_plan((comparator, *variants), settings)


def overhead(runs: int, folder: Path) -> None:
    """Processor time of a sweep against that of its kernel."""
    plan = plan_of(runs)
    if not isinstance(plan.model, EngineRunner):
        sys.exit("the plan has no compiled model")
    model = Timed(plan.model.model, plan.model.method)
    threads = os.cpu_count() or 1
    model.run({}, ("total residents",), lambda _done, _total: None)  # compiled
    model.spent.clear()
    wall, processor = time.perf_counter(), time.process_time()
    run_sweep(plan, folder, None, write_experiments, Threads(model, threads))
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    kernel = sum(model.spent)
    done = plan.runs
    rate = done / wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{done:,} runs in {wall:.1f} s on {threads} threads: {rate:.0f} a second, "
        f"{1e6 / rate / 3600:.2f} hours a million\n"
        f"processor time {processor:.1f} s, kernel {kernel:.1f} s: {processor / kernel:.3f} times "
        f"({1e3 * kernel / done:.2f} ms and {1e6 * (processor - kernel) / done:.0f} us a run); "
        f"by the clock {wall * threads / kernel:.3f} times\n"
        f"largest memory {peak:,.0f} MB\n"
    )
    duckdb_opens(folder)


def duckdb_opens(folder: Path) -> None:
    """A mean over every shard and one over the table of runs, and how long they take."""
    import duckdb  # noqa: PLC0415

    started = time.perf_counter()
    with duckdb.connect() as base:
        base.execute(f"SELECT count(*) FROM '{folder}/experiments.parquet'").fetchall()
        opened = time.perf_counter() - started
        base.execute(f"SELECT count(*) FROM '{folder}/shards/*.parquet'").fetchall()
    sys.stdout.write(
        f"DuckDB opens the table of runs in {opened:.2f} s and all shards in "
        f"{time.perf_counter() - started - opened:.2f} s\n"
    )


def scaling(runs: int, folder: Path) -> None:
    """The same sweep on clusters of more and more processes."""
    from distributed import LocalCluster  # noqa: PLC0415

    plan = plan_of(runs)
    sys.stdout.write(
        "| workers | seconds | runs a second | times one worker |\n|---|---|---|---|\n"
    )
    first = 0.0
    for workers in range(1, (os.cpu_count() or 1) + 1):
        options = {"processes": True, "threads_per_worker": 1, "dashboard_address": None}
        into = folder / f"{workers}"
        with (
            LocalCluster(n_workers=workers, **options) as cluster,
            dask_crew(cluster.scheduler_address, plan.model) as crew,
        ):
            few = halton_plan(plan.scenarios[:1], SweepSettings(draws=DRAWS * workers, seed=1))
            run_sweep(few, folder / f"warm-{workers}", None, lambda _study: None, crew)
            started = time.perf_counter()
            run_sweep(plan, into, None, lambda _study: None, crew)
            took = time.perf_counter() - started
        first = first or took
        sys.stdout.write(
            f"| {workers} | {took:.1f} | {plan.runs / took:.0f} | {first / took:.2f} |\n"
        )


if __name__ == "__main__":
    asked = int(sys.argv[2]) if len(sys.argv) > 2 else 10_240
    place = Path(tempfile.mkdtemp(prefix="upshift-sweeps-"))
    try:
        {"overhead": overhead, "scaling": scaling}[sys.argv[1]](asked, place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
