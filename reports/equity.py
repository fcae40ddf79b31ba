"""Who gains: municipalities and populations, absolute and relative, small cells suppressed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..scenarios import economics
from ..scenarios.uncertainty import Band, band, bands
from .content import Block, Paragraph, Picture, Section
from .facts import Facts
from .figure import IntervalFigure, Panel
from .table import SMALL_CELL, SUPPRESSED, Cell, Column, Table, spread_cell, suppressed
from .wording import capital, number, rounding_step, spread

Array = npt.NDArray[np.float64]

ALLOCATED = "allocated by population and age, not observed"
PER_PEOPLE = 100_000


def equity_section(facts: Facts) -> Section:
    """By municipality, then by population."""
    table, widest = municipality_table(facts)
    blocks: list[Block] = [
        Paragraph(
            f"Results by municipality are {ALLOCATED}: no outcome is recorded by municipality in "
            "the data behind this model, so differences between municipalities come from their "
            "numbers and ages alone."
        ),
        table,
        Paragraph(widest),
        population_table(facts),
    ]
    figure = equity_figure(facts)
    if figure is not None:
        blocks.insert(1, Picture(figure))
    return Section("equity", "Who gains: places and people", tuple(blocks), "Equity")


def equity_figure(facts: Facts) -> IntervalFigure | None:
    """What part of the contacts and crises expected is avoided, for each place and population.

    Rows with a small count are left out, so that none can be read off; None when none is left.
    """
    rows: list[tuple[str, Band]] = []
    for dimension, name in (("municipality", _BY_PLACE), ("population", _CRISES)):
        expected = _since(facts, facts.level(facts.comparator.name, name))
        avoided = -_since(facts, facts.study.change(facts.focus.scenario, name))
        what = "contacts" if dimension == "municipality" else "crises"
        for at, element in enumerate(facts.study.elements(dimension)):
            if float(np.median(expected[at])) >= SMALL_CELL:
                share = 100 * avoided[at] / np.maximum(expected[at], 1e-9)
                rows.append((f"{capital(element)}: {what}", band(share)))
    if not rows:
        return None
    most = max(rows, key=lambda row: row[1].q50)
    return IntervalFigure(
        id="equity-dots",
        title=_equity_finding(most),
        alt=f"{len(rows)} rows, municipalities and then populations: a dot and two intervals for "
        "the part of expected contacts or crises that is avoided. The numbers are in the table "
        "below.",
        source=f"Model runs, {facts.draws} draws, {facts.years} years. Municipal figures are "
        f"{ALLOCATED}. A minus is an increase.",
        labels=tuple(label for label, _ in rows),
        panels=(Panel("Avoided of expected", "% of expected", tuple(found for _, found in rows)),),
    )


def _equity_finding(most: tuple[str, Band]) -> str:
    label, found = most
    if found.q50 <= 0:
        return "In no place or population is a part of demand avoided in the middle estimate"
    element, what = label.split(": ")
    return (
        f"The largest part is avoided in {element.lower()}: {number(found.q50, 0.01)} % of {what}"
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
            _people(float(np.median(people[at]))),
            *_level_and_change(levels[at], changes[at]),
            _guarded(levels[at], spread_cell(per_head[at])),
            _guarded(levels[at], _relative(changes[at], levels[at])),
        )
        for at, name in enumerate(names)
    )
    table = Table(
        id="municipalities",
        caption=f"Contacts of all kinds by municipality over {facts.years} years ({ALLOCATED})",
        columns=(
            Column("Municipality", "", False),
            Column(f"Residents, {facts.start}", "people"),
            Column("Expected", "contacts"),
            Column("Avoided", "contacts"),
            Column("Avoided per 100,000 residents", "contacts"),
            Column("Avoided of expected", "% of medians"),
        ),
        rows=rows,
        note=f"{_NOTE} Reports of sexual assault are among these contacts, so that need met lowers "
        "the number avoided.",
    )
    medians = np.median(rates, axis=1)
    gap = band(rates[int(np.argmax(medians))] - rates[int(np.argmin(medians))])
    sentence = (
        f"Between {names[int(np.argmax(medians))]} and {names[int(np.argmin(medians))]}, the "
        f"widest apart, the gap in contacts avoided per 100,000 residents is {spread(gap)}."
    )
    return table, sentence


def population_table(facts: Facts) -> Table:
    """Crises expected and avoided by population."""
    names = facts.study.elements("population")
    expected = bands(_since(facts, facts.level(facts.comparator.name, _CRISES)))
    avoided = facts.focus.horizons[-1].demand.crises_by_population
    rows = tuple(
        (
            Cell(capital(name)),
            *_level_and_change(expected[at], avoided[name]),
            _guarded(expected[at], _relative(avoided[name], expected[at])),
        )
        for at, name in enumerate(names)
    )
    return Table(
        id="populations",
        caption=f"Crises by population over {facts.years} years, whole Region",
        columns=(
            Column("Population", "", False),
            Column("Expected", "crisis onsets"),
            Column("Avoided", "crisis onsets"),
            Column("Avoided of expected", "% of medians"),
        ),
        rows=rows,
        note=_NOTE,
    )


_BY_PLACE = "cumulative contacts by municipality"
_CRISES = "cumulative crisis onsets"
_NOTE = (
    f"Median with 80 % interval. A minus is an increase. Where fewer than {SMALL_CELL} are "
    "expected, neither the number nor its change is shown."
)


def _since(facts: Facts, series: Array) -> Array:
    """The amount over the longest horizon: ``(draw, time, element)`` to ``(element, draw)``."""
    moved = np.moveaxis(series, 1, -1)
    return economics.since(moved, facts.study.time, facts.start, facts.end).T


def _people(count: float) -> Cell:
    if suppressed(count):
        return Cell(SUPPRESSED)
    return Cell(number(count, rounding_step(0, count, 1.0) if count > 1e4 else 1.0), count)


def _level_and_change(level: Band, change: Band) -> tuple[Cell, Cell]:
    return (
        _guarded(level, spread_cell(level, least=1.0)),
        _guarded(level, spread_cell(change, least=1.0)),
    )


def _guarded(level: Band, shown: Cell) -> Cell:
    """The cell, or its suppression when the count behind it is small."""
    return Cell(SUPPRESSED) if suppressed(level.q50) else shown


def _relative(change: Band, level: Band) -> Cell:
    if level.q50 <= 0:
        return Cell("none expected")
    share = 100 * change.q50 / level.q50
    return Cell("under 0.01" if 0 < abs(share) < 0.005 else number(share, 0.01), share)
