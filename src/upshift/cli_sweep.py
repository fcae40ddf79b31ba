"""``upshift sweep``: one scenario varied along several axes, every variant over joint draws."""

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

SHOWN = 5
YEARS = 10


@dataclass(frozen=True)
class SweepRequest:
    """What the user asked for; a ``seed`` or ``design`` of None is the default."""

    file: Path
    draws: int
    seed: int | None
    design: Literal["sobol", "latin hypercube"] | None
    threads: int | None
    to: str  # a folder, or an address that fsspec reaches
    model: Path | None = None  # None: the one that came with the package
    scheduler: str | None = None  # of a Dask cluster; None: the threads of this process
    log: LogKind = "plain"


def sweep_file(request: SweepRequest) -> None:
    """Make the variants, run them, name the best. Raises InputError."""
    from .scenarios.experiment import read_experiment  # noqa: PLC0415
    from .scenarios.installed import SweepSettings, halton_plan  # noqa: PLC0415
    from .scenarios.plan import NARROW_OUTPUTS  # noqa: PLC0415
    from .scenarios.tables import write_experiments  # noqa: PLC0415
    from .scenarios.variants import variants  # noqa: PLC0415
    from .scenarios.vocabulary import vocabulary_of  # noqa: PLC0415

    show_log(request.log)
    folder = SweepSettings.folder if request.model is None else request.model
    settings = SweepSettings(
        draws=request.draws,
        seed=SweepSettings.seed if request.seed is None else request.seed,
        design=SweepSettings.design if request.design is None else request.design,
        threads=request.threads,
        outputs=NARROW_OUTPUTS,
        folder=folder,
    )
    vocabulary = vocabulary_of(folder)
    experiment = read_experiment(request.file, vocabulary)
    scenarios = variants(experiment, request.file.parent, vocabulary)
    with results_at(request.to) as results:
        log.info("Preparing the Halton model (compiled on first use)")
        plan = halton_plan(scenarios, settings)
        study = sweep_into(results, plan, request.scheduler, write_experiments)
        results.say(_ranking(study))


def _ranking(study: Study) -> list[str]:
    """The variants that avoid most police contacts, and how sure that is."""
    import numpy as np  # noqa: PLC0415

    from .reports import wording  # noqa: PLC0415
    from .reports.phrases import ENGLISH, MINUS  # noqa: PLC0415
    from .scenarios.tables import policy_outcomes  # noqa: PLC0415
    from .scenarios.uncertainty import band  # noqa: PLC0415

    year = study.manifest.policy_start + YEARS
    avoided = policy_outcomes(study, f"contacts avoided, {YEARS} years")
    found = sorted(avoided, key=lambda name: -float(np.median(avoided[name])))
    lines = [] if study.manifest.calibrated else ["Uncalibrated: not for funding decisions."]
    lines.append(f"Police contacts avoided by {year}, median and 80 % interval, the most first:")
    for name in found[:SHOWN]:
        policy = study.scenario(name)
        text = wording.spread(ENGLISH, band(avoided[name]), least=1.0).replace(MINUS, "-")
        lines.append(f"  {policy.name}  {text}  {policy.amount:,.0f} CAD a year: {policy.title}")
    if len(found) > 1:
        share = float(np.mean(avoided[found[0]] > avoided[found[1]]))
        lines.append(f"The first is ahead of the second in {100 * share:.0f} % of draws.")
    lines.append(f"A row a run: {study.directory / 'experiments.parquet'}")
    return lines
