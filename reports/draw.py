"""Figures drawn with matplotlib: same figure, same bytes, whatever the day or machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from io import BytesIO
from math import ceil
from textwrap import fill
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, MaxNLocator

from .figure import (
    BandFigure,
    BarFigure,
    BarPanel,
    Figure,
    IntervalFigure,
    LineFigure,
    Panel,
    Titled,
)
from .palette import LINE_COLOURS, LINE_STYLES, PALETTE
from .wording import MINUS, capital

WIDTH = 7.6
DOTS_PER_INCH = 150
_STYLE: dict[Any, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": PALETTE["edge"],
    "axes.labelcolor": PALETTE["muted"],
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": PALETTE["ink"],
    "axes.labelsize": 7.5,
    "axes.formatter.useoffset": False,
    "xtick.color": PALETTE["muted"],
    "ytick.color": PALETTE["muted"],
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "text.color": PALETTE["ink"],
    "text.parse_math": False,
    "svg.fonttype": "none",
    "axes.grid": True,
    "grid.color": PALETTE["rule"],
    "grid.linewidth": 0.5,
    "axes.axisbelow": True,
}


def drawn(figure: Figure) -> Canvas:
    """The matplotlib figure of a figure value. Nothing is shown or written."""
    with own_style(figure.id):
        if isinstance(figure, BandFigure):
            return _bands(figure)
        if isinstance(figure, IntervalFigure):
            return _intervals(figure)
        if isinstance(figure, LineFigure):
            return _lines(figure)
        return _bars(figure)


@contextmanager
def own_style(salt: str) -> Iterator[None]:
    """Matplotlib's defaults and ours, whatever the user's own settings; ``salt`` makes ids."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({**_STYLE, "svg.hashsalt": salt})
        yield


def svg(figure: Figure) -> str:
    """The figure as one ``<svg>`` element with title and description, its ids its own.

    Text stays text. Two figures may stand in one page: every id begins with the figure's.
    """
    with own_style(figure.id):
        return _element(figure, drawn(figure))


def files(figure: Figure, stamp: str) -> dict[str, bytes]:
    """The figure as an SVG and a PNG file by suffix, its finding and the stamp drawn above it.

    The PNG holds neither date nor software name. Both come from one drawing, laid out once.
    """
    with own_style(figure.id):
        return written(figure, drawn(figure), stamp)


def written(figure: Titled, canvas: Canvas, stamp: str) -> dict[str, bytes]:
    """A drawing as `files` gives it; the caller holds `own_style`."""
    _frame(figure, canvas, stamp)
    FigureCanvasAgg(canvas)
    canvas.draw_without_rendering()
    canvas.set_layout_engine("none")
    png = BytesIO()
    canvas.savefig(png, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{_element(figure, canvas)}'
    return {".svg": text.encode(), ".png": png.getvalue()}


def _frame(figure: Titled, canvas: Canvas, stamp: str) -> None:
    """Put around a drawing what a reader needs who meets it away from its page."""
    lines = fill(figure.title, 92)
    if stamp:
        lines += f"\n{capital(stamp)}"
    source = fill(figure.source, 110)
    below = f"{canvas.get_supxlabel()}\n{source}".strip()
    added = 0.2 * (lines.count("\n") + 1) + 0.16 * (source.count("\n") + 1) + 0.1
    canvas.set_figheight(canvas.get_figheight() + added)
    canvas.suptitle(lines, x=0.01, ha="left", fontsize=10, fontweight="bold")
    canvas.supxlabel(below, fontsize=8, color=PALETTE["muted"])


def _element(figure: Titled, canvas: Canvas) -> str:
    file = BytesIO()
    canvas.savefig(
        file, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type"))
    )
    text = file.getvalue().decode("utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r"<!--.*?-->\n?", "", text, flags=re.S)
    text = re.sub(r'\bid="', f'id="{figure.id}-', text)
    text = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{figure.id}-", text)
    name, words = f"{figure.id}-title", f"{figure.id}-desc"
    opening = f'<svg role="img" aria-labelledby="{name} {words}"'
    described = (
        f'<title id="{name}">{escape(figure.title)}</title>'
        f'<desc id="{words}">{escape(figure.alt)}</desc>'
    )
    head, rest = text.removeprefix("<svg").split(">", maxsplit=1)
    return f"{opening}{head}>{described}{rest}".strip() + "\n"


def _tick(value: float, _position: int) -> str:
    text = f"{value:,.10g}"
    return text.replace("-", MINUS)


def _bands(figure: BandFigure) -> Canvas:
    count = len(figure.panels)
    across = min(figure.columns, count)
    down = ceil(count / across)
    canvas = Canvas(figsize=(WIDTH, 2.05 * down + 0.35), layout="constrained")
    grid = canvas.subplots(down, across, squeeze=False, sharex=True)
    for axes, panel in zip(grid.flat, figure.panels, strict=False):
        _band_panel(axes, figure, panel)
    if figure.aligned:
        _align(list(grid.flat[:count]), figure.panels)
    for axes in grid.flat[count:]:
        axes.set_visible(False)
    for axes in grid[-1]:
        axes.set_xlabel("Year")
    canvas.supxlabel(
        "Line: median.  Dark band: 80 % of draws.  Light band: 95 %.",
        fontsize=8,
        color=PALETTE["muted"],
    )
    return canvas


def _align(grid: Sequence[Axes], panels: Sequence[Panel]) -> None:
    """One vertical scale for the panels of each unit."""
    for unit in {panel.unit for panel in panels}:
        alike = [axes for axes, panel in zip(grid, panels, strict=True) if panel.unit == unit]
        limits = [axes.get_ylim() for axes in alike]
        for axes in alike:
            axes.set_ylim(min(low for low, _ in limits), max(high for _, high in limits))


def _band_panel(axes: Axes, figure: BandFigure, panel: Panel) -> None:
    years = list(figure.years)
    colour = PALETTE["vermilion"] if panel.apart else PALETTE["blue"]
    dark = "#d98a5c" if panel.apart else PALETTE["band80"]
    light = "#f3d9c8" if panel.apart else PALETTE["band95"]
    bands = panel.bands
    axes.fill_between(
        years, [b.q025 for b in bands], [b.q975 for b in bands], color=light, linewidth=0
    )
    axes.fill_between(years, [b.q10 for b in bands], [b.q90 for b in bands], color=dark, lw=0)
    for edge in ([b.q025 for b in bands], [b.q975 for b in bands]):
        axes.plot(years, edge, color=PALETTE["edge"], linewidth=0.6)
    style = (0, (4, 1.5)) if panel.apart else "solid"
    axes.plot(
        years, [b.q50 for b in bands], color=colour, linewidth=1.8, linestyle=style, label="median"
    )
    axes.axhline(0, color=PALETTE["ink"], linewidth=0.8)
    axes.set_title(fill(panel.label, 72 // figure.columns))
    axes.set_ylabel(panel.unit)
    axes.yaxis.set_major_formatter(FuncFormatter(_tick))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=12 // figure.columns, integer=True))
    if all(band.q025 == band.q975 == 0 for band in bands):
        axes.set_ylim(-1, 1)
        axes.set_yticks([0])
        axes.text(0.5, 0.6, "zero in every draw", transform=axes.transAxes, ha="center")


def _intervals(figure: IntervalFigure) -> Canvas:
    rows = len(figure.labels)
    canvas = Canvas(figsize=(WIDTH, 0.34 * rows + 1.05), layout="constrained")
    grid = canvas.subplots(1, len(figure.panels), squeeze=False, sharey=True)
    for axes, panel in zip(grid[0], figure.panels, strict=True):
        _interval_panel(axes, panel)
    first = grid[0][0]
    first.set_yticks(range(rows), [fill(label, 38) for label in figure.labels])
    first.set_ylim(rows - 0.5, -0.5)
    canvas.supxlabel(
        "Dot: median.  Thick line: 80 % of draws.  Thin line: 95 %.",
        fontsize=8,
        color=PALETTE["muted"],
    )
    return canvas


def _interval_panel(axes: Axes, panel: Panel) -> None:
    for row, band in enumerate(panel.bands):
        axes.plot([band.q025, band.q975], [row, row], color=PALETTE["edge"], linewidth=1)
        axes.plot(
            [band.q10, band.q90],
            [row, row],
            color=PALETTE["blue"],
            linewidth=4.5,
            solid_capstyle="butt",
            alpha=1,
        )
    rows = range(len(panel.bands))
    axes.scatter(
        [band.q50 for band in panel.bands],
        list(rows),
        s=26,
        color=PALETTE["paper"],
        edgecolors=PALETTE["ink"],
        linewidths=1.2,
        zorder=3,
    )
    axes.axvline(0, color=PALETTE["ink"], linewidth=0.8)
    axes.set_title(panel.label)
    axes.set_xlabel(panel.unit)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_formatter(FuncFormatter(_tick))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.tick_params(axis="y", length=0)


def _lines(figure: LineFigure) -> Canvas:
    canvas = Canvas(figsize=(WIDTH, 3.4), layout="constrained")
    axes = canvas.subplots()
    looks = zip(LINE_COLOURS, LINE_STYLES, strict=True)
    for line, (colour, style) in zip(figure.lines, looks, strict=False):
        label = fill(line.label, 34)
        axes.plot(
            figure.across, line.values, color=colour, linestyle=style, linewidth=2, label=label
        )
    axes.set_xlabel(figure.across_label)
    axes.set_ylabel(figure.up_label)
    axes.set_xlim(figure.across[0], figure.across[-1])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(_tick))
    canvas.legend(loc="outside right center", frameon=False, handlelength=3.2, labelspacing=0.9)
    return canvas


def _bars(figure: BarFigure) -> Canvas:
    most = max((len(panel.bars) for panel in figure.panels), default=1)
    down = len(figure.panels)
    canvas = Canvas(figsize=(WIDTH, (0.27 * most + 0.75) * down + 0.3), layout="constrained")
    grid = canvas.subplots(down, 1, squeeze=False, sharex=True)
    for axes, panel in zip(grid[:, 0], figure.panels, strict=True):
        _bar_panel(axes, panel)
    grid[-1, 0].set_xlabel(f"Rank correlation with the outcome ({MINUS}1 to 1)")
    return canvas


def _bar_panel(axes: Axes, panel: BarPanel) -> None:
    for row, bar in enumerate(panel.bars):
        axes.barh(
            row,
            bar.value,
            height=0.62,
            color=PALETTE["paper"] if bar.faint else PALETTE["blue"],
            edgecolor=PALETTE["edge"] if bar.faint else PALETTE["blue"],
            hatch="////" if bar.faint else None,
            linewidth=0.8,
        )
    rows = range(len(panel.bars))
    labels = [f"{bar.label}  [{bar.grade}]" if bar.grade else bar.label for bar in panel.bars]
    axes.set_yticks(list(rows), labels)
    axes.set_ylim(max(len(panel.bars), 1) - 0.4, -0.6)
    axes.set_xlim(-1.05, 1.05)
    axes.axvline(0, color=PALETTE["ink"], linewidth=0.8)
    for side in (-panel.noise, panel.noise):
        axes.axvline(side, color=PALETTE["vermilion"], linewidth=1, linestyle=(0, (4, 2)))
    axes.set_title(panel.label)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_formatter(FuncFormatter(_tick))
    axes.tick_params(axis="y", length=0)
