"""A classification tree whose leaves are boxes: the alternative to PRIM.

Source: Breiman, Friedman, Olshen and Stone, Classification and Regression Trees (1984), chapters
2 and 4 (Gini index); for scenario discovery: Lempert, Bryant and Bankes, RAND WR-557 (2008).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import numpy.typing as npt

from .box import Box, Flags, Sample

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class TreeSettings:
    """How deep a tree grows, the smallest share of runs a leaf may hold, and the least share of
    the root's impurity that a split must take away (``complexity``, Breiman et al., chapter 3)."""

    depth: int = 3
    least_mass: float = 0.05
    complexity: float = 0.01


def case_boxes(sample: Sample, settings: TreeSettings) -> tuple[Box, ...]:
    """The leaves in which most runs are cases, by falling number of cases.

    Where cases are fewer than half of all runs, a leaf counts that holds them at twice the rate.
    """
    rate = float(sample.cases.mean())
    found = [
        (int(sample.cases[rows].sum()), box)
        for box, rows in _leaves(Box({}), sample, np.arange(len(sample.cases)), settings)
        if box.limits and sample.cases[rows].mean() > min(0.5, 2 * rate)
    ]
    found.sort(key=lambda item: -item[0])
    return tuple(box for _, box in found)


def _leaves(
    box: Box, sample: Sample, rows: npt.NDArray[np.intp], settings: TreeSettings
) -> Iterator[tuple[Box, npt.NDArray[np.intp]]]:
    least = max(2, ceil(settings.least_mass * len(sample.cases)))
    split = None
    if settings.depth > 0:
        needed = settings.complexity * impurity(sample.cases)
        split = best_split(sample.inputs[rows], sample.cases[rows], (least, needed))
    if split is None:
        yield box, rows
        return
    position, value = split
    deeper = replace(settings, depth=settings.depth - 1)
    low, high = box.limit(position)
    left = sample.inputs[rows, position] <= value
    yield from _leaves(box.with_limit(position, (low, value)), sample, rows[left], deeper)
    yield from _leaves(box.with_limit(position, (value, high)), sample, rows[~left], deeper)


def impurity(cases: Flags) -> float:
    """Size times half the Gini index of a node: ``h (n - h) / n`` with h cases among n."""
    hits = int(cases.sum())
    return hits * (len(cases) - hits) / max(len(cases), 1)


def best_split(inputs: Array, cases: Flags, needed: tuple[int, float]) -> tuple[int, float] | None:
    """The input and value whose split lowers the impurity most; None when none lowers it enough.

    ``needed`` are the fewest runs of a side, and the least fall of impurity.
    """
    least, fall = needed
    total, hits = len(cases), int(cases.sum())
    if hits in (0, total) or total < 2 * least:
        return None
    order = np.argsort(inputs, axis=0, kind="stable")
    ranked = np.take_along_axis(inputs, order, axis=0)
    caught = np.cumsum(cases[order], axis=0)[:-1].astype(np.float64)
    left = np.arange(1, total, dtype=np.float64)[:, None]
    right = total - left
    mixed = caught * (left - caught) / left
    mixed += (hits - caught) * (right - hits + caught) / right
    barred = (ranked[1:] == ranked[:-1]) | (left < least) | (right < least)
    mixed = np.where(barred, np.inf, mixed)
    row, column = np.unravel_index(int(np.argmin(mixed)), mixed.shape)
    if impurity(cases) - mixed[row, column] <= max(fall, 1e-12):
        return None
    return int(column), float((ranked[row, column] + ranked[row + 1, column]) / 2)
