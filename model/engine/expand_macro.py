"""Macros written out: each call becomes variables of its own, named after the variable that calls.

A macro's variables get the subscripts of the left-hand side that calls it, and those of a sum
around the call. A parameter that is given a number or a name is replaced by it, so that lookups can
be handed over too; any other argument becomes a variable. Names a macro does not define are the
model's own, such as TIME STEP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..errors import InputError
from .bounds import check_count
from .functions import REDUCTIONS
from .lower_names import key, shown
from .syntax import Apply, Component, Element, Literal, Macro, Name, Node, SourceModel, WithLookup


def expand_macros(source: SourceModel) -> SourceModel:
    """The same model without macros. Raises InputError for a call that cannot be written out."""
    if not source.macros:
        return source
    expander = _Expander({key(macro.name): macro for macro in source.macros})
    elements = [expander.element(element) for element in source.elements]
    return replace(source, elements=(*elements, *expander.made), macros=())


@dataclass(frozen=True)
class _Site:
    """Where a call stands: the calling variable, its subscripts, and the macros around it."""

    variable: str
    subscripts: tuple[str, ...]
    path: tuple[str, ...] = ()


_Call = tuple[str, tuple[Node, ...], tuple[str, ...]]  # macro, arguments, subscripts around


@dataclass
class _Expander:
    macros: Mapping[str, Macro]
    made: list[Element] = field(default_factory=list)
    written: dict[_Call, tuple[Name, ...]] = field(default_factory=dict)  # outputs, then result

    def element(self, element: Element) -> Element:
        components = tuple(
            replace(one, node=self.node(one.node, _Site(shown(element.name), one.subscripts)))
            for one in element.components
        )
        return replace(element, components=components)

    def node(self, node: Node, site: _Site) -> Node:
        match node:
            case Apply(function, arguments):
                inner = tuple(self.node(argument, site) for argument in arguments)
                macro = self.macros.get(key(function))
                if macro is not None:
                    return self.call(macro, inner, site)
                return self.output(function, inner, site) or replace(node, arguments=inner)
            case WithLookup(argument):
                return replace(node, argument=self.node(argument, site))
            case _:
                return node

    def output(self, function: str, arguments: tuple[Node, ...], site: _Site) -> Node | None:
        """Another value of a macro than the one it is named after: ``name output 2``."""
        name, _, number = key(function).rpartition(" output ")
        macro = self.macros.get(name)
        if macro is None or not number.isdigit() or not 1 <= int(number) <= len(macro.outputs):
            return None
        self.call(macro, arguments, site)
        return self.written[macro.name, arguments, site.subscripts][int(number) - 1]

    def call(self, macro: Macro, arguments: Sequence[Node], site: _Site) -> Node:
        """Write the macro's variables out once more; return a reference to its result."""
        _check(macro, arguments, site)
        same = (macro.name, tuple(arguments), site.subscripts)
        if same in self.written:
            return self.written[same][-1]
        stem = f"_{macro.name}_{len(self.made) + 1} of {site.variable}"
        reduced = tuple(dict.fromkeys(name for one in arguments for name in _reduced(one)))
        site = replace(site, subscripts=(*site.subscripts, *reduced))
        names: dict[str, Node] = {}
        for parameter, argument in zip(macro.parameters, map(_plain, arguments), strict=True):
            if isinstance(argument, Name | Literal):
                names[key(parameter)] = argument
            else:
                names[key(parameter)] = self.add(f"{stem}: {parameter}", argument, site)
        for element in macro.elements:
            own = stem if key(element.name) == key(macro.name) else f"{stem}: {element.name}"
            is_lookup = element.components[0].kind == "lookup"
            names[key(element.name)] = Name(own, () if is_lookup else site.subscripts)
        inside = replace(site, path=(*site.path, key(macro.name)))
        for element in macro.elements:
            target = names[key(element.name)]
            (component,) = element.components
            if isinstance(target, Name):
                body = self.node(_renamed(component.node, names, key(macro.name)), inside)
                self.write(target, replace(component, node=body))
        around = len(site.subscripts) - len(reduced)
        marked = (*site.subscripts[:around], *(f"{name}!" for name in reduced))
        if macro.outputs:  # whoever asks for another value of this call gets the same call
            outputs = (names[key(output)] for output in macro.outputs)
            own_values = (
                replace(one, subscripts=marked) for one in outputs if isinstance(one, Name)
            )
            self.written[same] = (*own_values, Name(stem, marked))
        return Name(stem, marked)

    def add(self, name: str, node: Node, site: _Site) -> Name:
        target = Name(name, site.subscripts)
        self.write(target, Component((), (), node))
        return target

    def write(self, target: Name, component: Component) -> None:
        check_count(len(self.made))
        written = replace(component, subscripts=target.subscripts)
        self.made.append(Element(target.name, (written,), hidden=True))


def _check(macro: Macro, arguments: Sequence[Node], site: _Site) -> None:
    title = macro.name.upper()
    where = f"in the equation of '{site.variable}'"
    if key(macro.name) in site.path:
        raise InputError(f"The macro {title} calls itself, {where}. Write the equations out.")
    if len(arguments) != len(macro.parameters):
        raise InputError(
            f"The macro {title} takes {len(macro.parameters)} arguments, but has "
            f"{len(arguments)} {where}."
        )
    twice = {key(name) for one in arguments for name in _reduced(one)} & set(
        map(key, site.subscripts)
    )
    if twice:
        raise InputError(
            f"The macro {title} is called inside a sum over '{min(twice)}', which is a subscript "
            f"of the left-hand side, too, {where}. Sum over a copy of the range (<->)."
        )
    known = {key(element.name) for element in macro.elements}
    for value in (macro.name, *macro.outputs):
        if key(value) not in known:
            raise InputError(
                f"The macro {title} does not define {value.upper()}, a value it returns."
            )
    for element in macro.elements:
        if len(element.components) != 1 or element.components[0].subscripts:
            raise InputError(
                f"The macro {title} defines '{element.name}' with subscripts or more than once, "
                "which is not supported. Write the equations out where they are used."
            )


_BINDING = (*REDUCTIONS, "vmin_xmile", "vmax_xmile", "mean", "size", "vector_select")


def _reduced(node: Node) -> list[str]:
    """The ranges that a tree marks as summed over by a sum around it."""
    match node:
        case Apply(function) if function in _BINDING:
            return []
        case Name(_, subscripts):
            return [name[:-1] for name in subscripts if name.endswith("!")]
        case Apply(_, arguments, subscripts):
            own = [name[:-1] for name in subscripts if name.endswith("!")]
            return own + [name for argument in arguments for name in _reduced(argument)]
        case WithLookup(argument):
            return _reduced(argument)
        case _:
            return []


def _plain(node: Node) -> Node:
    """The tree without these marks, for a variable that has the ranges as subscripts."""
    match node:
        case Apply(function) if function in _BINDING:
            return node
        case Name(name, subscripts):
            return Name(name, tuple(one.removesuffix("!") for one in subscripts))
        case Apply(_, arguments, subscripts):
            plain = tuple(one.removesuffix("!") for one in subscripts)
            return replace(node, arguments=tuple(map(_plain, arguments)), subscripts=plain)
        case WithLookup(argument):
            return replace(node, argument=_plain(argument))
        case _:
            return node


def _renamed(node: Node, names: Mapping[str, Node], macro: str) -> Node:
    """The tree with parameters and local variables replaced. A call of ``macro`` itself stays."""
    match node:
        case Name(name, ()):
            return names.get(key(name), node)
        case Apply(function, arguments, subscripts):
            inner = tuple(_renamed(argument, names, macro) for argument in arguments)
            table = names.get(key(function))
            if isinstance(table, Name) and key(function) != macro:
                return Apply(table.name, inner, table.subscripts or subscripts)
            return replace(node, arguments=inner)
        case WithLookup(argument):
            return replace(node, argument=_renamed(argument, names, macro))
        case _:
            return node
