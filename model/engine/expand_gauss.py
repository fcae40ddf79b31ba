"""The inverse of a larger matrix: Gauss-Jordan elimination with row exchanges, column by column.

The matrix and the unit matrix stand side by side; for each column the row with the largest number
in it is exchanged into place and divided by that number, and a multiple of it is taken from every
other row. What the unit matrix has become is the inverse (Golub and Van Loan, Matrix Computations,
section 3.4). A singular matrix gives a number that is not finite, which a run reports.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .expand_clock import ONE, ZERO, Lowers, minus, over, times, when
from .ir import Axis, Call, Equation, Expression, Index, Kind, Number, Reduction, Reference
from .lower_scope import Bound, Scope

Cell = Callable[[Bound, Bound], Expression]  # what stands at a row and a column


@dataclass(frozen=True)
class _Table:
    """A hidden variable with rows and columns, for each iteration of the scope around it."""

    name: str
    around: tuple[Index, ...]

    def at(self, row: Axis | int, column: Axis | int) -> Reference:
        """The element at a row and a column, each fixed or along an axis."""
        return Reference(self.name, (*self.around, _along(row), _along(column)))


def _along(place: Axis | int) -> Index:
    if isinstance(place, int):
        return Index(None, (place,))
    return Index(place.number, tuple(range(place.size)))


@dataclass(frozen=True)
class _Writer:
    lowering: Lowers
    scope: Scope  # the axes of the left-hand side, but for those of the matrix itself

    def bound(self, size: int) -> Bound:
        places = self.lowering.symbols.places(size)
        axis = self.lowering.symbols.axis(size, places.name)
        return Bound(places.name, axis, places.elements)

    def place(self, bound: Bound) -> Reference:
        return self.lowering.symbols.places_along(bound)

    def table(self, label: str, rows: int, columns: int, cell: Cell) -> _Table:
        """Declare a hidden table and say what stands in it."""
        symbols = self.lowering.symbols
        name = symbols.hidden_name(label, self.scope)
        row, column = self.bound(rows), self.bound(columns)
        inner = replace(self.scope, bound=(*self.scope.bound, row, column))
        target = symbols.declare_hidden(name, Kind.AUXILIARY, inner).indices
        body = cell(row, column)
        symbols.add(Kind.AUXILIARY, Equation(name, inner.axes, target, body, f"{name} = …"))
        return _Table(name, target[:-2])

    def eliminated(self, table: _Table, size: int, pivot: int) -> _Table:
        """The table after the elimination of one column."""
        wide, number = 2 * size, Number(float(pivot))
        row = self.bound(size)
        below = Call(">=", (self.place(row), number))
        length = Call("abs", (table.at(row.axis, pivot),))
        longest = Reduction("vmax", (row.axis,), when(below, length, Number(-1.0)))
        best = self.table("longest", 1, 1, lambda _row, _column: longest)
        found = Call("and", (below, Call("=", (length, best.at(0, 0)))))
        nearest = when(found, self.place(row), Number(float(size)))
        first = Reduction("vmin", (row.axis,), nearest)
        chosen = self.table("pivot", 1, 1, lambda _row, _column: first).at(0, 0)

        def lifted(_row: Bound, column: Bound) -> Expression:
            any_row = self.bound(size)
            it = Call("=", (self.place(any_row), chosen))
            value = when(it, table.at(any_row.axis, column.axis), ZERO)
            return Reduction("sum", (any_row.axis,), value)

        raw = self.table("pivot_row", 1, wide, lifted)
        scaled = self.table(
            "pivot_row",
            1,
            wide,
            lambda _row, column: over(raw.at(0, column.axis), raw.at(0, pivot)),
        )

        def reduced(row: Bound, column: Bound) -> Expression:
            exchanged = Call("=", (self.place(row), chosen))
            own = when(exchanged, table.at(pivot, column.axis), table.at(row.axis, column.axis))
            lead = when(exchanged, table.at(pivot, pivot), table.at(row.axis, pivot))
            taken = minus(own, times(lead, scaled.at(0, column.axis)))
            is_pivot = Call("=", (self.place(row), number))
            return when(is_pivot, scaled.at(0, column.axis), taken)

        return self.table("eliminated", size, wide, reduced)


def inverse(lowering: Lowers, matrix: Reference, scope: Scope) -> Expression:
    """The inverse of a matrix whose last two indices follow two axes of the left-hand side."""
    rows, columns = matrix.indices[-2:]
    size = len(rows.positions)
    own = (rows.axis, columns.axis)
    outside = replace(
        scope, bound=tuple(bound for bound in scope.bound if bound.axis.number not in own)
    )
    writer = _Writer(lowering, outside)

    def beside(row: Bound, column: Bound) -> Expression:
        here = Index(row.axis.number, rows.positions)
        across = Index(column.axis.number, columns.positions * 2)
        value = replace(matrix, indices=(*matrix.indices[:-2], here, across))
        unit = minus(writer.place(column), Number(float(size)))
        one = when(Call("=", (writer.place(row), unit)), ONE, ZERO)
        left = Call("<", (writer.place(column), Number(float(size))))
        return when(left, value, one)

    table = writer.table("beside_unit", size, 2 * size, beside)
    for pivot in range(size):
        table = writer.eliminated(table, size, pivot)
    result = table.at(0, 0)
    down = Index(rows.axis, tuple(range(size)))
    right = Index(columns.axis, tuple(range(size, 2 * size)))
    return replace(result, indices=(*result.indices[:-2], down, right))
