"""Run scenarios crossed with draws into a folder; stop at any moment and go on later."""

from __future__ import annotations

import platform
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from .._version import __version__
from ..model.errors import InputError
from ..model.halton.posterior import POSTERIOR_NAME
from .atomic import clear_away, make_folder, write_whole
from .economics import POLICY_START, PRICE_YEAR
from .lock import only_writer
from .manifest import FORMAT, MANIFEST_NAME, Manifest, digest, read_manifest
from .plan import (
    BUDGET_YEARS,
    STAFFED,
    SweepPlan,
    check_plan,
    comparator_workload,
    model_values,
    sample_draws,
    scenario_digests,
    workload_columns,
)
from .provenance import REGISTRY_NAME, SOURCES_NAME, TABLES_NAME
from .schema import Scenario
from .shards import (
    DRAWS_NAME,
    SHARD_FOLDER,
    blocks,
    draws_digest,
    evidence_folder,
    is_finished,
    read_columns,
    write_draws,
    write_shard,
)
from .spec import in_order
from .store import Study, load_study
from .tables import write_tables
from .unit_costs import UNIT_COSTS_NAME

Array = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]
Tabulate = Callable[[Study], None]

_PACKAGES = ("numpy", "llvmlite", "scipy", "pandas", "pyarrow")
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


def run_sweep(
    plan: SweepPlan,
    directory: Path,
    progress: Progress | None = None,
    tabulate: Tabulate = write_tables,
) -> Study:
    """Run ``plan`` into ``directory`` and return the study found there.

    ``tabulate`` writes tables beside the shards; `write_experiments` leaves out the long summary,
    which takes longer than the runs when there are thousands of scenarios.

    Comparators run first; every policy is then run with the same draws and its comparator's
    smoothed workload and hotel overflow. ``progress`` is called with (runs done, all runs),
    finished shards counted. A folder that already holds part of the same sweep is gone on with;
    scenarios that are new to it are added. Interrupting (Ctrl-C) leaves finished shards in place.

    Raises InputError when the plan cannot be run (`check_plan`), when the folder holds a sweep
    with other inputs, when another process writes to it, when it cannot be written or the disk is
    full, and when a run fails.
    """
    directory = Path(directory)
    check_plan(plan)
    draws = sample_draws(plan)
    with only_writer(directory):
        clear_away(directory)
        manifest = _begin(plan, draws, directory)
        _run_scenarios(plan, draws, (directory, manifest), progress or _silent)
        study = load_study(directory)
        tabulate(study)
    return study


def _run_scenarios(
    plan: SweepPlan, draws: pd.DataFrame, into: tuple[Path, Manifest], progress: Progress
) -> None:
    directory, manifest = into
    comparators_first = sorted(plan.scenarios, key=lambda scenario: not scenario.is_comparator)
    done = 0
    for scenario in comparators_first:
        for number, rows in blocks(plan.draws, plan.block):
            size = rows.stop - rows.start
            if not is_finished(directory, manifest, scenario.name, number):
                _run_block(
                    plan,
                    (scenario, number, draws.iloc[rows]),
                    into,
                    partial(_report, progress, done, plan.runs),
                )
            done += size
            progress(done, plan.runs)


def _report(progress: Progress, before: int, total: int, part: int, _part_total: int) -> None:
    """Progress of one block as progress of the sweep."""
    progress(before + part, total)


def _run_block(
    plan: SweepPlan,
    work: tuple[Scenario, int, pd.DataFrame],
    into: tuple[Path, Manifest],
    progress: Progress,
) -> None:
    scenario, number, draws = work
    directory, manifest = into
    handed: dict[str, Array] = {}
    if scenario.compare_with is not None:
        columns = workload_columns(manifest)
        found = read_columns(directory, manifest, (scenario.compare_with, number), columns)
        handed = comparator_workload(manifest, found)
    values = model_values(scenario, draws, handed)
    try:
        result = plan.model.run(values, plan.outputs, progress)
    except InputError as error:
        first, last = draws.index[0], draws.index[-1]
        raise InputError(f"Scenario '{scenario.name}', draws {first} to {last}: {error}") from None
    if len(result) == 1 < len(draws):
        # Nothing is uncertain in this model: one run stands for every draw.
        result = np.repeat(result, len(draws), axis=0)
    write_shard(directory, manifest, (scenario.name, number), result)


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
    if not (folder / UNIT_COSTS_NAME).exists():  # a copy edited by hand is kept
        write_whole(folder / UNIT_COSTS_NAME, plan.evidence.unit_costs)
    write_draws(directory / DRAWS_NAME, draws)
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
        versions=_versions(),
    )


def _joined(old: Manifest, new: Manifest, directory: Path) -> Manifest:
    """``new`` with the scenarios that ``old`` has besides. Raises InputError when they differ."""
    cure = (
        "Give the new sweep a folder of its own, or remove this one first; "
        "to go on with the old sweep, run it with its old inputs."
    )
    for field, words in _IDENTITY.items():
        before, now = getattr(old, field), getattr(new, field)
        if before != now:
            shown = f" ({before} then, {now} now)" if isinstance(before, int | str) else ""
            raise InputError(
                f"{directory} holds a sweep that differs in {words}{shown}. Results of the two may "
                f"not be mixed. {cure}"
            )
    for name, content in new.scenario_digests.items():
        if old.scenario_digests.get(name, content) != content:
            raise InputError(
                f"{directory} holds results of a scenario '{name}' with other levers, settings or "
                f"comparator. Give the changed scenario another name, or: {cure}"
            )
    kept = tuple(s for s in old.scenarios if s.name not in new.scenario_digests)
    return new.model_copy(
        update={
            "scenarios": in_order((*new.scenarios, *kept)),
            "scenario_digests": old.scenario_digests | new.scenario_digests,
        }
    )


def _versions() -> dict[str, str]:
    found = {"upshift": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "absent"
    return found


def _silent(_done: int, _total: int) -> None:
    """No progress wanted."""
