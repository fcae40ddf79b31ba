"""``upshift run``: the whole main job, from the model's file to the report."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .swept import results_at, sweep_into
from .terminal import LogKind, show_log

if TYPE_CHECKING:
    from .scenarios.store import Study

log = logging.getLogger("upshift")


@dataclass(frozen=True)
class RunRequest:
    """What the user asked for. No ``scenarios`` means the library; a ``seed`` or ``design`` of
    None is the default of `SweepSettings`."""

    scenarios: tuple[str, ...]
    draws: int
    seed: int | None
    design: Literal["sobol", "latin hypercube"] | None
    threads: int | None
    to: str  # a folder, or an address that fsspec reaches
    model: Path | None = None  # None: the one that came with the package
    from_prior: bool = False
    scheduler: str | None = None  # of a Dask cluster; None: the threads of this process
    log: LogKind = "plain"


def run_study(request: RunRequest) -> None:
    """Sweep, write the report, print the answer. Raises InputError."""
    from .scenarios.installed import SweepSettings, halton_plan  # noqa: PLC0415
    from .scenarios.spec import load_scenarios  # noqa: PLC0415
    from .scenarios.tables import write_tables  # noqa: PLC0415
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
    with results_at(request.to) as results:
        log.info("Preparing the Halton model (compiled on first use)")
        plan = halton_plan(chosen, settings)
        study = sweep_into(results, plan, request.scheduler, write_tables)
        results.say(_reported(study))


def _reported(study: Study) -> tuple[str, ...]:
    """The answer in ten lines, the report written."""
    from .answer import no_answer, ten_lines  # noqa: PLC0415

    if not study.policies:
        return no_answer(study)
    from .reports.facts import gather  # noqa: PLC0415
    from .reports.render import write_facts  # noqa: PLC0415

    log.info("Writing the report")
    facts = gather(study)
    return ten_lines(facts, write_facts(facts, study.directory))
