"""Bars that do not start at zero: a waterfall, and a tornado around a mean."""

from __future__ import annotations

from .axes import Frame, across_ticks, names_width
from .canvas import WIDTH, Canvas, Scale, tick_text, ticks
from .figure import TornadoFigure, WaterfallFigure
from .phrases import Phrases
from .wording import number, rounding_step

_BAR = 24.0
_ROOM = 70.0
"""Room beside the bars for their numbers."""


def draw_waterfall(figure: WaterfallFigure, phrases: Phrases) -> Canvas:
    """A row a step, joined by thin lines; totals start from zero."""
    starts, ends = _running(figure)
    scale, frame = _scale([*starts, *ends, 0.0], [step.label for step in figure.steps])
    canvas = _framed(phrases, (scale, frame), figure.unit)
    size = max((abs(step.value) for step in figure.steps), default=1.0)
    for row, (step, start, end) in enumerate(zip(figure.steps, starts, ends, strict=True)):
        y = frame.top + 5 + _BAR * row
        left, right = sorted((scale(start), scale(end)))
        look = "bar-total" if step.total else "bar" if step.value >= 0 else "bar-down"
        canvas.box((left, y), (max(right - left, 1.0), _BAR - 9), look)
        canvas.words(step.label, (frame.left - 8, y + 12), "tick", "end")
        text = number(phrases, step.value, rounding_step(0, size / 10))
        canvas.words(text, (right + 5, y + 12), "label")
        if row + 1 < len(figure.steps):
            canvas.line((scale(end), y + _BAR - 9), (scale(end), y + _BAR), "axis")
    canvas.line((scale(0), frame.top), (scale(0), frame.bottom), "zero")
    return canvas


def _running(figure: WaterfallFigure) -> tuple[list[float], list[float]]:
    starts, ends, at = [], [], 0.0
    for step in figure.steps:
        starts.append(0.0 if step.total else at)
        at = step.value if step.total else at + step.value
        ends.append(at)
    return starts, ends


def draw_tornado(figure: TornadoFigure, phrases: Phrases) -> Canvas:
    """A row an input: a bar from its low to its high fifth, filled where the input is high."""
    ends = [value for swing in figure.swings for value in (swing.low, swing.high)]
    names = [f"{s.label}  [{s.grade}]" if s.grade else s.label for s in figure.swings]
    scale, frame = _scale([*ends, figure.middle], names)
    canvas = _framed(phrases, (scale, frame), figure.unit, 20.0)
    middle = scale(figure.middle)
    for row, swing in enumerate(figure.swings):
        y = frame.top + 5 + _BAR * row
        for value, look in ((swing.low, "bar-faint"), (swing.high, "bar")):
            left, right = sorted((middle, scale(value)))
            canvas.box((left, y), (right - left, _BAR - 9), look)
        canvas.words(names[row], (frame.left - 8, y + 12), "tick", "end")
    canvas.line((middle, frame.top), (middle, frame.bottom), "zero")
    canvas.words(
        phrases.say(
            "Filled: the input in its highest fifth of draws.  Hollow: in its lowest.  Line: all."
        ),
        (4, canvas.height - 7),
    )
    return canvas


def _scale(values: list[float], names: list[str]) -> tuple[Scale, Frame]:
    low, high = min(values), max(values)
    at = ticks(low, high, 5)
    frame = Frame(names_width(names), WIDTH - _ROOM, 6, 6 + _BAR * len(names) + 6)
    return Scale(at[0], at[-1], frame.left, frame.right), frame


def _framed(phrases: Phrases, place: tuple[Scale, Frame], unit: str, below: float = 0.0) -> Canvas:
    scale, frame = place
    canvas = Canvas(phrases, frame.bottom + 40 + below)
    for value in across_ticks(canvas.phrases, (scale.low, scale.high), frame.width):
        x = scale(value)
        canvas.line((x, frame.top), (x, frame.bottom), "grid")
        canvas.words(tick_text(canvas.phrases, value), (x, frame.bottom + 15), "tick", "middle")
    canvas.line((frame.left, frame.bottom), (frame.right, frame.bottom), "axis")
    middle = (frame.left + frame.right) / 2
    canvas.words(unit, (middle, frame.bottom + 31), "tick", "middle")
    return canvas
