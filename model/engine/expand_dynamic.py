"""Functions with a memory, written out as hidden stocks.

A hidden stock has one element per iteration of the equation (and of the reductions) around the
call, so that every function here works subscripted and nested. Formulas follow the Vensim
reference manual: SMOOTH is a first-order exponential average; SMOOTH3 and DELAY3 chain three
stages of a third of the time each; a delay's stages hold what has entered and not yet left.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InputError
from .expand_clock import ONE, ZERO, Expand, Lowers, minus, over, plus, times, when
from .ir import Call, Expression, Kind, Number
from .lower_constant import constant_value
from .lower_scope import Scope
from .syntax import Node

MOST_STAGES = 1000


def _smooth(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    order = _order("SMOOTH N", lowering, arguments[3], scope)
    source = lowering.number(arguments[0], scope)
    average_time = lowering.number(arguments[1], scope)
    initial = lowering.number(arguments[2], scope)
    rate = average_time if order == 1 else over(average_time, Number(float(order)))
    for name in _stages("smooth", order, lowering, scope):
        stage = lowering.symbols.declare_hidden(name, Kind.STOCK, scope)
        flow = over(minus(source, stage), rate)
        lowering.symbols.hidden_stock(stage, scope, flow, initial)
        source = stage
    return source


def _delay(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    order = _order("DELAY N", lowering, arguments[3], scope)
    inflow = lowering.number(arguments[0], scope)
    delay_time = lowering.number(arguments[1], scope)
    initial = lowering.number(arguments[2], scope)
    residence = delay_time if order == 1 else over(delay_time, Number(float(order)))
    for name in _stages("delay", order, lowering, scope):
        stage = lowering.symbols.declare_hidden(name, Kind.STOCK, scope)
        outflow = over(stage, residence)
        start = times(initial, residence)
        lowering.symbols.hidden_stock(stage, scope, minus(inflow, outflow), start)
        inflow = outflow
    return inflow


def _order(title: str, lowering: Lowers, node: Node, scope: Scope) -> int:
    """The number of stages, which is fixed when the model is loaded."""
    order = constant_value(node, lowering.symbols)
    if order is None or order != int(order) or not 1 <= order <= MOST_STAGES:
        found = "something that varies" if order is None else f"{order:g}"
        raise InputError(
            f"The order of {title} must be a whole number from 1 to {MOST_STAGES}, but is "
            f"{found} {scope.where}. Give a number or a constant."
        )
    return int(order)


def _stages(label: str, order: int, lowering: Lowers, scope: Scope) -> list[str]:
    name = lowering.symbols.hidden_name(label, scope)
    if order == 1:
        return [name]
    head, tail = name.split(" of ", 1)
    return [f"{head} stage {stage} of {tail}" for stage in range(1, order + 1)]


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
    """The held value jumps within one step; exact with Euler only."""
    condition = lowering.mask(arguments[0], scope)
    source, initial = (lowering.number(argument, scope) for argument in arguments[1:])
    name = lowering.symbols.hidden_name("sample", scope)
    held = lowering.symbols.declare_hidden(name, Kind.STOCK, scope)
    jump = over(minus(source, held), lowering.symbols.control("time step"))
    lowering.symbols.hidden_stock(held, scope, when(condition, jump, ZERO), initial)
    return when(condition, source, held)


DYNAMIC_FUNCTIONS: dict[str, tuple[tuple[int, int], Expand]] = {
    "smooth": ((4, 4), _smooth),
    "delay": ((4, 4), _delay),
    "delay_n": ((4, 4), _delay),
    "trend": ((3, 3), _trend),
    "forecast": ((4, 4), _forecast),
    "initial": ((1, 1), _initial),
    "integ": ((2, 2), _integ),
    "sample_if_true": ((3, 3), _sample_if_true),
}
"""Function → (arity, expansion). ``smooth`` and ``delay`` end in the order and serve all orders."""
