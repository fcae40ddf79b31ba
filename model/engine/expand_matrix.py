"""INVERT MATRIX: up to three rows by cofactors (Cramer's rule), larger ones by elimination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..errors import InputError
from .expand_clock import ONE, Expand, Lowers, minus, over, plus, times
from .expand_gauss import inverse
from .ir import Call, Expression, Index, Reference
from .lower_scope import Scope
from .syntax import Node

BY_COFACTORS = 3  # rows, at most
MOST_ROWS = 24


@dataclass(frozen=True)
class _Matrix:
    """A variable's last two subscripts, each following an axis of the left-hand side."""

    reference: Reference

    @property
    def rows(self) -> Index:
        return self.reference.indices[-2]

    @property
    def columns(self) -> Index:
        return self.reference.indices[-1]

    @property
    def size(self) -> int:
        return len(self.rows.positions)

    def at(self, row: int, column: int) -> Expression:
        """An element by its numbers, which go round: row ``size`` is row 0."""
        row, column = row % self.size, column % self.size
        here = (
            Index(None, (self.rows.positions[row],)),
            Index(None, (self.columns.positions[column],)),
        )
        return self._with(here)

    def across(self, down: int, right: int) -> Expression:
        """The element as far below and right of the transposed place as said, going round."""
        size = self.size
        row = tuple(self.rows.positions[(i + down) % size] for i in range(size))
        column = tuple(self.columns.positions[(i + right) % size] for i in range(size))
        return self._with((Index(self.columns.axis, row), Index(self.rows.axis, column)))

    def _with(self, last: tuple[Index, Index]) -> Expression:
        return replace(self.reference, indices=(*self.reference.indices[:-2], *last))

    def determinant(self) -> Expression:
        if self.size == 1:
            return self.at(0, 0)
        if self.size == 2:
            return minus(times(self.at(0, 0), self.at(1, 1)), times(self.at(0, 1), self.at(1, 0)))
        first, *others = (
            times(
                self.at(0, k),
                minus(
                    times(self.at(1, k + 1), self.at(2, k + 2)),
                    times(self.at(1, k + 2), self.at(2, k + 1)),
                ),
            )
            for k in range(3)
        )
        for term in others:
            first = plus(first, term)
        return first


def _invert(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    reference, size = lowering.number(arguments[0], scope), lowering.number(arguments[1], scope)
    matrix = _Matrix(reference) if isinstance(reference, Reference) else None
    square = (
        matrix is not None
        and len(matrix.reference.indices) > 1
        and None not in (matrix.rows.axis, matrix.columns.axis)
        and matrix.rows.axis != matrix.columns.axis
        and matrix.size == len(matrix.columns.positions) == getattr(size, "value", matrix.size)
    )
    if matrix is None or not square or matrix.size > MOST_ROWS:
        raise InputError(
            f"INVERT MATRIX {scope.where} takes a variable whose last two subscripts are ranges "
            f"of the left-hand side, of the same size, at most {MOST_ROWS}, and that size."
        )
    if matrix.size > BY_COFACTORS:
        return inverse(lowering, matrix.reference, scope)
    return over(_cofactor(matrix, lowering, scope), matrix.determinant())


def _cofactor(matrix: _Matrix, lowering: Lowers, scope: Scope) -> Expression:
    if matrix.size == 1:
        return ONE
    if matrix.size == 3:  # going round gives the signs
        return minus(
            times(matrix.across(1, 1), matrix.across(2, 2)),
            times(matrix.across(1, 2), matrix.across(2, 1)),
        )
    places = [
        lowering.symbols.places_along(bound)
        for bound in scope.bound
        if bound.axis.number in (matrix.rows.axis, matrix.columns.axis)
    ]
    diagonal = Call("=", (places[0], places[1]))
    other = matrix.across(1, 1)
    return Call("if_then_else", (diagonal, other, Call("negative", (other,))))


MATRIX_FUNCTIONS: dict[str, tuple[tuple[int, int], Expand]] = {"invert_matrix": ((2, 2), _invert)}
"""Function → (arity, expansion)."""
