"""Rank histograms: flat if calibration works."""

from __future__ import annotations

from math import ceil

import numpy as np
import numpy.typing as npt
from scipy.stats import binom

from .canvas import BLUE, INK, PRIOR, Files, files, sheet, style

ACROSS = 4


def draw_ranks(names: tuple[str, ...], counts: npt.NDArray[np.int64], uniform: bool) -> Files:
    """A histogram a parameter from its counts (parameter, bin), over the range that chance gives.

    ``uniform`` is the verdict that the title states.
    """
    total, bins = int(counts[0].sum()), counts.shape[1]
    low, high = (int(end) for end in binom.interval(0.95, total, 1 / bins))
    said = "are uniform" if uniform else "are NOT uniform"
    title = f"In {total} made-up records the true values' ranks among posterior draws {said}"
    key = "Bars: replications a tenth of the ranks.  Grey: where 95 % of bars lie by chance."
    source = "Source: simulation of the example region; numbers in ranks.csv."
    with style("ranks"):
        down = ceil(len(names) / ACROSS)
        figure = sheet(1.15 * down, title, source, key)
        grid = figure.subplots(down, ACROSS, squeeze=False, sharex=True, sharey=True)
        for axes, name, row in zip(grid.flat, names, counts, strict=False):
            axes.axhspan(low, high, color=PRIOR, linewidth=0)
            axes.bar(np.arange(bins) + 0.5, row, width=0.9, color=BLUE)
            axes.axhline(total / bins, color=INK, linewidth=0.8)
            axes.set_title(name)
            axes.set_xticks([0, bins / 2, bins], ["0", "50", "100"])
        for axes in grid.flat[len(names) :]:
            axes.set_visible(False)
        for row_of_axes in grid:
            row_of_axes[0].set_ylabel("replications")
        for axes in grid.flat[max(0, len(names) - ACROSS) : len(names)]:
            axes.set_xlabel("rank")
            axes.tick_params(labelbottom=True)
        return files("ranks", figure)
