"""Figures as values: what they claim, the numbers they draw, and the table that says the same."""

from __future__ import annotations

from dataclasses import dataclass

from ..scenarios.uncertainty import Band
from .table import Cell, Column, Table, statistics_cells, statistics_columns
from .wording import number, rounding_step


@dataclass(frozen=True)
class Panel:
    """One small chart: bands at each position of its figure. ``unit`` is that of the bands;
    ``apart`` marks a series that is neither gain nor harm, drawn in another colour and dashed;
    ``observed`` are (year, value) on record, drawn as dots."""

    label: str
    unit: str
    bands: tuple[Band, ...]
    apart: bool = False
    observed: tuple[tuple[float, float], ...] = ()


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

    def twin(self) -> Table:
        """The same numbers as a table, a row a series and year."""
        rows = tuple(
            (Cell(panel.label), Cell(f"{year}"), Cell(panel.unit), *statistics_cells(band))
            for panel in self.panels
            for year, band in zip(self.years, panel.bands, strict=True)
        )
        heads = (Column("Series", "", False), Column("Year"), Column("Unit", "", False))
        return Table(
            id=f"{self.id}-table",
            caption=f"Numbers behind the figure: {self.title}",
            columns=(*heads, *statistics_columns("")),
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

    def twin(self) -> Table:
        """The same numbers as a table, a row an option and measure."""
        rows = tuple(
            (Cell(label), Cell(panel.label), Cell(panel.unit), *statistics_cells(band))
            for panel in self.panels
            for label, band in zip(self.labels, panel.bands, strict=True)
        )
        heads = ("Row", "Measure", "Unit")
        return Table(
            id=f"{self.id}-table",
            caption=f"Numbers behind the figure: {self.title}",
            columns=(*(Column(head, "", False) for head in heads), *statistics_columns("")),
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

    def twin(self) -> Table:
        """The same numbers as a table, a row an outcome and input."""
        rows = tuple(
            (
                Cell(panel.label),
                Cell(bar.label),
                Cell(number(bar.value, 0.01), bar.value),
                Cell("within noise" if bar.faint else "stands out"),
                Cell(bar.grade, grade=bar.grade),
            )
            for panel in self.panels
            for bar in panel.bars
        )
        return Table(
            id=f"{self.id}-table",
            caption=f"Numbers behind the figure: {self.title}",
            columns=(
                Column("Outcome", "", False),
                Column("Input", "", False),
                Column("Rank correlation", f"{number(-1, 1)} to 1"),
                Column("Against noise", "", False),
                Column("Evidence grade", "", False),
            ),
            rows=rows,
            note="Noise thresholds: "
            + "; ".join(f"{panel.label}, {panel.noise:.2f}" for panel in self.panels)
            + ".",
        )


@dataclass(frozen=True)
class Line:
    """One line: its name, and a value at each position of its figure."""

    label: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class LineFigure:
    """A few lines over one axis. ``title`` states the finding."""

    id: str
    title: str
    alt: str
    source: str
    across: tuple[float, ...]
    across_label: str
    up_label: str
    lines: tuple[Line, ...]

    def twin(self) -> Table:
        """The same numbers as a table, a row a position and a column a line."""
        step = rounding_step(min(self.across), max(self.across))
        rows = tuple(
            (
                Cell(number(at, step), at),
                *(Cell(number(line.values[row], 1.0), line.values[row]) for line in self.lines),
            )
            for row, at in enumerate(self.across)
        )
        heads = (Column(self.across_label), *(Column(line.label) for line in self.lines))
        return Table(
            id=f"{self.id}-table",
            caption=f"Numbers behind the figure: {self.title}",
            columns=heads,
            rows=rows,
            note=f"Unit: {self.up_label}.",
        )


Figure = BandFigure | IntervalFigure | BarFigure | LineFigure
