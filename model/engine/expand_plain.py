"""Functions that are short formulas over other functions."""

from __future__ import annotations

from collections.abc import Sequence
from math import pi

from ..errors import InputError
from .expand_clock import Expand, Lowers, minus, over, plus, times
from .ir import Call, Expression, Number, Time
from .lower_constant import constant_value
from .lower_scope import Scope
from .syntax import Name, Node


def _exponentials(
    lowering: Lowers, arguments: Sequence[Node], scope: Scope
) -> tuple[Expression, Expression]:
    argument = lowering.number(arguments[0], scope)
    return Call("exp", (argument,)), Call("exp", (Call("negative", (argument,)),))


def _sinh(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    rising, falling = _exponentials(lowering, arguments, scope)
    return over(minus(rising, falling), Number(2.0))


def _cosh(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    rising, falling = _exponentials(lowering, arguments, scope)
    return over(plus(rising, falling), Number(2.0))


def _tanh(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    rising, falling = _exponentials(lowering, arguments, scope)
    return over(minus(rising, falling), plus(rising, falling))


def _log10(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    return Call("log", (lowering.number(arguments[0], scope), Number(10.0)))


def _pi(_lowering: Lowers, _arguments: Sequence[Node], _scope: Scope) -> Expression:
    return Number(pi)


def _elmcount(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    (argument,) = arguments
    if not isinstance(argument, Name) or not lowering.symbols.subscripts.is_range(argument.name):
        raise InputError(f"ELMCOUNT {scope.where} takes the name of a subscript range.")
    return Number(float(len(lowering.symbols.subscripts.elements(argument.name, scope.where))))


def _game(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    return lowering.number(arguments[0], scope)


def _get_time_value(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    """Time plus an offset. Calendar dates need a base date, which Vensim keeps outside the file."""
    origin, measure = (constant_value(arguments[place], lowering.symbols) for place in (0, 2))
    if origin != 0 or measure != 0:
        raise InputError(
            f"GET TIME VALUE {scope.where} is supported as GET TIME VALUE(0, offset, 0) only: Time "
            "plus an offset."
        )
    return plus(Time(), lowering.number(arguments[1], scope))


def _gamma_ln(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    return Call("gamma_ln", (lowering.number(arguments[0], scope),))


def _time_base(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    start, slope = (lowering.number(argument, scope) for argument in arguments)
    return plus(start, times(Time(), slope))


PLAIN_FUNCTIONS: dict[str, tuple[tuple[int, int], Expand]] = {
    "sinh": ((1, 1), _sinh),
    "cosh": ((1, 1), _cosh),
    "tanh": ((1, 1), _tanh),
    "log10": ((1, 1), _log10),
    "pi": ((0, 0), _pi),
    "elmcount": ((1, 1), _elmcount),
    "game": ((1, 1), _game),
    "gammaln": ((1, 1), _gamma_ln),  # as XMILE's programs write it
    "time_base": ((2, 2), _time_base),
    "get_time_value": ((3, 3), _get_time_value),
}
"""Function → (arity, expansion)."""
