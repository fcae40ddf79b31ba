"""What a model file says, as typed trees: names and subscripts still as written, nothing resolved.

``read`` builds these from PySD's abstract model, so that every later stage is free of PySD.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from .ir import Method


@dataclass(frozen=True)
class Literal:
    """A number."""

    value: float


@dataclass(frozen=True)
class Array:
    """A constant array, ``1,2;3,4;``: its values row-major, and the shape as written."""

    values: tuple[float, ...]
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Name:
    """A reference; a subscript may end in ``!`` (reduced over)."""

    name: str
    subscripts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Apply:
    """An operator, a function or a lookup applied to arguments.

    ``function`` is in lower case with underscores. ``subscripts`` are those of an arrayed lookup.
    """

    function: str
    arguments: tuple[Node, ...]
    subscripts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Points:
    """A lookup's points, sorted by x, and how to read between and beyond them."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    method: str


@dataclass(frozen=True)
class WithLookup:
    """``WITH LOOKUP(argument, points)``."""

    argument: Node
    points: Points


@dataclass(frozen=True)
class External:
    """What another file holds: GET XLS/DIRECT DATA, LOOKUPS, CONSTANTS or SUBSCRIPT."""

    kind: OneOf["data", "lookups", "constants", "elements"]
    file: str
    tab: str
    series: str  # the row or column of x (time); empty for constants; the last cell of elements
    cell: str
    prefix: str = ""  # before each element


@dataclass(frozen=True)
class NoEquation:
    """A data variable without an equation: its numbers are outside the model file."""


Node = Literal | Array | Name | Apply | Points | WithLookup | External | NoEquation


@dataclass(frozen=True)
class Range:
    """A subscript range. ``elements`` may name other ranges; ``copy_of`` is set for ``<->``.

    ``listed`` holds, for a range in ``maps_to``, its elements or parts that answer to this range's
    elements, one each, where the mapping lists them.
    """

    name: str
    elements: tuple[str, ...]
    maps_to: tuple[str, ...] = ()
    listed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    copy_of: str | None = None
    external: External | None = None  # where the elements are, if not in the model


@dataclass(frozen=True)
class Component:
    """One equation of a variable: its left-hand subscripts, exceptions and right-hand side."""

    subscripts: tuple[str, ...]
    exceptions: tuple[tuple[str, ...], ...]
    node: Node
    kind: OneOf["equation", "lookup", "data"] = "equation"
    keyword: str | None = None  # INTERPOLATE and its kin, for data


@dataclass(frozen=True)
class Element:
    """A variable of the file: every equation that defines it, its units and its documentation."""

    name: str
    components: tuple[Component, ...]
    units: str = ""
    limits: tuple[float | None, float | None] = (None, None)
    meaning: str = ""
    sector: str = ""  # the heading, view, group or module it stands in
    hidden: bool = False  # written out from a macro, not by the modeller


@dataclass(frozen=True)
class Macro:
    """A macro: the variable named like the macro is what a call returns.

    ``outputs`` are its other values; the call ``name output 2`` returns the second of them.
    """

    name: str
    parameters: tuple[str, ...]
    elements: tuple[Element, ...]
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceModel:
    """A whole file after parsing. ``folder`` is where files it refers to are looked for.

    With ``implied_subscripts`` a bare name of an arrayed variable takes the subscripts of the
    left-hand side, as XMILE's inflows and outflows do.
    """

    name: str
    path: str
    folder: str
    ranges: tuple[Range, ...]
    elements: tuple[Element, ...]
    implied_subscripts: bool = False
    macros: tuple[Macro, ...] = ()
    method: Method = "euler"
    data_files: tuple[str, ...] = ()  # that the settings name: binary, exported as text
