"""``upshift run``: the whole main job, from the model's file to the report."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .model.errors import InputError
from .terminal import LogKind, Note, Watch, progress, show_log, write_out

if TYPE_CHECKING:
    from .scenarios.crew import Crew
    from .scenarios.plan import SweepPlan
    from .scenarios.store import Study

log = logging.getLogger("upshift")

INTERRUPTED = 130


@dataclass(frozen=True)
class RunRequest:
    """What the user asked for. No ``scenarios`` means the library; a ``seed`` or ``design`` of
    None is the default of `SweepSettings`."""

    scenarios: tuple[str, ...]
    draws: int
    seed: int | None
    design: Literal["sobol", "latin hypercube"] | None
    threads: int | None
    to: Path
    model: Path | None = None  # None: the one that came with the package
    from_prior: bool = False
    scheduler: str | None = None  # of a Dask cluster; None: the threads of this process
    log: LogKind = "plain"


def run_study(request: RunRequest) -> None:
    """Sweep, write the report, print the answer. Raises InputError."""
    from .scenarios.installed import SweepSettings, halton_plan  # noqa: PLC0415
    from .scenarios.spec import load_scenarios  # noqa: PLC0415
    from .scenarios.sweep import run_sweep  # noqa: PLC0415
    from .scenarios.vocabulary import vocabulary_of  # noqa: PLC0415

    show_log(request.log)
    folder = SweepSettings.folder if request.model is None else request.model
    settings = SweepSettings(
        draws=request.draws,
        seed=SweepSettings.seed if request.seed is None else request.seed,
        design=SweepSettings.design if request.design is None else request.design,
        threads=request.threads,
        folder=folder,
        from_prior=request.from_prior,
    )
    named = request.scenarios
    chosen = load_scenarios(named, vocabulary_of(folder)) if named else None
    with told_how_to_go_on(request.to):
        log.info("Preparing the Halton model (compiled on first use)")
        plan = halton_plan(chosen, settings)
        log.info("%d scenarios x %d draws into %s", len(plan.scenarios), plan.draws, request.to)
        watch = watch_of(request.to)
        with crew_at(request.scheduler, plan) as crew, progress("Runs", watch) as tell:
            study = run_sweep(plan, request.to, tell, crew=crew)
        tell_failures(study)
        _report(study)


def _report(study: Study) -> None:
    from .answer import no_answer, ten_lines  # noqa: PLC0415

    if study.policies:
        from .reports.facts import gather  # noqa: PLC0415
        from .reports.render import write_facts  # noqa: PLC0415

        log.info("Writing the report")
        facts = gather(study)
        lines = ten_lines(facts, write_facts(facts, study.directory))
    else:
        lines = no_answer(study)
    write_out("".join(f"{line}\n" for line in lines))


@contextmanager
def crew_at(scheduler: str | None, plan: SweepPlan) -> Iterator[Crew | None]:
    """The workers of the Dask scheduler at that address; None for those of this process."""
    if scheduler is None:
        yield None
        return
    from .scenarios.cluster import dask_crew  # noqa: PLC0415

    with dask_crew(scheduler, plan.model) as crew:
        yield crew


def watch_of(folder: Path) -> Watch:
    """The headline of the sweep into ``folder``, with its Monte-Carlo error so far."""
    from .scenarios.standing import HeadlineWatch  # noqa: PLC0415

    watch = HeadlineWatch(folder)

    def look() -> Note | None:
        known = watch.look()
        if known is None or watch.policy is None:
            return None
        words = f"contacts avoided by {watch.policy.name} {known.q50:,.1f} ± {known.error:,.1f}"
        figures: dict[str, float | int | str] = {
            "headline": f"police contacts avoided by {watch.year}",
            "scenario": watch.policy.name,
            "median": round(known.q50, 6),
            "monte_carlo_error": round(known.error, 6),
            "draws": known.draws,
        }
        return Note(words, figures)

    return look


def tell_failures(study: Study) -> None:
    """One warning about runs that failed, if any did."""
    if not study.failures:
        return
    first = study.failures[0]
    log.warning(
        "%d runs failed and are left out of every comparison; the first, draw %d of '%s', because "
        "%s. `upshift status %s` lists them.",
        len(study.failures),
        first.draw,
        first.scenario,
        first.reason,
        study.directory,
    )


@contextmanager
def told_how_to_go_on(folder: Path) -> Iterator[None]:
    """On Ctrl-C: a line about what is finished in ``folder``, and the exit code of an interrupt."""
    try:
        yield
    except KeyboardInterrupt:
        sys.stderr.write(f"{_where_it_stands(folder)}\n")
        sys.exit(INTERRUPTED)


def _where_it_stands(folder: Path) -> str:
    """One line: what an interrupted sweep has finished, and how to go on."""
    from .scenarios.manifest import read_manifest  # noqa: PLC0415
    from .scenarios.shards import scan  # noqa: PLC0415

    try:
        manifest = read_manifest(folder)
        done = len(scan(folder, manifest).finished)
    except InputError:
        return "Stopped before any scenario was finished. The same command starts again."
    return (
        f"Stopped: {done} of {len(manifest.scenarios)} scenarios are finished and kept in "
        f"{folder}. The same command goes on from there."
    )
