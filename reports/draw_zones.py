"""The four zones before and after, and what the decision moves between them."""

from __future__ import annotations

from .canvas import TEXT, WIDTH, Canvas, wrapped
from .figure import Level, ZoneFigure
from .phrases import Phrases
from .verdict import flipped
from .wording import number, parts, rounding_step

TALL = 150.0
_TOP = 66.0
_BAR = 46.0
_LEAST = 3.0
_ROW = 15.0


def draw_zones(figure: ZoneFigure, phrases: Phrases) -> Canvas:
    """A zone a column: people before and after as bars (each zone on its own scale, so that a
    small zone is seen), and below an arrow in or out with the number moved."""
    canvas = Canvas(phrases, _TOP + TALL + 118)
    each = WIDTH / max(len(figure.levels), 1)
    for at, level in enumerate(figure.levels):
        left = each * at + 6
        for row, text in enumerate(wrapped(level.label, each - 14, TEXT, bold=True)[:2]):
            canvas.words(text, (left, 14 + _ROW * row), "head")
        _bars(canvas, left, each - 12, level, figure.years)
        _moved(canvas, left, level)
        if at:
            canvas.line((each * at, 4), (each * at, canvas.height - 26), "grid")
    canvas.words(
        phrases.say(
            "Bars: people, median, each zone on its own scale.  Below: moved by the decision, "
            "median with 80 % interval."
        ),
        (4, canvas.height - 7),
    )
    return canvas


def _bars(canvas: Canvas, left: float, width: float, level: Level, years: tuple[int, int]) -> None:
    after = level.without + level.change.q50
    most = max(level.before, level.without, after, 1.0)
    gap = (width - 2 * _BAR) / 3
    bottom = _TOP + TALL
    for place, value, year in ((gap, level.before, years[0]), (2 * gap + _BAR, after, years[1])):
        tall = max(TALL * value / most, _LEAST)
        look = "bar-faint" if year == years[0] else "bar"
        canvas.box((left + place, bottom - tall), (_BAR, tall), look)
        middle = left + place + _BAR / 2
        text = number(canvas.phrases, value, rounding_step(0, value, 1.0))
        canvas.words(text, (middle, bottom - tall - 5), "label", "middle")
        canvas.words(str(year), (middle, bottom + 15), "tick", "middle")
    canvas.line((left, bottom), (left + width, bottom), "axis")


def _moved(canvas: Canvas, left: float, level: Level) -> None:
    """An arrow up for people moved in, down for people moved out, with the number beside it."""
    inwards = level.change.q50 >= 0
    middle, low, high = parts(
        canvas.phrases, level.change if inwards else flipped(level.change), least=0.1
    )
    top = _TOP + TALL + 32
    x = left + 16
    look = "bar" if inwards else "bar-down"
    tip, foot = (top, top + 34) if inwards else (top + 34, top)
    neck = tip + (14 if inwards else -14)
    shape = [
        (x, tip),
        (x + 11, neck),
        (x + 5, neck),
        (x + 5, foot),
        (x - 5, foot),
        (x - 5, neck),
        (x - 11, neck),
    ]
    canvas.area(shape, look)
    told = "{number} people in" if inwards else "{number} people out"
    canvas.words(canvas.phrases.say(told, number=middle), (left + 34, top + 14), "label")
    shown = canvas.phrases.say("({low} to {high})", low=low, high=high)
    canvas.words(shown, (left + 34, top + 30), "tick")
