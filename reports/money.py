"""Who pays and who gains: the three lines by payer, rates and break-even."""

from __future__ import annotations

from ..scenarios.headline import (
    ALL_PAYERS,
    BASES,
    REGION_TOTAL,
    BreakEven,
    Headline,
    HorizonResult,
    PayerResult,
)
from .content import Block, Folded, Heading, Paragraph, Picture, Section
from .facts import Facts
from .flows import matrix_table, ratio_sentence, waterfall_figure
from .options import main_options
from .success import success_table
from .table import Cell, Column, Table, odds_cell, spread_cell, year_cell
from .verdict import break_even_sentence
from .wording import (
    capital,
    number,
    payer_title,
    rate_text,
    unit_of,
)

BASIS_TITLES = {
    "cashable": "cash only",
    "marginal": "marginal cost",
    "marginal after induced": "marginal cost less induced cost",
}
NEVER_ADDED = (
    "Capacity, marginal cost and cash are nested views of one change and are never added. Capacity "
    "is counted in hours, visits and days, never in dollars."
)


def money_section(facts: Facts) -> Section:
    """Payers first for the focus at every horizon, then for the other options."""
    focus = facts.focus
    blocks: list[Block] = [
        Paragraph(facts.say(NEVER_ADDED)),
        payer_table(facts, focus, focus.horizons[-1]),
        Picture(waterfall_figure(facts)),
        matrix_table(facts),
        Paragraph(ratio_sentence(facts)),
    ]
    blocks.append(capacity_table(facts, focus))
    for result in reversed(focus.horizons[:-1]):
        table = payer_table(facts, focus, result)
        blocks.append(
            Folded(facts.say("By payer over {years} years", years=result.years), (table,))
        )
    blocks += [
        rates_table(facts, focus),
        Heading(facts.say("When it breaks even")),
        *_break_even(facts),
    ]
    others = [found for found in facts.headlines if found.scenario != focus.scenario]
    if others:
        tables = tuple(
            Folded(
                found.title,
                (payer_table(facts, found, found.horizons[-1]), capacity_table(facts, found)),
            )
            for found in others
        )
        title = facts.say("The same tables for other options")
        blocks.append(Folded(title, tables, kept_in="Results_by_payer"))
    return Section("money", facts.say("Who pays and who gains"), tuple(blocks), "Results_by_payer")


def payer_table(facts: Facts, found: Headline, result: HorizonResult) -> Table:
    """The money lines by payer over one horizon."""
    names = [payer.payer for payer in result.payers if payer.payer != ALL_PAYERS]
    order = sorted(names, key=lambda name: name not in _REGION_ROWS)
    rows = tuple(_payer_row(facts, result.payer(name)) for name in (*order, ALL_PAYERS))
    marginal = facts.worst_grade("early marginal share", "later marginal share", "unit cost")
    cash = facts.worst_grade("early chance board acts", "later chance board acts")
    induced = facts.worst_grade("treatment cost per start", "use per engagement")
    programme = facts.worst_grade("operating overrun factor", "payer share of programme")
    return Table(
        id=f"payers-{found.scenario}-{result.years}",
        caption=facts.say(
            "“{title}” over {years} years, by payer: present value at {rate}, median with "
            "80 % interval, thousand CAD",
            title=found.title,
            years=result.years,
            rate=rate_text(facts.phrases, found.rate),
        ),
        columns=(
            Column(facts.say("Payer"), "", False),
            Column(
                facts.say("Marginal cost avoided"),
                facts.say("thousand CAD"),
                grade=marginal,
            ),
            Column(facts.say("of which cashable"), facts.say("thousand CAD"), grade=cash),
            Column(facts.say("Induced cost"), facts.say("thousand CAD"), grade=induced),
            Column(facts.say("Programme cost"), facts.say("thousand CAD"), grade=programme),
            Column(facts.say("Net, cash only"), facts.say("thousand CAD")),
            Column(facts.say("Net, marginal"), facts.say("thousand CAD")),
            Column(facts.say("Chance of net benefit, cash only")),
        ),
        rows=rows,
        note=facts.say(
            "Medians of parts need not add up to the median of a total. Net is cost "
            "avoided less programme cost; induced cost (referrals, treatment, longer "
            "files, need met) stands on its own line. Transfers between payers other than "
            "programme shares are not modelled. {never_added}",
            never_added=facts.say(NEVER_ADDED),
        ),
    )


_REGION_ROWS = (REGION_TOTAL, "region police", "region other")


def _payer_row(facts: Facts, result: PayerResult) -> tuple[Cell, ...]:
    bands = (
        result.marginal,
        result.cashable,
        result.induced,
        result.programme,
        result.net["cashable"],
        result.net["marginal"],
    )
    nothing = all(item.q025 == item.q975 == 0 for item in bands)
    odds = (
        Cell(facts.say("nothing at stake"))
        if nothing
        else odds_cell(facts.phrases, result.chance["cashable"])
    )
    cells = (spread_cell(facts.phrases, item, 1e3, 0.1) for item in bands)
    return (Cell(payer_title(facts.phrases, result.payer)), *cells, odds)


def capacity_table(facts: Facts, found: Headline) -> Table:
    """Capacity released by service in native units, at every horizon, and induced use."""
    last = found.horizons[-1]
    rows = tuple(
        (
            Cell(capital(facts.name(service))),
            Cell(unit_of(facts.phrases, service)),
            *(
                spread_cell(facts.phrases, result.demand.capacity[service], least=1.0)
                for result in found.horizons
            ),
            spread_cell(facts.phrases, last.demand.induced_use[service], least=1.0),
        )
        for service in last.demand.capacity
    )
    grade = facts.worst_grade("use per contact", "refill share")
    return Table(
        id=f"capacity-{found.scenario}",
        caption=facts.say(
            "“{title}”: capacity released since {start}, in native units, median with 80 % "
            "interval",
            title=found.title,
            start=facts.start,
        ),
        columns=(
            Column(facts.say("Service"), "", False),
            Column(facts.say("Unit"), "", False),
            *(
                Column(facts.say("Within {years} years", years=h.years), "", grade=grade)
                for h in found.horizons
            ),
            Column(facts.say("Induced use, {years} years", years=last.years), ""),
        ),
        rows=rows,
        note=facts.say(
            "Capacity is time and space for other needs, not money. A minus is capacity "
            "taken up. Induced use (longer files, need met) is not counted as released."
        ),
    )


def rates_table(facts: Facts, found: Headline) -> Table:
    """The net of all payers at every discount rate side by side."""
    rows = []
    rates = list(found.horizons[0].net_by_rate)
    for result in found.horizons:
        for basis in BASES:
            bands = [result.net_by_rate[rate][basis] for rate in rates]
            cells = (spread_cell(facts.phrases, item, 1e3) for item in bands)
            label = Cell(
                facts.say(
                    "{years} years, {basis}",
                    years=result.years,
                    basis=facts.say(BASIS_TITLES[basis]),
                )
            )
            rows.append((label, *cells))
    return Table(
        id="rates",
        caption=facts.say(
            "“{title}”: net to all payers at four discount rates, thousand CAD", title=found.title
        ),
        columns=(
            Column(facts.say("Horizon and basis"), "", False),
            *(
                Column(
                    rate_text(facts.phrases, rate)
                    + (facts.say(", base") if rate == found.rate else ""),
                    facts.say("thousand CAD"),
                )
                for rate in rates
            ),
        ),
        rows=tuple(rows),
        note=facts.say("Median with 80 % interval; real rates, flows at mid-year."),
    )


def _break_even(facts: Facts) -> tuple[Block, ...]:
    focus = facts.focus
    told = break_even_sentence(facts.phrases, focus.break_even["cashable"])
    blocks: list[Block] = [Paragraph(told), break_even_table(facts, focus)]
    blocks += [success_table(facts), price_table(facts)]
    return tuple(blocks)


def break_even_table(facts: Facts, found: Headline) -> Table:
    """Year, chance of never, and the share of the effect at which the net is zero."""
    last = found.horizons[-1]
    rows = []
    for basis in BASES:
        result: BreakEven = found.break_even[basis]
        share = last.ratios.break_even_effect[basis]
        needed = (
            Cell(facts.say("nothing avoided"))
            if share.draws == 0
            else spread_cell(facts.phrases, share)
        )
        rows.append(
            (
                Cell(capital(facts.say(BASIS_TITLES[basis]))),
                year_cell(facts.phrases, result.year),
                odds_cell(facts.phrases, result.never),
                needed,
            )
        )
    return Table(
        id="break-even",
        caption=facts.say(
            "“{title}”: break-even of all payers together, years to {last_year}",
            title=found.title,
            last_year=found.break_even["cashable"].last_year,
        ),
        columns=(
            Column(facts.say("Basis"), "", False),
            Column(facts.say("Break-even year"), facts.say("of draws that do")),
            Column(facts.say("Chance of never")),
            Column(
                facts.say("Effect needed, {years} years", years=last.years),
                facts.say("times the simulated effect"),
            ),
        ),
        rows=tuple(rows),
        note=facts.say(
            "Break-even is the year from which the running discounted net stays at or "
            "above zero. Effects needed are over the draws in which anything is avoided."
        ),
    )


def price_table(facts: Facts) -> Table:
    """The programme cost per person served at which the net is zero, for every main option."""
    rows = []
    for found in main_options(facts):
        last = found.horizons[-1]
        served = last.demand.people_served
        programme = last.payer(ALL_PAYERS).programme
        prices = last.ratios.break_even_cost_per_person
        per_contact = last.ratios.cost_per_contact
        actual = programme.mean / served.mean if served.mean >= 1 else None
        rows.append(
            (
                Cell(found.title),
                spread_cell(facts.phrases, served, least=1.0),
                Cell(
                    facts.say("none served")
                    if actual is None
                    else number(facts.phrases, actual, 10.0),
                    actual,
                ),
                *(
                    spread_cell(facts.phrases, item, least=1.0)
                    for item in (prices["cashable"], prices["marginal"])
                ),
                Cell(number(facts.phrases, per_contact, 100.0), per_contact)
                if per_contact is not None
                else Cell(facts.say("not printed")),
            )
        )
    return Table(
        id="break-even-price",
        caption=facts.say(
            "Break-even programme cost per person served, {years} years", years=facts.years
        ),
        columns=(
            Column(facts.say("Option"), "", False),
            Column(facts.say("People served in addition"), facts.say("people")),
            Column(
                facts.say("Programme cost per person"),
                facts.say("CAD, mean over mean"),
                grade="D",
            ),
            Column(facts.say("Break-even cost, cash only"), facts.say("CAD a person")),
            Column(facts.say("Break-even cost, marginal"), facts.say("CAD a person")),
            Column(
                facts.say("Programme cost per contact avoided"),
                facts.say("CAD, mean over mean"),
            ),
        ),
        rows=tuple(rows),
        note=facts.say(
            "An option breaks even when serving one person more costs no more than the "
            "break-even figure. No ratio is printed where the cost of serving a person is "
            "missing or a judgement (youth, sexual assault, older adults, dual diagnosis, "
            "call diversion, hospital protocol, backbone), or where no contact is avoided "
            "on average."
        ),
    )
