"""The oracle's own order of evaluation: whole equations where possible, single elements if need be.

Equations that depend on one another are taken apart into elements. If some element then still
depends on itself, the circle is an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from itertools import product

from ..errors import InputError
from .ir import Axis, Call, Equation, Expression, Index, LookupCall, Reduction, Reference

Shapes = Mapping[str, tuple[int, ...]]
Cell = tuple[str, tuple[int, ...]]


def ordered(equations: Sequence[Equation], shapes: Shapes, when: str) -> list[Equation]:
    """``equations`` so that each comes after those it reads; some may be split into elements.

    Raises InputError with the circle as a path if an element depends on itself.
    """
    defined: dict[str, list[int]] = {}
    for number, equation in enumerate(equations):
        defined.setdefault(equation.variable, []).append(number)
    reads = {
        number: {other for name in names_read(e.expression) for other in defined.get(name, ())}
        for number, e in enumerate(equations)
    }
    result: list[Equation] = []
    for group in _components(reads):
        if len(group) == 1 and group[0] not in reads[group[0]]:
            result.append(equations[group[0]])
        else:
            result += _by_element([equations[number] for number in sorted(group)], when)
    return result


def names_read(node: Expression) -> set[str]:
    """The variables an expression reads."""
    match node:
        case Reference(name):
            return {name}
        case Call(_, arguments):
            return set().union(*(names_read(argument) for argument in arguments))
        case LookupCall(_, _, argument):
            return names_read(argument)
        case Reduction(_, _, body):
            return names_read(body)
        case _:
            return set()


def _components(reads: Mapping[int, set[int]]) -> list[list[int]]:
    """Strongly connected groups, those read by others first (Tarjan 1972, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    groups: list[list[int]] = []
    for root in reads:
        work = [(root, iter(sorted(reads[root])))] if root not in index else []
        while work:
            node, following = work[-1]
            if node not in index:
                index[node] = low[node] = len(index)
                stack.append(node)
                on_stack.add(node)
            for other in following:
                if other not in index:
                    work.append((other, iter(sorted(reads[other]))))
                    break
                if other in on_stack:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    groups.append(_popped(stack, on_stack, node))
    return groups


def _popped(stack: list[int], on_stack: set[int], last: int) -> list[int]:
    group: list[int] = []
    while not group or group[-1] != last:
        group.append(stack.pop())
        on_stack.discard(group[-1])
    return group


def _by_element(equations: Sequence[Equation], when: str) -> list[Equation]:
    cells: dict[Cell, Equation] = {}
    for equation in equations:
        for place in product(*(range(axis.size) for axis in equation.axes)):
            single = _single(equation, place)
            where = tuple(index.positions[0] for index in single.target)
            cells[equation.variable, where] = single
    reads = {
        cell: {other for other in _cells_read(e.expression, {}) if other in cells}
        for cell, e in cells.items()
    }
    try:
        return [cells[cell] for cell in TopologicalSorter(reads).static_order()]
    except CycleError as error:
        raise InputError(_circle(error.args[1], when)) from error


def _circle(path: Sequence[Cell], when: str) -> str:
    names = " → ".join(name for name, _ in reversed(path))
    return (
        f"Circular definition {when}: {names}. Each needs the next before it is known. Break the "
        "circle with a stock (INTEG), a SMOOTH or a DELAY."
    )


def _single(equation: Equation, place: tuple[int, ...]) -> Equation:
    """One iteration of an equation, with its axes fixed."""
    at = {axis.number: i for axis, i in zip(equation.axes, place, strict=True)}
    moved = {axis.number: i for i, axis in enumerate(_reduction_axes(equation.expression))}
    return replace(
        equation,
        axes=(),
        target=_fix(equation.target, at, {}),
        expression=_fixed(equation.expression, at, moved),
    )


def _reduction_axes(node: Expression) -> list[Axis]:
    match node:
        case Call(_, arguments):
            return [axis for argument in arguments for axis in _reduction_axes(argument)]
        case LookupCall(_, _, argument):
            return _reduction_axes(argument)
        case Reduction(_, axes, body):
            return [*axes, *_reduction_axes(body)]
        case _:
            return []


def _fix(
    indices: tuple[Index, ...], at: Mapping[int, int], moved: Mapping[int, int]
) -> tuple[Index, ...]:
    fixed = []
    for index in indices:
        if index.axis is None:
            fixed.append(index)
        elif index.axis in at:
            fixed.append(Index(None, (index.positions[at[index.axis]],)))
        else:
            fixed.append(replace(index, axis=moved[index.axis]))
    return tuple(fixed)


def _fixed(node: Expression, at: Mapping[int, int], moved: Mapping[int, int]) -> Expression:
    match node:
        case Reference(_, indices):
            return replace(node, indices=_fix(indices, at, moved))
        case Call(_, arguments):
            return replace(node, arguments=tuple(_fixed(one, at, moved) for one in arguments))
        case LookupCall(_, indices, argument):
            inside = _fixed(argument, at, moved)
            return replace(node, indices=_fix(indices, at, moved), argument=inside)
        case Reduction(_, axes, body):
            named = tuple(replace(axis, number=moved[axis.number]) for axis in axes)
            return replace(node, axes=named, body=_fixed(body, at, moved))
        case _:
            return node


def _cells_read(node: Expression, sizes: Mapping[int, int]) -> set[Cell]:
    """Every element an expression without free axes reads."""
    match node:
        case Reference(name, indices):
            positions = [set(index.positions) for index in indices]
            return {(name, cell) for cell in product(*positions)}
        case Call(_, arguments):
            return set().union(*(_cells_read(one, sizes) for one in arguments))
        case LookupCall(_, _, argument):
            return _cells_read(argument, sizes)
        case Reduction(_, _, body):
            return _cells_read(body, sizes)
        case _:
            return set()
