"""What drives one scenario's outcome: Morris over every input, Sobol over groups, a tornado."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...model.errors import InputError
from ..plan import SweepPlan
from ..store import Study
from ..sweep import run_sweep
from .axes import Axis, axes_of, groups_of
from .convergence import Convergence, morris_convergence, sobol_convergence
from .given import at_points
from .outcome import check_outcome, outcome_unit, outcome_values
from .results import ResultTable, Stamp
from .salib import (
    Indices,
    check_installed,
    morris_indices,
    morris_points,
    saltelli_points,
    sobol_indices,
)

Array = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

LOW, HIGH = 0.1, 0.9
"""Quantiles of an input at the ends of a tornado's bar."""
EDGE = 0.05
"""Morris' elementary effects are changes across the central 90 % of an input."""
MOST_BASE = 1 << 16
RUNS_FOLDER = "runs"


@dataclass(frozen=True)
class SensitivitySettings:
    """``base`` points of the Sobol design (a run for each, and two more, a group), ``trajectories``
    of Morris' (a run an input each), ``seed`` of both, and the ``outcome`` by name."""

    outcome: str
    base: int = 256
    trajectories: int = 10
    seed: int = 20171101


@dataclass(frozen=True)
class Swing:
    """The outcome with one input at its low and its high end, the others at their medians."""

    label: str
    low: float
    high: float


@dataclass(frozen=True)
class Sensitivity:
    """``morris`` over single axes and ``sobol`` over groups, each with whether its sample was
    large enough; ``swings`` around ``centre``, the widest first; ``runs`` of the policy."""

    scenario: str
    settings: SensitivitySettings
    axes: tuple[Axis, ...]
    groups: tuple[str, ...]
    morris: Indices
    morris_converged: Convergence
    sobol: Indices
    sobol_converged: Convergence
    centre: float
    swings: tuple[Swing, ...]
    runs: int
    stamp: Stamp
    calibrated: bool


def check_settings(settings: SensitivitySettings) -> None:
    """Raises InputError for an unknown outcome or a number out of range, and without SALib."""
    check_installed()
    check_outcome(settings.outcome)
    if not 8 <= settings.base <= MOST_BASE:
        raise InputError(
            f"The number of Sobol base points is {settings.base}; it must be between 8 and "
            f"{MOST_BASE:,}. The default is 256; powers of two spread best."
        )
    if not 2 <= settings.trajectories <= 1000:
        raise InputError(
            f"The number of Morris trajectories is {settings.trajectories}; it must be between 2 "
            "and 1,000. The default is 10."
        )
    if settings.seed < 0:
        raise InputError(f"The seed is {settings.seed}; it must be zero or a positive number.")


def sensitivity(
    plan: SweepPlan, settings: SensitivitySettings, folder: Path, progress: Progress
) -> Sensitivity:
    """Analyse the one policy of ``plan``; runs are kept in ``folder``, so that they resume.

    ``progress`` is called with (runs done, all runs), comparators included. Raises InputError as
    `check_settings`, for a plan without exactly one policy, and as `run_sweep`.
    """
    check_settings(settings)
    policies = [scenario.name for scenario in plan.scenarios if not scenario.is_comparator]
    if len(policies) != 1:
        raise InputError(
            f"Sensitivity is of one policy, and {len(policies)} are given. Name one scenario that "
            "compares with another."
        )
    axes = axes_of(plan.sampler)
    groups = groups_of(axes, plan.evidence.table_rows(), plan.model.dimensions)
    labels = tuple(axis.label for axis in axes)
    levels = morris_points(labels, settings.trajectories, settings.seed)
    designs = {
        "morris": within(levels, axes),
        "sobol": saltelli_points(groups, settings.base, settings.seed),
        "tornado": tornado_points(axes),
    }
    total = len(plan.scenarios) * sum(map(len, designs.values()))
    done = 0
    found: dict[str, Array] = {}
    stamps, calibrated = [], False
    for name, points in designs.items():
        tell = partial(_report, progress, done, total)
        to = folder / RUNS_FOLDER / name
        study = run_sweep(at_points(plan, points), to, tell, _no_tables)
        found[name] = outcome_values(study, policies[0], settings.outcome)
        if len(found[name]) < len(points):
            raise InputError(
                f"{len(points) - len(found[name])} of {len(points)} runs of the {name} design "
                "failed, and its indices need them all. `upshift status` on the runs says why."
            )
        stamps.append(Stamp.of(study.manifest, settings.seed))
        calibrated = study.manifest.calibrated
        done += len(points) * len(plan.scenarios)
    morris = morris_indices(labels, levels, found["morris"], settings.seed)
    sobol = sobol_indices(groups, found["sobol"], settings.seed)
    centre, swings = swings_of(axes, found["tornado"])
    return Sensitivity(
        scenario=policies[0],
        settings=settings,
        axes=axes,
        groups=groups,
        morris=morris,
        morris_converged=morris_convergence(morris, settings.trajectories),
        sobol=sobol,
        sobol_converged=sobol_convergence(sobol, settings.base),
        centre=centre,
        swings=swings,
        runs=sum(map(len, designs.values())),
        stamp=stamps[0],
        calibrated=calibrated,
    )


def within(levels: Array, axes: Sequence[Axis]) -> Array:
    """Morris' levels between 0 and 1 as quantiles between `EDGE` and 1 - `EDGE`: the ends of a
    prior are values that nobody means. An axis that decides on any effect keeps its ends."""
    whole = np.array([axis.switch for axis in axes])
    return np.where(whole, levels, EDGE + (1 - 2 * EDGE) * levels)


def tornado_points(axes: Sequence[Axis]) -> Array:
    """The median of everything, then each axis at `LOW`, then at `HIGH`: ``(2 axes + 1, axis)``.

    An axis that decides between an effect and none goes to its very low end, where there is none.
    Source: one-way sensitivity analysis, Eschenbach, Interfaces 22 (1992) 40-46.
    """
    count = len(axes)
    points = np.full((2 * count + 1, count), 0.5)
    rows = np.arange(count)
    points[1 + rows, rows] = [0.0 if axis.switch else LOW for axis in axes]
    points[1 + count + rows, rows] = HIGH
    return points


def swings_of(axes: Sequence[Axis], outcome: Array) -> tuple[float, tuple[Swing, ...]]:
    """The outcome at the medians, and every axis' swing, the widest first."""
    count = len(axes)
    swings = [
        Swing(axis.label, float(low), float(high))
        for axis, low, high in zip(axes, outcome[1 : count + 1], outcome[count + 1 :], strict=True)
    ]
    swings.sort(key=lambda swing: (-abs(swing.high - swing.low), swing.label))
    return float(outcome[0]), tuple(swings)


def sensitivity_tables(found: Sensitivity) -> tuple[ResultTable, ...]:
    """Morris, Sobol and tornado, the strongest first, and which input is in which group."""
    settings = found.settings
    unit = outcome_unit(settings.outcome)
    about = {"scenario": found.scenario, "outcome": settings.outcome}
    group_of = dict(zip((axis.label for axis in found.axes), found.groups, strict=True))
    morris = pd.DataFrame(
        {
            "input": found.morris.groups,
            "group": [group_of[label] for label in found.morris.groups],
            "mean size of elementary effects": found.morris.main,
            "half width, 95 %": found.morris.main_reach,
            "spread of elementary effects": found.morris.total,
            "unit": unit,
        }
    ).sort_values("mean size of elementary effects", ascending=False, kind="stable")
    sobol = pd.DataFrame(
        {
            "group": found.sobol.groups,
            "inputs": [found.groups.count(group) for group in found.sobol.groups],
            "first order": found.sobol.main,
            "first order, half width, 95 %": found.sobol.main_reach,
            "total": found.sobol.total,
            "total, half width, 95 %": found.sobol.total_reach,
        }
    ).sort_values("total", ascending=False, kind="stable")
    tornado = pd.DataFrame(
        {
            "input": [swing.label for swing in found.swings],
            "group": [group_of[swing.label] for swing in found.swings],
            "at 10 %": [swing.low for swing in found.swings],
            "at 90 %": [swing.high for swing in found.swings],
            "at the medians": found.centre,
            "unit": unit,
        }
    )
    members = pd.DataFrame(
        [
            {"group": group, "axis": axis.label, "input": name}
            for axis, group in zip(found.axes, found.groups, strict=True)
            for name in axis.inputs
        ]
    )
    return (
        ResultTable("morris", "Elementary effects of every input", morris.assign(**about)),
        ResultTable("sobol", "Share of the variance by group", sobol.assign(**about)),
        ResultTable("tornado", "One input at a time, from 10 % to 90 %", tornado.assign(**about)),
        ResultTable("groups", "Which input is in which group", members),
    )


def _no_tables(_study: Study) -> None:
    """The runs of a sensitivity design are no sweep to look at."""


def _report(progress: Progress, before: int, total: int, part: int, _part_total: int) -> None:
    """Progress of one design as progress of the whole."""
    progress(before + part, total)
