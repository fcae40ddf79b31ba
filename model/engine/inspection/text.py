"""Labels broken into lines, and how wide a line is without asking any font."""

from __future__ import annotations

from dataclasses import dataclass

SIZE, SMALL = 12.0, 10.0  # letters of a name, and of its subscripts
WIDEST = 128.0  # a label breaks where it would be wider, in px
# Widths in sizes of the letters: those of a wide sans serif face, so that narrower ones fit too.
_NARROW = {**dict.fromkeys("ijl'|!.,:; ", 0.32), **dict.fromkeys("frt()[]-/", 0.42)}
_WIDE = dict.fromkeys("mwMWOQ@%", 0.95)
_CAPITAL, _OTHER = 0.72, 0.62


@dataclass(frozen=True)
class Line:
    """One line of a label; subscripts are set smaller."""

    text: str
    small: bool = False


def width_of(line: Line) -> float:
    """The width of a line in px, rather too much than too little."""
    size = SMALL if line.small else SIZE
    return size * sum(map(_letter, line.text))


def _letter(letter: str) -> float:
    known = _NARROW.get(letter, _WIDE.get(letter))
    if known is not None:
        return known
    if not letter.isascii():
        return 1.0
    return _CAPITAL if letter.isupper() else _OTHER


def wrapped(name: str, subscripts: tuple[str, ...]) -> tuple[Line, ...]:
    """A name in as many lines as it takes, then its subscripts in brackets."""
    lines = _broken(name.split(), small=False)
    if subscripts:
        lines += _broken(f"[{', '.join(subscripts)}]".split(), small=True)
    return tuple(lines)


def _broken(words: list[str], *, small: bool) -> list[Line]:
    lines: list[Line] = []
    for word in words:
        joined = Line(f"{lines[-1].text} {word}" if lines else word, small)
        if lines and width_of(joined) <= WIDEST:
            lines[-1] = joined
        else:
            lines.append(Line(word, small))
    return lines
