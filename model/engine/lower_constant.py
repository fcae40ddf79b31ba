"""Values that must be known when a model is loaded: control parameters and orders of delays."""

from __future__ import annotations

import numpy as np

from .functions import FUNCTIONS
from .lower_names import key
from .lower_scope import Symbols
from .syntax import Apply, Literal, Name, Node


def constant_value(node: Node, symbols: Symbols, path: tuple[str, ...] = ()) -> float | None:
    """The value of a tree of numbers and scalar constants, or None if it varies.

    ``path`` holds the names being evaluated; a name met again makes the value unknown.
    """
    match node:
        case Literal(value):
            return value
        case Name(name, ()):
            return _named(name, symbols, path)
        case Apply(function, arguments) if function in FUNCTIONS:
            values = [constant_value(argument, symbols, path) for argument in arguments]
            known = [value for value in values if value is not None]
            fewest, most = FUNCTIONS[function].arity
            if len(known) < len(values) or not fewest <= len(values) <= most:
                return None
            with np.errstate(all="ignore"):
                return float(FUNCTIONS[function].numpy(*map(np.float64, known)))
        case _:
            return None


def _named(name: str, symbols: Symbols, path: tuple[str, ...]) -> float | None:
    declared = symbols.find(name)
    if declared is None or key(name) in path or len(declared.element.components) != 1:
        return None
    (component,) = declared.element.components
    if component.subscripts or component.kind != "equation":
        return None
    return constant_value(component.node, symbols, (*path, key(name)))
