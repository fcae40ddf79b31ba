"""PySD's abstract model turned into the trees of ``syntax``, one small function a node type.

PySD's classes are told apart by name, so that this module need not import PySD. Flat operator
lists become nested applications here: + - * / from the left, ^ from the right, AND before OR.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import InputError
from .lower_names import key
from .syntax import (
    Apply,
    Array,
    Component,
    Element,
    External,
    Literal,
    Macro,
    Name,
    Node,
    NoEquation,
    Points,
    Range,
    SourceModel,
    WithLookup,
)

NOT_AVAILABLE = -(2.0**109)  # the value Vensim gives to :NA:

_DYNAMIC = {  # PySD's class → function name and the fields that become arguments
    "InitialStructure": ("initial", ("initial",)),
    "DelayStructure": ("delay", ("input", "delay_time", "initial", "order")),
    "DelayNStructure": ("delay_n", ("input", "delay_time", "initial", "order")),
    "DelayFixedStructure": ("delay_fixed", ("input", "delay_time", "initial")),
    "SmoothStructure": ("smooth", ("input", "smooth_time", "initial", "order")),
    "SmoothNStructure": ("smooth", ("input", "smooth_time", "initial", "order")),
    "TrendStructure": ("trend", ("input", "average_time", "initial_trend")),
    "ForecastStructure": (
        "forecast",
        ("input", "average_time", "horizon", "initial_trend"),
    ),
    "SampleIfTrueStructure": ("sample_if_true", ("condition", "input", "initial")),
    "GameStructure": ("game", ("expression",)),
    "AllocateAvailableStructure": ("allocate_available", ("request", "pp", "avail")),
    "AllocateByPriorityStructure": (
        "allocate_by_priority",
        ("request", "priority", "size", "width", "supply"),
    ),
}


def source_model(model: Any, path: Path, sectors: Mapping[str, str]) -> SourceModel:
    """The trees of one PySD AbstractModel. ``sectors`` are by name, as names are compared."""
    main, *macros = model.sections
    return SourceModel(
        name=path.stem,
        path=str(path),
        folder=str(path.parent),
        ranges=tuple(_range(subscript) for subscript in main.subscripts),
        elements=tuple(
            replace(_element(element), sector=sectors.get(key(element.name), ""))
            for element in main.elements
        ),
        implied_subscripts=path.suffix.lower() != ".mdl",
        macros=tuple(_macro(macro, path) for macro in macros),
    )


def _macro(section: Any, path: Path) -> Macro:
    name = section.name.replace("_", " ")
    if section.subscripts:
        raise InputError(
            f"{path}: the macro '{name}' defines a subscript range. Define it in the model."
        )
    elements = tuple(_element(element) for element in section.elements)
    return Macro(name, tuple(section.params), elements, tuple(section.returns))


def macro(name: str, parameters: tuple[str, ...], section: Any) -> Macro:
    """A macro of an XMILE file, from the section that holds its variables."""
    own = (e for e in section.elements if "Control" not in type(e).__name__)
    return Macro(name, parameters, tuple(_element(element) for element in own))


def _range(subscript: Any) -> Range:
    maps_to = tuple(str(name) for name in subscript.mapping)
    if isinstance(subscript.subscripts, str):
        # A copy maps to nothing of its own; PySD's builder keeps what it adds in a shared default.
        return Range(subscript.name, (), (), copy_of=subscript.subscripts)
    if isinstance(subscript.subscripts, dict):
        where = {key: str(value or "") for key, value in subscript.subscripts.items()}
        cells = (where["file"], where["tab"], where["lastcell"], where["firstcell"])
        external = External("elements", *cells, where["prefix"])
        return Range(subscript.name, (), maps_to, external=external)
    return Range(subscript.name, tuple(subscript.subscripts), maps_to)


def _element(element: Any) -> Element:
    low, high = (*(element.limits or ()), None, None)[:2]  # a third entry is a slider's step
    return Element(
        name=element.name,
        components=tuple(_component(component, element.name) for component in element.components),
        units=element.units or "",
        limits=(low, high),
        meaning=" ".join((element.documentation or "").split()),
    )


def _component(component: Any, variable: str) -> Component:
    subscripts, exceptions = component.subscripts
    node = tree(component.ast, variable)
    kind = type(component).__name__
    return Component(
        subscripts=tuple(subscripts),
        exceptions=tuple(tuple(group) for group in exceptions),
        node=node,
        kind="lookup" if "Lookup" in kind else "data" if "Data" in kind else "equation",
        keyword=getattr(component, "keyword", None),
    )


def tree(node: Any, variable: str) -> Node:
    """One PySD expression as a tree. ``variable`` is named in errors."""
    kind = type(node).__name__
    if kind in _DYNAMIC:
        function, fields = _DYNAMIC[kind]
        return Apply(function, tuple(tree(getattr(node, name), variable) for name in fields))
    if kind in _BUILDERS:
        return _BUILDERS[kind](node, variable)
    if hasattr(node, "shape") and node.shape:
        return Array(tuple(float(value) for value in node.ravel()), tuple(node.shape))
    try:
        value = float(node)
    except (TypeError, ValueError):
        raise InputError(f"'{variable}' uses {kind}, which is not supported.") from None
    return Literal(NOT_AVAILABLE if value != value else value)  # noqa: PLR0124 (only NaN differs)


def _operators(node: Any, variable: str) -> Node:
    arguments = [tree(argument, variable) for argument in node.arguments]
    operators = [_operator(text) for text in node.operators]
    if len(arguments) == 1:
        (argument,) = arguments
        if operators == ["negative"] and isinstance(argument, Literal):
            return Literal(-argument.value)
        return Apply(operators[0], (argument,))
    if "and" in operators or "or" in operators:
        return _or_of_ands(operators, arguments)
    if operators[0] == "^":
        return _from_right(operators, arguments)
    return _from_left(operators, arguments)


def _operator(text: str) -> str:
    return text.strip(":").casefold()


def _from_left(operators: Sequence[str], arguments: Sequence[Node]) -> Node:
    result = arguments[0]
    for operator, argument in zip(operators, arguments[1:], strict=True):
        result = Apply(operator, (result, argument))
    return result


def _from_right(operators: Sequence[str], arguments: Sequence[Node]) -> Node:
    result = arguments[-1]
    for operator, argument in zip(reversed(operators), reversed(arguments[:-1]), strict=True):
        result = Apply(operator, (argument, result))
    return result


def _or_of_ands(operators: Sequence[str], arguments: Sequence[Node]) -> Node:
    groups: list[list[Node]] = [[arguments[0]]]
    for operator, argument in zip(operators, arguments[1:], strict=True):
        if operator == "or":
            groups.append([argument])
        else:
            groups[-1].append(argument)
    terms = [_from_left(["and"] * (len(group) - 1), group) for group in groups]
    return _from_left(["or"] * (len(terms) - 1), terms)


def _reference(node: Any, _variable: str) -> Node:
    return Name(node.reference, _subscripts(node))


def _subscripts(node: Any) -> tuple[str, ...]:
    return tuple(node.subscripts.subscripts) if node.subscripts is not None else ()


def _call(node: Any, variable: str) -> Node:
    arguments = tuple(tree(argument, variable) for argument in node.arguments)
    return Apply(node.function.reference, arguments, _subscripts(node.function))


def _integ(node: Any, variable: str) -> Node:
    function = "integ_non_negative" if node.non_negative else "integ"
    return Apply(function, (tree(node.flow, variable), tree(node.initial, variable)))


def _points(node: Any, _variable: str) -> Points:
    return Points(
        tuple(float(value) for value in node.x), tuple(float(value) for value in node.y), node.type
    )


def _with_lookup(node: Any, variable: str) -> Node:
    return WithLookup(tree(node.argument, variable), _points(node.lookups, variable))


def _external_data(node: Any, _variable: str) -> Node:
    return External("data", node.file, node.tab, node.time_row_or_col, node.cell)


def _external_lookups(node: Any, _variable: str) -> Node:
    return External("lookups", node.file, node.tab, node.x_row_or_col, node.cell)


def _external_constants(node: Any, _variable: str) -> Node:
    return External("constants", node.file, node.tab, "", node.cell)


_BUILDERS: dict[str, Callable[[Any, str], Node]] = {
    "ArithmeticStructure": _operators,
    "LogicStructure": _operators,
    "ReferenceStructure": _reference,
    "CallStructure": _call,
    "IntegStructure": _integ,
    "LookupsStructure": _points,
    "InlineLookupsStructure": _with_lookup,
    "DataStructure": lambda _node, _variable: NoEquation(),
    "GetDataStructure": _external_data,
    "GetLookupsStructure": _external_lookups,
    "GetConstantsStructure": _external_constants,
}
