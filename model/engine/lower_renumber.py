"""Axes numbered from 0 in each equation: its own first, then those of its reductions."""

from __future__ import annotations

from dataclasses import replace

from .ir import Axis, Call, Equation, Expression, Index, LookupCall, Reduction, Reference


def renumber(equation: Equation) -> Equation:
    """The same equation with axes numbered from 0 in order of appearance."""
    numbers = {axis.number: place for place, axis in enumerate(equation.axes)}
    return replace(
        equation,
        axes=tuple(_axis(axis, numbers) for axis in equation.axes),
        target=_indices(equation.target, numbers),
        expression=_expression(equation.expression, numbers, [len(numbers)]),
    )


def _axis(axis: Axis, numbers: dict[int, int]) -> Axis:
    return replace(axis, number=numbers[axis.number])


def _indices(indices: tuple[Index, ...], numbers: dict[int, int]) -> tuple[Index, ...]:
    return tuple(
        index if index.axis is None else replace(index, axis=numbers[index.axis])
        for index in indices
    )


def _expression(node: Expression, numbers: dict[int, int], used: list[int]) -> Expression:
    """``used`` counts the axes given out so far; one reduction written twice gets two axes."""
    match node:
        case Reference(_, indices):
            return replace(node, indices=_indices(indices, numbers))
        case Call(_, arguments):
            inner = tuple(_expression(argument, numbers, used) for argument in arguments)
            return replace(node, arguments=inner)
        case LookupCall(_, indices, argument):
            inside = _expression(argument, numbers, used)
            return replace(node, indices=_indices(indices, numbers), argument=inside)
        case Reduction(_, axes, body):
            local = dict(numbers)
            for axis in axes:
                local[axis.number] = used[0]
                used[0] += 1
            named = tuple(_axis(axis, local) for axis in axes)
            return replace(node, axes=named, body=_expression(body, local, used))
        case _:
            return node
