"""Run scenarios crossed with draws into a folder; stop at any moment and go on later."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..model.checks_record import RECORD_NAME
from ..model.errors import InputError
from ..model.halton.posterior import POSTERIOR_NAME
from .atomic import clear_away, make_folder, write_whole
from .crew import Crew, Job, local_crew
from .economics import POLICY_START, PRICE_YEAR
from .lock import only_writer
from .manifest import FORMAT, MANIFEST_NAME, Manifest, digest, read_manifest, versions
from .plan import (
    BUDGET_YEARS,
    STAFFED,
    SweepPlan,
    check_plan,
    comparator_workload,
    sample_draws,
    scenario_digests,
    workload_columns,
)
from .provenance import HISTORY_NAME, REGISTRY_NAME, SOURCES_NAME, TABLES_NAME
from .schema import Scenario
from .shards import (
    DRAWS_NAME,
    SHARD_FOLDER,
    block_rows,
    blocks,
    draws_digest,
    evidence_folder,
    is_finished,
    read_columns,
    read_failures,
    shard_frame,
    shard_path,
    write_draws,
)
from .spec import in_order
from .store import Study, load_study
from .tables import write_tables
from .unit_costs import UNIT_COSTS_NAME
from .work import Drawn, Task

Array = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]
Tabulate = Callable[[Study], None]

MOST_HANDED = 64
"""Blocks of comparators whose hand-over is kept: a few megabytes."""
_IDENTITY = {
    "model_name": "the model",
    "model_digest": "the model or its engine",
    "registry_digest": "the parameter registry",
    "posterior_digest": "the posterior",
    "design": "the design",
    "seed": "the seed",
    "draws": "the number of draws",
    "draws_digest": "the sampled inputs",
    "method": "the integration method",
    "block": "the block size",
    "time": "the saved times",
    "outputs": "the outputs kept",
    "dimensions": "the model's subscripts",
    "versions": "the versions of Python or of packages",
}


@dataclass(frozen=True)
class Store:
    """A folder under its manifest."""

    directory: Path
    manifest: Manifest


def run_sweep(
    plan: SweepPlan,
    directory: Path,
    progress: Progress | None = None,
    tabulate: Tabulate = write_tables,
    crew: Crew | None = None,
) -> Study:
    """Run ``plan`` into ``directory`` and return the study found there.

    ``tabulate`` writes tables beside the shards; `write_experiments` leaves out the long summary,
    which takes longer than the runs when there are thousands of scenarios.

    ``crew`` makes the shards: by default the threads of this process.

    Comparators run first; every policy is then run with the same draws and its comparator's
    smoothed workload and hotel overflow. ``progress`` is called with (runs done, all runs),
    finished shards counted. A folder that already holds part of the same sweep is gone on with;
    scenarios that are new to it are added. Interrupting (Ctrl-C) leaves finished shards in place.

    Raises InputError when the plan cannot be run (`check_plan`), when the folder holds a sweep
    with other inputs, when another process writes to it, when it cannot be written or the disk is
    full, and when the model refuses what it is handed. A run whose numbers stop being finite does
    not end the sweep: it stays in the store, with the reason (`Study.failures`).
    """
    directory = Path(directory)
    check_plan(plan)
    draws = sample_draws(plan)
    with only_writer(directory):
        clear_away(directory)
        manifest = _begin(plan, draws, directory)
        store = Store(directory, manifest)
        _run_scenarios(plan, draws, store, crew or local_crew(plan.model), progress or _silent)
        study = load_study(directory)
        tabulate(study)
    return study


def _run_scenarios(
    plan: SweepPlan, draws: pd.DataFrame, store: Store, crew: Crew, progress: Progress
) -> None:
    """Make the shards that are not finished: comparators', then those of what needs them."""
    by_name = {scenario.name: scenario for scenario in plan.scenarios}
    handed = _Handed(store)
    columns = {str(name): draws[name].to_numpy(dtype=np.float64) for name in draws.columns}
    sizes = {number: rows.stop - rows.start for number, rows in blocks(plan.draws, plan.block)}
    count = _Count(progress, plan.runs)

    def prepare(job: Job) -> tuple[Task, Drawn]:
        rows = block_rows(store.manifest, job[1])
        drawn = {name: values[rows] for name, values in columns.items()}
        return _task(plan, by_name[job[0]], handed, job[1]), drawn

    for comparators in (True, False):
        jobs = [
            (scenario.name, number)
            for scenario in plan.scenarios
            if scenario.is_comparator == comparators
            for number in sizes
        ]
        left = [job for job in jobs if not is_finished(store.directory, store.manifest, *job)]
        count.add(sum(sizes[number] for _, number in set(jobs) - set(left)))
        with closing(crew.work(left, prepare, count.tell)) as made:
            for job, content in made:
                write_whole(shard_path(store.directory, *job), content)
                count.add(sizes[job[1]])


class _Count:
    """Runs in the store, told as they grow."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def add(self, runs: int) -> None:
        """So many more are in the store."""
        self._done += runs
        self.tell(0)

    def tell(self, under_way: int) -> None:
        """So many more are done, but in no file yet: the last one counts when it is."""
        most = self._total - 1 if under_way else self._total
        self._progress(min(self._done + under_way, most), self._total)


class _Handed:
    """What comparators hand over, the recent ones kept: many policies share a comparator."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.of = lru_cache(maxsize=MOST_HANDED)(self._of)

    def _of(self, comparator: str, block: int) -> tuple[dict[str, Array], dict[int, str]]:
        """Values by name, and why runs failed, by draw."""
        directory, manifest = self.store.directory, self.store.manifest
        columns = workload_columns(manifest)
        found = read_columns(directory, manifest, (comparator, block), columns)
        return comparator_workload(manifest, found), read_failures(directory, comparator, block)


def _task(plan: SweepPlan, scenario: Scenario, handed: _Handed, block: int) -> Task:
    """What one shard takes: for a policy, what its comparator hands over, and which runs it lacks
    because the comparator's failed."""
    frame = shard_frame(handed.store.manifest, scenario.name, block)
    if scenario.compare_with is None:
        return Task(scenario, frame, plan.outputs)
    values, failures = handed.of(scenario.compare_with, block)
    lacking = {
        draw - frame.first_draw: f"its comparator failed: {reason}"
        for draw, reason in failures.items()
    }
    return Task(scenario, frame, plan.outputs, values, lacking)


def _begin(plan: SweepPlan, draws: pd.DataFrame, directory: Path) -> Manifest:
    """Check the folder against the plan, and write what every shard depends on."""
    manifest = manifest_of(plan, draws)
    if (directory / MANIFEST_NAME).exists():
        manifest = _joined(read_manifest(directory), manifest, directory)
    make_folder(directory / SHARD_FOLDER)
    folder = evidence_folder(directory)
    make_folder(folder)
    write_whole(folder / REGISTRY_NAME, plan.evidence.registry)
    write_whole(folder / SOURCES_NAME, plan.evidence.sources)
    write_whole(folder / TABLES_NAME, plan.evidence.action_tables)
    if plan.evidence.posterior:
        write_whole(folder / POSTERIOR_NAME, plan.evidence.posterior)
    if plan.evidence.checks:
        write_whole(folder / RECORD_NAME, plan.evidence.checks)
    if plan.evidence.history:
        write_whole(folder / HISTORY_NAME, plan.evidence.history)
    if not (folder / UNIT_COSTS_NAME).exists():  # a copy edited by hand is kept
        write_whole(folder / UNIT_COSTS_NAME, plan.evidence.unit_costs)
    write_draws(directory / DRAWS_NAME, draws, manifest)
    write_whole(directory / MANIFEST_NAME, manifest.to_json().encode())
    return manifest


def manifest_of(plan: SweepPlan, draws: pd.DataFrame) -> Manifest:
    """What a sweep of ``plan`` over ``draws`` rests on. Raises InputError for an unknown output."""
    outputs = tuple(plan.model.output(name) for name in plan.outputs)
    used = {name for output in outputs for name in output.dimensions} | {STAFFED, BUDGET_YEARS}
    return Manifest(
        format=FORMAT,
        model_name=plan.model.name,
        model_digest=plan.model.digest,
        registry_digest=digest(plan.evidence.registry),
        design=plan.design,
        seed=plan.seed,
        draws=plan.draws,
        draws_digest=draws_digest(draws),
        block_digests=tuple(
            draws_digest(draws.iloc[rows]) for _, rows in blocks(plan.draws, plan.block)
        ),
        method=plan.method,
        block=plan.block,
        calibrated=bool(plan.evidence.posterior),
        posterior_digest=digest(plan.evidence.posterior) if plan.evidence.posterior else "",
        price_year=PRICE_YEAR,
        policy_start=POLICY_START,
        time=tuple(float(year) for year in plan.model.time),
        outputs=outputs,
        dimensions={name: tuple(plan.model.dimensions[name]) for name in sorted(used)},
        scenarios=in_order(plan.scenarios),
        scenario_digests=scenario_digests(plan.scenarios),
        versions=versions(),
    )


def difference_of(old: Manifest, new: Manifest) -> str:
    """The first thing that decides numbers and differs, in words; empty when nothing does."""
    for field, words in _IDENTITY.items():
        before, now = getattr(old, field), getattr(new, field)
        if before != now:
            shown = f" ({before} then, {now} now)" if isinstance(before, int | str) else ""
            return f"{words}{shown}"
    return ""


def _joined(old: Manifest, new: Manifest, directory: Path) -> Manifest:
    """``new`` with the scenarios that ``old`` has besides. Raises InputError when they differ."""
    cure = (
        "Give the new sweep a folder of its own, or remove this one first; "
        "to go on with the old sweep, run it with its old inputs."
    )
    grown = _grown(old, new)
    same = ("draws", "draws_digest", "block_digests") if grown else ()
    words = difference_of(old.model_copy(update={name: getattr(new, name) for name in same}), new)
    if words:
        raise InputError(
            f"{directory} holds a sweep that differs in {words}. Results of the two may not be "
            f"mixed. {cure}"
        )
    for name, content in new.scenario_digests.items():
        if old.scenario_digests.get(name, content) != content:
            raise InputError(
                f"{directory} holds results of a scenario '{name}' with other levers, settings or "
                f"comparator. Give the changed scenario another name, or: {cure}"
            )
    kept = tuple(s for s in old.scenarios if s.name not in new.scenario_digests)
    if grown and kept:
        raise InputError(
            f"{directory} holds {old.draws:,} draws of scenarios that this sweep of {new.draws:,} "
            f"leaves out ({', '.join(s.name for s in kept)}). Name them too, so that all have the "
            "same draws."
        )
    return new.model_copy(
        update={
            "scenarios": in_order((*new.scenarios, *kept)),
            "scenario_digests": old.scenario_digests | new.scenario_digests,
        }
    )


def _grown(old: Manifest, new: Manifest) -> bool:
    """Whether the new draws are more, and begin with the old: as a longer Sobol sequence does."""
    whole = old.draws // old.block
    return (
        new.draws > old.draws
        and new.block == old.block
        and new.block_digests[:whole] == old.block_digests[:whole]
        and whole > 0
    )


def _silent(_done: int, _total: int) -> None:
    """No progress wanted."""
