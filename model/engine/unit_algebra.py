"""Units of measurement as products of powers: read, multiplied, compared and written.

``CAD/(person*Year)`` becomes {cad: 1, person: -1, year: -1}. Names are compared without case,
spaces, underscores or a plural s; ``Dmnl``, ``dimensionless``, ``unitless`` and ``1`` are no unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

_TOKEN = re.compile(r"\s*(?:(?P<mark>\*\*|[()*/^])|(?P<word>[^()*/^]+))")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
LONGEST = 200  # letters of a unit
_NONE = {"dmnl", "dimensionless", "unitless", "nounit", "1"}
_SAME = {"$s": "$", "people": "person", "persons": "person", "men": "man", "women": "woman"}


class UnitsError(ValueError):
    """A unit string that cannot be read."""


@dataclass(frozen=True)
class Units:
    """A product of named units to powers, sorted by name; empty if dimensionless."""

    powers: tuple[tuple[str, Fraction], ...] = ()

    def times(self, other: Units, sign: int = 1) -> Units:
        """This times ``other``, or divided by it with ``sign`` -1."""
        powers = dict(self.powers)
        for name, power in other.powers:
            powers[name] = powers.get(name, Fraction(0)) + sign * power
        return _units(powers)

    def over(self, other: Units) -> Units:
        """This divided by ``other``."""
        return self.times(other, -1)

    def raised(self, exponent: Fraction) -> Units:
        """This to a power."""
        return _units({name: power * exponent for name, power in self.powers})

    def __str__(self) -> str:
        above = [_written(name, power) for name, power in self.powers if power > 0]
        below = [_written(name, -power) for name, power in self.powers if power < 0]
        if not above and not below:
            return "Dmnl"
        top = "*".join(above) or "1"
        if not below:
            return top
        return f"{top}/{below[0]}" if len(below) == 1 else f"{top}/({'*'.join(below)})"


def _written(name: str, power: Fraction) -> str:
    return name if power == 1 else f"{name}^{power}"


def _units(powers: Mapping[str, Fraction]) -> Units:
    return Units(tuple(sorted((name, power) for name, power in powers.items() if power)))


def parse_units(text: str) -> Units:
    """The units written as ``text``. Raises UnitsError if it cannot be read.

    >>> str(parse_units("CAD / (persons * Year)"))
    'cad/(person*year)'
    >>> parse_units("Dmnl") == parse_units("1") == parse_units("Years/year")
    True
    """
    if len(text) > LONGEST:
        raise UnitsError(f"'{text[:60]}…' is longer than {LONGEST} letters")
    tokens = _tokens(text)
    units, rest = _product(tokens, 0, text)
    if rest != len(tokens):
        raise UnitsError(f"'{text}' has '{tokens[rest]}' where '*' or '/' is expected")
    return units


def _tokens(text: str) -> list[str]:
    tokens = []
    for match in _TOKEN.finditer(text.strip()):
        token = (match["mark"] or match["word"]).strip()
        if token:
            tokens.append("^" if token == "**" else token)
    return tokens


def _product(tokens: list[str], at: int, text: str) -> tuple[Units, int]:
    units, at = _power(tokens, at, text)
    while at < len(tokens) and tokens[at] in ("*", "/"):
        sign = 1 if tokens[at] == "*" else -1
        factor, at = _power(tokens, at + 1, text)
        units = units.times(factor, sign)
    return units, at


def _power(tokens: list[str], at: int, text: str) -> tuple[Units, int]:
    units, at = _factor(tokens, at, text)
    if at < len(tokens) and tokens[at] == "^":
        bare = tokens[at + 1 : at + 2]
        closed = bare == ["("] and tokens[at + 3 : at + 4] == [")"]
        number = tokens[at + 2] if closed else "".join(bare)
        if not _NUMBER.fullmatch(number):
            raise UnitsError(f"'{text}' has no number after '^'")
        units = units.raised(Fraction(number))
        at += 4 if closed else 2
    return units, at


def _factor(tokens: list[str], at: int, text: str) -> tuple[Units, int]:
    if at >= len(tokens):
        raise UnitsError(f"'{text}' ends where a unit is expected")
    token = tokens[at]
    if token == "(":
        units, at = _product(tokens, at + 1, text)
        if tokens[at : at + 1] != [")"]:
            raise UnitsError(f"'{text}' lacks a closing bracket")
        return units, at + 1
    if token in "*/^)":
        raise UnitsError(f"'{text}' has '{token}' where a unit is expected")
    return _named(token, text), at + 1


def _named(word: str, text: str) -> Units:
    plain = re.sub(r"[\s_]+", "", word.casefold())
    if plain in _NONE:
        return Units()
    if _NUMBER.fullmatch(plain):
        raise UnitsError(f"'{text}' contains the number {word}; only 1 may stand for no unit")
    singular = plain[:-1] if len(plain) > 2 and plain.endswith("s") else plain
    return Units(((_SAME.get(plain, singular), Fraction(1)),))
