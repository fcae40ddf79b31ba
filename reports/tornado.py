"""What one input's low and high values go with: the outcome's mean in its outer fifths."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..scenarios.summarise import contacts_avoided
from .facts import Facts
from .figure import Swing, TornadoFigure
from .wording import figures, input_words

Array = npt.NDArray[np.float64]

FIFTH = 0.2
LEAST_DRAWS = 10
"""A fifth of fewer draws has a mean too uncertain to draw."""


def swing_of(values: Array, outcome: Array) -> tuple[float, float]:
    """Mean of ``outcome`` (draw,) in the lowest and in the highest fifth of ``values`` (draw,).

    Everything else varies as it does, so that inputs that move together share a swing. Source:
    tornado diagrams as conditional means, Eschenbach, Interfaces 22 (1992) 40-46.
    """
    order = np.argsort(values, kind="stable")
    count = max(int(len(values) * FIFTH), 1)
    return float(outcome[order[:count]].mean()), float(outcome[order[-count:]].mean())


def tornado_figure(facts: Facts, inputs: tuple[str, ...]) -> TornadoFigure | None:
    """Police contacts avoided by the named inputs, widest swing first; None when nothing varies or
    draws are too few."""
    outcome = contacts_avoided(facts.study, facts.focus.scenario, facts.end)
    if not inputs or facts.draws * FIFTH < LEAST_DRAWS or np.ptp(outcome) == 0:
        return None
    swings = []
    for name in inputs:
        values = facts.input_draws(name)
        if values is None or np.ptp(values) == 0:
            continue
        low, high = swing_of(values, outcome)
        swings.append(Swing(input_words(facts.phrases, name), low, high, facts.grade(name)))
    if not swings:
        return None
    swings.sort(key=lambda swing: -abs(swing.high - swing.low))
    first = swings[0]
    less, more = sorted((first.low, first.high))
    return TornadoFigure(
        id="tornado",
        title=facts.say(
            "Between the low and the high fifth of “{label}”, police contacts avoided go "
            "from {less} to {more} on average",
            label=first.label,
            less=figures(facts.phrases, less, ",.0f"),
            more=figures(facts.phrases, more, ",.0f"),
        ),
        alt=facts.say(
            "{count} bars around the mean, one an input: police contacts avoided where the "
            "input is in its lowest and in its highest fifth of draws. The numbers are in "
            "the table below.",
            count=len(swings),
        ),
        source=facts.say(
            "Model runs, {draws} draws. Letters are evidence grades; D is judgement. "
            "Inputs that share a study move together.",
            draws=facts.draws,
        ),
        unit=facts.say("police contacts avoided, {years} years, mean", years=facts.years),
        middle=float(outcome.mean()),
        swings=tuple(swings),
    )
