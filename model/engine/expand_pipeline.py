"""Queues of hidden stocks, and DELAY FIXED, which is one.

A fixed delay of n time steps is a queue of n places: at every step each place takes what the place
before it held, and the first takes the input. With Euler's method what comes out is what went in n
steps ago (within rounding). Vensim takes the delay time at the start of a run, rounded to whole
steps (a half upwards) and at least one; so the queue is laid out when the model is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor, prod

from ..errors import InputError
from .expand_clock import Lowers, minus, over
from .ir import Axis, Equation, Expression, Index, Kind, Reference
from .lower_constant import value_at_start
from .lower_scope import Scope, full_indices
from .syntax import Name, Node

MOST_PLACES = 4096


@dataclass(frozen=True)
class Queue:
    """A hidden stock whose first dimension is the place in the queue."""

    lowering: Lowers
    scope: Scope
    name: str
    count: int

    def at(self, place: int) -> Reference:
        """What stands at a place, from 0, where the scope stands."""
        return self._reference(Index(None, (place,)))

    def filled(self, source: Expression, initial: Expression) -> Queue:
        """Declare the stock: ``initial`` in every place at the start, ``source`` coming in."""
        symbols, count = self.lowering.symbols, self.count
        scope_size = prod(axis.size for axis in self.scope.axes)
        symbols.elements += (count - 1) * scope_size
        symbols.declare_hidden(self.name, Kind.STOCK, self.scope)
        alone = symbols.hidden.pop()
        names = (symbols.places(count).name, *alone.dimensions)
        shape = (count, *alone.shape)
        symbols.hidden.append(replace(alone, dimensions=names, shape=shape))
        first = self.at(0)
        self._flow((), first, source)
        if count > 1:
            axis = symbols.axis(count - 1, "place")
            before = self._reference(Index(axis.number, tuple(range(count - 1))))
            own = self._reference(Index(axis.number, tuple(range(1, count))))
            self._flow((axis,), own, before)
        whole = symbols.axis(count, "place")
        target = self._reference(Index(whole.number, tuple(range(count)))).indices
        axes, text = (whole, *self.scope.axes), f"INITIAL({self.name}) = …"
        symbols.add(Kind.STOCK, Equation(self.name, axes, target, initial, text))
        return self

    def _flow(self, axes: tuple[Axis, ...], own: Reference, incoming: Expression) -> None:
        step = self.lowering.symbols.control("time step")
        body = over(minus(incoming, own), step)
        flow = Equation(
            self.name, (*axes, *self.scope.axes), own.indices, body, f"d {self.name}/dt = …"
        )
        self.lowering.symbols.flows.append(flow)

    def _reference(self, place: Index) -> Reference:
        return Reference(self.name, (place, *full_indices(self.scope)))


def delay_fixed(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    """What was the input ``delay`` ago; ``initial`` until then."""
    source, initial = (lowering.number(arguments[place], scope) for place in (0, 2))
    count = _places(lowering, arguments[1], scope)
    name = lowering.symbols.hidden_name("delay_fixed", scope)
    return Queue(lowering, scope, name, count).filled(source, initial).at(count - 1)


def previous(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    """XMILE's PREVIOUS(x, initial): what x was one time step ago."""
    source, initial = (lowering.number(argument, scope) for argument in arguments)
    name = lowering.symbols.hidden_name("previous", scope)
    return Queue(lowering, scope, name, 1).filled(source, initial).at(0)


def _places(lowering: Lowers, node: Node, scope: Scope) -> int:
    delay = value_at_start(node, lowering.symbols)
    step = value_at_start(Name("time step"), lowering.symbols)
    if delay is None or step is None:
        raise InputError(
            f"The delay time of DELAY FIXED {scope.where} is not known when the model is loaded. "
            "Give a number, or a formula of constants without subscripts and Time."
        )
    count = max(1.0, delay / step + 0.5)
    if not count < MOST_PLACES + 1:
        raise InputError(
            f"The delay time of DELAY FIXED {scope.where} is {count:g} time steps long; at most "
            f"{MOST_PLACES} are supported. Use a longer TIME STEP or DELAY3."
        )
    return floor(count)
