"""Bands over years, one panel a series."""

from __future__ import annotations

from math import ceil

from ..scenarios.uncertainty import Band
from .axes import Frame, across, up_ticks, upward
from .canvas import SMALL, TEXT, WIDTH, Canvas, Scale, text_width, tick_text, wrapped
from .figure import BandFigure, Panel
from .phrases import Phrases

PLOT = 138.0
_LINE = 15.0
_BELOW = 30.0
KEY = "Line: median.  Dark band: 80 % of draws.  Light band: 95 %."
KEY_OBSERVED = (
    "Line: median.  Bands: 50, 80 and 95 % of draws.  Dot: on record, with its counting error."
)


def draw_bands(figure: BandFigure, phrases: Phrases) -> Canvas:
    """Panels from left to right, row by row, the years below each."""
    columns = min(figure.columns, len(figure.panels))
    rows = ceil(len(figure.panels) / columns)
    cell = WIDTH / columns
    heads = [wrapped(panel.label, cell - 24, TEXT, bold=True) for panel in figure.panels]
    units = [wrapped(panel.unit, cell - 24, SMALL) for panel in figure.panels]
    tall = [
        max(
            len(heads[at]) + len(units[at])
            for at in range(row * columns, min((row + 1) * columns, len(heads)))
        )
        for row in range(rows)
    ]
    heights = [_LINE * lines + PLOT + _BELOW + 10 for lines in tall]
    canvas = Canvas(phrases, sum(heights) + 24)
    for number, panel in enumerate(figure.panels):
        row, column = divmod(number, columns)
        top = sum(heights[:row])
        for line, text in enumerate(heads[number]):
            canvas.words(text, (cell * column + 4, top + 13 + _LINE * line), "head")
        for line, text in enumerate(units[number], start=len(heads[number])):
            canvas.words(text, (cell * column + 4, top + 13 + _LINE * line), "tick")
        start = top + _LINE * tall[row] + 8
        values = _reach(figure, panel)
        left = cell * column + _margin(phrases, values)
        frame = Frame(left, cell * (column + 1) - 16, start, start + PLOT)
        _panel(canvas, frame, figure, panel)
    seen = any(panel.observed for panel in figure.panels)
    canvas.words(phrases.say(KEY_OBSERVED if seen else KEY), (4, canvas.height - 8), "tick")
    return canvas


def _reach(figure: BandFigure, panel: Panel) -> list[float]:
    """The values that the panel's axis covers: those of all panels of its unit when aligned."""
    alike = (
        [other for other in figure.panels if other.unit == panel.unit]
        if figure.aligned
        else [panel]
    )
    bands = [band for one in alike for band in one.bands]
    seen = [
        value
        for one in alike
        for dot in one.observed
        for value in (dot.value - dot.error, dot.value + dot.error)
    ]
    return [*(b.q025 for b in bands), *(b.q975 for b in bands), *seen]


def _margin(phrases: Phrases, values: list[float]) -> float:
    widest = max(text_width(tick_text(phrases, value), SMALL) for value in up_ticks(values))
    return widest + 12


def _panel(canvas: Canvas, frame: Frame, figure: BandFigure, panel: Panel) -> None:
    years = figure.years
    up = upward(canvas, frame, _reach(figure, panel), "")
    along = across(canvas, frame, (float(years[0]), float(years[-1])), "")
    name = "apart" if panel.apart else "band"
    _band(canvas, (along, up), figure, [(b.q025, b.q975) for b in panel.bands], f"{name}95")
    _band(canvas, (along, up), figure, [(b.q10, b.q90) for b in panel.bands], f"{name}80")
    if panel.middles:
        _band(canvas, (along, up), figure, list(panel.middles), "band50")
    for ends in ("q025", "q975"):
        points = [(along(y), up(getattr(b, ends))) for y, b in zip(years, panel.bands, strict=True)]
        canvas.path(points, "edge")
    canvas.line((frame.left, up(0)), (frame.right, up(0)), "zero")
    middle = [(along(y), up(b.q50)) for y, b in zip(years, panel.bands, strict=True)]
    look = "median-apart" if panel.apart else "median-dark" if panel.middles else "median"
    canvas.path(middle, look)
    for dot in panel.observed:
        x, reach = along(dot.year), (up(dot.value - dot.error), up(dot.value + dot.error))
        canvas.line((x, reach[0]), (x, reach[1]), "zero")
        canvas.dot((x, up(dot.value)), "observed", 3.4)
    if all(_nothing(band) for band in panel.bands):
        place = ((frame.left + frame.right) / 2, frame.top + PLOT / 3)
        canvas.words(canvas.phrases.say("zero in every draw"), place, "label", "middle")


def _band(
    canvas: Canvas,
    scales: tuple[Scale, Scale],
    figure: BandFigure,
    ends: list[tuple[float, float]],
    look: str,
) -> None:
    along, up = scales
    below = [(along(y), up(low)) for y, (low, _) in zip(figure.years, ends, strict=True)]
    above = [(along(y), up(high)) for y, (_, high) in zip(figure.years, ends, strict=True)]
    canvas.area([*below, *reversed(above)], look)


def _nothing(band: Band) -> bool:
    return band.q025 == band.q975 == 0
