"""Figures of when the advice flips."""

from __future__ import annotations

import numpy as np

from ..scenarios.analysis.contest import common_regrets, win_shares
from ..scenarios.analysis.discover import Discoveries
from ..scenarios.analysis.discovery import Discovery, FoundBox
from ..scenarios.analysis.outcome import outcome_unit
from .analysis_figure import AnalysisFigure, Cloud, GridFigure, Reach, ReachFigure, ScatterFigure
from .phrases import ENGLISH
from .wording import percent

MOST_POINTS = 2000


def discover_figures(found: Discoveries) -> tuple[AnalysisFigure, ...]:
    """Who wins, regret, and for each case its trajectory and the plane of its first box."""
    figures: list[AnalysisFigure] = [_wins(found)]
    regret = _regret(found)
    if regret is not None:
        figures.append(regret)
    for number, one in enumerate(found.found, start=1):
        if one.boxes:
            figures.append(_trajectory(one, number))
            plane = _plane(one, one.boxes[0], number)
            if plane is not None:
                figures.append(plane)
    return tuple(figures)


def _wins(found: Discoveries) -> GridFigure:
    told = found.contest
    shares = win_shares(told)
    rivals = [at for at in range(2, len(told.bundles)) if np.isfinite(shares[1, at])]
    least = min(rivals, key=lambda at: shares[1, at], default=0)
    return GridFigure(
        id="pairs",
        title=f"“{told.titles[1]}” is ahead of “{told.titles[least]}”, its closest rival, in "
        f"{percent(ENGLISH, float(shares[1, least]))} of futures and draws",
        alt=f"A grid of {len(told.bundles)} bundles: the share in which the row beats the column. "
        "The numbers are in pairs.csv.",
        source=f"{told.outcome}; {_futures(len(told.futures))} x {told.values.shape[2]} draws, "
        "each pair where both were run; ties count half.",
        key="Share of futures and draws in which the row is ahead of the column.",
        rows=told.titles,
        columns=told.titles,
        shares=tuple(tuple(float(share) for share in row) for row in shares),
    )


def _regret(found: Discoveries) -> ReachFigure | None:
    told = found.contest
    short, futures = common_regrets(told)
    if not futures:
        return None
    best = int(short.max(axis=1).argmin())
    return ReachFigure(
        id="regret",
        title=f"“{told.titles[best]}” has the least largest regret: "
        f"{short[best].max():,.0f} {outcome_unit(told.outcome)}",
        alt=f"{len(told.bundles)} rows: 90th percentile of regret, from the mean to the largest. "
        "The numbers are in regret.csv.",
        source=f"{told.outcome}; {_futures(len(futures))} x {told.values.shape[2]} draws.",
        key="Dot: 90th percentile of regret.  Line: from the mean to the largest.",
        labels=told.titles,
        panels=(
            Reach(
                "",
                f"short of the best bundle of the same run ({outcome_unit(told.outcome)})",
                tuple(float(value) for value in np.quantile(short, 0.9, axis=1)),
                tuple(float(value) for value in short.mean(axis=1)),
                tuple(float(value) for value in short.max(axis=1)),
            ),
        ),
    )


def _trajectory(found: Discovery, number: int) -> ScatterFigure:
    chosen = [box for box in found.boxes if box.number == 1]
    steps = found.trajectory
    clouds = [
        Cloud(
            "peeling, step by step",
            tuple(step.quality.coverage for step in steps),
            tuple(step.quality.density for step in steps),
            joined=True,
        )
    ]
    clouds += [
        Cloud(f"box chosen, {box.method}", (box.quality.coverage,), (box.quality.density,))
        for box in chosen
    ]
    first = chosen[0]
    return ScatterFigure(
        id=f"trajectory-{number}",
        title=f"A box with {percent(ENGLISH, first.quality.coverage)} of the cases holds them at "
        f"{percent(ENGLISH, first.quality.density)}, against "
        f"{percent(ENGLISH, found.rate)} everywhere",
        alt="Coverage across and density up, along PRIM's peeling. The numbers are in "
        "trajectories.csv.",
        source=f"When {found.case}; {found.runs:,} runs.",
        across_label="coverage: share of the cases inside",
        up_label="density: share of cases among runs inside",
        clouds=tuple(clouds),
    )


def _plane(found: Discovery, box: FoundBox, number: int) -> ScatterFigure | None:
    """The runs in the plane of a box's first two limited inputs."""
    limited = list(box.box.limits)
    if not limited:
        return None
    across = limited[0]
    rest = [at for at in range(len(found.sample.names)) if at != across]
    up = limited[1] if len(limited) > 1 else (rest[0] if rest else across)
    inputs = found.sample.inputs
    step = max(1, len(inputs) // MOST_POINTS)
    thinned = f", one in {step} drawn" if step > 1 else ""
    cases, inputs = found.sample.cases[::step], inputs[::step]

    def ends(at: int) -> tuple[float, float]:
        low, high = box.box.limit(at)
        values = found.sample.inputs[:, at]
        return max(low, float(values.min())), min(high, float(values.max()))

    names = found.sample.names
    return ScatterFigure(
        id=f"box-{number}",
        title=f"It happens when {box.words}"
        + ("" if box.holds_up else " (does not hold up in runs left out)"),
        alt="Runs by two inputs, cases and others, and the box. The numbers are in "
        f"cases-{number}.csv.",
        source=f"“It”: {found.case}. {found.runs:,} runs{thinned}. Frame: the box.",
        across_label=names[across],
        up_label=names[up],
        clouds=(
            Cloud("other runs", tuple(inputs[~cases, across]), tuple(inputs[~cases, up])),
            Cloud("it happens", tuple(inputs[cases, across]), tuple(inputs[cases, up])),
        ),
        box=(*ends(across), *ends(up)),
    )


def _futures(count: int) -> str:
    return "1 future" if count == 1 else f"{count} futures"
