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
    titles = listed([f"“{one.title}”" for one in shown])
    return Section(
        "beside",
        "Side by side",
        (
            Paragraph(
                f"{titles}, each compared with its own comparator in the same draws. The rest of "
                "this report is about the first of them."
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
        for name, unit, value in _measures()
    )
    return Table(
        id="side-by-side",
        caption=f"Decisions side by side, {facts.years} years, median with 80 % interval",
        columns=(
            Column("Measure", "", False),
            Column("Unit", "", False),
            *(Column(one.title, f"{amount(one.amount)} a year") for one in shown),
        ),
        rows=rows,
        note="Compared with: "
        + "; ".join(f"{one.title}, {facts.study.scenario(one.compare_with).title}" for one in shown)
        + ". Capacity, marginal cost and cash are views of one change and are never added.",
    )


def _measures() -> tuple[Measure, ...]:
    def demand(name: str) -> Callable[[Headline], Cell]:
        return lambda one: spread_cell(getattr(one.horizons[-1].demand, name), least=1.0)

    def money(line: str, payer: str = ALL_PAYERS) -> Callable[[Headline], Cell]:
        return lambda one: spread_cell(getattr(one.horizons[-1].payer(payer), line), 1e3, 0.1)

    def whole(one: Headline) -> PayerResult:
        return one.horizons[-1].payer(ALL_PAYERS)

    thousand = "thousand CAD"
    return (
        ("Police contacts avoided", "contacts", demand("contacts")),
        ("Crises avoided", "crises", demand("crises")),
        ("People served in addition", "people", demand("people_served")),
        ("Programme cost", thousand, money("programme")),
        ("Marginal cost avoided", thousand, money("marginal")),
        ("of which cashable", thousand, money("cashable")),
        ("of which the Region's", thousand, money("cashable", REGION_TOTAL)),
        ("Induced cost", thousand, money("induced")),
        ("Net, cash only", thousand, lambda one: spread_cell(whole(one).net["cashable"], 1e3)),
        ("Net, marginal", thousand, lambda one: spread_cell(whole(one).net["marginal"], 1e3)),
        (
            "Chance of net benefit, cash only",
            "",
            lambda one: odds_cell(whole(one).chance["cashable"]),
        ),
        (
            "Break-even year, cash only",
            "year",
            lambda one: year_cell(one.break_even["cashable"].year),
        ),
        ("Chance of never, cash only", "", lambda one: odds_cell(one.break_even["cashable"].never)),
    )


def beside_figure(facts: Facts) -> IntervalFigure:
    """Contacts avoided and the net of each decision."""
    shown = (facts.focus, *facts.beside)
    contacts = tuple(one.horizons[-1].demand.contacts for one in shown)
    nets = tuple(scaled(one.horizons[-1].payer(ALL_PAYERS).net["cashable"], 1e-6) for one in shown)
    most = max(shown, key=lambda one: one.horizons[-1].demand.contacts.q50)
    dearest = min(shown, key=lambda one: one.horizons[-1].payer(ALL_PAYERS).net["cashable"].q50)
    tail = (
        f"; the lowest net is that of {dearest.title}"
        if dearest.scenario != most.scenario
        else ", and has the lowest net"
    )
    return IntervalFigure(
        id="beside-dots",
        title=f"{most.title} avoids most police contacts{tail}",
        alt=f"Dots with intervals for {len(shown)} decisions: police contacts avoided over "
        f"{facts.years} years on the left, net to all payers counting cash only on the right. The "
        "numbers are in the table below.",
        source=f"Model runs, {facts.draws} draws, each against its own comparator.",
        labels=tuple(one.title for one in shown),
        panels=(
            Panel(f"Police contacts avoided, {facts.years} years", "contacts", contacts),
            Panel("Net, cash only, all payers", "million CAD, present value", nets),
        ),
    )
