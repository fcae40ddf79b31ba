"""Functions with a memory, written out as hidden stocks.

A hidden stock has one element per iteration of the equation (and of the reductions) around the
call, so that every function here works subscripted and nested. Formulas follow the Vensim
reference manual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .expand_clock import ONE, ZERO, Expand, Lowers, minus, over, plus, times, when
from .expand_delay import delay, delay_n, smooth
from .expand_pipeline import delay_fixed, previous
from .ir import Call, Equation, Expression, Kind, LookupCall, Reduction, Reference
from .lower_scope import Scope
from .syntax import Apply, Node


def _average(
    lowering: Lowers,
    source: Expression,
    average_time: Expression,
    initial: Expression,
    scope: Scope,
) -> Expression:
    name = lowering.symbols.hidden_name("average", scope)
    average = lowering.symbols.declare_hidden(name, Kind.STOCK, scope)
    flow = over(minus(source, average), average_time)
    lowering.symbols.hidden_stock(average, scope, flow, initial)
    return average


def _trend(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    source, average_time, trend = (lowering.number(argument, scope) for argument in arguments)
    start = over(source, plus(ONE, times(trend, average_time)))
    average = _average(lowering, source, average_time, start, scope)
    scale = times(average_time, Call("abs", (average,)))
    return Call("zidz", (minus(source, average), scale))


def _forecast(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    source, average_time, horizon, trend = (
        lowering.number(argument, scope) for argument in arguments
    )
    start = over(source, plus(ONE, times(trend, average_time)))
    average = _average(lowering, source, average_time, start, scope)
    growth = Call("zidz", (minus(source, average), times(average_time, average)))
    return times(source, plus(ONE, times(growth, horizon)))


def _npv(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    """NPV(stream, rate, initial, factor): what has come in, discounted, this step included."""
    symbols = lowering.symbols
    stream, rate, start, factor = (lowering.number(argument, scope) for argument in arguments)
    step = symbols.control("time step")
    weight = symbols.declare_hidden(symbols.hidden_name("discount", scope), Kind.STOCK, scope)
    fall = over(Call("negative", (times(weight, rate),)), plus(ONE, times(rate, step)))
    symbols.hidden_stock(weight, scope, fall, ONE)
    sum_ = symbols.declare_hidden(symbols.hidden_name("present_value", scope), Kind.STOCK, scope)
    symbols.hidden_stock(sum_, scope, times(stream, weight), start)
    return times(plus(sum_, times(times(stream, step), weight)), factor)


def _initial(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    name = lowering.symbols.hidden_name("initial", scope)
    reference = lowering.symbols.declare_hidden(name, Kind.INITIAL, scope)
    value = lowering.number(arguments[0], scope)
    lowering.symbols.hidden_initial(reference, scope, value)
    return reference


def _integ(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    name = lowering.symbols.hidden_name("integ", scope)
    reference = lowering.symbols.declare_hidden(name, Kind.STOCK, scope)
    flow, initial = (lowering.number(argument, scope) for argument in arguments)
    lowering.symbols.hidden_stock(reference, scope, flow, initial)
    return reference


def _sample_if_true(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    """The held value jumps within one step; exact with Euler only.

    Where a variable is nothing but a sample, reading itself there reads what it has held so far.
    """
    condition = lowering.mask(arguments[0], scope)
    source, initial = (lowering.number(argument, scope) for argument in arguments[1:])
    name = lowering.symbols.hidden_name("sample", scope)
    held = lowering.symbols.declare_hidden(name, Kind.STOCK, scope)
    declared = lowering.symbols.find(scope.variable)
    whole = Apply("sample_if_true", tuple(arguments))
    if declared and any(component.node == whole for component in declared.element.components):
        own = Reference(declared.name, lowering.indices(declared, scope.left, scope))
        condition, source = _instead(condition, own, held), _instead(source, own, held)
    jump = over(minus(source, held), lowering.symbols.control("time step"))
    lowering.symbols.hidden_stock(held, scope, when(condition, jump, ZERO), initial)
    return when(condition, source, held)


def _instead(expression: Expression, own: Reference, held: Expression) -> Expression:
    """The expression with ``held`` wherever it reads ``own``."""
    match expression:
        case Reference() if expression == own:
            return held
        case Call(_, arguments):
            inner = tuple(_instead(argument, own, held) for argument in arguments)
            return replace(expression, arguments=inner)
        case LookupCall(argument=argument):
            return replace(expression, argument=_instead(argument, own, held))
        case Reduction(body=body):
            return replace(expression, body=_instead(body, own, held))
        case _:
            return expression


def _active_initial(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    """The first argument, except while initial values are found: then the second.

    A hidden auxiliary has both an equation and an initial value.
    """
    symbols = lowering.symbols
    name = symbols.hidden_name("active", scope)
    active = symbols.declare_hidden(name, Kind.AUXILIARY, scope)
    now, start = (lowering.number(argument, scope) for argument in arguments)
    symbols.add(Kind.AUXILIARY, Equation(name, scope.axes, active.indices, now, f"{name} = …"))
    symbols.add(
        Kind.INITIAL,
        Equation(name, scope.axes, active.indices, start, f"INITIAL({name}) = …"),
    )
    return active


DYNAMIC_FUNCTIONS: dict[str, tuple[tuple[int, int], Expand]] = {
    "smooth": ((4, 4), smooth),
    "delay": ((4, 4), delay),
    "delay_n": ((4, 4), delay_n),
    "trend": ((3, 3), _trend),
    "forecast": ((4, 4), _forecast),
    "npv": ((4, 4), _npv),
    "initial": ((1, 1), _initial),
    "integ": ((2, 2), _integ),
    "sample_if_true": ((3, 3), _sample_if_true),
    "delay_fixed": ((3, 3), delay_fixed),
    "previous": ((2, 2), previous),
    "active_initial": ((2, 2), _active_initial),
}
"""Function → (arity, expansion). ``smooth`` and ``delay`` end in the order and serve all orders."""
