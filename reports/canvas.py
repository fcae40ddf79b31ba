"""Lines, boxes and words in SVG, with the room that words take known beforehand.

Figures are laid out here rather than by a plotting library: the same figure is the same bytes on
every system, text stays text, and a page of figures takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10

from .palette import LINES
from .phrases import FOREIGN, FOREIGN_END, GAP, MINUS, Phrases, unmarked

WIDTH = 760.0
"""Width of every figure in its own units, which a browser or page scales."""
TEXT = 12.0
SMALL = 11.0
_PLAIN = bytes.fromhex(
    "20282e54405f4e1b272732542024202240404040404040404040222254545435"
    "644445464d3f3a4d4b1d1d4238564b4f3c4f453f3d494463453d452722275432"
    "323d3f373f3e233f3f1c1c3a1c613f3d3f3f2934273f3b523b3b3440224054"
)
"""Advance widths of DejaVu Sans from space to tilde, in hundredths of the type size. It is the
widest of the fonts a reader is likely to have, so that what fits here fits there."""
_OTHER = 62
_WIDTHS = {MINUS: 84, GAP: 32, FOREIGN: 0, FOREIGN_END: 0}
_BOLDER = 1.11


def text_width(text: str, size: float = TEXT, bold: bool = False) -> float:
    """The room one line of text takes, at most."""
    units = sum(_PLAIN[ord(c) - 32] if 32 <= ord(c) < 127 else _advance(c) for c in text)
    return units / 100 * size * (_BOLDER if bold else 1.0)


def _advance(character: str) -> int:
    return _WIDTHS.get(character, _OTHER)


def wrapped(text: str, width: float, size: float = TEXT, bold: bool = False) -> list[str]:
    """The text broken at spaces into lines no wider than ``width``, where its words allow."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def ticks(low: float, high: float, most: int) -> list[float]:
    """At most ``most`` + 1 round numbers, evenly spaced, that cover ``low`` to ``high``."""
    if high <= low:
        low, high = low - 1.0, high + 1.0
    raw = (high - low) / max(most, 1)
    power = 10.0 ** floor(log10(raw))
    for times in (1.0, 2.0, 2.5, 5.0, 10.0, 20.0):
        step = times * power
        first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
        if last - first <= most:
            break
    return [round(at * step, 12) for at in range(first, last + 1)]


def tick_text(phrases: Phrases, value: float) -> str:
    """A number on an axis: ``1,500``, with a true minus."""
    return phrases.figures(f"{value:,.10g}")


class Scale:
    """From values to places: ``low`` to ``high`` over ``start`` to ``end``."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high, self.start, self.end = low, high, start, end

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low or 1.0)
        return self.start + share * (self.end - self.start)


class Canvas:
    """Elements of one drawing in the order in which they are painted, with words in a language."""

    def __init__(self, phrases: Phrases, height: float) -> None:
        self.phrases = phrases
        self.height = height
        self._parts: list[str] = []

    def line(
        self, start: tuple[float, float], end: tuple[float, float], look: str = "axis"
    ) -> None:
        """A straight line of a look that `style` knows."""
        (x1, y1), (x2, y2) = start, end
        self._parts.append(
            f'<line class="{look}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"/>'
        )

    def box(self, corner: tuple[float, float], size: tuple[float, float], look: str) -> None:
        """A rectangle from its upper left corner."""
        (x, y), (width, height) = corner, size
        self._parts.append(
            f'<rect class="{look}" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" '
            f'height="{_n(height)}"/>'
        )

    def dot(self, centre: tuple[float, float], look: str, radius: float = 3.6) -> None:
        """A circle."""
        self._parts.append(
            f'<circle class="{look}" cx="{_n(centre[0])}" cy="{_n(centre[1])}" r="{_n(radius)}"/>'
        )

    def path(self, points: Sequence[tuple[float, float]], look: str) -> None:
        """A broken line through points."""
        self._parts.append(f'<path class="{look}" d="{_broken(points)}"/>')

    def area(self, points: Sequence[tuple[float, float]], look: str) -> None:
        """The area inside points."""
        self._parts.append(f'<path class="{look}" d="{_broken(points)}Z"/>')

    def words(
        self, text: str, at: tuple[float, float], look: str = "tick", anchor: str = "start"
    ) -> None:
        """One line of text, its baseline at ``at``."""
        place = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self._parts.append(
            f'<text class="{look}" x="{_n(at[0])}" y="{_n(at[1])}"{place}>'
            f"{escape(unmarked(text))}</text>"
        )

    def upright(self, text: str, at: tuple[float, float], look: str = "tick") -> None:
        """A line of text that reads upwards, its middle at ``at``."""
        x, y = _n(at[0]), _n(at[1])
        self._parts.append(
            f'<text class="{look}" x="{x}" y="{y}" text-anchor="middle" '
            f'transform="rotate(-90 {x} {y})">{escape(unmarked(text))}</text>'
        )

    def body(self) -> str:
        """Everything drawn, as SVG elements."""
        return "\n".join(self._parts)


def style(salt: str, palette: Mapping[str, str]) -> str:
    """The looks, each under the figure's own id so that figures on one page do not meet."""
    looks = (
        ("text", f"font-family:'DejaVu Sans',sans-serif;font-size:{SMALL:g}px;fill:{{muted}}"),
        ("text.label", f"font-size:{TEXT:g}px;fill:{{ink}}"),
        ("text.head", f"font-size:{TEXT:g}px;font-weight:bold;fill:{{ink}}"),
        ("text.over", "fill:{paper};font-weight:bold"),
        ("line,path", "fill:none;stroke-width:1"),
        (".paper", "fill:{paper}"),
        (".grid", "stroke:{rule};stroke-width:.7"),
        (".axis", "stroke:{edge}"),
        (".zero", "stroke:{ink};stroke-width:1.1"),
        (".noise", "stroke:{vermilion};stroke-width:1.3;stroke-dasharray:5 3"),
        ("path.band95", "fill:{band95}"),
        ("path.band80", "fill:{band80}"),
        ("path.band50", "fill:{band50}"),
        ("path.apart95", "fill:{apart95}"),
        ("path.apart80", "fill:{apart80}"),
        (".edge", "stroke:{edge};stroke-width:.8"),
        (".median", "stroke:{blue};stroke-width:2.4"),
        (".median-dark", "stroke:{ink};stroke-width:1.6"),
        (".median-apart", "stroke:{vermilion};stroke-width:2.4;stroke-dasharray:7 3"),
        (".thin", "stroke:{edge};stroke-width:1.4"),
        (".thick", "stroke:{blue};stroke-width:6.5"),
        (".point", "fill:{paper};stroke:{ink};stroke-width:1.6"),
        (".observed", "fill:{ink};stroke:{paper};stroke-width:.8"),
        ("path.bar,rect.bar", "fill:{blue};stroke:{blue}"),
        ("path.bar-down,rect.bar-down", "fill:{vermilion};stroke:{vermilion}"),
        (".bar-total", "fill:{ink};stroke:{ink}"),
        (".bar-faint", "fill:{paper};stroke:{edge};stroke-dasharray:3 2"),
    )
    rules = [
        f"#{salt} .line{number}{{stroke:{colour};stroke-width:2.2;stroke-dasharray:{dash}}}"
        for number, (colour, dash) in enumerate(LINES)
    ]
    named = []
    for names, look in looks:
        where = ",".join(f"#{salt} {name}" for name in names.split(","))
        named.append(f"{where}{{{look.format(**palette)}}}")
    return "".join([*named, *rules])


def _broken(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _n(value: float) -> str:
    """A coordinate to a hundredth, without idle zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
