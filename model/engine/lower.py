"""A parsed model lowered to the typed representation: names and subscripts resolved, functions
with a memory expanded into hidden stocks.

Steps: ranges; declarations (what each variable is, and over which ranges); one equation per
rectangle of elements; control parameters; axes numbered from 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import prod

from ..errors import InputError
from .bounds import check_count, check_elements, deep
from .expand_macro import expand_macros
from .ir import Clock, Equation, Index, Kind, LookupCall, Model, Number, Time, Variable
from .lower_bounds import check_expression, check_tree
from .lower_cells import Place, check_cover, dimensions, places
from .lower_clock import Timing, timing
from .lower_constant import CONTROLS
from .lower_data import DataFiles
from .lower_expressions import Lowering
from .lower_external import read_elements
from .lower_names import key, resolve_ranges, shown
from .lower_renumber import renumber
from .lower_scope import Declared, Symbols, full_indices
from .lower_tables import add_readings, array_values, data_table, external_values, lower_lookup
from .lower_text import Writer
from .syntax import (
    Apply,
    Array,
    Component,
    Element,
    External,
    Literal,
    Node,
    NoEquation,
    Range,
    SourceModel,
)

INTEGS = ("integ", "integ_non_negative")


def lower(source: SourceModel) -> Model:
    """The typed model of a parsed file.

    Raises InputError, naming the variable, for anything that is not known, not supported,
    defined twice or not at all, and for what goes beyond ``bounds``.
    """
    for element in source.elements:
        for component in element.components:
            check_tree(element.name, component.node)
    with deep():
        return _lowered(expand_macros(source))


def _lowered(source: SourceModel) -> Model:
    check_count(sum(len(element.components) for element in source.elements))
    ranges, files = _listed(source)
    symbols = Symbols(resolve_ranges(ranges), source.implied_subscripts)
    symbols.sources += [source.path, *files]
    _declare(source, symbols)
    clock = timing(symbols, source.path)
    symbols.data = DataFiles(source.folder, source.data_files)
    return _Builder(source, symbols).model(clock)


def _listed(source: SourceModel) -> tuple[list[Range], list[str]]:
    """The subscript ranges with their elements, and the files these were read from."""
    ranges, files = [], []
    for item in source.ranges:
        if item.external is None:
            ranges.append(item)
            continue
        path, elements = read_elements(item.external, source.folder, item.name)
        ranges.append(replace(item, elements=elements))
        files.append(path)
    return ranges, files


def _declare(source: SourceModel, symbols: Symbols) -> None:
    for element in source.elements:
        name = shown(element.name)
        if key(name) in symbols.declared:
            raise InputError(f"'{name}' is defined twice. Remove one of the definitions.")
        if symbols.subscripts.is_range(name):
            raise InputError(f"'{name}' is both a variable and a subscript range. Rename one.")
        if not element.components:
            raise InputError(f"'{name}' has no equation.")
        ranges = dimensions(name, element.components, symbols.subscripts)
        kind = _kind(element, key(name))
        declared = Declared(element, name, ranges, kind)
        symbols.declared[key(name)] = declared
        symbols.elements += prod(declared.shape)
        check_elements(name, symbols.elements)


def _kind(element: Element, name: str) -> Kind | None:
    """What a variable is, from the outermost form of all its equations; None for a lookup."""
    forms = {_form(component) for component in element.components}
    if None in forms and len(forms) > 1:
        raise InputError(f"'{element.name}' is a lookup in one equation and not in another.")
    if name in CONTROLS:
        return Kind.CONSTANT
    return forms.pop() if len(forms) == 1 else Kind.AUXILIARY


def _form(component: Component) -> Kind | None:
    match component.node:
        case External(kind="constants") | Literal() | Array():
            return Kind.CONSTANT
        case External(kind="data") | NoEquation():
            return Kind.DATA
        case Apply(function) if function in INTEGS:
            return Kind.STOCK
        case Apply("initial"):
            return Kind.INITIAL
        case _:
            return None if component.kind == "lookup" else Kind.AUXILIARY


class _Builder:
    """Lowers every declared variable and gathers the pieces of the model."""

    def __init__(self, source: SourceModel, symbols: Symbols) -> None:
        self.source = source
        self.symbols = symbols
        self.lowering = Lowering(symbols)
        names = {name: entry.name for name, entry in symbols.declared.items()}
        self.writer = Writer({"time": "Time"} | names)
        self.equations: list[Equation] = []
        self.initials: list[Equation] = []
        self.flows: list[Equation] = []

    def model(self, timing: Timing) -> Model:
        clock, variables = timing.clock, []
        for declared in self.symbols.declared.values():
            if declared.kind is None:
                lower_lookup(declared, self.symbols, self.source.folder)
                continue
            variables.append(_variable(declared))
            if key(declared.name) in CONTROLS and key(declared.name) not in timing.changing:
                self._control(declared, clock)
            else:
                self._variable(declared)
        if timing.uneven and (self.flows or self.symbols.flows):
            raise InputError(
                f"TIME STEP changes during a run of {self.source.path}. That is supported only "
                "where no stock, delay or smooth integrates. Use one step."
            )
        if self.symbols.data is not None:
            self.symbols.sources += self.symbols.data.paths
        add_readings(self.symbols)
        hidden = self.symbols.hidden_equations
        late = [*hidden.get(Kind.STOCK, []), *hidden.get(Kind.INITIAL, [])]
        early = [*hidden.get(Kind.CONSTANT, []), *hidden.get(Kind.AUXILIARY, [])]
        return Model(
            name=self.source.name,
            dimensions=tuple(self.symbols.subscripts.ranges.values()),
            variables=(*variables, *self.symbols.hidden),
            equations=_renumbered((*self.equations, *early)),
            flows=_renumbered((*self.flows, *self.symbols.flows)),
            initials=_renumbered((*self.initials, *late)),
            tables=tuple(self.symbols.tables),
            clock=clock,
            sources=tuple(dict.fromkeys(self.symbols.sources)),
            fixed=tuple(sorted(self.symbols.fixed)),
            method=self.source.method,
        )

    def _control(self, declared: Declared, clock: Clock) -> None:
        values = (clock.start, clock.stop, clock.step, clock.save_every)
        value = values[CONTROLS.index(key(declared.name))]
        text = self.writer.equation(declared.name, (), declared.element.components[0].node)
        self.equations.append(Equation(declared.name, (), (), Number(value), text))

    def _variable(self, declared: Declared) -> None:
        covered: list[tuple[Place, str]] = []
        for component in declared.element.components:
            text = self.writer.equation(declared.name, component.subscripts, component.node)
            for place in places(declared, component, self.symbols):
                covered.append((place, text))
                self._component(declared, component, place, text)
        check_cover(declared, covered)

    def _component(self, declared: Declared, component: Component, place: Place, text: str) -> None:
        node, scope = component.node, place.scope
        match node:
            case Array():
                self._values(declared, place, array_values(declared, node, place), text)
            case External(kind="constants"):
                values = external_values(declared, node, place, self.symbols, self.source.folder)
                self._values(declared, place, values, text)
            case External() | NoEquation():
                self._data(declared, component, place, text)
            case Apply(function, (flow, initial)) if (
                function in INTEGS and declared.kind is Kind.STOCK
            ):
                net = self.lowering.number(flow, scope)
                if function == "integ_non_negative":
                    net = self.lowering.not_below_zero(net, declared.name, place.target)
                self.flows.append(Equation(declared.name, scope.axes, place.target, net, text))
                self._initial(declared, place, initial, text)
            case Apply("initial", (value,)) if declared.kind is Kind.INITIAL:
                self._initial(declared, place, value, text)
            case _:
                body = self.lowering.number(node, scope)
                self.equations.append(Equation(declared.name, scope.axes, place.target, body, text))

    def _initial(self, declared: Declared, place: Place, node: Node, text: str) -> None:
        start = self.lowering.number(node, place.scope)
        self.initials.append(Equation(declared.name, place.scope.axes, place.target, start, text))

    def _values(
        self,
        declared: Declared,
        place: Place,
        values: Iterable[tuple[tuple[int, ...], float]],
        text: str,
    ) -> None:
        for cell, value in values:
            target = tuple(Index(None, (position,)) for position in cell)
            self.equations.append(Equation(declared.name, (), target, Number(value), text))

    def _data(self, declared: Declared, component: Component, place: Place, text: str) -> None:
        table = data_table(declared, component, place, self.symbols, self.source.folder)
        indices = full_indices(place.scope)
        body = LookupCall(table, indices, Time())
        self.equations.append(Equation(declared.name, place.scope.axes, place.target, body, text))


def _variable(declared: Declared) -> Variable:
    if declared.kind is None:
        raise AssertionError(declared.name)
    element = declared.element
    return Variable(
        name=declared.name,
        kind=declared.kind,
        dimensions=tuple(dimension.name for dimension in declared.dimensions),
        shape=declared.shape,
        units=element.units,
        meaning=element.meaning,
        limits=element.limits,
        hidden=element.hidden,
        sector=element.sector,
    )


def _renumbered(equations: Iterable[Equation]) -> tuple[Equation, ...]:
    result = []
    for equation in equations:
        check_expression(equation)
        result.append(renumber(equation))
    return tuple(result)
