"""What all pictures of a calibration share: look, title, source, and the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from textwrap import fill
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

Files = dict[str, bytes]
INK, MUTED, EDGE, RULE = "#1b1b1b", "#4d4d4d", "#5f6b73", "#dddddd"
# Blue and vermilion are told apart by every kind of colour vision (Okabe and Ito, 2008).
BLUE, VERMILION = "#0072b2", "#d55e00"
BANDS = {0.95: "#dbe9f3", 0.8: "#a9cbe3", 0.5: "#6ea8d0"}
PRIOR = "#c9c9c9"
WIDTH = 7.6
DOTS_PER_INCH = 150
_STYLE: dict[Any, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": EDGE,
    "axes.titlesize": 8,
    "axes.titlelocation": "left",
    "axes.labelsize": 7.5,
    "axes.formatter.useoffset": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "text.parse_math": False,
    "svg.fonttype": "none",
}


@contextmanager
def style(name: str) -> Iterator[None]:
    """Matplotlib's defaults and ours, whatever the user's own settings; ``name`` salts ids."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({**_STYLE, "svg.hashsalt": name})
        yield


def sheet(height: float, title: str, source: str, key: str = "") -> Figure:
    """An empty figure under a title that states the finding, above its key and its source.

    A line is left free below the title for `legend`.
    """
    heading = fill(title, 84) + "\n"
    below = "\n".join(part for part in (key, fill(source, 115)) if part)
    room = 0.2 * (heading.count("\n") + 1) + 0.17 * (below.count("\n") + 1)
    figure = Figure(figsize=(WIDTH, height + room), layout="constrained")
    figure.suptitle(heading, x=0.01, ha="left", fontsize=10, fontweight="bold", color=INK)
    figure.supxlabel(below, fontsize=7.5, color=MUTED)
    return figure


def legend(figure: Figure, handles: list[Line2D | Patch]) -> None:
    """The legend on the free line below the title."""
    lines = figure.get_suptitle().count("\n")
    top = 1 - (0.17 * lines + 0.06) / figure.get_figheight()
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.0, top),
        ncols=len(handles),
        fontsize=7,
        frameon=False,
    ).set_in_layout(False)


def three_figures(value: float) -> str:
    """A number with three figures, and all those before the point; never -0."""
    rounded = float(f"{value:.3g}") + 0.0
    return f"{value:,.0f}" if abs(rounded) >= 1000 else f"{rounded:g}"


def files(name: str, figure: Figure) -> Files:
    """The figure as SVG and PNG, by file name; neither holds a date or a version."""
    FigureCanvasAgg(figure)
    for _ in range(2):  # the first pass does not know yet how wide the labels are
        figure.draw_without_rendering()
    figure.set_layout_engine("none")
    drawn: Files = {}
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    for suffix, metadata in (("svg", nothing), ("png", {"Software": None})):
        file = BytesIO()
        figure.savefig(file, format=suffix, dpi=DOTS_PER_INCH, metadata=metadata)
        drawn[f"{name}.{suffix}"] = file.getvalue()
    return drawn
