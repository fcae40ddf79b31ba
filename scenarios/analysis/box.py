"""Boxes in the space of inputs: where a case of interest happens, said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isinf

import numpy as np
import numpy.typing as npt
from scipy.special import bdtrc

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Sample:
    """``inputs`` (run, input) by ``names``, and in which runs the case happened."""

    names: tuple[str, ...]
    inputs: Array
    cases: Flags

    def rows(self, chosen: npt.NDArray[np.intp] | Flags) -> Sample:
        """The chosen runs."""
        return Sample(self.names, self.inputs[chosen], self.cases[chosen])


@dataclass(frozen=True)
class Box:
    """Limits ``(low, high)`` by position of an input; an open side is infinite. Inputs without
    limits are free."""

    limits: Mapping[int, tuple[float, float]]

    def holds(self, inputs: Array) -> Flags:
        """Which runs lie inside: ``(run,)``."""
        inside = np.ones(len(inputs), dtype=np.bool_)
        for position, (low, high) in self.limits.items():
            inside &= (inputs[:, position] >= low) & (inputs[:, position] <= high)
        return inside

    def with_limit(self, position: int, limit: tuple[float, float]) -> Box:
        """The box with one input's limits replaced; an input open on both sides is free."""
        rest = {at: known for at, known in self.limits.items() if at != position}
        if not (isinf(limit[0]) and isinf(limit[1])):
            rest[position] = limit
        return Box(dict(sorted(rest.items())))

    def limit(self, position: int) -> tuple[float, float]:
        """The limits of an input."""
        return self.limits.get(position, (-inf, inf))


@dataclass(frozen=True)
class Quality:
    """``coverage``: the share of cases inside; ``density``: the share of inside runs that are
    cases; ``mass``: the share of runs inside. Source: Bryant and Lempert, Technological
    Forecasting and Social Change 77 (2010) 34-49, section 2.3."""

    coverage: float
    density: float
    mass: float

    @property
    def balance(self) -> float:
        """The harmonic mean of coverage and density: high only when both are."""
        both = self.coverage + self.density
        return 2 * self.coverage * self.density / both if both > 0 else 0.0


def quality(box: Box, sample: Sample) -> Quality:
    """How well a box tells cases from others; NaN where there is nothing to divide by."""
    inside = box.holds(sample.inputs)
    caught = int(np.sum(sample.cases & inside))
    cases, within = int(sample.cases.sum()), int(inside.sum())
    return Quality(
        coverage=caught / cases if cases else float("nan"),
        density=caught / within if within else float("nan"),
        mass=within / len(inside) if len(inside) else float("nan"),
    )


def quasi_p_values(box: Box, sample: Sample) -> dict[int, float]:
    """For each limited input: the chance of as many cases inside if its limit did nothing.

    Binomial, with the density of the box without that limit as the chance of a case. "Quasi",
    because the limit was sought in the same runs. Source: Bryant and Lempert (2010), section 3.2.
    """
    inside = box.holds(sample.inputs)
    caught, within = int(np.sum(sample.cases & inside)), int(inside.sum())
    found = {}
    for position in box.limits:
        wider = box.with_limit(position, (-inf, inf)).holds(sample.inputs)
        chance = float(np.mean(sample.cases[wider])) if wider.any() else 1.0
        found[position] = float(bdtrc(caught - 1, within, chance)) if caught > 0 else 1.0
    return found


def without_chance_limits(box: Box, sample: Sample, most: float) -> Box:
    """The box without the limits whose quasi-p-value is above ``most``, the worst dropped first."""
    while box.limits:
        found = quasi_p_values(box, sample)
        worst = max(found, key=lambda position: found[position])
        if found[worst] <= most:
            return box
        box = box.with_limit(worst, (-inf, inf))
    return box


def simplest(box: Box, sample: Sample, most: int) -> Box:
    """The box with its ``most`` surest limits, by quasi-p-value."""
    while len(box.limits) > most:
        found = quasi_p_values(box, sample)
        worst = max(found, key=lambda position: found[position])
        box = box.with_limit(worst, (-inf, inf))
    return box


def in_words(box: Box, names: tuple[str, ...]) -> str:
    """The box as conditions: ``a is above 3 and b is between 1 and 2``; ``always`` without any."""
    said = []
    for position, (low, high) in box.limits.items():
        name = names[position]
        if isinf(high):
            said.append(f"{name} is above {_rounded(low)}")
        elif isinf(low):
            said.append(f"{name} is below {_rounded(high)}")
        else:
            said.append(f"{name} is between {_rounded(low)} and {_rounded(high)}")
    return " and ".join(said) if said else "always"


def _rounded(value: float) -> str:
    """Two significant figures: a limit is known no better; whole numbers from 100 on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2g}"
