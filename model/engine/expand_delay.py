"""SMOOTH and DELAY as chains of hidden stocks.

SMOOTH is a first-order exponential average; SMOOTH3 and DELAY3 chain three stages of a third of the
time each; a delay's stages hold what has entered and not yet left (Vensim reference manual). The
order is the one at the start of a run. A DELAY N has no more stages than its time has time steps;
DELAY3 always has three, as Vensim's recorded outputs show.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InputError
from .expand_clock import Lowers, minus, over, times
from .expand_pipeline import Queue
from .ir import Expression, Kind, Number
from .lower_constant import constant_value, value_at_start
from .lower_scope import Scope
from .syntax import Name, Node

MOST_STAGES = 1000


def smooth(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    """SMOOTH of any order."""
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


def delay(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    """DELAY1, DELAY3 and their kin: every stage leaves at the delay time of the moment."""
    order = _order("DELAY N", lowering, arguments[3], scope)
    return _chain(lowering, arguments, scope, order)


def _chain(lowering: Lowers, arguments: Sequence[Node], scope: Scope, order: int) -> Expression:
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


def delay_n(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    """DELAY N: what has entered keeps its delay time from stage to stage, a stage a time step.

    What leaves is the last stage over the delay time of the step before. This is how Vensim's
    output behaves when the delay time changes; with a constant one, DELAY N is DELAY3's chain.
    """
    if constant_value(arguments[1], lowering.symbols) is not None:
        return _chain(lowering, arguments, scope, _stages_that_fit(lowering, arguments, scope))
    order = _order("DELAY N", lowering, arguments[3], scope)
    inflow, delay_time, initial = (lowering.number(one, scope) for one in arguments[:3])
    stages = Number(float(order))
    queue_name = lowering.symbols.hidden_name("delay_time", scope)
    past = Queue(lowering, scope, queue_name, max(1, order - 1)).filled(delay_time, delay_time)
    last: Expression = delay_time
    for place, name in enumerate(_stages("delay", order, lowering, scope)):
        last = lowering.symbols.declare_hidden(name, Kind.STOCK, scope)
        residence = over(delay_time if place == 0 else past.at(place - 1), stages)
        outflow = over(last, residence)
        start = times(initial, over(delay_time, stages))
        lowering.symbols.hidden_stock(last, scope, minus(inflow, outflow), start)
        inflow = outflow
    return over(last, over(past.at(0), stages))


def _stages_that_fit(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> int:
    """The order, or the number of whole time steps in a delay time too short for it."""
    order = _order("DELAY N", lowering, arguments[3], scope)
    if order == 1:
        return order
    clock = Name("time step")
    delay_time = constant_value(arguments[1], lowering.symbols)
    step = constant_value(clock, lowering.symbols)
    if delay_time is None or step is None or delay_time >= order * step:
        return order
    value_at_start(arguments[1], lowering.symbols)  # from here on both shape the model
    value_at_start(clock, lowering.symbols)
    return max(1, int(delay_time / step))


def _order(title: str, lowering: Lowers, node: Node, scope: Scope) -> int:
    """The number of stages, which is fixed when the model is loaded."""
    order = value_at_start(node, lowering.symbols)
    if order is None or not 1 <= order <= MOST_STAGES or order != int(order):
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
