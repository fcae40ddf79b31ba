"""What drives an outcome: ranks from a finished sweep, or Morris, Sobol and a tornado by runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .analysis_folder import Findings, write_findings

if TYPE_CHECKING:
    from .scenarios.analysis.sensitivity import Sensitivity

Progress = Callable[[int, int], None]
SHOWN = 5
FOLDER = "upshift-sensitivity"


@dataclass(frozen=True)
class SensitivityOptions:
    """``outcome`` by the name of the experiments table; ``points`` of the Sobol design and
    ``trajectories`` of Morris'; None is the default. ``model`` is a folder with another model."""

    outcome: str | None = None
    points: int = 256
    trajectories: int = 10
    seed: int = 20171101
    threads: int | None = None
    model: Path | None = None


def sensitivity(
    scenario: str | Path,
    *,
    to: str | Path = FOLDER,
    options: SensitivityOptions | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Findings:
    """Morris over every uncertain input, Sobol by group and a tornado, for one scenario.

    Groups are the action tables, and what tables share. Needs the extra ``analysis``. Results go
    to the folder ``to``; an interrupted analysis is gone on with. ``progress`` is called with
    (runs done, all runs). Raises InputError for bad input and without SALib.
    """
    from .reports.sensitivity_figures import sensitivity_figures  # noqa: PLC0415
    from .scenarios.analysis.outcome import DEFAULT_OUTCOME  # noqa: PLC0415
    from .scenarios.analysis.results import results_folder  # noqa: PLC0415
    from .scenarios.analysis.sensitivity import (  # noqa: PLC0415
        RUNS_FOLDER,
        SensitivitySettings,
        check_settings,
        sensitivity_tables,
    )
    from .scenarios.analysis.sensitivity import sensitivity as analysed  # noqa: PLC0415
    from .scenarios.installed import SweepSettings, halton_plan  # noqa: PLC0415
    from .scenarios.plan import NARROW_OUTPUTS  # noqa: PLC0415
    from .scenarios.spec import load_scenarios  # noqa: PLC0415
    from .scenarios.vocabulary import vocabulary_of  # noqa: PLC0415

    asked = options or SensitivityOptions()
    settings = SensitivitySettings(
        asked.outcome or DEFAULT_OUTCOME, asked.points, asked.trajectories, asked.seed
    )
    check_settings(settings)
    folder = SweepSettings.folder if asked.model is None else asked.model
    scenarios = load_scenarios([scenario], vocabulary_of(folder))
    sweep = SweepSettings(
        draws=1, seed=asked.seed, threads=asked.threads, outputs=NARROW_OUTPUTS, folder=folder
    )
    plan = halton_plan(scenarios, sweep)
    request = {
        "command": "sensitivity",
        "scenario": [item.model_dump(mode="json") for item in scenarios],
        "model": plan.model.digest,
        "outcome": settings.outcome,
        "points": settings.base,
        "trajectories": settings.trajectories,
        "seed": settings.seed,
    }
    with results_folder(Path(to), request) as working:
        found = analysed(plan, settings, working, progress or _silent)
        findings = Findings(
            lines=_told(found),
            tables=sensitivity_tables(found),
            figures=sensitivity_figures(found),
            stamp=found.stamp,
            calibrated=found.calibrated,
        )
        write_findings(working, findings, (RUNS_FOLDER,))
    return findings


def importance(
    study: str | Path,
    *,
    to: str | Path = FOLDER,
    outcome: str | None = None,
    scenario: str | None = None,
) -> Findings:
    """Rank correlations with an outcome, from the runs of the sweep in the folder ``study``.

    ``scenario`` looks at one policy alone. Results go to the folder ``to``. Raises InputError.
    """
    from .reports.sensitivity_figures import importance_figure  # noqa: PLC0415
    from .scenarios.analysis.importance import (  # noqa: PLC0415
        enough,
        importance_table,
    )
    from .scenarios.analysis.importance import importance as analysed  # noqa: PLC0415
    from .scenarios.analysis.outcome import DEFAULT_OUTCOME, check_outcome  # noqa: PLC0415
    from .scenarios.analysis.results import Stamp, results_folder  # noqa: PLC0415
    from .scenarios.store import load_study  # noqa: PLC0415

    name = check_outcome(outcome or DEFAULT_OUTCOME)
    opened = load_study(Path(study))
    found = analysed(opened, name, scenario)
    lines = [f"What drives {name}, over {found.scenarios} policies x {found.draws} draws:"]
    tables, figures = [], []
    for which, runs in ((found.inputs, found.draws), (found.choices, found.scenarios)):
        if which is None:
            continue
        tables.append(importance_table(found, which, runs))
        figures.append(importance_figure(tables[-1].name, which, runs))
        shown = [driver for driver in which.ranked[:SHOWN] if not driver.within_noise]
        lines += [f"  {driver.correlation:+.2f}  {driver.input}" for driver in shown]
        lines.append(enough(which, runs)[1])
    stamp = Stamp.of(opened.manifest)
    findings = Findings(
        tuple(lines), tuple(tables), tuple(figures), stamp, opened.manifest.calibrated
    )
    request = {
        "command": "sensitivity of a sweep",
        "sweep": opened.manifest.to_json(),
        "outcome": name,
        "scenario": scenario,
    }
    with results_folder(Path(to), request) as working:
        write_findings(working, findings)
    return findings


def _told(found: Sensitivity) -> tuple[str, ...]:
    """The findings in words, the strongest first."""
    outcome = found.settings.outcome
    order = sorted(range(len(found.sobol.groups)), key=lambda at: -found.sobol.total[at])
    lines = [
        f"What drives {outcome} of {found.scenario}, by {found.runs:,} runs of it:",
        "Share of the variance that a group has a part in (Sobol, total order):",
    ]
    for at in order[:SHOWN]:
        share, reach = found.sobol.total[at], found.sobol.total_reach[at]
        lines.append(f"  {share:.2f} +/- {reach:.2f}  {found.sobol.groups[at]}")
    lines += [found.sobol_converged.words, "The strongest single inputs (Morris):"]
    strongest = sorted(range(len(found.morris.groups)), key=lambda at: -found.morris.main[at])
    lines += [f"  {found.morris.groups[at]}" for at in strongest[:SHOWN]]
    lines += [found.morris_converged.words, "One at a time, from its 10 % to its 90 % point:"]
    lines += [
        f"  {swing.low:,.0f} to {swing.high:,.0f}  {swing.label}" for swing in found.swings[:SHOWN]
    ]
    return tuple(lines)


def _silent(_done: int, _total: int) -> None:
    """No progress wanted."""
