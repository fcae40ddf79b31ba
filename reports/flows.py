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
    paid = present.programme[1:-1].mean(axis=1) / 1e6
    gained = present.marginal[1:-1].mean(axis=1) / 1e6
    least = LEAST_SHARE * max(float(np.abs(paid).sum()), 1e-9)
    steps = [
        *_steps(facts, "{payer}: pays", -paid, least),
        *_steps(facts, "{payer}: avoids", gained, least),
    ]
    net = float(gained.sum() - paid.sum())
    steps.append(Step(facts.say("Net to all payers, marginal cost"), net, total=True))
    return WaterfallFigure(
        id="waterfall",
        title=facts.say(
            "What payers put in and what they avoid leave a net cost of {number} million CAD on "
            "average"
            if net < 0
            else "What payers put in and what they avoid leave a net benefit of {number} million "
            "CAD on average",
            number=number(facts.phrases, abs(net), rounding_step(0, net)),
        ),
        alt=facts.say(
            "{count} bars: programme cost payer by payer, then marginal cost avoided payer "
            "by payer, then the net. The numbers are in the table below.",
            count=len(steps),
        ),
        source=facts.say(
            "Model runs, mean of {draws} draws (means add up, medians need not), {years} "
            "years, present value at {rate}. Of the cost avoided only a part is cash.",
            draws=facts.draws,
            years=facts.years,
            rate=rate_text(facts.phrases, facts.focus.rate),
        ),
        unit=facts.say("million CAD, present value"),
        steps=tuple(steps),
    )


def _steps(facts: Facts, told: str, values: np.ndarray, least: float) -> list[Step]:
    """A step a payer, largest first, the small ones together."""
    payers = facts.study.elements("payer")
    shown = [at for at in range(len(payers)) if abs(values[at]) >= least]
    shown.sort(key=lambda at: -abs(values[at]))
    steps = [
        Step(facts.say(told, payer=_payer(facts, payers[at])), float(values[at])) for at in shown
    ]
    rest = float(values.sum() - sum(values[at] for at in shown))
    if abs(rest) > least / 100:
        others = facts.say("Other payers" if shown else "All payers")
        steps.append(Step(facts.say(told, payer=others), rest))
    return steps


STEPS = ("{payer}: pays", "{payer}: avoids")
"""What a bar says of a payer."""


def _payer(facts: Facts, name: str) -> str:
    if name == "region police":
        return facts.say("Region: police service")
    if name == "region other":
        return facts.say("Region: other services")
    return payer_title(facts.phrases, name)


def matrix_table(facts: Facts) -> Table:
    """Rows pay, columns gain: marginal cost avoided, credited in proportion to what is paid."""
    present = present_of(facts)
    payers = facts.study.elements("payer")
    values = pays_and_gains(present.programme[1:-1], present.marginal[1:-1]) / 1e3
    paid = present.programme[1:-1].mean(axis=1) / 1e3
    step = rounding_step(0, max(float(np.abs(values).max()), 1.0), 0.1)
    rows = [
        (
            Cell(_payer(facts, name)),
            Cell(number(facts.phrases, float(paid[at]), step), float(paid[at])),
            *(
                Cell(number(facts.phrases, float(value), step), float(value))
                for value in values[at]
            ),
        )
        for at, name in enumerate(payers)
    ]
    total = values.sum(axis=0)
    rows.append(
        (
            Cell(facts.say("All payers")),
            Cell(number(facts.phrases, float(paid.sum()), step), float(paid.sum())),
            *(Cell(number(facts.phrases, float(value), step), float(value)) for value in total),
        )
    )
    return Table(
        id="pays-and-gains",
        caption=facts.say(
            "Who pays and who gains over {years} years: programme cost of each payer, and "
            "the marginal cost it avoids for each, mean, thousand CAD",
            years=facts.years,
        ),
        columns=(
            Column(facts.say("Paying"), "", False),
            Column(facts.say("Pays"), facts.say("thousand CAD")),
            *(
                Column(
                    facts.say("Avoided for {payer}", payer=_payer(facts, name)),
                    facts.say("thousand CAD"),
                )
                for name in payers
            ),
        ),
        rows=tuple(rows),
        note=facts.say(
            "Cost avoided is credited to payers in proportion to what they pay in the same "
            "draw. Rows and columns add up, because these are means."
        ),
    )


def ratio_reason(facts: Facts) -> str:
    """Why no ratio of benefit to cost may be printed, in a few words."""
    uncosted = facts.focus.ratio_rule.uncosted
    if not uncosted:
        return facts.say("no additional money is spent, so there is nothing to divide by")
    return facts.say(
        "the cost per person served is a judgement (grade D) or missing for: {names}",
        names=", ".join(facts.name(name) for name in uncosted),
    )


def ratio_sentence(facts: Facts) -> str:
    """Cost avoided per dollar spent, or why it is not printed."""
    if not facts.focus.ratio_rule.allowed:
        return facts.say(
            "No ratio of cost avoided to cost is printed: {reason}.",
            reason=ratio_reason(facts),
        )
    present = present_of(facts)
    cash = band(benefit_cost_ratio(present.cashable[-1], present.programme[-1]))
    margin = band(benefit_cost_ratio(present.marginal[-1], present.programme[-1]))
    return facts.say(
        "For each dollar of programme cost over {years} years, {cash} dollars are given back in "
        "cash, and {margin} dollars of marginal cost are avoided. The second holds the first.",
        years=facts.years,
        cash=spread(facts.phrases, cash),
        margin=spread(facts.phrases, margin),
    )
