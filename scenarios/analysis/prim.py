"""The patient rule induction method: a box is peeled from outside in, then pasted outwards.

Source: Friedman and Fisher, Statistics and Computing 9 (1999) 123-143; for scenario discovery:
Bryant and Lempert, Technological Forecasting and Social Change 77 (2010) 34-49.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, inf

import numpy as np

from .box import Box, Quality, Sample, quality


@dataclass(frozen=True)
class PrimSettings:
    """``peel`` is the share of a box's runs that a step takes off or puts back, ``least_mass`` the
    smallest share of runs a box may hold, ``most_limits`` how many inputs it may limit."""

    peel: float = 0.05
    least_mass: float = 0.05
    most_limits: int = 4


@dataclass(frozen=True)
class Step:
    """One box of the peeling trajectory, and how good it is."""

    box: Box
    quality: Quality


def peel(sample: Sample, settings: PrimSettings) -> tuple[Step, ...]:
    """The trajectory from everything inwards; each step raises the density most."""
    box = Box({})
    steps = [Step(box, quality(box, sample))]
    least = max(2, ceil(settings.least_mass * len(sample.cases)))
    rows = np.arange(len(sample.cases))
    while steps[-1].quality.density < 1:
        cut = _best_cut(sample.rows(rows), settings.peel, least)
        if cut is None or cut.density < steps[-1].quality.density:
            break
        low, high = box.limit(cut.position)
        box = box.with_limit(cut.position, (cut.limit, high) if cut.low_end else (low, cut.limit))
        kept = box.holds(sample.inputs[rows])
        if kept.all():  # two neighbouring floating-point numbers have nothing between
            break
        rows = rows[kept]
        steps.append(Step(box, quality(box, sample)))
    return tuple(steps)


def paste(box: Box, sample: Sample, settings: PrimSettings) -> Box:
    """The box grown at one side at a time while that raises its density."""
    while True:
        now = quality(box, sample)
        best: tuple[float, Box] | None = None
        for candidate in _pastes(box, sample, settings.peel):
            found = quality(candidate, sample)
            better = found.density > now.density or (
                found.density == now.density and found.coverage > now.coverage
            )
            if better and (best is None or found.density > best[0]):
                best = found.density, candidate
        if best is None:
            return box
        box = best[1]


def balanced(steps: tuple[Step, ...]) -> Step:
    """The step with the best balance of coverage and density.

    However many inputs it limits: peels that take off no case are equally good on every input, so
    that early steps limit idle ones. `without_chance_limits` frees them again.
    """
    return max(steps, key=lambda step: step.quality.balance)


@dataclass(frozen=True)
class _Cut:
    """A limit at the low or the high end of an input, and the density of what it leaves."""

    position: int
    low_end: bool
    limit: float
    density: float


def _best_cut(inside: Sample, share: float, least: int) -> _Cut | None:
    """The cut of ``share`` of the runs, at either end of any input, that leaves the most cases in
    proportion. Equal values are never split, so that few distinct ones are peeled whole."""
    runs = len(inside.cases)
    count = max(1, int(share * runs))
    order = np.argsort(inside.inputs, axis=0, kind="stable")
    values = np.take_along_axis(inside.inputs, order, axis=0)
    caught = np.concatenate(
        [np.zeros((1, values.shape[1])), np.cumsum(inside.cases[order], axis=0)]
    )
    columns = np.arange(values.shape[1])
    found: list[_Cut] = []
    for low_end in (True, False):
        # Runs below the cut: all up to the last equal value, or all below the first.
        edge = values[count - 1] if low_end else values[runs - count]
        below = np.sum(values <= edge if low_end else values < edge, axis=0)
        kept = runs - below if low_end else below
        cases = caught[-1] - caught[below, columns] if low_end else caught[below, columns]
        density = np.where((kept >= least) & (kept < runs), cases / np.maximum(kept, 1), -1.0)
        best = int(np.argmax(density))
        if density[best] >= 0:
            at = int(below[best])
            limit = float((values[at - 1, best] + values[at, best]) / 2)
            found.append(_Cut(best, low_end, limit, float(density[best])))
    return max(found, key=lambda cut: cut.density, default=None)


def _pastes(box: Box, sample: Sample, share: float) -> Iterator[Box]:
    """The box with ``share`` of its runs more at every limited side."""
    count = max(1, int(share * int(box.holds(sample.inputs).sum())))
    for position, (low, high) in box.limits.items():
        others = box.with_limit(position, (-inf, inf)).holds(sample.inputs)
        values = np.sort(sample.inputs[others, position])
        below, above = values[values < low], values[values > high]
        if low > -inf:
            yield box.with_limit(position, (_pasted(below[::-1], count, low, -inf), high))
        if high < inf:
            yield box.with_limit(position, (low, _pasted(above, count, high, inf)))


def _pasted(beyond: np.ndarray, count: int, limit: float, end: float) -> float:
    """The limit with ``count`` values from ``beyond`` (nearest first) let in; open after the last.

    Without any beyond it, the limit does nothing and is dropped.
    """
    if len(beyond) <= count:
        return end
    return float((beyond[count - 1] + beyond[count]) / 2)
