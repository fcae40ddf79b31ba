"""Rows with a name each: dots with intervals, and bars from zero."""

from __future__ import annotations

from .axes import Frame, across_ticks, names_width
from .canvas import SMALL, TEXT, WIDTH, Canvas, Scale, tick_text, ticks, wrapped
from .figure import Bar, BarFigure, BarPanel, IntervalFigure, Panel
from .phrases import MINUS, Phrases

NAMES = 250.0
_LINE = 14.0
_GAP = 40.0


def draw_intervals(figure: IntervalFigure, phrases: Phrases) -> Canvas:
    """A row a label; in each panel a dot for the median and two lines for the intervals."""
    names = [wrapped(label, NAMES - 12, SMALL) for label in figure.labels]
    heights = [max(_LINE * len(name) + 8, 24.0) for name in names]
    each = (WIDTH - NAMES - _GAP * (len(figure.panels) - 1) - 12) / len(figure.panels)
    heads = [wrapped(panel.label, each, TEXT, bold=True) for panel in figure.panels]
    top = 15.0 * max(len(head) for head in heads) + 8
    bottom = top + sum(heights)
    canvas = Canvas(phrases, bottom + 58)
    middles = [top + sum(heights[:row]) + height / 2 for row, height in enumerate(heights)]
    for name, middle in zip(names, middles, strict=True):
        first = middle + 4 - _LINE * (len(name) - 1) / 2
        for row, text in enumerate(name):
            canvas.words(text, (NAMES - 10, first + _LINE * row), "tick", "end")
    for number, panel in enumerate(figure.panels):
        left = NAMES + (each + _GAP) * number
        for row, text in enumerate(heads[number]):
            canvas.words(text, (left, 13 + 15 * row), "head")
        _interval_panel(canvas, Frame(left, left + each, top, bottom), panel, middles)
    canvas.words(
        phrases.say("Dot: median.  Thick line: 80 % of draws.  Thin line: 95 %."),
        (4, canvas.height - 7),
        "tick",
    )
    return canvas


def _interval_panel(canvas: Canvas, frame: Frame, panel: Panel, middles: list[float]) -> None:
    values = [v for band in panel.bands for v in (band.q025, band.q975)]
    low, high = min((*values, 0.0)), max((*values, 0.0))
    outer = ticks(low, high, 5)
    scale = Scale(outer[0], outer[-1], frame.left + 6, frame.right - 6)
    for value in across_ticks(canvas.phrases, (outer[0], outer[-1]), frame.width):
        x = scale(value)
        canvas.line((x, frame.top), (x, frame.bottom), "grid")
        canvas.words(tick_text(canvas.phrases, value), (x, frame.bottom + 15), "tick", "middle")
    canvas.line((frame.left, frame.bottom), (frame.right, frame.bottom), "axis")
    canvas.line((scale(0), frame.top), (scale(0), frame.bottom), "zero")
    middle = (frame.left + frame.right) / 2
    canvas.words(panel.unit, (middle, frame.bottom + 31), "tick", "middle")
    for band, y in zip(panel.bands, middles, strict=True):
        canvas.line((scale(band.q025), y), (scale(band.q975), y), "thin")
        canvas.line((scale(band.q10), y), (scale(band.q90), y), "thick")
        canvas.dot((scale(band.q50), y), "point")


_BAR = 21.0


def draw_bars(figure: BarFigure, phrases: Phrases) -> Canvas:
    """Panels below one another, longest bars first, noise as dashed lines."""
    left = names_width([_name(bar) for panel in figure.panels for bar in panel.bars])
    heights = [28 + _BAR * max(len(panel.bars), 1) + 12 for panel in figure.panels]
    canvas = Canvas(phrases, sum(heights) + 44)
    top = 0.0
    for panel, height in zip(figure.panels, heights, strict=True):
        canvas.words(panel.label, (4, top + 14), "head")
        frame = Frame(left, WIDTH - 16, top + 24, top + height - 8)
        _bar_panel(canvas, frame, panel)
        top += height
    frame = Frame(left, WIDTH - 16, 24, top - 8)
    scale = Scale(-1, 1, frame.left, frame.right)
    for value in (-1.0, -0.5, 0.0, 0.5, 1.0):
        canvas.words(tick_text(canvas.phrases, value), (scale(value), top + 8), "tick", "middle")
    canvas.words(
        phrases.say("Rank correlation with the outcome ({low} to 1)", low=f"{MINUS}1"),
        ((frame.left + frame.right) / 2, top + 26),
        "tick",
        "middle",
    )
    return canvas


def _name(bar: Bar) -> str:
    return f"{bar.label}  [{bar.grade}]" if bar.grade else bar.label


def _bar_panel(canvas: Canvas, frame: Frame, panel: BarPanel) -> None:
    scale = Scale(-1, 1, frame.left, frame.right)
    for value in (-1.0, -0.5, 0.5, 1.0):
        canvas.line((scale(value), frame.top), (scale(value), frame.bottom), "grid")
    for row, bar in enumerate(panel.bars):
        y = frame.top + 2 + _BAR * row
        start, end = sorted((scale(0), scale(bar.value)))
        canvas.box((start, y), (end - start, _BAR - 7), "bar-faint" if bar.faint else "bar")
        canvas.words(_name(bar), (frame.left - 8, y + 11), "tick", "end")
    for side in (-panel.noise, panel.noise):
        canvas.line((scale(side), frame.top), (scale(side), frame.bottom), "noise")
    canvas.line((scale(0), frame.top), (scale(0), frame.bottom), "zero")
