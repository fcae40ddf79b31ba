"""Figures of an analysis as values; the CSV tables beside them hold the same numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reach:
    """A panel of dots with intervals: one value a row, ``low`` and ``high`` its ends."""

    label: str
    unit: str
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class ReachFigure:
    """Rows of dots with intervals; ``faint`` rows lie within noise. ``key`` explains the marks;
    ``marked`` are values to draw a dashed line at."""

    id: str
    title: str
    alt: str
    source: str
    key: str
    labels: tuple[str, ...]
    panels: tuple[Reach, ...]
    faint: tuple[bool, ...] = ()
    marked: tuple[float, ...] = ()


@dataclass(frozen=True)
class TornadoFigure:
    """Bars from the outcome at an input's low end to that at its high end, around ``centre``."""

    id: str
    title: str
    alt: str
    source: str
    unit: str
    centre: float
    labels: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Cloud:
    """One series of points."""

    label: str
    across: tuple[float, ...]
    up: tuple[float, ...]
    joined: bool = False


@dataclass(frozen=True)
class ScatterFigure:
    """Points of a few series; ``box`` is ``(left, right, bottom, top)``, drawn when given."""

    id: str
    title: str
    alt: str
    source: str
    across_label: str
    up_label: str
    clouds: tuple[Cloud, ...]
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class GridFigure:
    """A table of shares between 0 and 1, shaded; NaN cells are left blank."""

    id: str
    title: str
    alt: str
    source: str
    key: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]


AnalysisFigure = ReachFigure | TornadoFigure | ScatterFigure | GridFigure
