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
from .wording import bare_amount, number, percent, rate_text, year_text


def options_section(facts: Facts) -> Section:
    """Every option against its comparator."""
    return Section(
        "options",
        facts.say("Options compared"),
        (
            Paragraph(
                facts.say(
                    "Every option is compared with its own comparator, draw by draw, so that luck "
                    "in the inputs cancels. “{comparator}”: {description}",
                    comparator=facts.comparator.title,
                    description=facts.comparator.description,
                )
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
        title=_finding(facts, shown, years),
        alt=(
            facts.say(
                "Dots with intervals for {count} options: police contacts avoided over {years} "
                "years on the left, net to all payers counting cash only on the right. The "
                "numbers are in the table below.",
                count=len(shown),
                years=years,
            )
        ),
        source=facts.say(
            "Model runs, {draws} draws, against “{comparator}”. Amounts are additional "
            "spending a year.",
            draws=facts.draws,
            comparator=facts.comparator.title,
        ),
        labels=tuple(f"{h.title} ({bare_amount(facts.phrases, h.amount)})" for h in shown),
        panels=(
            Panel(
                facts.say("Police contacts avoided, {years} years", years=years),
                facts.say("contacts"),
                contacts,
            ),
            Panel(
                facts.say("Net, cash only, all payers"),
                facts.say("million CAD, present value"),
                nets,
            ),
        ),
    )


def _cash_net(found: Headline) -> Band:
    return found.horizons[-1].payer(ALL_PAYERS).net["cashable"]


def _finding(facts: Facts, shown: tuple[Headline, ...], years: int) -> str:
    fewer = sum(h.horizons[-1].demand.contacts.q10 >= LEAST for h in shown)
    chances = [h.horizons[-1].payer(ALL_PAYERS).chance["cashable"].value for h in shown]
    gaining = sum(value > 0.5 for value in chances)
    whole = len(shown)
    first = facts.say(
        "{fewer} of {whole} options lower police contacts clearly", fewer=fewer, whole=whole
    )
    if fewer == 0:
        first = facts.say("None of {whole} options lowers police contacts clearly", whole=whole)
    if gaining == 0:
        return facts.say(
            "{first}; on cash alone none is likely to break even within {years} years",
            first=first,
            years=years,
        )
    return facts.say(
        "{first}; on cash alone {gaining} are likelier than not to break even in {years} years",
        first=first,
        gaining=gaining,
        years=years,
    )


def options_table(facts: Facts) -> Table:
    """All options, those with other comparators included."""
    years = facts.years
    rows = tuple(_option_row(facts, found) for found in facts.headlines)
    return Table(
        id="options-table-all",
        caption=facts.say(
            "All options over {years} years: median with 80 % interval in brackets", years=years
        ),
        columns=(
            Column(facts.say("Option"), "", False),
            Column(facts.say("Additional spending at full ramp"), facts.say("CAD a year")),
            Column(facts.say("Police contacts avoided"), facts.say("contacts")),
            Column(facts.say("People served in addition"), facts.say("people")),
            Column(facts.say("Net, cash only"), facts.say("thousand CAD")),
            Column(facts.say("Net, marginal"), facts.say("thousand CAD")),
            Column(facts.say("Chance of net benefit, cash only")),
            Column(
                facts.say("Break-even, cash only"),
                facts.say("year and chance of never"),
            ),
        ),
        rows=rows,
        note=(
            facts.say(
                "Net is present value at {rate} to all payers; a minus is a net cost. D marks "
                "an option whose effects all rest on judgement. Sexual-assault reports are "
                "left out of contacts avoided.",
                rate=rate_text(facts.phrases, facts.focus.rate),
            )
        ),
    )


def _option_row(facts: Facts, found: Headline) -> tuple[Cell, ...]:
    last = found.horizons[-1]
    everyone = last.payer(ALL_PAYERS)
    contacts = last.demand.contacts
    same = found.compare_with == facts.focus.compare_with
    against = (
        ""
        if same
        else facts.say(", against “{title}”", title=facts.study.scenario(found.compare_with).title)
    )
    grade = JUDGED if rests_on_judgement(facts, found.scenario) else ""
    never = found.break_even["cashable"].never
    year = found.break_even["cashable"].year
    due = facts.say(
        "{year} (never: {share})",
        year=year_text(facts.phrases, year).split(" ")[0],
        share=percent(facts.phrases, never.value),
    )
    return (
        Cell(found.title + against, grade=grade),
        Cell(number(facts.phrases, found.amount, 1.0), found.amount),
        spread_cell(facts.phrases, contacts, least=1.0),
        spread_cell(facts.phrases, last.demand.people_served, least=1.0),
        spread_cell(facts.phrases, everyone.net["cashable"], 1e3),
        spread_cell(facts.phrases, everyone.net["marginal"], 1e3),
        odds_cell(facts.phrases, everyone.chance["cashable"]),
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
