"""Lookups read in other ways than by their own: beyond, before, after, backwards, along a vector.

LOOKUP EXTRAPOLATE (TABXL in older models), LOOKUP FORWARD, LOOKUP BACKWARD and LOOKUP INVERT take a
lookup and a number; VECTOR LOOKUP takes the y values from a variable, spread evenly from xmin to
xmax (Vensim reference manual).
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InputError
from .expand_clock import ONE, ZERO, Expand, Lowers, minus, over, plus, times, when
from .expand_vector import Vector, along_from
from .ir import Call, Expression, LookupCall, Number
from .lower_constant import value_at_start
from .lower_scope import Reading, Scope
from .syntax import Name, Node


def _read(reading: Reading) -> Expand:
    """LOOKUP …(table, x)."""

    def expand(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
        table, argument = arguments
        declared = lowering.symbols.find(table.name) if isinstance(table, Name) else None
        if not isinstance(table, Name) or declared is None or declared.kind is not None:
            raise InputError(
                f"LOOKUP {reading.upper()} {scope.where} takes the name of a lookup as its first "
                "argument."
            )
        indices = lowering.indices(declared, table.subscripts, scope)
        name = lowering.symbols.reading(declared.name, reading)
        return LookupCall(name, indices, lowering.number(argument, scope))

    return expand


def _vector_lookup(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    vector = along_from(lowering, arguments[0], scope)
    x, first, last = (lowering.number(argument, scope) for argument in arguments[1:4])
    mode = value_at_start(arguments[4], lowering.symbols)
    if mode not in (0, 2, 3, 4):
        raise InputError(
            f"VECTOR LOOKUP {scope.where} supports the modes 0 (interpolate), 2 (backward), 3 "
            "(extrapolate) and 4 (forward), as a number or a constant."
        )
    intervals = len(vector.bound.elements) - 1
    if intervals < 1:
        raise InputError(f"VECTOR LOOKUP {scope.where} needs a vector of two elements or more.")
    most = Number(float(intervals))
    place = times(over(minus(x, first), minus(last, first)), most)
    inside = Call("max", (ZERO, Call("min", (most, place))))
    whole = Call("integer", (inside,))
    if mode == 2:
        return _at(vector, whole)
    if mode == 4:
        return _at(vector, when(Call("<", (whole, inside)), plus(whole, ONE), whole))
    begin = Call("min", (whole, minus(most, ONE)))
    low, high = _at(vector, begin), _at(vector, plus(begin, ONE))
    way = minus(place if mode == 3 else inside, begin)
    return plus(low, times(way, minus(high, low)))


def _at(vector: Vector, place: Expression) -> Expression:
    """The element of a vector at a place from 0."""
    return vector.total(when(Call("=", (vector.place, place)), vector.value, ZERO))


LOOKUP_FUNCTIONS: dict[str, tuple[tuple[int, int], Expand]] = {
    "lookup_extrapolate": ((2, 2), _read("extrapolate")),
    "tabxl": ((2, 2), _read("extrapolate")),
    "lookup_forward": ((2, 2), _read("forward")),
    "lookup_backward": ((2, 2), _read("backward")),
    "lookup_invert": ((2, 2), _read("invert")),
    "vector_lookup": ((5, 5), _vector_lookup),
}
"""Function → (arity, expansion)."""
