"""Who gains: municipalities and populations, absolute and relative, small cells suppressed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..scenarios import economics
from ..scenarios.uncertainty import Band, band, bands
from .content import Block, Paragraph, Picture, Section
from .facts import Facts
from .figure import IntervalFigure, Panel
from .table import (
    SMALL_CELL,
    SUPPRESSED,
    Cell,
    Column,
    Table,
    relative_cell,
    spread_cell,
    suppressed,
)
from .wording import capital, number, rounding_step, spread

Array = npt.NDArray[np.float64]

ALLOCATED = "allocated by population and age, not observed"
PER_PEOPLE = 100_000


def equity_section(facts: Facts) -> Section:
    """By municipality, then by population."""
    table, widest = municipality_table(facts)
    blocks: list[Block] = [
        Paragraph(
            facts.say(
                "Results by municipality are {allocated}: no outcome is recorded by "
                "municipality in the data behind this model, so differences between "
                "municipalities come from their numbers and ages alone.",
                allocated=facts.say(ALLOCATED),
            )
        ),
        table,
        Paragraph(widest),
        population_table(facts),
    ]
    figure = equity_figure(facts)
    if figure is not None:
        blocks.insert(1, Picture(figure))
    return Section("equity", facts.say("Who gains: places and people"), tuple(blocks), "Equity")


def equity_figure(facts: Facts) -> IntervalFigure | None:
    """What part of the contacts and crises expected is avoided, for each place and population.

    Rows with a small count are left out, so that none can be read off; None when none is left.
    """
    rows: list[tuple[str, str, Band]] = []
    for dimension, name in (("municipality", _BY_PLACE), ("population", _CRISES)):
        expected = _since(facts, facts.level(facts.comparator.name, name))
        avoided = -_since(facts, facts.study.change(facts.focus.scenario, name))
        for at, element in enumerate(facts.study.elements(dimension)):
            if float(np.median(expected[at])) >= SMALL_CELL:
                share = 100 * avoided[at] / np.maximum(expected[at], 1e-9)
                rows.append((dimension, facts.name(element), band(share)))
    if not rows:
        return None
    most = max(rows, key=lambda row: row[2].q50)
    return IntervalFigure(
        id="equity-dots",
        title=_equity_finding(facts, *most),
        alt=facts.say(
            "{count} rows, municipalities and then populations: a dot and two intervals "
            "for the part of expected contacts or crises that is avoided. The numbers are "
            "in the table below.",
            count=len(rows),
        ),
        source=facts.say(
            "Model runs, {draws} draws, {years} years. Municipal figures are {allocated}. "
            "A minus is an increase.",
            draws=facts.draws,
            years=facts.years,
            allocated=facts.say(ALLOCATED),
        ),
        labels=tuple(
            facts.say(_ROWS[dimension], element=capital(element)) for dimension, element, _ in rows
        ),
        panels=(
            Panel(
                facts.say("Avoided of expected"),
                facts.say("% of expected"),
                tuple(found for _, _, found in rows),
            ),
        ),
    )


def _equity_finding(facts: Facts, dimension: str, element: str, found: Band) -> str:
    if found.q50 <= 0:
        return facts.say(
            "In no place or population is a part of demand avoided in the middle estimate"
        )
    return facts.say(
        "The largest part is avoided in {element}: {number} % of contacts"
        if dimension == "municipality"
        else "The largest part is avoided in {element}: {number} % of crises",
        element=element.lower(),
        number=number(facts.phrases, found.q50, 0.01),
    )


def municipality_table(facts: Facts) -> tuple[Table, str]:
    """Contacts expected and avoided by municipality, and a sentence on the gap between them."""
    names = facts.study.elements("municipality")
    expected = _since(facts, facts.level(facts.comparator.name, _BY_PLACE))
    change = facts.study.change(facts.focus.scenario, _BY_PLACE)
    avoided = -_since(facts, change)
    residents = facts.level(facts.comparator.name, "total residents")
    now = economics.time_index(facts.study.time, facts.start)
    people = residents[:, now].T
    rates = avoided / people * PER_PEOPLE
    levels, changes, per_head = bands(expected), bands(avoided), bands(rates)
    rows = tuple(
        (
            Cell(name),
            _people(facts, float(np.median(people[at]))),
            *_level_and_change(facts, levels[at], changes[at]),
            _guarded(facts, levels[at], spread_cell(facts.phrases, per_head[at])),
            _guarded(facts, levels[at], relative_cell(facts.phrases, changes[at], levels[at])),
        )
        for at, name in enumerate(names)
    )
    table = Table(
        id="municipalities",
        caption=facts.say(
            "Contacts of all kinds by municipality over {years} years ({allocated})",
            years=facts.years,
            allocated=facts.say(ALLOCATED),
        ),
        columns=(
            Column(facts.say("Municipality"), "", False),
            Column(facts.say("Residents, {start}", start=facts.start), facts.say("people")),
            Column(facts.say("Expected"), facts.say("contacts")),
            Column(facts.say("Avoided"), facts.say("contacts")),
            Column(facts.say("Avoided per 100,000 residents"), facts.say("contacts")),
            Column(facts.say("Avoided of expected"), facts.say("% of medians")),
        ),
        rows=rows,
        note=facts.say(
            "{note} Reports of sexual assault are among these contacts, so that need met "
            "lowers the number avoided.",
            note=facts.say(_NOTE),
        ),
    )
    medians = np.median(rates, axis=1)
    gap = band(rates[int(np.argmax(medians))] - rates[int(np.argmin(medians))])
    sentence = facts.say(
        "Between {most} and {least}, the widest apart, the gap in contacts avoided "
        "per 100,000 residents is {range}.",
        most=names[int(np.argmax(medians))],
        least=names[int(np.argmin(medians))],
        range=spread(facts.phrases, gap),
    )
    return table, sentence


def population_table(facts: Facts) -> Table:
    """Crises expected and avoided by population."""
    names = facts.study.elements("population")
    expected = bands(_since(facts, facts.level(facts.comparator.name, _CRISES)))
    avoided = facts.focus.horizons[-1].demand.crises_by_population
    rows = tuple(
        (
            Cell(capital(facts.name(name))),
            *_level_and_change(facts, expected[at], avoided[name]),
            _guarded(
                facts, expected[at], relative_cell(facts.phrases, avoided[name], expected[at])
            ),
        )
        for at, name in enumerate(names)
    )
    return Table(
        id="populations",
        caption=facts.say(
            "Crises by population over {years} years, whole Region", years=facts.years
        ),
        columns=(
            Column(facts.say("Population"), "", False),
            Column(facts.say("Expected"), facts.say("crisis onsets")),
            Column(facts.say("Avoided"), facts.say("crisis onsets")),
            Column(facts.say("Avoided of expected"), facts.say("% of medians")),
        ),
        rows=rows,
        note=facts.say(_NOTE),
    )


_ROWS = {"municipality": "{element}: contacts", "population": "{element}: crises"}
_BY_PLACE = "cumulative contacts by municipality"
_CRISES = "cumulative crisis onsets"
_NOTE = (
    "Median with 80 % interval. A minus is an increase. Where fewer than 10 are expected, neither "
    "the number nor its change is shown."
)


def _since(facts: Facts, series: Array) -> Array:
    """The amount over the longest horizon: ``(draw, time, element)`` to ``(element, draw)``."""
    moved = np.moveaxis(series, 1, -1)
    return economics.since(moved, facts.study.time, facts.start, facts.end).T


def _people(facts: Facts, count: float) -> Cell:
    if suppressed(count):
        return Cell(facts.say(SUPPRESSED))
    return Cell(
        number(facts.phrases, count, rounding_step(0, count, 1.0) if count > 1e4 else 1.0), count
    )


def _level_and_change(facts: Facts, level: Band, change: Band) -> tuple[Cell, Cell]:
    return (
        _guarded(facts, level, spread_cell(facts.phrases, level, least=1.0)),
        _guarded(facts, level, spread_cell(facts.phrases, change, least=1.0)),
    )


def _guarded(facts: Facts, level: Band, shown: Cell) -> Cell:
    """The cell, or its suppression when the count behind it is small."""
    return Cell(facts.say(SUPPRESSED)) if suppressed(level.q50) else shown
