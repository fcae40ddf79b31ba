"""The typed intermediate representation: what a model says, with every name and subscript resolved.

A model is a set of variables and a set of equations. An equation loops over its axes and writes one
element of its variable per iteration. A reference inside the expression says, axis by axis, where
in the other variable to read, so that neither the emitter nor the oracle ever resolves a subscript.
Everything here is frozen and plain (numbers, strings, tuples), so that it can be cached as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from math import prod
from typing import Literal

Method = Literal["euler", "rk2", "rk4"]


class Kind(StrEnum):
    """What a variable is in the model's language."""

    CONSTANT = "constant"  # every element is a literal number: settable at run time
    AUXILIARY = "auxiliary"  # recomputed from other variables
    STOCK = "stock"  # integrates a flow
    INITIAL = "initial"  # INITIAL(...): evaluated once, at the start
    DATA = "data"  # an exogenous series, read at load and interpolated over time


@dataclass(frozen=True)
class Dimension:
    """A subscript range (or subrange) and the names of its elements, as written in the model."""

    name: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Axis:
    """One loop of an equation or of a reduction. ``number`` is unique within the equation."""

    number: int
    size: int
    label: str  # the dimension's name, for the reader of generated source


@dataclass(frozen=True)
class Index:
    """Where one dimension of a variable is read or written.

    ``positions[i]`` is the position in the variable's own dimension when ``axis`` stands at ``i``;
    with ``axis`` None the position is fixed and ``positions`` has one entry.
    """

    axis: int | None
    positions: tuple[int, ...]


@dataclass(frozen=True)
class Number:
    """A literal."""

    value: float


@dataclass(frozen=True)
class Time:
    """The model's clock, ``start + i * step``."""


@dataclass(frozen=True)
class Reference:
    """One element of another variable, chosen by the axes in scope."""

    name: str
    indices: tuple[Index, ...] = ()


@dataclass(frozen=True)
class Call:
    """An operator or function of ``functions.py`` applied to its arguments."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class LookupCall:
    """A lookup table read at ``argument``. ``indices`` choose the table of an arrayed lookup."""

    table: str
    indices: tuple[Index, ...]
    argument: Expression


@dataclass(frozen=True)
class Reduction:
    """SUM, PROD, VMIN or VMAX over ``axes``, in row-major order of the axes as listed."""

    function: str
    axes: tuple[Axis, ...]
    body: Expression


Expression = Number | Time | Reference | Call | LookupCall | Reduction


class Extrapolation(StrEnum):
    """What a table returns outside its points, and between them."""

    HOLD = "hold"  # linear between points, the end value outside
    EXTRAPOLATE = "extrapolate"  # linear between points, the end slope outside
    STEP_BACKWARD = "step backward"  # the value of the last point passed
    STEP_FORWARD = "step forward"  # the value of the next point


@dataclass(frozen=True)
class Table:
    """Lookup or data points: one ``(x, y)`` pair of tuples per element of ``shape``, row-major."""

    name: str
    shape: tuple[int, ...]
    points: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]
    extrapolation: Extrapolation = Extrapolation.HOLD


@dataclass(frozen=True)
class Variable:
    """A named quantity. ``dimensions`` name entries of ``Model.dimensions``; scalar if empty."""

    name: str
    kind: Kind
    dimensions: tuple[str, ...]
    shape: tuple[int, ...]
    units: str = ""
    meaning: str = ""
    limits: tuple[float | None, float | None] = (None, None)
    hidden: bool = False  # made by an expansion (the stocks inside a DELAY3), not by the modeller
    sector: str = ""  # the heading, view, group or module of the file that it stands in

    @property
    def size(self) -> int:
        """The number of elements: the product of the shape."""
        return prod(self.shape)


@dataclass(frozen=True)
class Equation:
    """``variable[target] = expression`` for every iteration of ``axes`` (numbered from 0).

    ``target`` has one index per dimension of the variable. ``text`` is what the reader of generated
    source sees above the statement.
    """

    variable: str
    axes: tuple[Axis, ...]
    target: tuple[Index, ...]
    expression: Expression
    text: str = ""


@dataclass(frozen=True)
class Clock:
    """The control parameters' values as the file states them."""

    start: float
    stop: float
    step: float
    save_every: float


@dataclass(frozen=True)
class Model:
    """A whole model after lowering.

    ``equations`` hold auxiliaries (and data, as a LookupCall on Time) and, for constants, one
    Number each; ``flows`` the net rate of each stock; ``initials`` the starting value of each stock
    and of each INITIAL variable. An auxiliary with an equation there too (ACTIVE INITIAL) takes
    that value while starting values are found. The control parameters are ordinary constants of
    ``variables`` named as in the file (``TIME STEP`` and so on), repeated in ``clock``.
    """

    name: str
    dimensions: tuple[Dimension, ...]
    variables: tuple[Variable, ...]
    equations: tuple[Equation, ...]
    flows: tuple[Equation, ...]
    initials: tuple[Equation, ...]
    tables: tuple[Table, ...]
    clock: Clock
    sources: tuple[str, ...] = field(default=())  # every file the model read, for the cache key
    fixed: tuple[str, ...] = field(default=())  # constants that shaped it: not settable at run time
    method: Method = "euler"  # the integration method that the file asks for

    def variable(self, name: str) -> Variable:
        """The variable called ``name``. Raises KeyError if there is none."""
        for variable in self.variables:
            if variable.name == name:
                return variable
        raise KeyError(name)
