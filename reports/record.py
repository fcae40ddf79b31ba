"""The calibration panel: police contacts on record against what the model says of the same time."""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt

from ..scenarios import economics
from ..scenarios.provenance import RecordedCalls
from ..scenarios.uncertainty import Band, band, bands
from .facts import Facts
from .figure import BandFigure, Observed, Panel
from .table import Cell, Column, Table, spread_cell
from .wording import capital, number, percent, ranged

Array = npt.NDArray[np.float64]

COUNTING = 1.96
"""Standard errors in the reach of a count: 95 % of a Poisson count with a large mean lie within
(Johnson, Kemp and Kotz, Univariate Discrete Distributions, 3rd edition (2005), chapter 4)."""
LAST_YEAR = 2024
MIDDLE = (0.25, 0.75)


def panel_counts(facts: Facts) -> tuple[RecordedCalls, ...]:
    """Counts on record of the call types that calibration fits; none when the study carries no
    record or was not calibrated."""
    fitted = {
        one["name"].removeprefix("calls at start[").removesuffix("]")
        for one in facts.study.calibration.get("parameters", ())
        if one["name"].startswith("calls at start[")
    }
    known = facts.study.elements("call type")
    return tuple(
        one for one in facts.study.recorded if one.call_type in fitted and one.call_type in known
    )


def modelled(facts: Facts, count: RecordedCalls) -> Array:
    """Contacts in the comparator over the same months ``(draw,)``; within a saved year contacts are
    taken to come evenly."""
    series, time = _series(facts, count.call_type), facts.study.time
    return np.asarray(
        [np.interp(count.stop, time, draw) - np.interp(count.start, time, draw) for draw in series]
    )


def _series(facts: Facts, call_type: str) -> Array:
    at = facts.study.elements("call type").index(call_type)
    return facts.level(facts.comparator.name, "cumulative contacts")[..., at]


def counting_error(count: RecordedCalls) -> float:
    """The reach of a count's own chance, each way."""
    return COUNTING * sqrt(count.value)


def calibration_panel(facts: Facts, counts: tuple[RecordedCalls, ...]) -> BandFigure:
    """A panel a call type: bands of yearly contacts, and the counts on record."""
    first = int(facts.study.time[0])
    years = tuple(range(first, LAST_YEAR))
    types = tuple(dict.fromkeys(count.call_type for count in counts))
    return BandFigure(
        id="calibration-panel",
        title=_finding(facts, counts),
        alt=facts.say(
            "{count} panels, one a type of police contact: bands of contacts a year in the model, "
            "and counts on record as dots with their counting error. The numbers are in the "
            "tables below.",
            count=len(types),
        ),
        source=facts.say(
            "Model runs, {draws} draws, “{comparator}”. Record: {sources}. Dots stand at the first "
            "month of their twelve. Bands hold the level of a year, not its month-to-month "
            "scatter.",
            draws=facts.draws,
            comparator=facts.comparator.title,
            sources="; ".join(
                facts.phrases.foreign(text) for text in dict.fromkeys(one.source for one in counts)
            ),
        ),
        years=years,
        panels=tuple(_panel(facts, kind, counts, years) for kind in types),
        columns=3,
    )


def _panel(
    facts: Facts, kind: str, counts: tuple[RecordedCalls, ...], years: tuple[int, ...]
) -> Panel:
    first = economics.time_index(facts.study.time, years[0])
    flows = np.diff(_series(facts, kind)[:, first : first + len(years) + 1], axis=-1).T
    own = [one for one in counts if one.call_type == kind]
    grades = sorted({one.grade for one in own})
    middles = np.quantile(flows, MIDDLE, axis=1).T
    return Panel(
        capital(facts.name(kind)),
        facts.say("contacts a year; record of grade {grade}", grade=", ".join(grades)),
        bands(flows),
        observed=tuple(Observed(one.start, one.value, counting_error(one)) for one in own),
        middles=tuple((float(low), float(high)) for low, high in middles),
    )


def _inside(facts: Facts, count: RecordedCalls) -> bool:
    """Whether the 95 % band and the count's own reach meet."""
    found, reach = band(modelled(facts, count)), counting_error(count)
    return found.q025 - reach <= count.value <= found.q975 + reach


def _finding(facts: Facts, counts: tuple[RecordedCalls, ...]) -> str:
    inside = sum(_inside(facts, one) for one in counts)
    return facts.say(
        "{inside} of {count} yearly counts on record lie within the model's 95 % band and their "
        "own counting error",
        inside=inside,
        count=len(counts),
    )


def record_table(facts: Facts, counts: tuple[RecordedCalls, ...]) -> Table:
    """A row a count: on record, and the model's median and bands over the same months."""
    rows = tuple(_row(facts, one) for one in counts)
    return Table(
        id="record",
        caption=facts.say("Counts on record, and the model over the same twelve months"),
        columns=(
            Column(facts.say("Type of contact"), "", False),
            Column(facts.say("From"), facts.say("year and month")),
            Column(facts.say("On record"), facts.say("contacts")),
            Column(facts.say("Counting error"), facts.say("contacts, each way")),
            Column(facts.say("Grade"), "", False),
            Column(facts.say("Model, 80 %"), facts.say("contacts")),
            Column(facts.say("Model, 50 %"), facts.say("contacts")),
            Column(facts.say("Model, 95 %"), facts.say("contacts")),
            Column(facts.say("Distance"), facts.say("% of the record")),
        ),
        rows=rows,
        note=facts.say(
            "Windows of twelve months overlap, so counts of one type are not independent. A minus "
            "means that the model has fewer."
        ),
    )


def _row(facts: Facts, one: RecordedCalls) -> tuple[Cell, ...]:
    values = modelled(facts, one)
    found, error = band(values), counting_error(one)
    month = round((one.start - int(one.start)) * 12) + 1
    gap = found.q50 / one.value - 1
    return (
        Cell(capital(facts.name(one.call_type))),
        Cell(f"{int(one.start)}-{month:02d}"),
        Cell(number(facts.phrases, one.value, 1.0), one.value),
        Cell(number(facts.phrases, error, 1.0), error),
        Cell(one.grade, grade=one.grade if one.grade == "D" else ""),
        spread_cell(facts.phrases, found, least=1.0),
        _ends(facts, found, *np.quantile(values, MIDDLE)),
        _ends(facts, found, found.q025, found.q975),
        Cell(percent(facts.phrases, gap), gap, share=True),
    )


def _ends(facts: Facts, found: Band, low: float, high: float) -> Cell:
    middle, first, last = (number(facts.phrases, at, 1.0) for at in (found.q50, low, high))
    shown = ranged(facts.phrases, middle, (first, last))
    return Cell(shown, found.q50, float(low), float(high))
