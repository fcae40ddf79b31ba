"""Cash flow: the running net by year, by payer, and with cash put back or kept."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..scenarios import economics
from ..scenarios.headline import BASES
from ..scenarios.shares import reinvested
from ..scenarios.summarise import net_path, payer_lines, payer_names
from ..scenarios.uncertainty import band, bands
from .content import Block, Heading, Paragraph, Picture, Section
from .facts import Facts
from .figure import BandFigure, Panel
from .table import Cell, Column, Table, spread_cell
from .verdict import Sign, break_even_sentence, scaled, sign
from .wording import payer_title, rate_text

Array = npt.NDArray[np.float64]

RUNNING: dict[Sign, str] = {
    "negative": "The running net stays a cost through {end}, counting cash only",
    "positive": "The running net has turned positive by {end}, counting cash only",
    "unclear": "By {end} the running net may be a cost or a benefit, counting cash only",
    "none": "The running net is zero through {end}, counting cash only",
}
"""What the figure of the running net finds."""
SHARES = (0.0, 0.5, 1.0)
"""Shares of cash put back that stand side by side."""


def cash_flow_section(facts: Facts) -> Section:
    """The picture, when it breaks even, payers by year, cash put back."""
    blocks: tuple[Block, ...] = (
        Picture(running_net_figure(facts)),
        Paragraph(break_even_sentence(facts.phrases, facts.focus.break_even["cashable"])),
        Paragraph(break_even_sentence(facts.phrases, facts.focus.break_even["marginal"])),
        payer_path_table(facts),
        Heading(facts.say("If cash is put back into programmes")),
        Paragraph(
            facts.say(
                "Cash that a budget gives back can be kept or spent again on the same "
                "programmes. What is put back is no longer given back. Here it buys nothing "
                "further; whether it would lower demand again is a question for a scenario of "
                "its own."
            )
        ),
        reinvestment_table(facts),
    )
    return Section("cash-flow", facts.say("Cash flow, year by year"), blocks, "Cashflow_by_year")


def running_net_figure(facts: Facts) -> BandFigure:
    """The running discounted net of all payers to the longest headline horizon, on two bases."""
    lines = payer_lines(facts.study, facts.focus.scenario)
    terms = economics.Discounting(rate=facts.focus.rate, base=float(facts.start))
    panels, last = [], None
    for basis in BASES[:2]:
        years, path = net_path(facts.study, lines, basis, terms)
        kept = years <= facts.end
        found = tuple(scaled(band(path[-1][:, at]), 1e-6) for at in range(int(kept.sum())))
        panels.append(
            Panel(
                facts.say(_COUNTING[basis]),
                facts.say("million CAD"),
                found,
            )
        )
        last = found[-1] if basis == "cashable" else last
    assert last is not None
    way = sign(last, 1e-6)
    told = facts.say(RUNNING[way], end=facts.end)
    return BandFigure(
        id="running-net",
        title=told,
        alt=facts.say(
            "Bands of the running discounted net of all payers by year, counting cash only "
            "and counting all marginal cost. The numbers are in the table below."
        ),
        source=facts.say(
            "Model runs, {draws} draws; present value at {rate}.",
            draws=facts.draws,
            rate=rate_text(facts.phrases, facts.focus.rate),
        ),
        years=tuple(range(facts.start, facts.end + 1)),
        panels=tuple(panels),
    )


def payer_path_table(facts: Facts) -> Table:
    """The running net by payer at the end of each headline horizon and the years between."""
    lines = payer_lines(facts.study, facts.focus.scenario)
    terms = economics.Discounting(rate=facts.focus.rate, base=float(facts.start))
    years, path = net_path(facts.study, lines, "cashable", terms)
    shown = [year for year in (1, 2, 3, 5, 7, 10) if year <= facts.years]
    places = [economics.time_index(years, facts.start + year) for year in shown]
    rows = tuple(
        (
            Cell(payer_title(facts.phrases, payer)),
            *(spread_cell(facts.phrases, found, 1e3) for found in bands(path[at][:, places].T)),
        )
        for at, payer in enumerate(payer_names(facts.study))
    )
    return Table(
        id="payer-path",
        caption=facts.say(
            "Running net by payer, cash only: present value at {rate}, median with 80 % "
            "interval, thousand CAD",
            rate=rate_text(facts.phrases, facts.focus.rate),
        ),
        columns=(
            Column(facts.say("Payer"), "", False),
            *(
                Column(
                    facts.say("By {year}", year=facts.start + year),
                    facts.say("thousand CAD"),
                )
                for year in shown
            ),
        ),
        rows=rows,
        note=facts.say(
            "A minus is a net cost so far. Medians need not add up to that of the total."
        ),
    )


def reinvestment_table(facts: Facts) -> Table:
    """Net of all payers when none, half or all of last year's cash is put back."""
    lines = payer_lines(facts.study, facts.focus.scenario)
    time = facts.study.time
    first, last = (economics.time_index(time, at) for at in (facts.start, facts.end))
    cash = np.diff(lines.cashable[-1][:, first : last + 1], axis=-1)
    cost = np.diff(lines.programme[-1][:, first : last + 1], axis=-1)
    terms = economics.Discounting(rate=facts.focus.rate, base=float(facts.start))
    factors = economics.discount_factors(time[first:last], terms)
    rows = []
    for share in SHARES:
        back = reinvested(cash, share)
        net = (cash - back - cost) @ factors
        rows.append(
            (
                Cell(facts.say(_SHARE_WORDS[share])),
                spread_cell(facts.phrases, band(back @ factors), 1e3, 0.1),
                spread_cell(facts.phrases, band(net), 1e3),
            )
        )
    return Table(
        id="reinvestment",
        caption=facts.say(
            "Cash put back a year later, all payers, {years} years", years=facts.years
        ),
        columns=(
            Column(facts.say("Of last year's cash"), "", False),
            Column(facts.say("Put back"), facts.say("thousand CAD")),
            Column(facts.say("Net, cash only"), facts.say("thousand CAD")),
        ),
        rows=tuple(rows),
        note=facts.say(
            "Present value at {rate}, median with 80 % interval.",
            rate=rate_text(facts.phrases, facts.focus.rate),
        ),
    )


_COUNTING = {"cashable": "Counting cash only", "marginal": "Counting marginal cost"}
_SHARE_WORDS = {0.0: "None is put back", 0.5: "Half is put back", 1.0: "All is put back"}
