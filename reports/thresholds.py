"""When it fails: the chance of net benefit as one avoided crisis is worth more, or works less."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..scenarios import economics
from ..scenarios.headline import Headline
from ..scenarios.summarise import crises_avoided, payer_lines, present_lines
from .content import Block, Heading, Paragraph, Picture
from .facts import Facts
from .figure import Line, LineFigure
from .options import main_options
from .table import Cell, Column, Table, share_cell
from .wording import number, percent

Array = npt.NDArray[np.float64]

CRISIS_VALUES = (0.0, 1_000.0, 5_000.0, 10_000.0, 50_000.0, 100_000.0)
"""CAD put on one avoided crisis, whoever gains."""
EFFECT_SHARES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
"""Shares of the assumed effect."""
MOST_LINES = 4


def threshold_blocks(facts: Facts) -> tuple[Block, ...]:
    """A sentence on what would have to hold, and both tables."""
    return (
        Heading(facts.say("When it fails, and when it would not")),
        Paragraph(threshold_sentence(facts)),
        Picture(acceptability_figure(facts)),
        Picture(effect_figure(facts)),
        value_table(facts),
        effect_table(facts),
    )


def threshold_sentence(facts: Facts) -> str:
    """The smallest tabled value and share at which a net benefit is likelier than not."""
    worth = acceptability(facts)
    value = next(
        (v for v, share in zip(CRISIS_VALUES, worth, strict=True) if share > 0.5),
        None,
    )
    first = facts.say(
        "Counting marginal cost, a net benefit within {years} years is likelier than not at none "
        "of the values of an avoided crisis in the table."
        if value is None
        else "Counting marginal cost, a net benefit within {years} years is likelier than not even "
        "if nothing is put on an avoided crisis."
        if value == 0
        else "Counting marginal cost, a net benefit within {years} years is likelier than not once "
        "an avoided crisis is taken to be worth {number} CAD.",
        years=facts.years,
        number=number(facts.phrases, value or 0.0, 1.0),
    )
    scaled = effect_chances(facts)
    if all(share <= 0.5 for share in scaled):
        return facts.say(
            "{first} No share of the assumed effect up to {share} does.",
            first=first,
            share=percent(facts.phrases, EFFECT_SHARES[-1]),
        )
    least = next(s for s, share in zip(EFFECT_SHARES, scaled, strict=True) if share > 0.5)
    return facts.say(
        "{first} It takes {share} of the assumed effect, nothing put on crises.",
        first=first,
        share=percent(facts.phrases, least),
    )


def acceptability(facts: Facts) -> Array:
    """Chance of net benefit, marginal, at each of `CRISIS_VALUES`."""
    _, _, net = _present(facts)
    crises = crises_avoided(facts.study, facts.focus.scenario, facts.end)
    return economics.acceptability(net, crises, np.asarray(CRISIS_VALUES))


def effect_chances(facts: Facts) -> Array:
    """Chance of net benefit, marginal, at each of `EFFECT_SHARES`."""
    avoided, programme, _ = _present(facts)
    return economics.effect_scaling(avoided, programme, np.asarray(EFFECT_SHARES))


def acceptability_figure(facts: Facts) -> LineFigure:
    """The chance of net benefit by the value put on one avoided crisis, for a few options."""
    grid = np.linspace(0.0, CRISIS_VALUES[-1], 41)
    lines = []
    for option in _shown(facts):
        _, _, net = _present(facts, option.scenario)
        crises = crises_avoided(facts.study, option.scenario, facts.end)
        chances = economics.acceptability(net, crises, grid)
        lines.append(Line(option.title, tuple(float(100 * chance) for chance in chances)))
    own = lines[0].values
    reached = [at for at, chance in zip(grid, own, strict=True) if chance > 50]
    told = (
        facts.say(
            "A net benefit is likelier than not once a crisis avoided is worth {number} CAD",
            number=number(facts.phrases, reached[0], 1000.0),
        )
        if reached and reached[0] > 0
        else facts.say(
            "A net benefit is likelier than not even with nothing put on a crisis avoided"
        )
        if reached
        else facts.say(
            "At no value up to {number} CAD a crisis is a net benefit likelier than not",
            number=number(facts.phrases, CRISIS_VALUES[-1], 1.0),
        )
    )
    return LineFigure(
        id="acceptability-curve",
        title=facts.say("{finding}: {title}", finding=told, title=facts.focus.title),
        alt=facts.say(
            "{count} lines, one an option: the chance of net benefit by the value put on "
            "one avoided crisis. The numbers are in the table below.",
            count=len(lines),
        ),
        source=facts.say(
            "Model runs, {draws} draws, all payers, {years} years, marginal cost.",
            draws=facts.draws,
            years=facts.years,
        ),
        across=tuple(float(value) / 1e3 for value in grid),
        across_label=facts.say("value of one avoided crisis, thousand CAD"),
        up_label=facts.say("chance of net benefit, %"),
        lines=tuple(lines),
        up_most=100.0,
    )


def effect_figure(facts: Facts) -> LineFigure:
    """The chance of net benefit by the share of the assumed effect that is had."""
    grid = np.linspace(EFFECT_SHARES[0], EFFECT_SHARES[-1], 26)
    lines = []
    for name, basis in (
        (facts.say("Counting cash only"), "cashable"),
        (facts.say("Counting marginal cost"), "marginal"),
    ):
        avoided = _avoided(facts, basis)
        _, programme, _ = _present(facts)
        chances = economics.effect_scaling(avoided, programme, grid)
        lines.append(Line(name, tuple(float(100 * chance) for chance in chances)))
    most = max(lines[1].values)
    return LineFigure(
        id="effect-curve",
        title=facts.say(
            "With up to {share} of the assumed effect the chance of a net benefit reaches "
            "{number} %, counting marginal cost",
            share=percent(facts.phrases, EFFECT_SHARES[-1]),
            number=number(facts.phrases, most, 1.0),
        ),
        alt=facts.say(
            "Two lines: the chance of net benefit by the share of the assumed effect, "
            "counting cash only and counting marginal cost. The numbers are in the table "
            "below."
        ),
        source=facts.say(
            "Model runs, {draws} draws, all payers, {years} years. Cost avoided is taken "
            "to be in proportion to the effect.",
            draws=facts.draws,
            years=facts.years,
        ),
        across=tuple(float(100 * share) for share in grid),
        across_label=facts.say("share of the assumed effect, %"),
        up_label=facts.say("chance of net benefit, %"),
        lines=tuple(lines),
        up_most=100.0,
    )


def _shown(facts: Facts) -> list[Headline]:
    """The focus, and the options with its comparator that avoid most crises."""
    others = [h for h in main_options(facts) if h.scenario != facts.focus.scenario]
    others.sort(key=lambda h: -h.horizons[-1].demand.crises.q50)
    return [facts.focus, *others[: MOST_LINES - 1]]


def _avoided(facts: Facts, basis: str) -> Array:
    lines = payer_lines(facts.study, facts.focus.scenario)
    terms = economics.Discounting(rate=facts.focus.rate, base=float(facts.start))
    present = present_lines(lines, facts.study.time, facts.end, terms)
    return np.asarray(present.cashable[-1] if basis == "cashable" else present.marginal[-1])


def value_table(facts: Facts) -> Table:
    """One column per value of an avoided crisis."""
    columns = tuple(
        Column(number(facts.phrases, value, 1.0), facts.say("CAD a crisis"))
        for value in CRISIS_VALUES
    )
    return Table(
        id="acceptability",
        caption=facts.say(
            "Chance of net benefit in {years} years by the value put on one avoided "
            "crisis, counting marginal cost",
            years=facts.years,
        ),
        columns=(Column(facts.say("Option"), "", False), *columns),
        rows=((Cell(facts.focus.title), *_chances(facts, acceptability(facts))),),
        note=facts.say(
            "The value would fall to the people spared a crisis and is no payer's money. "
            "It is not estimated here."
        ),
    )


def effect_table(facts: Facts) -> Table:
    """One column per share of the assumed effect."""
    columns = tuple(
        Column(percent(facts.phrases, share), facts.say("of the effect")) for share in EFFECT_SHARES
    )
    return Table(
        id="effect-shares",
        caption=facts.say(
            "Chance of net benefit in {years} years by share of the assumed effect, "
            "counting marginal cost",
            years=facts.years,
        ),
        columns=(Column(facts.say("Option"), "", False), *columns),
        rows=((Cell(facts.focus.title), *_chances(facts, effect_chances(facts))),),
        note=facts.say("Cost avoided is taken to be in proportion to the effect."),
    )


def _chances(facts: Facts, shares: Array) -> tuple[Cell, ...]:
    return tuple(share_cell(facts.phrases, float(share)) for share in shares)


def _present(facts: Facts, scenario: str = "") -> tuple[Array, Array, Array]:
    """Marginal cost avoided, programme cost and their difference, all payers: ``(draw,)``."""
    lines = payer_lines(facts.study, scenario or facts.focus.scenario)
    terms = economics.Discounting(rate=facts.focus.rate, base=float(facts.start))
    present = present_lines(lines, facts.study.time, facts.end, terms)
    return (
        present.marginal[-1],
        present.programme[-1],
        economics.net(present, "marginal")[-1],
    )
