"""The best use of a budget: a plan, what it beats, how flat it is, and what it owes to priors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .analysis_folder import Findings, write_findings

if TYPE_CHECKING:
    from .scenarios.analysis.limits import Limits
    from .scenarios.analysis.optimise import OptimiseSettings
    from .scenarios.analysis.problem import Problem
    from .scenarios.plan import SweepPlan

FOLDER = "upshift-optimise"
SCENARIO = "optimum.yaml"


@dataclass(frozen=True)
class OptimiseOptions:
    """``settings`` of the search (None: its defaults), threads, and a folder with another model."""

    settings: OptimiseSettings | None = None
    threads: int | None = None
    model: Path | None = None


def optimise(
    problem: str | Path | Problem,
    *,
    to: str | Path = FOLDER,
    options: OptimiseOptions | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Findings:
    """Find the best plan for a problem file (or a `Problem`), and say how far to believe it.

    Results go to the folder ``to``, the plan as a scenario file among them; an interrupted search
    is gone on with. ``progress`` is called with (plans measured, about all). Raises InputError.
    """
    from .reports.optimise_figures import optimise_figures  # noqa: PLC0415
    from .scenarios.analysis.bench import EVALUATIONS  # noqa: PLC0415
    from .scenarios.analysis.objective import check_robust  # noqa: PLC0415
    from .scenarios.analysis.optimise import OptimiseSettings  # noqa: PLC0415
    from .scenarios.analysis.optimise import optimise as solved  # noqa: PLC0415
    from .scenarios.analysis.optimised import (  # noqa: PLC0415
        optimised_tables,
        optimised_words,
        scenario_text,
    )
    from .scenarios.analysis.results import results_folder  # noqa: PLC0415
    from .scenarios.atomic import write_whole  # noqa: PLC0415

    asked = options or OptimiseOptions()
    settings = asked.settings or OptimiseSettings()
    settings.check()
    posed, limits, sweep = _posed(problem, asked)
    request = {
        "command": "optimise",
        "problem": posed.model_dump(mode="json", by_alias=True),
        "comparator": sweep.scenarios[0].model_dump(mode="json"),
        "model": sweep.model.digest,
        "settings": vars(settings) | {},
    }
    with results_folder(Path(to), request) as working:
        found = solved(
            sweep,
            (limits, tuple(posed.objectives), check_robust(posed.robust)),
            settings,
            (working, progress or _silent),
        )
        write_whole(working / SCENARIO, scenario_text(posed, found).encode())
        findings = Findings(
            lines=optimised_words(found),
            tables=optimised_tables(found),
            figures=optimise_figures(found),
            stamp=found.stamp,
            calibrated=found.calibrated,
        )
        write_findings(working, findings, (EVALUATIONS,))
    return findings


def _posed(
    problem: str | Path | Problem, asked: OptimiseOptions
) -> tuple[Problem, Limits, SweepPlan]:
    """The problem, what it allows, and its comparator on the bench. Raises InputError."""
    from .scenarios.analysis.objective import objective_outputs  # noqa: PLC0415
    from .scenarios.analysis.problem import Problem, limits_of, read_problem  # noqa: PLC0415
    from .scenarios.installed import SweepSettings, halton_plan  # noqa: PLC0415
    from .scenarios.plan import NARROW_OUTPUTS  # noqa: PLC0415
    from .scenarios.provenance import Evidence  # noqa: PLC0415
    from .scenarios.spec import load_scenario  # noqa: PLC0415
    from .scenarios.vocabulary import vocabulary_of  # noqa: PLC0415

    folder = SweepSettings.folder if asked.model is None else asked.model
    vocabulary = vocabulary_of(folder)
    levers = vocabulary.levers
    posed = problem if isinstance(problem, Problem) else read_problem(Path(problem), levers)
    comparator = load_scenario(posed.compare_with, vocabulary)
    limits = limits_of(posed, Evidence.read(folder), levers)
    needed = objective_outputs(posed.objectives)
    outputs = (*NARROW_OUTPUTS, "cumulative contacts by population", *needed)
    settings = SweepSettings(draws=1, threads=asked.threads, outputs=outputs, folder=folder)
    return posed, limits, halton_plan((comparator,), settings)


def _silent(_done: int, _total: int) -> None:
    """No progress wanted."""
