"""A frame with an axis across and one up, ticks and grid, for any figure that has both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .canvas import SMALL, Canvas, Scale, text_width, tick_text, ticks
from .phrases import Phrases

LEAST_GAP = 14.0
"""Room between the labels of an axis, at least."""


NARROW, WIDE = 200.0, 430.0
"""Bounds of the column of names beside bars."""


def names_width(names: Sequence[str]) -> float:
    """The room that names beside bars take, none of them broken."""
    widest = max((text_width(name, SMALL) for name in names), default=0.0)
    return min(max(widest + 20, NARROW), WIDE)


@dataclass(frozen=True)
class Frame:
    """The area of a chart inside its axes, in places."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left


def upward(canvas: Canvas, frame: Frame, values: Sequence[float], label: str) -> Scale:
    """Draw the axis that goes up over all ``values`` and zero, with its label; its scale."""
    at = up_ticks(values)
    scale = Scale(at[0], at[-1], frame.bottom, frame.top)
    for value in at:
        y = scale(value)
        canvas.line((frame.left, y), (frame.right, y), "grid")
        canvas.words(tick_text(canvas.phrases, value), (frame.left - 6, y + 4), "tick", "end")
    canvas.line((frame.left, frame.top), (frame.left, frame.bottom), "axis")
    widest = max(text_width(tick_text(canvas.phrases, value), SMALL) for value in at)
    if label:
        canvas.upright(label, (frame.left - widest - 14, (frame.top + frame.bottom) / 2))
    return scale


def up_ticks(values: Sequence[float], most: int = 5) -> list[float]:
    """Round numbers that cover all ``values`` and zero."""
    low, high = min((*values, 0.0)), max((*values, 0.0))
    return [-1.0, 0.0, 1.0] if low == high == 0 else ticks(low, high, most)


def across(canvas: Canvas, frame: Frame, ends: tuple[float, float], label: str) -> Scale:
    """Draw the axis that goes across from the first to the second end; its scale."""
    scale = Scale(*ends, frame.left, frame.right)
    for value in across_ticks(canvas.phrases, ends, frame.width):
        x = scale(value)
        canvas.line((x, frame.top), (x, frame.bottom), "grid")
        canvas.words(_plain(canvas.phrases, value, ends), (x, frame.bottom + 15), "tick", "middle")
    canvas.line((frame.left, frame.bottom), (frame.right, frame.bottom), "axis")
    if label:
        canvas.words(label, ((frame.left + frame.right) / 2, frame.bottom + 31), "tick", "middle")
    return scale


def across_ticks(phrases: Phrases, ends: tuple[float, float], width: float) -> list[float]:
    """Round numbers within the ends, as many as their labels leave room for."""
    most = 10
    while True:
        inside = [v for v in ticks(*ends, most) if ends[0] - 1e-9 <= v <= ends[1] + 1e-9]
        if _whole_years(ends):
            inside = [value for value in inside if value == int(value)]
        room = sum(text_width(_plain(phrases, v, ends), SMALL) + LEAST_GAP for v in inside)
        if room <= width or most <= 2:
            return inside
        most -= 1


def _whole_years(ends: tuple[float, float]) -> bool:
    return 1900 < ends[0] < 2200 and 1900 < ends[1] < 2200


def _plain(phrases: Phrases, value: float, ends: tuple[float, float]) -> str:
    """A year is written without a comma."""
    return f"{value:.0f}" if _whole_years(ends) else tick_text(phrases, value)
