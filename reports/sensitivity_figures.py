"""Figures of what drives an outcome."""

from __future__ import annotations

from ..scenarios.analysis.importance import interval
from ..scenarios.analysis.outcome import outcome_unit
from ..scenarios.analysis.sensitivity import Sensitivity
from ..scenarios.drivers import Drivers
from .analysis_figure import AnalysisFigure, Reach, ReachFigure, TornadoFigure
from .phrases import ENGLISH
from .wording import capital, input_words, percent

MOST_ROWS = 12


def importance_figure(name: str, which: Drivers, runs: int) -> ReachFigure:
    """The strongest rank correlations with their intervals, and the size that chance reaches."""
    shown = which.ranked[:MOST_ROWS]
    ends = [interval(driver.correlation, runs) for driver in shown]
    standing = [driver for driver in shown if not driver.within_noise]
    finding = (
        f"{capital(standing[0].input)} moves {which.outcome} most: rank correlation "
        f"{standing[0].correlation:+.2f}"
        if standing
        else f"Nothing stands out of the noise of {runs} runs for {which.outcome}"
    )
    return ReachFigure(
        id=name,
        title=finding,
        alt=f"{len(shown)} rows: rank correlation of an input with the outcome and its 95 % "
        f"interval. The numbers are in {name}.csv.",
        source=f"Model runs; {runs} independent runs behind each correlation.",
        key="Dot: rank correlation, hollow in noise.  Line: 95 %.  Dashed: what chance reaches.",
        labels=tuple(input_words(ENGLISH, driver.input) for driver in shown),
        panels=(
            Reach(
                "",
                f"rank correlation with {which.outcome}",
                tuple(driver.correlation for driver in shown),
                tuple(low for low, _ in ends),
                tuple(high for _, high in ends),
            ),
        ),
        faint=tuple(driver.within_noise for driver in shown),
        marked=(-which.noise, which.noise),
    )


def sensitivity_figures(found: Sensitivity) -> tuple[AnalysisFigure, ...]:
    """Sobol's shares by group, Morris' effects by input, the tornado."""
    return _sobol(found), _morris(found), _tornado(found)


def _sobol(found: Sensitivity) -> ReachFigure:
    indices = found.sobol
    order = sorted(range(len(indices.groups)), key=lambda at: -indices.total[at])[:MOST_ROWS]
    first = order[0]

    def panel(label: str, which: str) -> Reach:
        values, reach = getattr(indices, which), getattr(indices, f"{which}_reach")
        return Reach(
            label,
            "share of the variance",
            tuple(float(values[at]) for at in order),
            tuple(float(values[at] - reach[at]) for at in order),
            tuple(float(values[at] + reach[at]) for at in order),
        )

    return ReachFigure(
        id="sobol",
        title=f"“{capital(indices.groups[first])}” has a part in "
        f"{percent(ENGLISH, float(indices.total[first]))} of the variance of "
        f"{found.settings.outcome}",
        alt=f"{len(order)} groups of inputs: first-order and total Sobol index with 95 % "
        "intervals. The numbers are in sobol.csv.",
        source=f"{found.scenario}, {found.settings.base:,} base points. "
        f"{found.sobol_converged.words}",
        key="Dot: index.  Line: 95 % bootstrap interval.  First order: alone.  Total: with others.",
        labels=tuple(capital(indices.groups[at]) for at in order),
        panels=(panel("First order", "main"), panel("Total", "total")),
    )


def _morris(found: Sensitivity) -> ReachFigure:
    indices = found.morris
    order = sorted(range(len(indices.groups)), key=lambda at: -indices.main[at])[:MOST_ROWS]
    unit = outcome_unit(found.settings.outcome)
    return ReachFigure(
        id="morris",
        title=f"The strongest single input is {indices.groups[order[0]]}",
        alt=f"{len(order)} inputs: mean size of elementary effects with 95 % intervals. The "
        "numbers are in morris.csv.",
        source=f"{found.scenario}, {found.settings.trajectories} trajectories over "
        f"{len(indices.groups)} inputs.",
        key="Dot: mean size of the change as the input crosses its central 90 %.  Line: 95 %.",
        labels=tuple(indices.groups[at] for at in order),
        panels=(
            Reach(
                "",
                f"change in {found.settings.outcome} ({unit})",
                tuple(float(indices.main[at]) for at in order),
                tuple(float(indices.main[at] - indices.main_reach[at]) for at in order),
                tuple(float(indices.main[at] + indices.main_reach[at]) for at in order),
            ),
        ),
    )


def _tornado(found: Sensitivity) -> TornadoFigure:
    shown = found.swings[:MOST_ROWS]
    first = shown[0]
    unit = outcome_unit(found.settings.outcome)
    return TornadoFigure(
        id="tornado",
        title=f"Alone, {first.label} moves {found.settings.outcome} most: from "
        f"{first.low:,.0f} to {first.high:,.0f}",
        alt=f"{len(shown)} bars: the outcome with one input at its 10 % and its 90 % point, all "
        "others at their medians. The numbers are in tornado.csv.",
        source=f"{found.scenario}; {found.centre:,.0f} with every input at its median.",
        unit=f"{found.settings.outcome} ({unit})",
        centre=found.centre,
        labels=tuple(swing.label for swing in shown),
        low=tuple(swing.low for swing in shown),
        high=tuple(swing.high for swing in shown),
    )
