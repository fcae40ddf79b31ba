"""Decisions side by side: the same measures for each, every one against its own comparator."""

from __future__ import annotations

from collections.abc import Callable

from ..scenarios.headline import ALL_PAYERS, REGION_TOTAL, Headline, PayerResult
from .content import Paragraph, Picture, Section
from .facts import Facts
from .figure import IntervalFigure, Panel
from .table import Cell, Column, Table, odds_cell, spread_cell, year_cell
from .verdict import scaled
from .wording import amount, listed

Measure = tuple[str, str, Callable[[Headline], Cell]]


def beside_section(facts: Facts) -> Section:
    """A figure and a table of the decisions that were asked for."""
    shown = (facts.focus, *facts.beside)
    titles = listed(facts.phrases, [facts.say("“{title}”", title=one.title) for one in shown])
    return Section(
        "beside",
        facts.say("Side by side"),
        (
            Paragraph(
                facts.say(
                    "{titles}, each compared with its own comparator in the same draws. The rest "
                    "of this report is about the first of them.",
                    titles=titles,
                )
            ),
            Picture(beside_figure(facts)),
            beside_table(facts),
        ),
    )


def beside_table(facts: Facts) -> Table:
    """Measures in rows, decisions in columns."""
    shown = (facts.focus, *facts.beside)
    rows = tuple(
        (Cell(name), Cell(unit), *(value(one) for one in shown))
        for name, unit, value in _measures(facts)
    )
    return Table(
        id="side-by-side",
        caption=facts.say(
            "Decisions side by side, {years} years, median with 80 % interval", years=facts.years
        ),
        columns=(
            Column(facts.say("Measure"), "", False),
            Column(facts.say("Unit"), "", False),
            *(
                Column(
                    one.title,
                    facts.say("{amount} a year", amount=amount(facts.phrases, one.amount)),
                )
                for one in shown
            ),
        ),
        rows=rows,
        note=facts.say(
            "Compared with: {comparators}. Capacity, marginal cost and cash are views of one "
            "change and are never added.",
            comparators="; ".join(
                f"{one.title}, {facts.study.scenario(one.compare_with).title}" for one in shown
            ),
        ),
    )


def _measures(facts: Facts) -> tuple[Measure, ...]:
    def demand(name: str) -> Callable[[Headline], Cell]:
        return lambda one: spread_cell(
            facts.phrases, getattr(one.horizons[-1].demand, name), least=1.0
        )

    def money(line: str, payer: str = ALL_PAYERS) -> Callable[[Headline], Cell]:
        return lambda one: spread_cell(
            facts.phrases, getattr(one.horizons[-1].payer(payer), line), 1e3, 0.1
        )

    def whole(one: Headline) -> PayerResult:
        return one.horizons[-1].payer(ALL_PAYERS)

    thousand = facts.say("thousand CAD")
    return (
        (facts.say("Police contacts avoided"), facts.say("contacts"), demand("contacts")),
        (facts.say("Crises avoided"), facts.say("crises"), demand("crises")),
        (facts.say("People served in addition"), facts.say("people"), demand("people_served")),
        (facts.say("Programme cost"), thousand, money("programme")),
        (facts.say("Marginal cost avoided"), thousand, money("marginal")),
        (facts.say("of which cashable"), thousand, money("cashable")),
        (facts.say("of which the Region's"), thousand, money("cashable", REGION_TOTAL)),
        (facts.say("Induced cost"), thousand, money("induced")),
        (
            facts.say("Net, cash only"),
            thousand,
            lambda one: spread_cell(facts.phrases, whole(one).net["cashable"], 1e3),
        ),
        (
            facts.say("Net, marginal"),
            thousand,
            lambda one: spread_cell(facts.phrases, whole(one).net["marginal"], 1e3),
        ),
        (
            facts.say("Chance of net benefit, cash only"),
            "",
            lambda one: odds_cell(facts.phrases, whole(one).chance["cashable"]),
        ),
        (
            facts.say("Break-even year, cash only"),
            facts.say("year"),
            lambda one: year_cell(facts.phrases, one.break_even["cashable"].year),
        ),
        (
            facts.say("Chance of never, cash only"),
            "",
            lambda one: odds_cell(facts.phrases, one.break_even["cashable"].never),
        ),
    )


def beside_figure(facts: Facts) -> IntervalFigure:
    """Contacts avoided and the net of each decision."""
    shown = (facts.focus, *facts.beside)
    contacts = tuple(one.horizons[-1].demand.contacts for one in shown)
    nets = tuple(scaled(one.horizons[-1].payer(ALL_PAYERS).net["cashable"], 1e-6) for one in shown)
    most = max(shown, key=lambda one: one.horizons[-1].demand.contacts.q50)
    dearest = min(shown, key=lambda one: one.horizons[-1].payer(ALL_PAYERS).net["cashable"].q50)
    return IntervalFigure(
        id="beside-dots",
        title=facts.say(
            "{title} avoids most police contacts; the lowest net is that of {dearest}"
            if dearest.scenario != most.scenario
            else "{title} avoids most police contacts, and has the lowest net",
            title=most.title,
            dearest=dearest.title,
        ),
        alt=facts.say(
            "Dots with intervals for {count} decisions: police contacts avoided over "
            "{years} years on the left, net to all payers counting cash only on the right. "
            "The numbers are in the table below.",
            count=len(shown),
            years=facts.years,
        ),
        source=facts.say(
            "Model runs, {draws} draws, each against its own comparator.", draws=facts.draws
        ),
        labels=tuple(one.title for one in shown),
        panels=(
            Panel(
                facts.say("Police contacts avoided, {years} years", years=facts.years),
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
