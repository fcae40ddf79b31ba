"""Functions that follow the clock, written out as comparisons on Time.

Times are compared half a step late, so that rounding of ``start + i * step`` never moves an event
by a step. STEP, PULSE, PULSE TRAIN and RAMP follow the Vensim reference manual; a pulse narrower
than TIME STEP lasts one step. XMILE's PULSE(magnitude, first, interval) delivers its magnitude
within one step, hence ``magnitude / TIME STEP`` (XMILE 1.0, section 3.5.3).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from .ir import Call, Expression, Index, Number, Time
from .lower_scope import Declared, Scope, Symbols
from .syntax import Node


class Lowers(Protocol):
    """What an expansion needs of the lowering that calls it."""

    symbols: Symbols

    def number(self, node: Node, scope: Scope) -> Expression:
        """Lower a tree to a number."""
        ...

    def chosen(
        self, name: str, declared: Declared, scope: Scope
    ) -> tuple[int | None, tuple[str, ...]]:
        """The axis a written subscript follows, and its element at each iteration."""
        ...

    def mask(self, node: Node, scope: Scope) -> Expression:
        """Lower a tree to a truth value."""
        ...

    def indices(
        self, declared: Declared, written: tuple[str, ...], scope: Scope
    ) -> tuple[Index, ...]:
        """Where a variable or lookup is read, one index per dimension."""
        ...


Expand = Callable[[Lowers, Sequence[Node], Scope], Expression]
ZERO, ONE = Number(0.0), Number(1.0)


def plus(left: Expression, right: Expression) -> Expression:
    """left + right"""
    return Call("+", (left, right))


def minus(left: Expression, right: Expression) -> Expression:
    """left - right"""
    return Call("-", (left, right))


def times(left: Expression, right: Expression) -> Expression:
    """left * right"""
    return Call("*", (left, right))


def over(left: Expression, right: Expression) -> Expression:
    """left / right"""
    return Call("/", (left, right))


def when(mask: Expression, then: Expression, otherwise: Expression) -> Expression:
    """then where mask, else otherwise"""
    return Call("if_then_else", (mask, then, otherwise))


def _late(lowering: Lowers) -> Expression:
    """Half a step after now."""
    return plus(Time(), over(lowering.symbols.control("time step"), Number(2.0)))


def _step(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    height, start = (lowering.number(argument, scope) for argument in arguments)
    return when(Call(">", (_late(lowering), start)), height, ZERO)


def _ramp(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    slope, start, *rest = (lowering.number(argument, scope) for argument in arguments)
    until: Expression = Time()
    if rest:  # a ramp that ends before it starts never ends
        (end,) = rest
        until = when(Call(">", (start, end)), Time(), Call("min", (Time(), end)))
    return when(Call(">", (Time(), start)), times(slope, minus(until, start)), ZERO)


def _pulse(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    start, width = (lowering.number(argument, scope) for argument in arguments)
    return when(_within(lowering, start, _at_least_a_step(lowering, width)), ONE, ZERO)


def _within(lowering: Lowers, start: Expression, width: Expression) -> Expression:
    late = _late(lowering)
    return Call("and", (Call(">", (late, start)), Call("<", (late, plus(start, width)))))


def _at_least_a_step(lowering: Lowers, width: Expression) -> Expression:
    return Call("max", (width, lowering.symbols.control("time step")))


def _pulse_train(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    start, interval, width, end = (lowering.number(argument, scope) for argument in arguments)
    on = _repeating(lowering, start, interval, _at_least_a_step(lowering, width))
    return when(Call("and", (on, Call("<=", (Time(), end)))), ONE, ZERO)


def _repeating(
    lowering: Lowers, start: Expression, interval: Expression, width: Expression
) -> Expression:
    late = _late(lowering)
    phase = Call("modulo", (minus(late, start), interval))
    return Call("and", (Call(">", (late, start)), Call("<", (phase, width))))


def _xmile_pulse(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    start, magnitude = (lowering.number(argument, scope) for argument in arguments)
    step = lowering.symbols.control("time step")
    return when(_within(lowering, start, step), over(magnitude, step), ZERO)


def _xmile_pulse_train(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    start, interval, magnitude = (lowering.number(argument, scope) for argument in arguments)
    step = lowering.symbols.control("time step")
    once = _within(lowering, start, step)
    again = _repeating(lowering, start, interval, step)
    repeats = Call(">", (interval, ZERO))
    on = Call("or", (once, Call("and", (repeats, again))))
    return when(on, over(magnitude, step), ZERO)


CLOCK_FUNCTIONS: dict[str, tuple[tuple[int, int], Expand]] = {
    "step": ((2, 2), _step),
    "ramp": ((3, 3), _ramp),
    "Xramp": ((2, 2), _ramp),
    "pulse": ((2, 2), _pulse),
    "pulse_train": ((4, 4), _pulse_train),
    "Xpulse": ((2, 2), _xmile_pulse),
    "Xpulse_train": ((3, 3), _xmile_pulse_train),
}
"""Function → (arity, expansion). Names in X are PySD's for XMILE's own argument order."""
