"""Scenario discovery: boxes that tell where a case happens, held to runs kept apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..drivers import rank_correlation
from .box import (
    Box,
    Quality,
    Sample,
    in_words,
    quality,
    quasi_p_values,
    simplest,
    without_chance_limits,
)
from .cart import TreeSettings, case_boxes
from .prim import PrimSettings, Step, balanced, paste, peel

Array = npt.NDArray[np.float64]

RESAMPLES = 20
MOST_INPUTS = 20
"""The inputs that boxes are sought in: those that differ most between cases and others."""
MOST_BOXES = 3
LEAST_CASES = 8
LEAST_COVERAGE = 0.1
SURPLUS = 1.5
CHANCE = 0.05
"""A limit stays when its quasi-p-value is at most this, shared over the inputs looked at."""

Find = Callable[[Sample], tuple[Box, ...]]


@dataclass(frozen=True)
class FoundBox:
    """A box, and how well it does in its own runs (``quality``). ``held_out`` is how well first
    boxes made from resamples do in the runs that each left out (None for later boxes). By limited
    input: its quasi-p-value, and the share of resamples whose first box limits it ``again``."""

    method: str
    number: int
    box: Box
    words: str
    quality: Quality
    held_out: Quality | None
    quasi_p: dict[int, float]
    again: dict[int, float]

    @property
    def holds_up(self) -> bool:
        """Whether first boxes still hold `SURPLUS` times their share of cases in left-out runs."""
        return self.held_out is not None and bool(
            self.held_out.coverage > SURPLUS * self.held_out.mass
        )


@dataclass(frozen=True)
class Discovery:
    """``rate`` of cases over all ``runs``; ``reason`` says why there is no box, when there is
    none. ``trajectory`` is PRIM's first peeling."""

    case: str
    runs: int
    rate: float
    sample: Sample
    boxes: tuple[FoundBox, ...]
    trajectory: tuple[Step, ...]
    reason: str = ""


def discover_boxes(case: str, sample: Sample, seed: int) -> Discovery:
    """Boxes by PRIM, then by a tree, for a case in words.

    PRIM seeks a box, takes its runs away and seeks the next, `MOST_BOXES` at most. Both methods
    are repeated on `RESAMPLES` bootstrap samples, choice of inputs included, and measured on the
    runs that each left out.
    """
    runs, count = len(sample.cases), int(sample.cases.sum())
    rate = count / runs if runs else float("nan")
    if min(count, runs - count) < LEAST_CASES:
        reason = (
            f"{count} of {runs} runs are cases; at least {LEAST_CASES} must be and "
            f"{LEAST_CASES} must not be for a box to mean anything"
        )
        return Discovery(case, runs, rate, sample, (), (), reason)
    kept = strongest(sample)
    first = _columns(sample, kept)
    boxes = []
    methods: tuple[tuple[str, Find], ...] = (("PRIM", prim_boxes), ("CART", tree_boxes))
    for method, find in methods:
        held_out, again = _resampled(sample, find, seed)
        for number, box in enumerate(find(first), start=1):
            wide = Box({kept[at]: limit for at, limit in box.limits.items()})
            boxes.append(
                FoundBox(
                    method=method,
                    number=number,
                    box=wide,
                    words=in_words(wide, sample.names),
                    quality=quality(wide, sample),
                    held_out=held_out if number == 1 else None,
                    quasi_p=quasi_p_values(wide, sample),
                    again={at: again[at] for at in wide.limits},
                )
            )
    reason = "" if boxes else "no combination of inputs tells cases from others beyond chance"
    return Discovery(case, runs, rate, sample, tuple(boxes), peel(first, PrimSettings()), reason)


def prim_boxes(sample: Sample) -> tuple[Box, ...]:
    """PRIM's boxes, each in the runs that the earlier ones left, chance limits dropped."""
    settings = PrimSettings()
    found: list[Box] = []
    left = sample
    while len(found) < MOST_BOXES and left.cases.sum() >= LEAST_CASES:
        box = balanced(peel(left, settings)).box
        box = without_chance_limits(box, left, CHANCE / len(sample.names))
        box = paste(simplest(box, left, settings.most_limits), left, settings)
        good = quality(box, sample)
        rate = float(left.cases.mean())
        if not box.limits or good.coverage < LEAST_COVERAGE:
            break
        inside = box.holds(left.inputs)
        if left.cases[inside].mean() <= rate or inside.all():
            break
        found.append(box)
        left = left.rows(~inside)
    return tuple(found)


def tree_boxes(sample: Sample) -> tuple[Box, ...]:
    """The tree's leaves of cases, chance limits dropped, `MOST_BOXES` at most."""
    found = [
        without_chance_limits(box, sample, CHANCE / len(sample.names))
        for box in case_boxes(sample, TreeSettings())
    ]
    return tuple(_unlike([box for box in found if box.limits]))[:MOST_BOXES]


def strongest(sample: Sample) -> tuple[int, ...]:
    """Positions of the `MOST_INPUTS` inputs whose ranks differ most between cases and others."""
    found = np.abs(rank_correlation(sample.inputs, sample.cases.astype(np.float64)))
    found = np.where(np.isfinite(found), found, -1.0)
    order = np.argsort(-found, kind="stable")[:MOST_INPUTS]
    return tuple(sorted(int(at) for at in order if found[at] > 0))


def _unlike(boxes: list[Box]) -> list[Box]:
    """The boxes without repetitions, in order."""
    seen: list[Box] = []
    for box in boxes:
        if box not in seen:
            seen.append(box)
    return seen


def _columns(sample: Sample, kept: tuple[int, ...]) -> Sample:
    return Sample(
        tuple(sample.names[at] for at in kept), sample.inputs[:, list(kept)], sample.cases
    )


def _resampled(sample: Sample, find: Find, seed: int) -> tuple[Quality, dict[int, float]]:
    """The mean quality of first boxes in runs left out, and how often each input is limited.

    A resample in which nothing is found counts as the box of everything.
    """
    generator = np.random.default_rng(seed)
    runs = len(sample.cases)
    qualities: list[Quality] = []
    counts = np.zeros(len(sample.names))
    for _ in range(RESAMPLES):
        chosen = generator.integers(0, runs, runs)
        out = np.ones(runs, dtype=np.bool_)
        out[chosen] = False
        drawn = sample.rows(chosen)
        kept = strongest(drawn)
        boxes = find(_columns(drawn, kept)) if kept else ()
        box = Box({kept[at]: limit for at, limit in boxes[0].limits.items()} if boxes else {})
        counts[list(box.limits)] += 1
        rest = sample.rows(out)
        if rest.cases.any() and box.holds(rest.inputs).any():
            qualities.append(quality(box, rest))
    means = [
        float(np.mean([getattr(each, name) for each in qualities])) if qualities else float("nan")
        for name in ("coverage", "density", "mass")
    ]
    shares = counts / RESAMPLES
    return Quality(*means), {at: float(share) for at, share in enumerate(shares)}
