"""Figures as values: what they claim, the numbers they draw, and the table that says the same."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ..scenarios.uncertainty import Band
from .phrases import Phrases
from .table import Cell, Column, Table, spread_cell, statistics_cells, statistics_columns
from .wording import number, rounding_step


@dataclass(frozen=True)
class Observed:
    """A figure on record at a year, with the reach of its error."""

    year: float
    value: float
    error: float = 0.0


@dataclass(frozen=True)
class Panel:
    """One small chart: bands at each position of its figure. ``unit`` is that of the bands;
    ``apart`` marks a series that is neither gain nor harm, drawn in another colour and dashed;
    ``observed`` are figures on record, drawn as dots; ``middles`` the ends of the 50 % interval at
    each position, drawn when there are any."""

    label: str
    unit: str
    bands: tuple[Band, ...]
    apart: bool = False
    observed: tuple[Observed, ...] = ()
    middles: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Bar:
    """One input's value; ``faint`` bars lie within noise, ``grade`` D rests on judgement."""

    label: str
    value: float
    faint: bool
    grade: str


@dataclass(frozen=True)
class BarPanel:
    """Bars, and the size within which a bar may be chance alone."""

    label: str
    bars: tuple[Bar, ...]
    noise: float


@dataclass(frozen=True)
class BandFigure:
    """Bands over years, one panel a series. ``title`` states the finding; panels of one unit have
    one vertical scale when ``aligned``."""

    id: str
    title: str
    alt: str
    source: str
    years: tuple[int, ...]
    panels: tuple[Panel, ...]
    columns: int = 2
    aligned: bool = False

    def twin(self, phrases: Phrases) -> Table:
        """The same numbers as a table, a row a series and year."""
        rows = tuple(
            (Cell(panel.label), Cell(f"{year}"), Cell(panel.unit), *statistics_cells(phrases, band))
            for panel in self.panels
            for year, band in zip(self.years, panel.bands, strict=True)
        )
        heads = (
            Column(phrases.say("Series"), "", False),
            Column(phrases.say("Year")),
            Column(phrases.say("Unit"), "", False),
        )
        return Table(
            id=f"{self.id}-table",
            caption=phrases.say("Numbers behind the figure: {title}", title=self.title),
            columns=(*heads, *statistics_columns(phrases, "")),
            rows=rows,
        )


@dataclass(frozen=True)
class IntervalFigure:
    """A row per option, a dot and two intervals per row in each panel."""

    id: str
    title: str
    alt: str
    source: str
    labels: tuple[str, ...]
    panels: tuple[Panel, ...]

    def twin(self, phrases: Phrases) -> Table:
        """The same numbers as a table, a row an option and measure."""
        rows = tuple(
            (Cell(label), Cell(panel.label), Cell(panel.unit), *statistics_cells(phrases, band))
            for panel in self.panels
            for label, band in zip(self.labels, panel.bands, strict=True)
        )
        heads = (phrases.say("Row"), phrases.say("Measure"), phrases.say("Unit"))
        return Table(
            id=f"{self.id}-table",
            caption=phrases.say("Numbers behind the figure: {title}", title=self.title),
            columns=(
                *(Column(head, "", False) for head in heads),
                *statistics_columns(phrases, ""),
            ),
            rows=rows,
        )


@dataclass(frozen=True)
class BarFigure:
    """Bars from zero, longest first, with the noise threshold."""

    id: str
    title: str
    alt: str
    source: str
    panels: tuple[BarPanel, ...]

    def twin(self, phrases: Phrases) -> Table:
        """The same numbers as a table, a row an outcome and input."""
        rows = tuple(
            (
                Cell(panel.label),
                Cell(bar.label),
                Cell(number(phrases, bar.value, 0.01), bar.value),
                Cell(phrases.say("within noise" if bar.faint else "stands out")),
                Cell(bar.grade, grade=bar.grade),
            )
            for panel in self.panels
            for bar in panel.bars
        )
        return Table(
            id=f"{self.id}-table",
            caption=phrases.say("Numbers behind the figure: {title}", title=self.title),
            columns=(
                Column(phrases.say("Outcome"), "", False),
                Column(phrases.say("Input"), "", False),
                Column(
                    phrases.say("Rank correlation"),
                    phrases.say("{low} to 1", low=number(phrases, -1, 1)),
                ),
                Column(phrases.say("Against noise"), "", False),
                Column(phrases.say("Evidence grade"), "", False),
            ),
            rows=rows,
            note=phrases.say(
                "Noise thresholds: {thresholds}.",
                thresholds="; ".join(
                    f"{panel.label}, {number(phrases, panel.noise, 0.01)}" for panel in self.panels
                ),
            ),
        )


@dataclass(frozen=True)
class Line:
    """One line: its name, and a value at each position of its figure."""

    label: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class LineFigure:
    """A few lines over one axis. ``title`` states the finding; the axis up reaches at least to
    ``up_most``."""

    id: str
    title: str
    alt: str
    source: str
    across: tuple[float, ...]
    across_label: str
    up_label: str
    lines: tuple[Line, ...]
    up_most: float = 0.0

    def twin(self, phrases: Phrases) -> Table:
        """The same numbers as a table, a row a position and a column a line."""
        step = rounding_step(0, min(abs(b - a) for a, b in pairwise(self.across)))
        rows = tuple(
            (
                Cell(number(phrases, at, step), at),
                *(
                    Cell(number(phrases, line.values[row], 1.0), line.values[row])
                    for line in self.lines
                ),
            )
            for row, at in enumerate(self.across)
        )
        heads = (Column(self.across_label), *(Column(line.label) for line in self.lines))
        return Table(
            id=f"{self.id}-table",
            caption=phrases.say("Numbers behind the figure: {title}", title=self.title),
            columns=heads,
            rows=rows,
            note=phrases.say("Unit: {unit}.", unit=self.up_label),
        )


@dataclass(frozen=True)
class Step:
    """One bar of a waterfall: what it adds (negative: takes off), or with ``total`` where all
    that came before has led."""

    label: str
    value: float
    total: bool = False


@dataclass(frozen=True)
class WaterfallFigure:
    """Bars that start where the last one ended. ``title`` states the finding; ``unit`` is that of
    the steps."""

    id: str
    title: str
    alt: str
    source: str
    unit: str
    steps: tuple[Step, ...]

    def twin(self, phrases: Phrases) -> Table:
        """The same numbers as a table, a row a step."""
        step = rounding_step(0.0, max((abs(item.value) for item in self.steps), default=1.0) / 10)
        rows = tuple(
            (
                Cell(item.label),
                Cell(number(phrases, item.value, step), item.value),
                Cell(phrases.say("where it leads" if item.total else "adds to it")),
            )
            for item in self.steps
        )
        return Table(
            id=f"{self.id}-table",
            caption=phrases.say("Numbers behind the figure: {title}", title=self.title),
            columns=(
                Column(phrases.say("Step"), "", False),
                Column(phrases.say("Amount"), self.unit),
                Column(phrases.say("What it is"), "", False),
            ),
            rows=rows,
        )


@dataclass(frozen=True)
class Swing:
    """An outcome's mean where an input is low and where it is high, in its own fifth of draws."""

    label: str
    low: float
    high: float
    grade: str


@dataclass(frozen=True)
class TornadoFigure:
    """Swings around the mean over all draws, widest first."""

    id: str
    title: str
    alt: str
    source: str
    unit: str
    middle: float
    swings: tuple[Swing, ...]

    def twin(self, phrases: Phrases) -> Table:
        """The same numbers as a table, a row an input."""
        ends = [value for swing in self.swings for value in (swing.low, swing.high)]
        step = rounding_step(min(ends, default=0.0), max(ends, default=1.0))
        rows = tuple(
            (
                Cell(swing.label, grade=swing.grade if swing.grade == "D" else ""),
                Cell(number(phrases, swing.low, step), swing.low),
                Cell(number(phrases, self.middle, step), self.middle),
                Cell(number(phrases, swing.high, step), swing.high),
            )
            for swing in self.swings
        )
        return Table(
            id=f"{self.id}-table",
            caption=phrases.say("Numbers behind the figure: {title}", title=self.title),
            columns=(
                Column(phrases.say("Input"), "", False),
                Column(phrases.say("Input in its lowest fifth"), self.unit),
                Column(phrases.say("All draws"), self.unit),
                Column(phrases.say("Input in its highest fifth"), self.unit),
            ),
            rows=rows,
        )


@dataclass(frozen=True)
class Level:
    """People in a zone at the start, and at the end without and with the decision."""

    label: str
    before: float
    without: float
    change: Band


@dataclass(frozen=True)
class ZoneFigure:
    """Zones side by side: how many people each holds before and after, and what the decision
    moves in or out of each."""

    id: str
    title: str
    alt: str
    source: str
    years: tuple[int, int]
    levels: tuple[Level, ...]

    def twin(self, phrases: Phrases) -> Table:
        """The same numbers as a table, a row a zone."""
        rows = tuple(
            (
                Cell(level.label),
                Cell(
                    number(phrases, level.before, rounding_step(0, level.before, 1.0)), level.before
                ),
                Cell(
                    number(phrases, level.without, rounding_step(0, level.without, 1.0)),
                    level.without,
                ),
                spread_cell(phrases, level.change, least=0.1),
            )
            for level in self.levels
        )
        first, last = self.years
        return Table(
            id=f"{self.id}-table",
            caption=phrases.say("Numbers behind the figure: {title}", title=self.title),
            columns=(
                Column(phrases.say("Zone"), "", False),
                Column(f"{first}", phrases.say("people, median")),
                Column(
                    phrases.say("{year}, without the decision", year=last),
                    phrases.say("people, median"),
                ),
                Column(
                    phrases.say("Moved by the decision by {year}", year=last), phrases.say("people")
                ),
            ),
            rows=rows,
        )


Figure = (
    BandFigure
    | IntervalFigure
    | BarFigure
    | LineFigure
    | WaterfallFigure
    | TornadoFigure
    | ZoneFigure
)
