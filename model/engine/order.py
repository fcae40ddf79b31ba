"""In which order to evaluate: once at the start, and again at every step.

Equations that depend on neither time nor stocks are evaluated once, with the initial values. The
rest are put in dependency order and gathered into groups that share a loop. Within a group an
equation may read what another wrote only at the same iteration.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod

from ..errors import InputError
from .bounds import check_split
from .ir import (
    Axis,
    Call,
    Equation,
    Expression,
    Index,
    Kind,
    LookupCall,
    Model,
    Number,
    Reduction,
    Reference,
    Time,
)
from .order_split import circle, elements

RATE = "_rate of "  # the hidden variable that holds a stock's net flow
GROUP_LIMIT = 16  # equations a loop: more spill the vector registers

Group = tuple[Equation, ...]


@dataclass(frozen=True)
class Schedule:
    """What to evaluate when: each group is one loop over the axes that its equations share.

    ``initial`` holds rounds: before each but the first, all of ``step`` is evaluated once, so that
    a starting value may depend on what is computed at every step.
    """

    initial: tuple[tuple[Group, ...], ...]
    step: tuple[Group, ...]


def schedule(model: Model) -> Schedule:
    """The evaluation order of a model whose reductions are hoisted.

    Raises InputError naming the path when equations depend on each other in a circle.
    """
    constants = {v.name for v in model.variables if v.kind is Kind.CONSTANT}
    auxiliaries = [e for e in model.equations if e.variable not in constants]
    flows = [replace(flow, variable=RATE + flow.variable) for flow in model.flows]
    held = {v.name for v in model.variables if v.kind in (Kind.STOCK, Kind.INITIAL)}

    kinds = {v.name: v.kind for v in model.variables}
    started = {e.variable for e in model.initials if kinds[e.variable] is Kind.AUXILIARY}
    plain = [e for e in auxiliaries if e.variable not in started]
    starting = _acyclic([*model.initials, *plain], "initial values")
    changing = _acyclic([*auxiliaries, *flows], "equations")
    stocks = {v.name for v in model.variables if v.kind is Kind.STOCK}
    dynamic = _dynamic(changing, stocks | started)
    step = [e for e in changing if id(e) in dynamic]
    static = {e.variable for e in changing} - {e.variable for e in step}
    needed = _needed(starting, held | static)
    initial = [e for e in starting if id(e) in needed]
    # A value that holds at the start alone (ACTIVE INITIAL) would be undone by a step.
    repeated = set() if started else {e.variable for e in step}
    rounds = _rounds(initial, repeated)
    return Schedule(tuple(_grouped(settled) for settled in rounds), _grouped(step))


def _rounds(equations: list[Equation], repeated: set[str]) -> list[list[Equation]]:
    """The equations that no step computes, by how many steps must have come before."""
    rounds: list[list[Equation]] = [[]]
    waits: list[int] = []
    for equation, sources in zip(equations, _edges(equations), strict=True):
        own = equation.variable in repeated
        late = [waits[n] + (not own and equations[n].variable in repeated) for n in sources]
        waits.append(max(late, default=0))
        if not own:
            rounds.extend([] for _ in range(waits[-1] + 1 - len(rounds)))
            rounds[waits[-1]].append(equation)
    return rounds


def reads(expression: Expression) -> Iterator[Reference]:
    """Every reference in an expression."""
    match expression:
        case Reference():
            yield expression
        case Call():
            for argument in expression.arguments:
                yield from reads(argument)
        case LookupCall():
            yield from reads(expression.argument)
        case Reduction():
            yield from reads(expression.body)
        case Number() | Time():
            return


def uses_time(expression: Expression) -> bool:
    """Whether the clock appears in an expression."""
    match expression:
        case Time():
            return True
        case Call():
            return any(uses_time(argument) for argument in expression.arguments)
        case LookupCall():
            return uses_time(expression.argument)
        case Reduction():
            return uses_time(expression.body)
        case _:
            return False


Box = tuple[frozenset[int], ...]  # the positions touched, dimension by dimension


def _box(indices: Sequence[Index]) -> Box:
    return tuple(frozenset(index.positions) for index in indices)


def _edges(equations: Sequence[Equation]) -> list[list[int]]:
    """For each equation, the numbers of the equations that it reads from."""
    writers: dict[str, list[tuple[int, Box]]] = {}
    for number, equation in enumerate(equations):
        writers.setdefault(equation.variable, []).append((number, _box(equation.target)))
    edges: list[list[int]] = []
    for equation in equations:
        sources: dict[int, None] = {}
        for reference in reads(equation.expression):
            box = _box(reference.indices)
            for number, written in writers.get(reference.name, ()):
                if all(a & b for a, b in zip(box, written, strict=True)):
                    sources[number] = None
        edges.append(list(sources))
    return edges


def _acyclic(equations: list[Equation], what: str) -> list[Equation]:
    """The equations in dependency order, split into single elements where that breaks a circle."""
    edges = _edges(equations)
    order, stuck = _topological(edges)
    if stuck:
        circular = stuck & _topological(_turned(edges))[1]  # neither only before nor only after
        loops = [equations[number] for number in sorted(circular)]
        names = tuple(dict.fromkeys(equation.variable for equation in loops))
        check_split(names, sum(prod(axis.size for axis in one.axes) for one in loops))
        split: list[Equation] = []
        for number, equation in enumerate(equations):
            split.extend(elements(equation) if number in circular else [equation])
        equations = split
        edges = _edges(equations)
        order, stuck = _topological(edges)
        if stuck:
            raise InputError(circle(equations, edges, stuck, what))
    return [equations[number] for number in order]


def _turned(edges: list[list[int]]) -> list[list[int]]:
    """For each equation, the numbers of those that read it."""
    readers: list[list[int]] = [[] for _ in edges]
    for number, sources in enumerate(edges):
        for source in sources:
            readers[source].append(number)
    return readers


def _topological(edges: list[list[int]]) -> tuple[list[int], set[int]]:
    """An order in which sources come first, and the equations that no order can hold."""
    waiting = [len(sources) for sources in edges]
    readers = _turned(edges)
    order = [number for number, count in enumerate(waiting) if count == 0]
    for number in order:
        for reader in readers[number]:
            waiting[reader] -= 1
            if waiting[reader] == 0:
                order.append(reader)
    return order, set(range(len(edges))) - set(order)


def _dynamic(ordered: list[Equation], stocks: set[str]) -> set[int]:
    """The identities of the equations that must be evaluated again at every step."""
    dynamic: set[int] = set()
    changing = set(stocks)
    for equation in ordered:
        touched = any(reference.name in changing for reference in reads(equation.expression))
        if touched or uses_time(equation.expression) or equation.variable.startswith(RATE):
            dynamic.add(id(equation))
            changing.add(equation.variable)
    # A variable with one changing element is evaluated whole, so that no element is left behind.
    return {id(equation) for equation in ordered if equation.variable in changing} | dynamic


def _needed(ordered: list[Equation], wanted: set[str]) -> set[int]:
    """The identities of the equations on which the ``wanted`` variables depend, and their own."""
    names = set(wanted)
    needed: set[int] = set()
    for equation in reversed(ordered):
        if equation.variable in names:
            needed.add(id(equation))
            names.update(reference.name for reference in reads(equation.expression))
    return needed


def loops(equation: Equation) -> tuple[Axis, ...]:
    """All loops an equation runs in: those of its elements, then those it adds up over."""
    if isinstance(equation.expression, Reduction):
        return equation.axes + equation.expression.axes
    return equation.axes


def _grouped(equations: list[Equation]) -> tuple[Group, ...]:
    """Equations gathered into loops, in time that grows with their number.

    Each equation joins the first loop of its shape that comes after all it reads from; a value may
    be read in the loop that writes it, at the same iteration, but a sum only when its loop is over.
    K. Kennedy and K. S. McKinley, *Typed fusion with applications to parallel and sequential code
    generation* (1993), is the idea.
    """
    groups: list[list[Equation]] = []
    place: list[int] = []  # the group of each equation
    alike: dict[tuple[int, ...], list[int]] = {}  # the groups of a shape that have room
    shapes = [tuple(axis.size for axis in loops(equation)) for equation in equations]
    for number, sources in enumerate(_edges(equations)):
        equation, shape = equations[number], shapes[number]
        first = 0
        for source in sources:
            near = shapes[source] == shape and _at_once(equation, equations[source])
            first = max(first, place[source] + (not near))
        rooms = alike.setdefault(shape, [])
        group = next((g for g in rooms if g >= first), len(groups))
        if group == len(groups):
            groups.append([])
            rooms.append(group)
        groups[group].append(equation)
        place.append(group)
        if len(groups[group]) == GROUP_LIMIT:
            rooms.remove(group)
    return tuple(tuple(group) for group in groups)


def _at_once(equation: Equation, source: Equation) -> bool:
    """Whether an equation reads a source only at the iteration of a loop that wrote it."""
    return not isinstance(source.expression, Reduction) and all(
        reference.indices == source.target
        for reference in reads(equation.expression)
        if reference.name == source.variable
    )
