"""How often a programme must work to break even: the success rate, simulated and needed."""

from __future__ import annotations

import numpy as np

from ..scenarios import economics
from ..scenarios.headline import Headline
from ..scenarios.shares import break_even_success
from ..scenarios.summarise import crises_avoided, payer_lines, present_lines
from ..scenarios.uncertainty import band
from .facts import Facts
from .options import main_options
from .table import Cell, Column, Table, spread_cell
from .wording import number, rounding_step


def success_rate(facts: Facts, found: Headline) -> float | None:
    """Crises avoided per person served, mean over mean, over the longest horizon; None when nobody
    is served, when none is avoided on average, or when it is above one."""
    served = found.horizons[-1].demand.people_served.mean
    if served < 1:
        return None
    rate = float(crises_avoided(facts.study, found.scenario, facts.end).mean()) / served
    return rate if 0 < rate <= 1 else None


def success_table(facts: Facts) -> Table:
    """For every main option: how often it works as simulated, and how often it must."""
    rows = []
    for found in main_options(facts):
        rate = success_rate(facts, found)
        served = found.horizons[-1].demand.people_served
        rows.append(
            (
                Cell(found.title),
                spread_cell(facts.phrases, served, least=1.0),
                _rate_cell(facts, rate),
                *(_needed_cell(facts, found, rate, basis) for basis in ("cashable", "marginal")),
            )
        )
    return Table(
        id="break-even-success",
        caption=facts.say("Break-even success rate, {years} years", years=facts.years),
        columns=(
            Column(facts.say("Option"), "", False),
            Column(facts.say("People served in addition"), facts.say("people")),
            Column(facts.say("Success, simulated"), facts.say("% of people served")),
            Column(facts.say("Success needed, cash only"), facts.say("% of people served")),
            Column(facts.say("Success needed, marginal"), facts.say("% of people served")),
        ),
        rows=tuple(rows),
        note=facts.say(
            "A success is one crisis avoided. Cost avoided is taken to be in proportion to the "
            "number of successes; above 100 % no success rate is enough."
        ),
    )


def _rate_cell(facts: Facts, rate: float | None) -> Cell:
    if rate is None:
        return Cell(facts.say("not printed"))
    share = 100 * rate
    return Cell(number(facts.phrases, share, rounding_step(0, share)), share)


def _needed_cell(facts: Facts, found: Headline, rate: float | None, basis: economics.Basis) -> Cell:
    """The success rate at which the net of all payers is zero, in percent, over the draws in which
    anything is avoided."""
    if rate is None:
        return Cell(facts.say("not printed"))
    terms = economics.Discounting(rate=facts.focus.rate, base=float(facts.start))
    lines = payer_lines(facts.study, found.scenario)
    present = present_lines(lines, facts.study.time, facts.end, terms)
    avoided = present.cashable[-1] if basis == "cashable" else present.marginal[-1]
    share = economics.break_even_effect_share(avoided, present.programme[-1])
    needed = band(100 * break_even_success(rate, np.asarray(share)))
    if needed.draws == 0:
        return Cell(facts.say("nothing avoided"))
    return spread_cell(facts.phrases, needed)
