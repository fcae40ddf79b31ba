"""When it fails: the chance of net benefit as one avoided crisis is worth more, or works less."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..scenarios import economics
from ..scenarios.summarise import crises_avoided, payer_lines, present_lines
from .content import Block, Heading, Paragraph
from .facts import Facts
from .table import Cell, Column, Table, share_cell
from .wording import number, percent

Array = npt.NDArray[np.float64]

CRISIS_VALUES = (0.0, 1_000.0, 5_000.0, 10_000.0, 50_000.0, 100_000.0)
"""CAD put on one avoided crisis, whoever gains."""
EFFECT_SHARES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
"""Shares of the assumed effect."""


def threshold_blocks(facts: Facts) -> tuple[Block, ...]:
    """A sentence on what would have to hold, and both tables."""
    return (
        Heading("When it fails, and when it would not"),
        Paragraph(threshold_sentence(facts)),
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
    first = (
        f"Counting marginal cost, a net benefit within {facts.years} years is likelier than not "
        + (
            "at none of the values of an avoided crisis in the table."
            if value is None
            else "even if nothing is put on an avoided crisis."
            if value == 0
            else f"once an avoided crisis is taken to be worth {number(value, 1.0)} CAD."
        )
    )
    scaled = effect_chances(facts)
    if all(share <= 0.5 for share in scaled):
        return f"{first} No share of the assumed effect up to {percent(EFFECT_SHARES[-1])} does."
    least = next(s for s, share in zip(EFFECT_SHARES, scaled, strict=True) if share > 0.5)
    return f"{first} It takes {percent(least)} of the assumed effect, nothing put on crises."


def acceptability(facts: Facts) -> Array:
    """Chance of net benefit, marginal, at each of `CRISIS_VALUES`."""
    _, _, net = _present(facts)
    crises = crises_avoided(facts.study, facts.focus.scenario, facts.end)
    return economics.acceptability(net, crises, np.asarray(CRISIS_VALUES))


def effect_chances(facts: Facts) -> Array:
    """Chance of net benefit, marginal, at each of `EFFECT_SHARES`."""
    avoided, programme, _ = _present(facts)
    return economics.effect_scaling(avoided, programme, np.asarray(EFFECT_SHARES))


def value_table(facts: Facts) -> Table:
    """One column per value of an avoided crisis."""
    columns = tuple(Column(number(value, 1.0), "CAD a crisis") for value in CRISIS_VALUES)
    return Table(
        id="acceptability",
        caption=f"Chance of net benefit in {facts.years} years by the value put on one avoided "
        "crisis, counting marginal cost",
        columns=(Column("Option", "", False), *columns),
        rows=((Cell(facts.focus.title), *_chances(acceptability(facts))),),
        note="The value would fall to the people spared a crisis and is no payer's money. It is "
        "not estimated here.",
    )


def effect_table(facts: Facts) -> Table:
    """One column per share of the assumed effect."""
    columns = tuple(Column(percent(share), "of the effect") for share in EFFECT_SHARES)
    return Table(
        id="effect-shares",
        caption=f"Chance of net benefit in {facts.years} years by share of the assumed effect, "
        "counting marginal cost",
        columns=(Column("Option", "", False), *columns),
        rows=((Cell(facts.focus.title), *_chances(effect_chances(facts))),),
        note="Cost avoided is taken to be in proportion to the effect.",
    )


def _chances(shares: Array) -> tuple[Cell, ...]:
    return tuple(share_cell(float(share)) for share in shares)


def _present(facts: Facts) -> tuple[Array, Array, Array]:
    """Marginal cost avoided, programme cost and their difference, all payers: ``(draw,)``."""
    lines = payer_lines(facts.study, facts.focus.scenario)
    terms = economics.Discounting(rate=facts.focus.rate, base=float(facts.start))
    present = present_lines(lines, facts.study.time, facts.end, terms)
    return (
        present.marginal[-1],
        present.programme[-1],
        economics.net(present, "marginal")[-1],
    )
