"""VECTOR SELECT, SORT ORDER, RANK, REORDER and ELM MAP as sums of comparisons.

Ranks are found by counting: an element's rank is the number of elements before it in order, equal
ones in the order of the subscript. This takes n² comparisons for n elements, and no new machinery.
Positions are counted from 0 and ranks from 1 (Vensim reference manual).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

from ..errors import InputError
from .expand_clock import ONE, ZERO, Expand, Lowers, minus, over, plus, times, when
from .ir import Axis, Call, Expression, Index, Number, Reduction, Reference
from .lower_constant import constant_value
from .lower_scope import Bound, Scope, Symbols
from .read_tree import NOT_AVAILABLE
from .syntax import Apply, Name, Node

HUGE = 1e300
MOST_ELEMENTS = 500


@dataclass(frozen=True)
class Vector:
    """A variable along its last subscript, read through an axis of its own."""

    lowering: Lowers
    node: Name
    scope: Scope
    bound: Bound

    @property
    def value(self) -> Expression:
        """The element where the axis stands."""
        marked = (*self.node.subscripts[:-1], f"{self.bound.written}!")
        inner = self.scope.reducing((self.bound,))
        return self.lowering.number(replace(self.node, subscripts=marked), inner)

    @property
    def place(self) -> Reference:
        """The place of that element, from 0."""
        return self.lowering.symbols.places_along(self.bound)

    def total(self, body: Expression) -> Expression:
        """The sum of ``body`` along the vector."""
        return Reduction("sum", (self.bound.axis,), body)

    @property
    def whole(self) -> Expression:
        """The sum of all elements."""
        return self.total(self.value)

    @property
    def rank(self) -> Expression:
        """How many elements come before this one, from smallest to largest."""
        other = along(self.lowering, self.node, self.scope)
        mine, its = self.value, other.value
        earlier = Call("<", (other.place, self.place))
        tie = Call("and", (Call("=", (its, mine)), earlier))
        return other.total(when(Call("or", (Call("<", (its, mine)), tie)), ONE, ZERO))


def along(lowering: Lowers, node: Node, scope: Scope) -> Vector:
    """A variable read along its last subscript. Raises InputError for anything else."""
    ranges = lowering.symbols.subscripts
    last = node.subscripts[-1] if isinstance(node, Name) and node.subscripts else ""
    if not isinstance(node, Name) or not ranges.is_range(last):
        raise InputError(
            f"A VECTOR function {scope.where} takes a variable whose last subscript is a range. "
            "Give the formula a variable of its own."
        )
    elements = ranges.elements(last, scope.opening)
    if len(elements) > MOST_ELEMENTS:
        raise InputError(
            f"A VECTOR function {scope.where} goes along {len(elements)} elements; at most "
            f"{MOST_ELEMENTS} are supported."
        )
    bound = Bound(last, lowering.symbols.axis(len(elements), last), elements)
    return Vector(lowering, node, scope, bound)


def here(vector: Vector) -> Reference:
    """The place along the vector where the left-hand side stands."""
    name = vector.bound.written
    declared = vector.lowering.symbols.find(vector.node.name)
    if declared is None:
        raise vector.lowering.symbols.unknown(vector.node.name, vector.scope)
    axis, elements = vector.lowering.chosen(name, declared, vector.scope)
    own = vector.bound.elements
    positions = tuple(own.index(element) for element in elements)
    return replace(vector.place, indices=(Index(axis, positions),))


def _sort_order(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    vector = along(lowering, arguments[0], scope)
    rising = Call(">", (lowering.number(arguments[1], scope), ZERO))
    mine = here(vector)
    last = Number(float(len(vector.bound.elements) - 1))
    wanted = when(rising, mine, minus(last, mine))
    return vector.total(when(Call("=", (vector.rank, wanted)), vector.place, ZERO))


def _rank(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    vector = along(lowering, arguments[0], scope)
    rising = Call(">", (lowering.number(arguments[1], scope), ZERO))
    found = when(Call("=", (vector.place, here(vector))), vector.rank, ZERO)
    rank = vector.total(found)
    count = Number(float(len(vector.bound.elements)))
    return when(rising, plus(rank, ONE), minus(count, rank))


def _reorder(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    vector = along(lowering, arguments[0], scope)
    place = lowering.number(arguments[1], scope)
    return vector.total(when(Call("=", (vector.place, place)), vector.value, ZERO))


def along_from(lowering: Lowers, node: Node, scope: Scope) -> Vector:
    """The whole vector whose first element is named, as in vec[first]."""
    declared = lowering.symbols.find(node.name) if isinstance(node, Name) else None
    if not isinstance(node, Name) or declared is None or not node.subscripts:
        raise InputError(
            f"A VECTOR function {scope.where} takes a variable and its first element, as in "
            "vec[first]."
        )
    whole = replace(node, subscripts=(*node.subscripts[:-1], declared.dimensions[-1].name))
    return along(lowering, whole, scope)


def _elm_map(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    """The element ``offset`` places after the one named; :NA: beyond the variable's elements.

    Elements are counted row by row, so that an offset moves through all subscripts.
    """
    node, symbols = arguments[0], lowering.symbols
    declared = symbols.find(node.name) if isinstance(node, Name) else None
    if not isinstance(node, Name) or declared is None or not declared.dimensions:
        raise InputError(
            f"VECTOR ELM MAP {scope.where} takes an element of a variable with subscripts."
        )
    shape = declared.shape
    if prod(shape) > MOST_ELEMENTS:
        raise InputError(
            f"VECTOR ELM MAP {scope.where} goes through the {prod(shape)} elements of "
            f"'{declared.name}'; at most {MOST_ELEMENTS} are supported."
        )
    start = lowering.indices(declared, node.subscripts, scope)
    wanted: Expression = Call("integer", (lowering.number(arguments[1], scope),))
    cells = symbols.places(prod(shape))
    bound = Bound(cells.name, symbols.axis(prod(shape), cells.name), cells.elements)
    place, cell, stride = symbols.places_along(bound), [], prod(shape)
    for index, size in zip(start, shape, strict=True):
        stride //= size
        wanted = plus(wanted, times(_position(symbols, index, size), Number(float(stride))))
        positions = tuple(number // stride % size for number in range(prod(shape)))
        cell.append(Index(bound.axis.number, positions))
    there = Call("=", (place, wanted))
    value = Reference(declared.name, tuple(cell))
    found = Reduction("sum", (bound.axis,), when(there, ONE, ZERO))
    total = Reduction("sum", (bound.axis,), when(there, value, ZERO))
    return when(Call(">", (found, ZERO)), total, Number(NOT_AVAILABLE))


def _position(symbols: Symbols, index: Index, size: int) -> Expression:
    """Where an index stands along its dimension, from 0."""
    if index.axis is None:
        return Number(float(index.positions[0]))
    cells = symbols.places(size)
    counted = symbols.places_along(Bound(cells.name, Axis(index.axis, size, ""), cells.elements))
    return replace(counted, indices=(index,))


def _select(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    chosen, body, missing, action, _errors = arguments
    ranges = lowering.symbols.subscripts
    bounds = []
    for name in dict.fromkeys((*_marked(chosen), *_marked(body))):
        elements = ranges.elements(name, scope.opening)
        bounds.append(Bound(name, lowering.symbols.axis(len(elements), name), elements))
    if not bounds:
        raise InputError(
            f"VECTOR SELECT {scope.where} selects over nothing: mark the subscripts to select "
            "over with '!', as in VECTOR SELECT(which[range!], x[range!], 0, 0, 0)."
        )
    inner = scope.reducing(tuple(bounds))
    weight, value = lowering.number(chosen, inner), lowering.number(body, inner)
    select = _Selection(tuple(bounds), weight, value)
    kind = constant_value(action, lowering.symbols)
    if kind is None:
        code = Call("integer", (lowering.number(action, scope),))
        result = select.outcome(len(_ACTIONS) - 1)
        for number in reversed(range(len(_ACTIONS) - 1)):
            is_it = Call("=", (code, Number(float(number))))
            result = when(is_it, select.outcome(number), result)
    elif kind in range(len(_ACTIONS)):
        result = select.outcome(int(kind))
    else:
        raise InputError(
            f"VECTOR SELECT {scope.where} has the numerical action {kind:g}; it is a whole number "
            f"from 0 to {len(_ACTIONS) - 1}."
        )
    none = Call("=", (select.count, ZERO))
    return when(none, lowering.number(missing, scope), result)


def _marked(node: Node) -> list[str]:
    match node:
        case Name(_, subscripts):
            return [name[:-1] for name in subscripts if name.endswith("!")]
        case Apply(_, arguments):
            return [name for argument in arguments for name in _marked(argument)]
        case _:
            return []


_ACTIONS = (  # numerical action → (how to join, weighted)
    *(("sum", True), ("prod", True), ("vmin", True), ("vmax", True), ("average", True)),
    ("power", True),
    *(("sum", False), ("prod", False), ("vmin", False), ("vmax", False), ("average", False)),
)
_NEUTRAL = {"sum": 0.0, "prod": 1.0, "vmin": HUGE, "vmax": -HUGE}


@dataclass(frozen=True)
class _Selection:
    """Values where the weight is not zero."""

    bounds: tuple[Bound, ...]
    weight: Expression
    value: Expression

    def joined(self, function: str, body: Expression) -> Expression:
        on = Call("<>", (self.weight, ZERO))
        axes = tuple(bound.axis for bound in self.bounds)
        return Reduction(function, axes, when(on, body, Number(_NEUTRAL[function])))

    @property
    def count(self) -> Expression:
        return self.joined("sum", ONE)

    def outcome(self, action: int) -> Expression:
        join, weighted = _ACTIONS[action]
        body = times(self.weight, self.value) if weighted else self.value
        if join == "power":
            return self.joined("prod", Call("^", (self.value, self.weight)))
        if join == "average":
            return over(self.joined("sum", body), Call("max", (self.count, ONE)))
        return self.joined(join, body)


VECTOR_FUNCTIONS: dict[str, tuple[tuple[int, int], Expand]] = {
    "vector_select": ((5, 5), _select),
    "vector_sort_order": ((2, 2), _sort_order),
    "vector_rank": ((2, 2), _rank),
    "vector_reorder": ((2, 2), _reorder),
    "vector_elm_map": ((2, 2), _elm_map),
}
"""Function → (arity, expansion)."""
