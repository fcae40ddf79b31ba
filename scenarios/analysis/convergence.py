"""Whether a sample was large enough for what is read from it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2

import numpy as np
import numpy.typing as npt

from .salib import Indices

Array = npt.NDArray[np.float64]

INDEX_WIDTH = 0.05
"""Indices have converged when no 95 % interval is wider: Sarrazin, Pianosi and Wagener,
Environmental Modelling and Software 79 (2016) 135-152, section 3.3."""
NEGLIGIBLE = 0.05
"""An input is screened out when its effect is surely below this share of the largest."""


@dataclass(frozen=True)
class Convergence:
    """``widest`` is the widest 95 % interval, ``needed`` a size of sample at which it would be
    within `INDEX_WIDTH` (errors fall with the square root); ``apart`` counts the leading groups
    whose order is certain; ``small`` those surely negligible."""

    enough: bool
    widest: float
    needed: int
    apart: int
    small: int
    words: str


def sobol_convergence(found: Indices, base: int) -> Convergence:
    """Of total-order indices: by the width of their intervals."""
    widest = float(np.max(2 * found.total_reach))
    needed = base if widest <= INDEX_WIDTH else ceil(base * (widest / INDEX_WIDTH) ** 2)
    needed = 1 << ceil(log2(max(needed, 1)))
    order = np.argsort(-found.total, kind="stable")
    apart = leading_apart(found.total[order], found.total_reach[order])
    small = int(np.sum(found.total + found.total_reach < NEGLIGIBLE))
    told = _order_words([found.groups[at] for at in order], apart)
    if widest <= INDEX_WIDTH:
        words = f"The sample was large enough: no 95 % interval is wider than {widest:.2f}. {told}"
    else:
        words = (
            f"The sample was too small for the shares themselves: the widest 95 % interval is "
            f"{widest:.2f}, and {INDEX_WIDTH} would do (about --points {needed}). {told}"
        )
    return Convergence(widest <= INDEX_WIDTH, widest, needed, apart, small, words)


def morris_convergence(found: Indices, trajectories: int) -> Convergence:
    """Of a screening: whether inputs are surely negligible, or surely not."""
    top = float(np.max(found.main))
    if top <= 0:
        return Convergence(True, 0.0, trajectories, 0, len(found.main), "No input has any effect.")
    share, reach = found.main / top, found.main_reach / top
    small = int(np.sum(share + reach < NEGLIGIBLE))
    large = int(np.sum(share - reach >= NEGLIGIBLE))
    unclear = len(share) - small - large
    order = np.argsort(-share, kind="stable")
    apart = leading_apart(share[order], reach[order])
    widest = float(np.max(2 * reach))
    needed = ceil(trajectories * max(widest / (2 * NEGLIGIBLE), 1.0) ** 2)
    enough = unclear <= small + large
    words = (
        f"Of {len(share)} inputs {small} surely matter less than {100 * NEGLIGIBLE:.0f} % of the "
        f"strongest and {large} surely more; {unclear} lie between"
    )
    words += "." if enough else ": more trajectories (--trajectories) would tell them apart."
    return Convergence(enough, widest, needed, apart, small, words)


def leading_apart(values: Array, reaches: Array) -> int:
    """How many leading values, sorted down, lie above the next by more than the error of the
    difference of two: a count of 0 means that not even the first is certain."""
    count = 0
    for at in range(len(values) - 1):
        error = float(np.hypot(reaches[at], reaches[at + 1]))
        if values[at] - values[at + 1] <= error:
            return count
        count += 1
    return count


def _order_words(groups: list[str], apart: int) -> str:
    if apart == 0:
        return "Which group comes first is not certain."
    if apart == 1:
        return f"That {groups[0]} comes first is certain."
    return f"The order of the first {apart} groups is certain."
