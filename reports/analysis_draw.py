"""Drawings of an analysis's figures, in the style of the report's."""

from __future__ import annotations

from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from .analysis_canvas import WIDTH, own_style, written
from .analysis_figure import (
    AnalysisFigure,
    GridFigure,
    Reach,
    ReachFigure,
    ScatterFigure,
    TornadoFigure,
)
from .palette import PALETTE
from .phrases import MINUS

_MARKS = ("o", "s", "^", "D", "v", "P")
_COLOURS = ("#0072b2", "#b34700", "#007a5a", "#9c4f80", "#76818c", "#1d232a")
"""Told apart by colour and by mark: after Okabe and Ito (2008), darkened to 3 to 1 on paper."""
_LABEL = 44


def analysis_files(figure: AnalysisFigure, stamp: str) -> dict[str, bytes]:
    """The figure as ``.svg`` and ``.png``, with its finding, source and the stamp."""
    with own_style(figure.id):
        return written(figure, _drawn(figure), stamp)


def _drawn(figure: AnalysisFigure) -> Canvas:
    if isinstance(figure, ReachFigure):
        return _reaches(figure)
    if isinstance(figure, TornadoFigure):
        return _tornado(figure)
    if isinstance(figure, ScatterFigure):
        return _scatter(figure)
    return _grid(figure)


def _tick(value: float, _position: int) -> str:
    return f"{value:,.10g}".replace("-", MINUS)


def _numbers(axes: Axes) -> None:
    axes.xaxis.set_major_formatter(FuncFormatter(_tick))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))


def _rows(axes: Axes, labels: tuple[str, ...]) -> None:
    axes.set_yticks(range(len(labels)), [fill(label, _LABEL) for label in labels])
    axes.set_ylim(max(len(labels), 1) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)


def _height(labels: tuple[str, ...], each: float) -> float:
    return each * sum(max(1.0, 0.75 * (fill(label, _LABEL).count("\n") + 1)) for label in labels)


def _reaches(figure: ReachFigure) -> Canvas:
    canvas = Canvas(figsize=(WIDTH, _height(figure.labels, 0.3) + 1.1), layout="constrained")
    grid = canvas.subplots(1, len(figure.panels), squeeze=False, sharey=True)
    for axes, panel in zip(grid[0], figure.panels, strict=True):
        _reach(axes, figure, panel)
    _rows(grid[0][0], figure.labels)
    canvas.supxlabel(figure.key, fontsize=8, color=PALETTE["muted"])
    return canvas


def _reach(axes: Axes, figure: ReachFigure, panel: Reach) -> None:
    faint = figure.faint or (False,) * len(figure.labels)
    for row, (value, low, high) in enumerate(zip(panel.values, panel.low, panel.high, strict=True)):
        colour = PALETTE["edge"] if faint[row] else PALETTE["blue"]
        axes.plot([low, high], [row, row], color=colour, linewidth=2.4, solid_capstyle="butt")
        face = PALETTE["paper"] if faint[row] else PALETTE["blue"]
        axes.scatter([value], [row], s=24, color=face, edgecolors=colour, linewidths=1.2, zorder=3)
    axes.axvline(0, color=PALETTE["ink"], linewidth=0.8)
    for at in figure.marked:
        axes.axvline(at, color=PALETTE["vermilion"], linewidth=1, linestyle=(0, (4, 2)))
    axes.set_title(panel.label)
    axes.set_xlabel(panel.unit)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)
    _numbers(axes)


def _tornado(figure: TornadoFigure) -> Canvas:
    canvas = Canvas(figsize=(WIDTH, _height(figure.labels, 0.3) + 1.2), layout="constrained")
    axes = canvas.subplots()
    for values, face in ((figure.low, "paper"), (figure.high, "blue")):
        axes.barh(
            range(len(values)),
            [value - figure.centre for value in values],
            left=figure.centre,
            height=0.62,
            color=PALETTE[face],
            edgecolor=PALETTE["blue"],
            linewidth=0.9,
            hatch="////" if face == "paper" else None,
        )
    _rows(axes, figure.labels)
    axes.axvline(figure.centre, color=PALETTE["ink"], linewidth=0.9)
    axes.set_xlabel(figure.unit)
    _numbers(axes)
    key = "Hatched: at the input's 10 % point.  Filled: at its 90 % point."
    canvas.supxlabel(key, fontsize=8, color=PALETTE["muted"])
    return canvas


def _scatter(figure: ScatterFigure) -> Canvas:
    canvas = Canvas(figsize=(WIDTH, 4.2), layout="constrained")
    axes = canvas.subplots()
    looks = zip(_COLOURS, _MARKS, strict=True)
    for cloud, (colour, mark) in zip(figure.clouds, looks, strict=False):
        many = len(cloud.across) > 60
        if cloud.joined:
            axes.plot(cloud.across, cloud.up, color=colour, linewidth=1)
        axes.scatter(
            cloud.across,
            cloud.up,
            s=9 if many else 30,
            marker=mark,
            color=colour,
            alpha=0.55 if many else 1.0,
            linewidths=0,
            label=fill(cloud.label, 34),
        )
    if figure.box is not None:
        left, right, bottom, top = figure.box
        edge = Rectangle(
            (left, bottom),
            right - left,
            top - bottom,
            fill=False,
            edgecolor=PALETTE["ink"],
            linewidth=1.6,
        )
        axes.add_patch(edge)
    axes.set_xlabel(figure.across_label)
    axes.set_ylabel(figure.up_label)
    _numbers(axes)
    axes.yaxis.set_major_formatter(FuncFormatter(_tick))
    canvas.legend(loc="outside right center", frameon=False, labelspacing=0.9)
    return canvas


def _grid(figure: GridFigure) -> Canvas:
    shares = np.asarray(figure.shares, dtype=np.float64)
    rows, columns = shares.shape
    size = (WIDTH, 0.42 * rows + 1.5)
    canvas = Canvas(figsize=size, layout="constrained")
    axes = canvas.subplots()
    shades = LinearSegmentedColormap.from_list("shares", [PALETTE["paper"], PALETTE["band80"]])
    axes.set_facecolor(PALETTE["stripe"])
    axes.imshow(np.ma.masked_invalid(shares), cmap=shades, vmin=0, vmax=1, aspect="auto")
    for row in range(rows):
        for column in range(columns):
            if np.isfinite(shares[row, column]):
                text = f"{100 * shares[row, column]:.0f} %"
                axes.text(column, row, text, ha="center", va="center", color=PALETTE["ink"])
    axes.set_yticks(range(rows), [fill(label, _LABEL) for label in figure.rows])
    axes.set_xticks(range(columns), [fill(label, 16) for label in figure.columns], fontsize=7)
    axes.xaxis.tick_top()
    axes.grid(visible=False)
    axes.tick_params(length=0)
    canvas.supxlabel(figure.key, fontsize=8, color=PALETTE["muted"])
    return canvas
