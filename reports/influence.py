"""What drives the result: rank correlations, shadows named, judgement marked."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from ..scenarios.drivers import Driver, rank_correlation
from .content import Block, Paragraph, Picture, Section
from .facts import JUDGED, Facts
from .figure import Bar, BarFigure, BarPanel
from .thresholds import threshold_blocks
from .tornado import tornado_figure
from .wording import capital, input_words, listed

MOST_BARS = 8
HEADLINES = ("contacts avoided", "net, cashable")
_CANDIDATES = 40


@dataclass(frozen=True)
class Influence:
    """An input with those that merely move with it in these draws."""

    driver: Driver
    shadows: tuple[str, ...]


def influences(facts: Facts, outcome: str) -> tuple[Influence, ...]:
    """The strongest inputs for an outcome, largest first; shadows go to what casts them.

    An input that stands out is still a shadow of a stronger one when its rank correlation with
    the outcome, given the stronger one, is within noise: the two share one source's quantile, or
    happen to be correlated in the design. First-order partial correlation: Kendall, Rank
    Correlation Methods (1948), chapter 8.
    """
    return _all_influences(facts, outcome)[:MOST_BARS]


def _all_influences(facts: Facts, outcome: str) -> tuple[Influence, ...]:
    """The same without an end: every input that stands out from noise is in one of them."""
    found = facts.focus.drivers.get(outcome)
    if found is None:
        return ()
    kept: list[Driver] = []
    shadows: dict[str, list[str]] = {}
    for number, driver in enumerate(found.ranked):
        if driver.within_noise and number >= _CANDIDATES:
            break
        caster = None if driver.within_noise else _caster(facts, driver, kept, found.noise)
        if caster is not None:
            shadows[caster] += (driver.input, *driver.together)
        else:
            kept.append(driver)
            shadows[driver.input] = list(driver.together)
    return tuple(Influence(driver, tuple(shadows[driver.input])) for driver in kept)


def leading_inputs(facts: Facts, outcome: str, most: int = 3) -> list[str]:
    """Names of the inputs that stand out from noise, each with its grade when judged."""
    return [
        facts.say(
            "“{input}”, grade {grade}",
            input=input_words(facts.phrases, item.driver.input),
            grade=facts.grade(item.driver.input) or facts.say("unknown"),
        )
        for item in influences(facts, outcome)
        if not item.driver.within_noise
    ][:most]


def leading_columns(facts: Facts) -> tuple[str, ...]:
    """Inputs that go with police contacts avoided, those that stand out from noise first."""
    return tuple(item.driver.input for item in influences(facts, "contacts avoided"))


def judged_drivers(facts: Facts) -> list[str]:
    """Every input of grade D that stands out from noise in a headline, strongest first; those that
    these draws cannot tell from another that does are among them."""
    found = dict.fromkeys(
        name
        for outcome in facts.focus.drivers
        for item in _all_influences(facts, outcome)
        if not item.driver.within_noise
        for name in (item.driver.input, *item.shadows)
        if facts.grade(name) == JUDGED
    )
    return [facts.say("“{text}”", text=input_words(facts.phrases, name)) for name in found]


def influence_section(facts: Facts) -> Section:
    """The bars, and how to read them."""
    outcomes = [name for name in HEADLINES if influences(facts, name)]
    intro = facts.say(
        "Each bar is the Spearman rank correlation, over the draws, of one uncertain "
        "input with the outcome. It says how closely the two move together, not how "
        "many dollars an input is worth, and it is not a share of variance. Bars "
        "inside the dashed lines are no longer than chance alone would make the "
        "longest of so many; they are hollow."
    )
    blocks: list[Block] = [Paragraph(intro)]
    if not outcomes:
        blocks.append(
            Paragraph(facts.say("Nothing varies: with these inputs every draw gives one result."))
        )
        return Section("drivers", facts.say("What drives the result"), tuple(blocks), "Uncertainty")
    tornado = tornado_figure(facts, leading_columns(facts))
    if tornado is not None:
        blocks.append(Picture(tornado))
    blocks.append(Picture(influence_figure(facts, outcomes)))
    for name in outcomes:
        cast = [item for item in influences(facts, name) if item.shadows]
        if cast:
            told = [_shadow_text(facts, item) for item in cast[:4]]
            blocks.append(
                Paragraph(
                    facts.say(
                        "For {outcome}: {told}.",
                        outcome=_outcome(facts, name),
                        told="; ".join(told),
                    ),
                    "note",
                )
            )
    blocks += threshold_blocks(facts)
    return Section("drivers", facts.say("What drives the result"), tuple(blocks), "Uncertainty")


def influence_figure(facts: Facts, outcomes: list[str]) -> BarFigure:
    """Bars for each outcome, with its noise threshold."""
    panels = []
    for name in outcomes:
        drivers = facts.focus.drivers[name]
        bars = tuple(
            Bar(
                input_words(facts.phrases, item.driver.input),
                item.driver.correlation,
                item.driver.within_noise,
                facts.grade(item.driver.input),
            )
            for item in influences(facts, name)
        )
        panels.append(BarPanel(_outcome_title(facts, name), bars, drivers.noise))
    leading = [
        item.driver.input for item in influences(facts, outcomes[0]) if not item.driver.within_noise
    ]
    told = (
        facts.say(
            "“{input}” moves most with {outcome}",
            input=input_words(facts.phrases, leading[0]),
            outcome=_outcome(facts, outcomes[0]),
        )
        if leading
        else facts.say(
            "No input stands out from noise for {outcome}", outcome=_outcome(facts, outcomes[0])
        )
    )
    return BarFigure(
        id="drivers",
        title=told,
        alt=facts.say(
            "Bars of rank correlation between inputs and {names}. The numbers are in the "
            "table below.",
            names=listed(facts.phrases, [_outcome(facts, n) for n in outcomes]),
        ),
        source=(
            facts.say(
                "Model runs, {draws} draws. Hollow bars stay inside the dashed lines: they may "
                "be chance. Letters are evidence grades; D is judgement.",
                draws=facts.draws,
            )
        ),
        panels=tuple(panels),
    )


def _caster(facts: Facts, driver: Driver, kept: list[Driver], noise: float) -> str | None:
    own = facts.input_draws(driver.input)
    if own is None or not kept:
        return None
    inputs = [facts.input_draws(item.input) for item in kept]
    if any(values is None for values in inputs):
        return None
    matrix = np.stack([values for values in inputs if values is not None], axis=1)
    for stronger, between in zip(kept, rank_correlation(matrix, own), strict=True):
        if not np.isfinite(between) or abs(between) < noise:
            continue
        left = sqrt(max((1 - between**2) * (1 - stronger.correlation**2), 0.0))
        rest = driver.correlation - between * stronger.correlation
        if left < 1e-6 or abs(rest / left) < noise:
            return stronger.input
    return None


def _shadow_text(facts: Facts, item: Influence) -> str:
    names = [input_words(facts.phrases, name) for name in item.shadows[:3]]
    more = len(item.shadows) - len(names)
    return facts.say(
        "with {input} move, in these draws, {names} and {more} more"
        if more > 0
        else "with {input} move, in these draws, {names}",
        input=input_words(facts.phrases, item.driver.input),
        names=", ".join(names),
        more=more,
    )


def _outcome(facts: Facts, name: str) -> str:
    return facts.say(
        {"contacts avoided": "police contacts avoided"}.get(name, "the net, cash only")
    )


def _outcome_title(facts: Facts, name: str) -> str:
    outcome = capital(_outcome(facts, name))
    return facts.say("{outcome}, {years} years", outcome=outcome, years=facts.years)
