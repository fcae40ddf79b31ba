"""Simulated trials: the model re-enacts the study behind each effect and finds its ratio again.

Two arms are two runs that differ only in the programme's ratios: their medians, or 1. Everybody of
the study's population is recruited and waits; help starts for all at once. The outcome is counted
over the follow-up twice: from a year later, once the programme has ramped up, which is what the
priors state, and from the first day, when people already at acute risk dilute the effect.
``python -m upshift.model.halton.trials`` prints the table that README.md shows.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..engine import CompiledModel, load_model, simulate
from .registry import Registry, load_registry
from .studies import PROMPT, PROTOCOL, QUIET, START, TRIALS, Trial, supported

# Calls of every kind must exist, or shares of calls are undefined; these leave no trace.
NEGLIGIBLE = 1e-9


@dataclass(frozen=True)
class Result:
    """Outcome of the treated arm over the control arm's, beside the prior's median and interval."""

    trial: Trial
    prior: tuple[float, float, float]
    after_ramp_up: float
    from_first_day: float


def run_trials(model: CompiledModel, registry: Registry) -> tuple[Result, ...]:
    """Re-enact every study with both arms."""
    return tuple(run_trial(trial, model, registry) for trial in TRIALS)


def run_trial(trial: Trial, model: CompiledModel, registry: Registry) -> Result:
    """Re-enact one study; both arms share everything but the programme's ratios.

    Raises InputError if the registry lacks the effect or the model refuses a setting.
    """
    row = registry.row(trial.effect)
    setting = {**_setting(trial, registry), **trial.also}
    arms: dict[str, float | npt.NDArray[np.float64]] = dict(setting)
    for ratio in _ratios(trial, registry):
        if ratio not in setting:
            arms[ratio] = np.array([registry.row(ratio).value, 1.0])
    run = simulate(model, arms, [trial.outcome])
    counted = [
        i
        for i, column in enumerate(run.outputs)
        if column == trial.outcome or (trial.counted or trial.population) in column.split("[")[1]
    ]
    series = run.values[:, :, counted].sum(axis=2)
    if "cumulative" not in trial.outcome:
        series = np.cumsum(series, axis=1)  # a flow: its scale cancels in the ratio
    ratios = []
    for start in (START + trial.ramp_up, START):
        first, last = (int(np.searchsorted(run.time, t)) for t in (start, start + trial.years))
        treated, control = series[:, last] - series[:, first]
        ratios.append(float(treated / control))
    return Result(trial, (row.value, row.low, row.high), *ratios)


def _setting(trial: Trial, registry: Registry) -> dict[str, float]:
    """Both arms: the study's population alone makes contacts, and the dose is the study's."""
    quiet = {**QUIET, **PROMPT, "background share of calls": 0.0}
    for row in registry.rows:
        others = not row.element.endswith(f", {trial.population}")
        if row.name == "use without a call" and others:
            quiet[row.column] = 0.0
        if row.name == "share of calls":
            escorts = trial.setting is PROTOCOL and not row.element.startswith("apprehension")
            quiet[row.column] = row.value * (NEGLIGIBLE if others or escorts else 1.0)
    return {**quiet, **(supported(trial.population) if trial.setting is None else trial.setting)}


def _ratios(trial: Trial, registry: Registry) -> set[str]:
    """The programme's ratios: the one tried and the others that the population's support has."""
    found = {trial.effect}
    if trial.setting is None:
        found |= {
            row.column
            for row in registry.rows
            if row.name.startswith("effect ") and row.element == trial.population
        }
    if trial.population == "homelessness":
        found |= {"effect on custody", "effect on shelter nights"}
    return found


def table(results: tuple[Result, ...]) -> str:
    """The results as a Markdown table."""
    lines = [
        "| Study and outcome | Prior (95 %) | After ramp-up | From the first day | Years |",
        "|---|---|---|---|---|",
    ]
    for result in results:
        median, low, high = result.prior
        lines.append(
            f"| {result.trial.label} | {median:.2f} ({low:.2f} to {high:.2f}) "
            f"| {result.after_ramp_up:.2f} | {result.from_first_day:.2f} "
            f"| {result.trial.years:g} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    model = load_model(Path(__file__).with_name("halton.mdl"))
    sys.stdout.write(table(run_trials(model, load_registry())) + "\n")


if __name__ == "__main__":
    main()
