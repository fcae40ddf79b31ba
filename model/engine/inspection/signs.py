"""Which way each equation responds to each variable it reads, from signs and ranges alone.

The sign of a derivative follows from the rules of differentiation once the signs of values are
known: d(a*b) = a'*b + a*b', and so on. Values are known as ranges: of a constant, of a variable
over a run, or not at all. What the rules leave open is open: both signs are possible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite, prod

from ..ir import (
    Call,
    Expression,
    Extrapolation,
    LookupCall,
    Number,
    Reduction,
    Reference,
    Table,
    Time,
)

Range = tuple[float, float]
"""The lowest and highest value."""
Signs = dict[str, int]
"""By variable read: the signs that the derivative may have, RISES | FALLS."""

Parts = list["Response"]
Rule = Callable[[Parts], "Response"]
Compare = Callable[[Range, Range], bool]

RISES, FALLS = 1, 2
BOTH = RISES | FALLS
ANY: Range = (-inf, inf)


def times(signs: int, other: int) -> int:
    """The signs of a product."""
    found = 0
    for one, flips in ((RISES, False), (FALLS, True)):
        if other & one:
            found |= flipped(signs) if flips else signs
    return found


def flipped(signs: int) -> int:
    """The signs of the negative."""
    return (RISES if signs & FALLS else 0) | (FALLS if signs & RISES else 0)


def sign_of(values: Range) -> int:
    """The signs that values in a range have; none if all are zero."""
    return (RISES if values[1] > 0 else 0) | (FALLS if values[0] < 0 else 0)


@dataclass(frozen=True)
class Response:
    """What is known of an expression: the range of its values, and how it responds."""

    values: Range
    signs: Signs

    def scaled(self, signs: int) -> Signs:
        """Its signs times those of a factor."""
        return {name: times(own, signs) for name, own in self.signs.items()}

    def open(self) -> Signs:
        """Every variable with both signs: it matters, but nobody knows which way."""
        return dict.fromkeys(self.signs, BOTH)


def joined(*parts: Signs) -> Signs:
    """Signs of a sum, or of one of several."""
    found: Signs = {}
    for part in parts:
        for name, signs in part.items():
            found[name] = found.get(name, 0) | signs
    return found


@dataclass(frozen=True)
class Responses:
    """Works out responses. ``known`` are the ranges of variables; ``clock`` that of Time.

    ``counts`` says whether to look at a reference at all; one that does not count has no signs.
    """

    known: Mapping[str, Range]
    tables: Mapping[str, Table]
    clock: Range = ANY
    counts: Callable[[Reference], bool] = lambda _reference: True

    def of(self, node: Expression) -> Response:
        """The response of an expression to every variable in it."""
        match node:
            case Number(value):
                return Response((value, value), {})
            case Time():
                return Response(self.clock, {})
            case Reference(name):
                signs = {name: RISES} if self.counts(node) else {}
                return Response(self.known.get(name, ANY), signs)
            case Call(function, arguments):
                rule = _RULES.get(function, _unknown)
                return rule([self.of(argument) for argument in arguments])
            case LookupCall(table, _, argument):
                return _lookup(self.tables[table], self.of(argument))
            case Reduction(function, axes, body):
                return _reduction(function, prod(axis.size for axis in axes), self.of(body))


def _number(value: float) -> float:
    return 0.0 if value != value else value  # 0 * infinity  # noqa: PLR0124


def _product(one: Range, other: Range) -> Range:
    ends = [_number(a * b) for a in one for b in other]
    return min(ends), max(ends)


def _inverse(values: Range) -> Range:
    low, high = values
    if low > 0 or high < 0:
        return 1 / high, 1 / low
    if low == 0 < high:
        return (1 / high, inf)
    return (-inf, 1 / low) if low < 0 == high else ANY


def _add(parts: Parts) -> Response:
    one, other = parts
    low, high = one.values[0] + other.values[0], one.values[1] + other.values[1]
    return Response((low, high), joined(one.signs, other.signs))


def _negative(parts: Parts) -> Response:
    (one,) = parts
    return Response((-one.values[1], -one.values[0]), one.scaled(FALLS))


def _subtract(parts: Parts) -> Response:
    return _add([parts[0], _negative([parts[1]])])


def _multiply(parts: Parts) -> Response:
    one, other = parts
    signs = joined(one.scaled(sign_of(other.values)), other.scaled(sign_of(one.values)))
    return Response(_product(one.values, other.values), signs)


def _divide(parts: Parts) -> Response:
    above, below = parts
    signs = joined(
        above.scaled(sign_of(below.values)), below.scaled(flipped(sign_of(above.values)))
    )
    return Response(_product(above.values, _inverse(below.values)), signs)


def _zidz(parts: Parts) -> Response:
    found = _divide(parts)
    return Response((min(found.values[0], 0.0), max(found.values[1], 0.0)), found.signs)


def _xidz(parts: Parts) -> Response:
    return _either([_divide(parts[:2]), parts[2]])


def _either(parts: Parts) -> Response:
    low = min(part.values[0] for part in parts)
    high = max(part.values[1] for part in parts)
    return Response((low, high), joined(*(part.signs for part in parts)))


def _if(parts: Parts) -> Response:
    condition, then, otherwise = parts
    if condition.values == (1.0, 1.0):
        return then
    if condition.values == (0.0, 0.0):
        return otherwise
    found = _either([then, otherwise])
    return Response(found.values, joined(found.signs, condition.open()))


def _least(parts: Parts) -> Response:
    one, other = parts
    if one.values[1] <= other.values[0]:
        return one
    if other.values[1] <= one.values[0]:
        return other
    values = (min(one.values[0], other.values[0]), min(one.values[1], other.values[1]))
    return Response(values, joined(one.signs, other.signs))


def _greatest(parts: Parts) -> Response:
    return _negative([_least([_negative([part]) for part in parts])])


def _absolute(parts: Parts) -> Response:
    (one,) = parts
    low, high = one.values
    least = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    return Response((least, max(abs(low), abs(high))), one.scaled(sign_of(one.values)))


def _rising(least: float, most: float = inf) -> Rule:
    """A function that rises with its first argument, between two values."""

    def rule(parts: Parts) -> Response:
        return Response((least, most), joined(parts[0].signs, *(p.open() for p in parts[1:])))

    return rule


def _falling(parts: Parts) -> Response:
    return Response(ANY, parts[0].scaled(FALLS))


def _power(parts: Parts) -> Response:
    base, exponent = parts
    low, high = base.values
    whole = exponent.values[0] == exponent.values[1] and exponent.values[0] % 1 == 0
    if low < 0 and whole:
        even = exponent.values[0] % 2 == 0
        slope = times(sign_of(base.values) if even else RISES, sign_of(exponent.values))
        return Response((0.0, inf) if even else ANY, base.scaled(slope))
    if low < 0:
        return _unknown(parts)
    growth = (RISES if high > 1 else 0) | (FALLS if low < 1 else 0)
    signs = joined(base.scaled(sign_of(exponent.values)), exponent.scaled(growth))
    return Response((0.0, inf), signs)


def _unknown(parts: Parts) -> Response:
    return Response(ANY, joined(*(part.open() for part in parts)))


def _compared(sure: Compare, never: Compare) -> Rule:
    """A comparison; ``sure`` and ``never`` say of two ranges that it holds for all or for none."""

    def rule(parts: Parts) -> Response:
        one, other = (part.values for part in parts)
        value = (1.0, 1.0) if sure(one, other) else (0.0, 0.0) if never(one, other) else (0.0, 1.0)
        return Response(value, joined(*(part.open() for part in parts)))

    return rule


def _below(one: Range, other: Range) -> bool:
    return one[1] < other[0]


def _not_above(one: Range, other: Range) -> bool:
    return one[1] <= other[0]


def _above(one: Range, other: Range) -> bool:
    return _below(other, one)


def _not_below(one: Range, other: Range) -> bool:
    return _not_above(other, one)


def _apart(one: Range, other: Range) -> bool:
    return _below(one, other) or _above(one, other)


def _alike(one: Range, other: Range) -> bool:
    return one == other and one[0] == one[1]


def _and(parts: Parts) -> Response:
    return Response(_least(parts).values, joined(*(part.open() for part in parts)))


def _or(parts: Parts) -> Response:
    return Response(_greatest(parts).values, joined(*(part.open() for part in parts)))


def _not(parts: Parts) -> Response:
    low, high = parts[0].values
    return Response((1 - high, 1 - low), parts[0].open())


_RULES: dict[str, Rule] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "negative": _negative,
    "^": _power,
    "power": _power,
    "zidz": _zidz,
    "xidz": _xidz,
    "if_then_else": _if,
    "min": _least,
    "max": _greatest,
    "abs": _absolute,
    "sqrt": _rising(0.0),
    "exp": _rising(0.0),
    "ln": _rising(-inf),
    "log": _rising(-inf),
    "arctan": _rising(-2.0, 2.0),
    "arcsin": _rising(-2.0, 2.0),
    "arccos": _falling,
    "integer": _rising(-inf),
    "quantum": _rising(-inf),
    "gamma_ln": _unknown,
    "normal below": _rising(0.0, 1.0),
    "normal quantile": _rising(-inf),
    "<": _compared(_below, _not_below),
    "<=": _compared(_not_above, _above),
    ">": _compared(_above, _not_above),
    ">=": _compared(_not_below, _below),
    "=": _compared(_alike, _apart),
    "<>": _compared(_apart, _alike),
    "and": _and,
    "or": _or,
    "not": _not,
}


def _lookup(table: Table, argument: Response) -> Response:
    """The slopes of the pieces that the argument may fall on."""
    slopes, values = 0, [y for _, ys in table.points for y in ys]
    low, high = argument.values
    for xs, ys in table.points:
        pieces = list(pairwise(zip(xs, ys, strict=True)))
        for number, ((left, before), (right, after)) in enumerate(pieces):
            beyond = table.extrapolation is Extrapolation.EXTRAPOLATE
            start = -inf if beyond and number == 0 else left
            end = inf if beyond and number == len(pieces) - 1 else right
            if low < end and high > start:
                slopes |= sign_of((after - before, after - before))
    bounded = table.extrapolation is not Extrapolation.EXTRAPOLATE
    return Response((min(values), max(values)) if bounded else ANY, argument.scaled(slopes))


def _reduction(function: str, count: int, body: Response) -> Response:
    low, high = body.values
    if function == "sum":
        ends = (low * count, high * count)
        return Response(ends if all(map(isfinite, ends)) else _signed(body.values), body.signs)
    if function == "prod":
        known = low >= 0
        return Response((0.0, inf) if known else ANY, body.signs if known else body.open())
    return body


def _signed(values: Range) -> Range:
    """The range without its bounds, but with its sign."""
    return (0.0 if values[0] >= 0 else -inf, 0.0 if values[1] <= 0 else inf)
