"""What the pictures of an analysis share: look, finding, stamp, source, and the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from io import BytesIO
from textwrap import fill
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas

from .analysis_figure import AnalysisFigure
from .palette import PALETTE
from .wording import capital

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


@contextmanager
def own_style(salt: str) -> Iterator[None]:
    """Matplotlib's defaults and ours, whatever the user's own settings; ``salt`` makes ids."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({**_STYLE, "svg.hashsalt": salt})
        yield


def written(figure: AnalysisFigure, canvas: Canvas, stamp: str) -> dict[str, bytes]:
    """A drawing as ``.svg`` and ``.png``, its finding and the stamp above it, its source below.

    Neither holds a date or a software name. The caller holds `own_style`.
    """
    lines = fill(figure.title, 92)
    if stamp:
        lines += f"\n{capital(stamp)}"
    source = fill(figure.source, 110)
    below = f"{canvas.get_supxlabel()}\n{source}".strip()
    added = 0.2 * (lines.count("\n") + 1) + 0.16 * (source.count("\n") + 1) + 0.1
    canvas.set_figheight(canvas.get_figheight() + added)
    canvas.suptitle(lines, x=0.01, ha="left", fontsize=10, fontweight="bold")
    canvas.supxlabel(below, fontsize=8, color=PALETTE["muted"])
    FigureCanvasAgg(canvas)
    canvas.draw_without_rendering()
    canvas.set_layout_engine("none")
    png = BytesIO()
    canvas.savefig(png, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return {".svg": _svg(figure, canvas).encode(), ".png": png.getvalue()}


def _svg(figure: AnalysisFigure, canvas: Canvas) -> str:
    """The drawing as an SVG file with a title and a description."""
    file = BytesIO()
    canvas.savefig(
        file, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type"))
    )
    text = file.getvalue().decode("utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r"<!--.*?-->\n?", "", text, flags=re.S)
    head, rest = text.removeprefix("<svg").split(">", maxsplit=1)
    described = f"<title>{escape(figure.title)}</title><desc>{escape(figure.alt)}</desc>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<svg role="img"{head}>{described}{rest}'.strip()
        + "\n"
    )
