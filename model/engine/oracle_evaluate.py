"""Equations as closures over NumPy arrays: one array dimension per axis of the equation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from .functions import FUNCTIONS, REDUCTIONS
from .ir import (
    Axis,
    Call,
    Equation,
    Expression,
    Extrapolation,
    Index,
    LookupCall,
    Number,
    Reduction,
    Reference,
    Table,
    Time,
)

Floats = NDArray[np.float64]
Values = dict[str, Floats]
Evaluate = Callable[[Values, float], Floats]


@dataclass(frozen=True)
class Compiled:
    """``variable[where] = body``; ``shape`` is that of the equation's own axes."""

    variable: str
    where: tuple[NDArray[np.intp], ...]
    shape: tuple[int, ...]
    body: Evaluate

    def assign(self, values: Values, time: float, into: Values | None = None) -> None:
        """Evaluate and write the result into ``into``, or back into ``values``."""
        result = self.body(values, time)
        own = np.broadcast_to(result.reshape(result.shape[: len(self.shape)]), self.shape)
        target = (values if into is None else into)[self.variable]
        target[self.where] = own


def compile_equation(equation: Equation, tables: Mapping[str, Table]) -> Compiled:
    """Turn an equation into a closure.

    Every array has one dimension per axis of the equation, reductions included, of size 1 where
    the value does not depend on the axis.
    """
    count = len(equation.axes) + len(_axes_within(equation.expression))
    body = _Compiler(count, tables).closure(equation.expression)
    shape = tuple(axis.size for axis in equation.axes)
    where = tuple(_spread(index, len(shape)) for index in equation.target)

    def full(values: Values, time: float) -> Floats:
        result = np.asarray(body(values, time), dtype=float)
        return result.reshape((1,) * (count - result.ndim) + result.shape)

    return Compiled(equation.variable, where, shape, full)


def _axes_within(node: Expression) -> list[Axis]:
    match node:
        case Call(_, arguments):
            return [axis for argument in arguments for axis in _axes_within(argument)]
        case LookupCall(_, _, argument):
            return _axes_within(argument)
        case Reduction(_, axes, body):
            return [*axes, *_axes_within(body)]
        case _:
            return []


def _spread(index: Index, count: int) -> NDArray[np.intp]:
    """An index's positions along its axis among ``count`` array dimensions."""
    positions = np.array(index.positions, dtype=np.intp)
    if index.axis is None:
        return positions.reshape((1,) * count)
    shape = [1] * count
    shape[index.axis] = len(positions)
    return positions.reshape(shape)


class _Compiler:
    def __init__(self, count: int, tables: Mapping[str, Table]) -> None:
        self.count = count
        self.tables = tables

    def closure(self, node: Expression) -> Evaluate:
        match node:
            case Number(value):
                constant = np.asarray(value)
                return lambda _values, _time: constant
            case Time():
                return lambda _values, time: np.asarray(time)
            case Reference(name, indices):
                where = tuple(_spread(index, self.count) for index in indices)
                return lambda values, _time: values[name][where]
            case Call(function, arguments):
                return self._call(function, [self.closure(argument) for argument in arguments])
            case LookupCall(table, indices, argument):
                return self._lookup(self.tables[table], indices, self.closure(argument))
            case Reduction(function, axes, body):
                return self._reduction(function, axes, self.closure(body))

    @staticmethod
    def _call(function: str, arguments: list[Evaluate]) -> Evaluate:
        twin = FUNCTIONS[function].numpy
        return lambda values, time: twin(*(argument(values, time) for argument in arguments))

    def _reduction(self, function: str, axes: tuple[Axis, ...], body: Evaluate) -> Evaluate:
        join = REDUCTIONS[function]
        numbers = [axis.number for axis in axes]
        sizes = tuple(axis.size for axis in axes)

        def reduced(values: Values, time: float) -> Floats:
            terms = np.asarray(body(values, time))
            terms = terms.reshape((1,) * (self.count - terms.ndim) + terms.shape)
            terms = np.moveaxis(terms, numbers, range(len(numbers)))
            terms = np.broadcast_to(terms, sizes + terms.shape[len(sizes) :])
            rows = terms.reshape((-1, *terms.shape[len(sizes) :]))
            total: Floats = reduce(join, rows)
            kept: Floats = total.reshape((1,) * len(sizes) + total.shape)
            back: Floats = np.moveaxis(kept, range(len(numbers)), numbers)
            return back

        return reduced

    def _lookup(self, table: Table, indices: tuple[Index, ...], argument: Evaluate) -> Evaluate:
        if not table.shape:
            return lambda values, time: read_table(table, 0, np.asarray(argument(values, time)))
        where = tuple(_spread(index, self.count) for index in indices)
        flat = np.asarray(np.ravel_multi_index(where, table.shape))

        def looked_up(values: Values, time: float) -> Floats:
            x, which = np.broadcast_arrays(np.asarray(argument(values, time), dtype=float), flat)
            result = np.empty(x.shape)
            for place in np.unique(which):
                mask = which == place
                result[mask] = read_table(table, int(place), x[mask])
            return result

        return looked_up


def read_table(table: Table, element: int, argument: Floats) -> Floats:
    """The table of one element (flat, row-major) read at every entry of ``argument``."""
    x, y = (np.array(numbers) for numbers in table.points[element])
    if table.extrapolation is Extrapolation.STEP_BACKWARD:
        passed = np.clip(np.searchsorted(x, argument, side="right") - 1, 0, len(x) - 1)
        return np.asarray(y[passed])
    if table.extrapolation is Extrapolation.STEP_FORWARD:
        coming = np.clip(np.searchsorted(x, argument, side="left"), 0, len(x) - 1)
        return np.asarray(y[coming])
    inside = np.interp(argument, x, y)
    if table.extrapolation is Extrapolation.HOLD or len(x) == 1:
        return np.asarray(inside)
    low = y[0] + (argument - x[0]) * (y[1] - y[0]) / (x[1] - x[0])
    high = y[-1] + (argument - x[-1]) * (y[-1] - y[-2]) / (x[-1] - x[-2])
    beyond: Floats = np.where(argument < x[0], low, np.where(argument > x[-1], high, inside))
    return beyond
