"""Equations that wait for one another: taken apart into single elements, or shown as a circle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from .ir import Call, Equation, Expression, Index, LookupCall, Reduction, Reference
from .lower_renumber import renumber


def circle(equations: list[Equation], edges: list[list[int]], stuck: set[int], what: str) -> str:
    """The message that shows a circle among the ``stuck`` equations as a path."""
    path: list[int] = []
    number = min(stuck)
    while number not in path:
        path.append(number)
        number = next(source for source in edges[number] if source in stuck)
    closed = [*path[path.index(number) :], number]
    names = " -> ".join(f"'{equations[n].variable}'" for n in reversed(closed))
    return (
        f"Circular {what}: {names}. Each needs the next before it can be computed. "
        "Put a stock or a delay somewhere on this path."
    )


def elements(equation: Equation) -> Iterator[Equation]:
    """One equation without loops for each element that ``equation`` writes."""
    for point in product(*(range(axis.size) for axis in equation.axes)):
        single = replace(
            equation,
            axes=(),
            target=_fixed(equation.target, point),
            expression=_at(equation.expression, point),
        )
        yield renumber(single)  # the axes of sums now count from 0


def _fixed(indices: tuple[Index, ...], point: tuple[int, ...]) -> tuple[Index, ...]:
    return tuple(
        index
        if index.axis is None or index.axis >= len(point)
        else Index(None, (index.positions[point[index.axis]],))
        for index in indices
    )


def _at(expression: Expression, point: tuple[int, ...]) -> Expression:
    match expression:
        case Reference():
            return replace(expression, indices=_fixed(expression.indices, point))
        case Call():
            arguments = tuple(_at(a, point) for a in expression.arguments)
            return replace(expression, arguments=arguments)
        case LookupCall():
            return replace(
                expression,
                indices=_fixed(expression.indices, point),
                argument=_at(expression.argument, point),
            )
        case Reduction():
            return replace(expression, body=_at(expression.body, point))
        case _:
            return expression
