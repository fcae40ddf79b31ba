"""Options compared: one figure for page one, and one table."""

from __future__ import annotations

from ..scenarios.headline import ALL_PAYERS, Headline
from ..scenarios.provenance import ParameterRow
from ..scenarios.uncertainty import Band
from .content import Paragraph, Section
from .facts import JUDGED, Facts
from .figure import IntervalFigure, Panel
from .table import Cell, Column, Table, odds_cell, spread_cell
from .verdict import LEAST, scaled
from .wording import amount, number, percent, rate_text, year_text


def options_section(facts: Facts) -> Section:
    """Every option against its comparator."""
    return Section(
        "options",
        "Options compared",
        (
            Paragraph(
                "Every option is compared with its own comparator, draw by draw, so that luck in "
                f"the inputs cancels. “{facts.comparator.title}”: "
                f"{facts.comparator.description.strip()}"
            ),
            options_table(facts),
        ),
    )


def main_options(facts: Facts) -> tuple[Headline, ...]:
    """Options that share the focus's comparator."""
    return tuple(h for h in facts.headlines if h.compare_with == facts.focus.compare_with)


def options_figure(facts: Facts) -> IntervalFigure:
    """Contacts avoided and cashable net of every option with the focus's comparator."""
    shown = main_options(facts)
    last = {h.scenario: h.horizons[-1] for h in shown}
    contacts = tuple(last[h.scenario].demand.contacts for h in shown)
    nets = tuple(scaled(_cash_net(h), 1e-6) for h in shown)
    years = facts.years
    return IntervalFigure(
        id="options",
        title=_finding(shown, years),
        alt=(
            f"Dots with intervals for {len(shown)} options: police contacts avoided over {years} "
            "years on the left, net to all payers counting cash only on the right. The numbers "
            "are in the table below."
        ),
        source=f"Model runs, {facts.draws} draws, against “{facts.comparator.title}”. "
        "Amounts are additional spending a year.",
        labels=tuple(f"{h.title} ({amount(h.amount).removesuffix(' CAD')})" for h in shown),
        panels=(
            Panel(f"Police contacts avoided, {years} years", "contacts", contacts),
            Panel("Net, cash only, all payers", "million CAD, present value", nets),
        ),
    )


def _cash_net(found: Headline) -> Band:
    return found.horizons[-1].payer(ALL_PAYERS).net["cashable"]


def _finding(shown: tuple[Headline, ...], years: int) -> str:
    fewer = sum(h.horizons[-1].demand.contacts.q10 >= LEAST for h in shown)
    chances = [h.horizons[-1].payer(ALL_PAYERS).chance["cashable"].value for h in shown]
    gaining = sum(value > 0.5 for value in chances)
    whole = len(shown)
    first = f"{fewer} of {whole} options lower police contacts clearly"
    if fewer == 0:
        first = f"None of {whole} options lowers police contacts clearly"
    if gaining == 0:
        return f"{first}; on cash alone none is likely to break even within {years} years"
    return f"{first}; on cash alone {gaining} are likelier than not to break even in {years} years"


def options_table(facts: Facts) -> Table:
    """All options, those with other comparators included."""
    years = facts.years
    rows = tuple(_option_row(facts, found) for found in facts.headlines)
    return Table(
        id="options-table-all",
        caption=f"All options over {years} years: median with 80 % interval in brackets",
        columns=(
            Column("Option", "", False),
            Column("Additional spending at full ramp", "CAD a year"),
            Column("Police contacts avoided", "contacts"),
            Column("People served in addition", "people"),
            Column("Net, cash only", "thousand CAD"),
            Column("Net, marginal", "thousand CAD"),
            Column("Chance of net benefit, cash only"),
            Column("Break-even, cash only", "year and chance of never"),
        ),
        rows=rows,
        note=(
            f"Net is present value at {rate_text(facts.focus.rate)} to all payers; a minus is a "
            "net cost. D marks an option whose effects all rest on judgement. "
            "Sexual-assault reports are left out of contacts avoided."
        ),
    )


def _option_row(facts: Facts, found: Headline) -> tuple[Cell, ...]:
    last = found.horizons[-1]
    everyone = last.payer(ALL_PAYERS)
    contacts = last.demand.contacts
    same = found.compare_with == facts.focus.compare_with
    against = "" if same else f", against “{facts.study.scenario(found.compare_with).title}”"
    grade = JUDGED if rests_on_judgement(facts, found.scenario) else ""
    never = found.break_even["cashable"].never
    year = found.break_even["cashable"].year
    due = f"{year_text(year).split(' ')[0]} (never: {percent(never.value)})"
    return (
        Cell(found.title + against, grade=grade),
        Cell(number(found.amount, 1.0), found.amount),
        spread_cell(contacts, least=1.0),
        spread_cell(last.demand.people_served, least=1.0),
        spread_cell(everyone.net["cashable"], 1e3),
        spread_cell(everyone.net["marginal"], 1e3),
        odds_cell(everyone.chance["cashable"]),
        Cell(due),
    )


def rests_on_judgement(facts: Facts, scenario: str) -> bool:
    """Whether every effect that the scenario's money buys is graded D."""
    levers = [name for name, lever in facts.study.scenario(scenario).levers.items() if lever.amount]
    grades = [row.grade for name in levers for row in effect_rows(facts, name)]
    return all(grade == JUDGED for grade in grades)


def effect_rows(facts: Facts, lever: str) -> tuple[ParameterRow, ...]:
    """Registry rows of the effects that a lever's money works through."""
    table = next((row for row in facts.study.action_tables if row.get("lever") == lever), None)
    population = None if table is None else table["element"]
    others = "" if table is None else table.get("other effects", "")
    names = (*others.split(";"), *_CROSS_CUTTING.get(lever, ()))
    return tuple(
        row
        for row in facts.study.registry
        if row.name.startswith("effect ")
        and row.uncertain
        and (row.name in names or (population is not None and row.element == population))
    )


_CROSS_CUTTING = {
    "situation table": ("effect on onset of engagement",),
    "mobile crisis": (
        "effect on hospital transport",
        "effect on repeat crises of mobile crisis",
    ),
    "hospital transfer protocol": ("effect on officer wait of protocol",),
    "backbone": ("effect of collaboration on capacity",),
    "social development programmes": ("effect on incidence of social development",),
}
"""Effects that levers without an action table work through."""
