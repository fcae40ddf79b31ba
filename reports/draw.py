"""Figures drawn as SVG: same figure, same bytes, whatever the day or machine."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from .canvas import SMALL, TEXT, WIDTH, Canvas, style, wrapped
from .draw_bands import draw_bands
from .draw_lines import draw_lines
from .draw_rows import draw_bars, draw_intervals
from .draw_steps import draw_tornado, draw_waterfall
from .draw_zones import draw_zones
from .figure import (
    BandFigure,
    BarFigure,
    Figure,
    IntervalFigure,
    LineFigure,
    TornadoFigure,
    WaterfallFigure,
    ZoneFigure,
)
from .palette import PALETTE
from .phrases import ENGLISH, Phrases, unmarked
from .wording import capital

_LINE = 15.0


def drawn(figure: Figure, phrases: Phrases) -> Canvas:
    """The drawing of a figure value. Nothing is shown or written."""
    match figure:
        case BandFigure():
            canvas = draw_bands(figure, phrases)
        case IntervalFigure():
            canvas = draw_intervals(figure, phrases)
        case BarFigure():
            canvas = draw_bars(figure, phrases)
        case LineFigure():
            canvas = draw_lines(figure, phrases)
        case WaterfallFigure():
            canvas = draw_waterfall(figure, phrases)
        case TornadoFigure():
            canvas = draw_tornado(figure, phrases)
        case ZoneFigure():
            canvas = draw_zones(figure, phrases)
    return canvas


def svg(figure: Figure, phrases: Phrases = ENGLISH, palette: Mapping[str, str] = PALETTE) -> str:
    """The figure as one ``<svg>`` element with title and description.

    Text stays text. Two figures may stand in one page: ids and looks are the figure's own.
    """
    canvas = drawn(figure, phrases)
    return _element(figure, canvas.body(), canvas.height, palette)


def file_svg(
    figure: Figure, stamp: str, phrases: Phrases, palette: Mapping[str, str] = PALETTE
) -> bytes:
    """The figure as a file of its own: its finding and the stamp above, its source below."""
    canvas = drawn(figure, phrases)
    above = wrapped(figure.title, WIDTH - 20, TEXT + 1, bold=True)
    stamped = [capital(stamp)] if stamp else []
    below = wrapped(figure.source, WIDTH - 20, SMALL)
    top = _LINE * (len(above) + len(stamped)) + 12
    frame = Canvas(phrases, top + canvas.height + _LINE * len(below) + 8)
    frame.box((0, 0), (WIDTH, frame.height), "paper")
    for row, text in enumerate([*above, *stamped]):
        frame.words(text, (10, 16 + _LINE * row), "head" if row < len(above) else "label")
    for row, text in enumerate(below):
        frame.words(text, (10, top + canvas.height + 12 + _LINE * row))
    whole = f'{frame.body()}\n<g transform="translate(0 {top:g})">\n{canvas.body()}\n</g>'
    text = _element(figure, whole, frame.height, palette)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def _element(figure: Figure, body: str, height: float, palette: Mapping[str, str]) -> str:
    salt = f"{figure.id}-drawing"
    title, words = f"{figure.id}-title", f"{figure.id}-desc"
    return (
        f'<svg id="{salt}" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}" height="{height:g}" role="img" '
        f'aria-labelledby="{title} {words}">'
        f'<title id="{title}">{escape(unmarked(figure.title))}</title>'
        f'<desc id="{words}">{escape(unmarked(figure.alt))}</desc>\n'
        f"<style>{style(salt, palette)}</style>\n{body}\n</svg>\n"
    )
