"""What an expression can see while it is lowered: variables, tables, and the axes in scope."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import prod
from typing import Literal

from ..errors import InputError, nearest
from .bounds import check_elements, check_terms, shortened
from .ir import (
    Axis,
    Dimension,
    Equation,
    Expression,
    Extrapolation,
    Index,
    Kind,
    Number,
    Reference,
    Table,
    Variable,
)
from .lower_data import DataFiles
from .lower_names import Subscripts, key
from .syntax import Element, Points

Reading = Literal["extrapolate", "forward", "backward", "invert"]
"""How a LOOKUP function reads a table, whatever the table's own way."""


@dataclass(frozen=True)
class Bound:
    """A subscript that varies: the range as written, its axis, the element at each iteration."""

    written: str
    axis: Axis
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: its variable, left-hand axes, and reduction axes around it.

    ``left`` are the subscripts of the left-hand side as written, single elements included.
    """

    variable: str
    bound: tuple[Bound, ...] = ()
    reduced: tuple[Bound, ...] = ()
    in_reduction: bool = False
    left: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """How messages name the place."""
        return f"in the equation of '{self.variable}'"

    @property
    def opening(self) -> str:
        """The same at the start of a sentence."""
        return f"In the equation of '{self.variable}'"

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Every axis an expression here may depend on, outermost first."""
        return tuple(bound.axis for bound in (*self.bound, *self.reduced))

    def reducing(self, bounds: tuple[Bound, ...]) -> Scope:
        """The scope inside a reduction over ``bounds``."""
        inner = replace(self, reduced=(*self.reduced, *bounds), in_reduction=True)
        check_terms(self.variable, prod(axis.size for axis in inner.axes))
        return inner


@dataclass(frozen=True)
class Declared:
    """A variable or lookup of the file, with its dimensions settled."""

    element: Element
    name: str
    dimensions: tuple[Dimension, ...]
    kind: Kind | None  # None for a lookup

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of elements along each dimension."""
        return tuple(len(dimension.elements) for dimension in self.dimensions)


@dataclass
class Symbols:
    """Everything known about a model while it is lowered, and everything lowering adds to it."""

    subscripts: Subscripts
    implied_subscripts: bool = False
    declared: dict[str, Declared] = field(default_factory=dict)
    hidden: list[Variable] = field(default_factory=list)
    hidden_equations: dict[Kind, list[Equation]] = field(default_factory=dict)
    flows: list[Equation] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    data: DataFiles | None = None  # exports of the model's data files
    fixed: set[str] = field(default_factory=set)  # constants that shaped the model
    readings: dict[tuple[str, Reading], str] = field(default_factory=dict)  # → a table's own name
    elements: int = 0  # of all variables, hidden ones included
    _axes: int = 0
    _counts: dict[str, int] = field(default_factory=dict)

    def axis(self, size: int, label: str) -> Axis:
        """A new axis. Numbers are unique in the model; equations renumber theirs at the end."""
        self._axes += 1
        return Axis(self._axes, size, label)

    def find(self, name: str) -> Declared | None:
        """The declared variable or lookup of this name, if there is one."""
        return self.declared.get(key(name))

    def control(self, name: str) -> Reference:
        """A reference to a control variable such as TIME STEP."""
        return Reference(self.declared[key(name)].name)

    def unknown(self, name: str, scope: Scope) -> InputError:
        """The error for a name that is nothing at all."""
        names = [declared.name for declared in self.declared.values()]
        shown = shortened(name.replace("_", " "))
        return InputError(
            f"There is no variable '{shown}', used {scope.where}."
            f"{nearest(shown, names)} Define it, or correct the spelling."
        )

    def hidden_name(self, label: str, scope: Scope) -> str:
        """A readable name nobody uses: ``_smooth_1 of <variable>``."""
        stem = f"{label}|{scope.variable}"
        self._counts[stem] = self._counts.get(stem, 0) + 1
        return f"_{label}_{self._counts[stem]} of {scope.variable}"

    def declare_hidden(self, name: str, kind: Kind, scope: Scope) -> Reference:
        """Add a variable with one element per iteration of the scope; return its reference."""
        bounds = (*scope.bound, *scope.reduced)
        names = tuple(self._exact_dimension(bound).name for bound in bounds)
        shape = tuple(len(bound.elements) for bound in bounds)
        self.elements += prod(shape)
        check_elements(scope.variable, self.elements)
        self.hidden.append(Variable(name, kind, names, shape, hidden=True))
        return Reference(name, full_indices(scope))

    def _exact_dimension(self, bound: Bound) -> Dimension:
        whole = self.subscripts.ranges[key(bound.written)]
        if whole.elements == bound.elements:
            return whole
        for dimension in self.subscripts.ranges.values():
            if dimension.elements == bound.elements:
                return dimension
        return self.subscripts.part(f"part of {whole.name}", bound.elements)

    def places(self, count: int) -> Dimension:
        """The places of a queue of ``count`` steps."""
        name = f"_place of {count}"
        found = self.subscripts.ranges.get(key(name))
        if found is None:
            found = self.subscripts.part(name, tuple(str(place + 1) for place in range(count)))
        return found

    def hidden_stock(
        self, reference: Reference, scope: Scope, flow: Expression, initial: Expression
    ) -> None:
        """Give a hidden stock its net flow and its starting value."""
        self.flows.append(self._hidden(reference, scope, flow, f"d {reference.name}/dt"))
        self.add(Kind.STOCK, self._hidden(reference, scope, initial, f"INITIAL({reference.name})"))

    def hidden_initial(self, reference: Reference, scope: Scope, value: Expression) -> None:
        """Give a hidden INITIAL variable its value."""
        self.add(Kind.INITIAL, self._hidden(reference, scope, value, reference.name))

    def add(self, kind: Kind, equation: Equation) -> None:
        """File an equation under the kind of variable it defines."""
        self.hidden_equations.setdefault(kind, []).append(equation)

    @staticmethod
    def _hidden(reference: Reference, scope: Scope, body: Expression, text: str) -> Equation:
        return Equation(reference.name, scope.axes, reference.indices, body, f"{text} = …")

    def places_along(self, bound: Bound) -> Reference:
        """A hidden constant holding each element's place, from 0, along the axis itself."""
        dimension = self._exact_dimension(bound)
        numbers = range(len(dimension.elements))
        return self._numbering(f"_place along {dimension.name}", bound, list(numbers))

    def positions(self, bound: Bound) -> Reference:
        """A hidden constant holding each element's place, from 1, in its widest range."""
        dimension = self._exact_dimension(bound)
        numbers = [self.subscripts.place(element) for element in dimension.elements]
        return self._numbering(f"_position in {dimension.name}", bound, numbers)

    def _numbering(self, name: str, bound: Bound, numbers: list[int]) -> Reference:
        dimension = self._exact_dimension(bound)
        if all(variable.name != name for variable in self.hidden):
            shape = (len(dimension.elements),)
            self.hidden.append(Variable(name, Kind.CONSTANT, (dimension.name,), shape, hidden=True))
            for place, number in enumerate(numbers):
                value = Number(float(number))
                target = (Index(None, (place,)),)
                self.add(Kind.CONSTANT, Equation(name, (), target, value, f"{name} = {value}"))
        return Reference(name, (Index(bound.axis.number, tuple(range(bound.axis.size))),))

    def reading(self, table: str, how: Reading) -> str:
        """The name of a table that holds another's points, to be read in another way."""
        return self.readings.setdefault((table, how), f"_{how} of {table}")

    def table(self, name: str, points: Points, method: Extrapolation | None = None) -> str:
        """Add a scalar table made from an inline lookup; return its name."""
        chosen = extrapolation(points.method) if method is None else method
        self.tables.append(Table(name, (), ((points.x, points.y),), chosen))
        return name


def full_indices(scope: Scope) -> tuple[Index, ...]:
    """Indices that read a hidden variable at the iteration where the scope stands."""
    return tuple(Index(axis.number, tuple(range(axis.size))) for axis in scope.axes)


def extrapolation(method: str | None) -> Extrapolation:
    """PySD's name of an interpolation method. Raises InputError for one not supported."""
    known = {
        None: Extrapolation.HOLD,
        "interpolate": Extrapolation.HOLD,
        "extrapolate": Extrapolation.EXTRAPOLATE,
        "hold_backward": Extrapolation.STEP_BACKWARD,
        "look_forward": Extrapolation.STEP_FORWARD,
    }
    if method not in known:
        raise InputError(
            f"The data keyword ':{str(method).upper().replace('_', ' ')}:' is not supported; use "
            ":INTERPOLATE:, :HOLD BACKWARD: or :LOOK FORWARD:."
        )
    return known[method]
