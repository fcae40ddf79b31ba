"""What the record did to parameters: prior against posterior, and pairs it cannot tell apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from scipy.stats import norm

from .canvas import (
    BLUE,
    EDGE,
    INK,
    PRIOR,
    VERMILION,
    Files,
    files,
    legend,
    sheet,
    style,
    three_figures,
)
from .diagnose import Diagnosis
from .explore import Mode
from .parameters import ParameterSet

Array = npt.NDArray[np.float64]
ACROSS = 5
WORST = 4
TICKS = (0.025, 0.5, 0.975)


def draw_marginals(parameters: ParameterSet, scores: Array, diagnosis: Diagnosis) -> Files:
    """Prior and posterior of each parameter, on a scale where every prior looks the same."""
    learned = sum(check.verdict == "learned" for check in diagnosis.parameters)
    total = len(diagnosis.parameters)
    title = f"The record narrows {learned} of {total} parameters; the other {total - learned} are "
    title += "assumed"
    key = "Ticks: 2.5, 50 and 97.5 % of the prior.  c: share of the prior's spread taken away."
    source = "Source: this calibration; numbers in parameters.csv and draws.parquet."
    with style("marginals"):
        down = -(-total // ACROSS)
        figure = sheet(1.02 * down, title, source, key)
        grid = figure.subplots(down, ACROSS, squeeze=False)
        edges = np.linspace(-3.2, 3.2, 49)
        at = norm.ppf(TICKS)
        values = parameters.values(np.repeat(at[:, None], total, axis=1))
        for i, (axes, check) in enumerate(zip(grid.flat, diagnosis.parameters, strict=False)):
            colour = BLUE if check.verdict == "learned" else VERMILION
            axes.fill_between(edges, norm.pdf(edges), color=PRIOR, linewidth=0)
            hatch = "" if check.verdict == "learned" else "////"
            axes.hist(
                *(np.clip(scores[:, i], -3.2, 3.2), edges),
                density=True, histtype="step", color=colour, linewidth=1.2, hatch=hatch,
            )  # fmt: skip
            axes.set_title(f"{_broken(check.name)}\nc = {check.contraction:z.2f}", fontsize=6)
            axes.set_xticks(at, [three_figures(value) for value in values[:, i]])
            axes.set_xlim(-3.2, 3.2)
            axes.tick_params(labelsize=5.5)
            axes.set_yticks([])
            axes.set_xlabel(unit_of(parameters, i), fontsize=5.5, labelpad=1)
        for axes in grid.flat[total:]:
            axes.set_visible(False)
        handles: list[Line2D | Patch] = [
            Patch(color=PRIOR, label="prior"),
            Patch(facecolor="none", edgecolor=BLUE, label="posterior: learned"),
            Patch(facecolor="none", edgecolor=VERMILION, hatch="////", label="posterior: assumed"),
        ]
        legend(figure, handles)
        return files("marginals", figure)


def draw_pairs(parameters: ParameterSet, scores: Array, mode: Mode) -> Files:
    """Draws of the parameters that the record ties together most, two at a time."""
    chosen = worst_identified(scores)
    names = [parameters.names[i] for i in chosen]
    values = parameters.values(scores)[:, chosen]
    together = np.asarray(np.corrcoef(scores[:, chosen].T))
    i, j = np.unravel_index(np.abs(together - np.eye(len(chosen))).argmax(), together.shape)
    title = f"The record cannot tell {names[i]} from {names[j]}: correlation {together[i, j]:+.2f}"
    key = (
        f"Each dot is a draw. Of {len(mode.information)} directions the record says more than the "
        f"prior in {mode.informed}."
    )
    source = "Source: this calibration; numbers in draws.parquet and directions.csv."
    with style("pairs"):
        figure = sheet(5.6, title, source, key)
        grid = figure.subplots(len(chosen), len(chosen), squeeze=False, sharex="col")
        labels = [f"{_broken(parameters.names[i])}\n({unit_of(parameters, i)})" for i in chosen]
        some = np.linspace(0, len(values) - 1, min(600, len(values))).astype(np.int64)
        for row, column in np.ndindex(len(chosen), len(chosen)):
            axes: Axes = grid.flat[row * len(chosen) + column]
            if column > row:
                axes.set_visible(False)
            elif column == row:
                axes.hist(values[:, row], bins=30, color=BLUE)
                axes.set_yticks([])
                axes.margins(x=0.08)
            else:
                across, up = values[some, column], values[some, row]
                axes.scatter(across, up, s=2, c=EDGE, rasterized=True)
                axes.set_title(f"correlation {together[row, column]:+.2f}", fontsize=6.5)
            _label(axes, (row, column), labels)
        return files("pairs", figure)


def worst_identified(scores: Array) -> list[int]:
    """The parameters with the strongest correlations to others, strongest first."""
    together = np.abs(np.corrcoef(scores.T) - np.eye(scores.shape[1]))
    return [int(i) for i in np.argsort(-together.max(axis=0), kind="stable")[:WORST]]


def unit_of(parameters: ParameterSet, column: int) -> str:
    """The unit of a parameter as an axis states it."""
    unit = parameters.rows[column].unit
    return "no unit" if unit == "Dmnl" else unit


def _label(axes: Axes, place: tuple[int, int], names: list[str]) -> None:
    row, column = place
    if row == len(names) - 1:
        axes.set_xlabel(names[column], color=INK, fontsize=6.5)
    if column == 0 and row > 0:
        axes.set_ylabel(names[row], color=INK, fontsize=6.5)
    elif column < row:
        axes.tick_params(labelleft=False)


def _broken(name: str) -> str:
    """A name on two lines, its element on the second."""
    return name.replace("[", "\n[")
