"""Money between payers: a waterfall from what is paid to the net, and who pays for whose gain."""

from __future__ import annotations

import numpy as np

from ..scenarios import economics
from ..scenarios.shares import benefit_cost_ratio, pays_and_gains
from ..scenarios.summarise import payer_lines, present_lines
from ..scenarios.uncertainty import band
from .facts import Facts
from .figure import Step, WaterfallFigure
from .table import Cell, Column, Table
from .wording import number, payer_title, rate_text, rounding_step, spread

LEAST_SHARE = 0.005
"""A payer's bar below this share of the whole programme cost is gathered with others."""


def present_of(facts: Facts) -> economics.Lines:
    """Present values of the focus over the longest horizon: ``(payer row, draw)``."""
    lines = payer_lines(facts.study, facts.focus.scenario)
    terms = economics.Discounting(rate=facts.focus.rate, base=float(facts.start))
    return present_lines(lines, facts.study.time, facts.end, terms)


def waterfall_figure(facts: Facts) -> WaterfallFigure:
    """Programme cost by payer, marginal cost avoided by payer, and the net: means, which add."""
    present = present_of(facts)
    payers = facts.study.elements("payer")
    paid = present.programme[1:-1].mean(axis=1) / 1e6
    gained = present.marginal[1:-1].mean(axis=1) / 1e6
    least = LEAST_SHARE * max(float(np.abs(paid).sum()), 1e-9)
    steps = [
        *_steps("pays", payers, -paid, least),
        *_steps("avoids", payers, gained, least),
    ]
    net = float(gained.sum() - paid.sum())
    steps.append(Step("Net to all payers, marginal cost", net, total=True))
    side = "cost" if net < 0 else "benefit"
    return WaterfallFigure(
        id="waterfall",
        title=f"What payers put in and what they avoid leave a net {side} of "
        f"{number(abs(net), rounding_step(0, net))} million CAD on average",
        alt=f"{len(steps)} bars: programme cost payer by payer, then marginal cost avoided payer "
        "by payer, then the net. The numbers are in the table below.",
        source=f"Model runs, mean of {facts.draws} draws (means add up, medians need not), "
        f"{facts.years} years, present value at {rate_text(facts.focus.rate)}. Of the cost avoided "
        "only a part is cash.",
        unit="million CAD, present value",
        steps=tuple(steps),
    )


def _steps(verb: str, payers: tuple[str, ...], values: np.ndarray, least: float) -> list[Step]:
    """A step a payer, largest first, the small ones together."""
    shown = [at for at in range(len(payers)) if abs(values[at]) >= least]
    shown.sort(key=lambda at: -abs(values[at]))
    steps = [Step(f"{_payer(payers[at])}: {verb}", float(values[at])) for at in shown]
    rest = float(values.sum() - sum(values[at] for at in shown))
    if abs(rest) > least / 100:
        steps.append(Step(f"Other payers: {verb}" if shown else f"All payers: {verb}", rest))
    return steps


def _payer(name: str) -> str:
    title = payer_title(name)
    inside = title.removeprefix("of which ")
    return inside if inside == title else f"Region: {inside.replace('other Region', 'other')}"


def matrix_table(facts: Facts) -> Table:
    """Rows pay, columns gain: marginal cost avoided, credited in proportion to what is paid."""
    present = present_of(facts)
    payers = facts.study.elements("payer")
    values = pays_and_gains(present.programme[1:-1], present.marginal[1:-1]) / 1e3
    paid = present.programme[1:-1].mean(axis=1) / 1e3
    step = rounding_step(0, max(float(np.abs(values).max()), 1.0), 0.1)
    rows = [
        (
            Cell(_payer(name)),
            Cell(number(float(paid[at]), step), float(paid[at])),
            *(Cell(number(float(value), step), float(value)) for value in values[at]),
        )
        for at, name in enumerate(payers)
    ]
    total = values.sum(axis=0)
    rows.append(
        (
            Cell("All payers"),
            Cell(number(float(paid.sum()), step), float(paid.sum())),
            *(Cell(number(float(value), step), float(value)) for value in total),
        )
    )
    return Table(
        id="pays-and-gains",
        caption=f"Who pays and who gains over {facts.years} years: programme cost of each payer, "
        "and the marginal cost it avoids for each, mean, thousand CAD",
        columns=(
            Column("Paying", "", False),
            Column("Pays", "thousand CAD"),
            *(Column(f"Avoided for {_payer(name)}", "thousand CAD") for name in payers),
        ),
        rows=tuple(rows),
        note="Cost avoided is credited to payers in proportion to what they pay in the same draw. "
        "Rows and columns add up, because these are means.",
    )


def ratio_sentence(facts: Facts) -> str:
    """Cost avoided per dollar spent, or why it is not printed."""
    if not facts.focus.ratio_rule.allowed:
        return f"No ratio of cost avoided to cost is printed: {facts.focus.ratio_rule.reason}."
    present = present_of(facts)
    cash = band(benefit_cost_ratio(present.cashable[-1], present.programme[-1]))
    margin = band(benefit_cost_ratio(present.marginal[-1], present.programme[-1]))
    return (
        f"For each dollar of programme cost over {facts.years} years, {spread(cash)} dollars are "
        f"given back in cash, and {spread(margin)} dollars of marginal cost are avoided. The "
        "second holds the first."
    )
