"""A few lines over one axis, each named beside its end."""

from __future__ import annotations

from .axes import Frame, across, up_ticks, upward
from .canvas import SMALL, TEXT, WIDTH, Canvas, text_width, tick_text, wrapped
from .figure import LineFigure
from .palette import LINES
from .phrases import Phrases

PLOT = 230.0
NAMES = 215.0
_LINE = 15.0


def draw_lines(figure: LineFigure, phrases: Phrases) -> Canvas:
    """The lines with their names in a list to the right, in the order of the figure."""
    values = [figure.up_most, *(value for line in figure.lines for value in line.values)]
    names = [wrapped(line.label, NAMES - 52, TEXT) for line in figure.lines]
    listed = sum(_LINE * len(name) + 9 for name in names)
    plot = max(PLOT, listed)
    canvas = Canvas(phrases, plot + 56)
    widest = max(text_width(tick_text(phrases, value), SMALL) for value in up_ticks(values))
    frame = Frame(widest + 30, WIDTH - NAMES - 14, 10, 10 + plot)
    up = upward(canvas, frame, values, figure.up_label)
    along = across(canvas, frame, (figure.across[0], figure.across[-1]), figure.across_label)
    y = frame.top + 10
    for number, (line, name) in enumerate(zip(figure.lines, names, strict=True)):
        points = [(along(x), up(v)) for x, v in zip(figure.across, line.values, strict=True)]
        look = f"line{number % len(LINES)}"
        canvas.path(points, look)
        start = WIDTH - NAMES
        canvas.line((start, y - 4), (start + 38, y - 4), look)
        for row, text in enumerate(name):
            canvas.words(text, (start + 46, y + _LINE * row), "label")
        y += _LINE * len(name) + 9
    return canvas
