"""Values that must be known when a model is loaded: the clock, orders of delays, queues."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .functions import FUNCTIONS
from .ir import Kind
from .lower_names import key
from .lower_scope import Symbols
from .syntax import Apply, Literal, Name, Node

CONTROLS = ("initial time", "final time", "time step", "saveper")


def constant_value(node: Node, symbols: Symbols) -> float | None:
    """The value of a tree of numbers and scalar constants, or None if it varies."""
    return _Evaluator(symbols, None).value(node, ())


def clock_value(node: Node, symbols: Symbols, time: float | None) -> float | None:
    """The value of a control parameter, or None if it varies; the constants it reads are fixed.

    With ``time`` it may be a formula of Time, too.
    """
    evaluator = _Evaluator(symbols, time)
    value = evaluator.value(node, ())
    symbols.fixed.update(name for name in evaluator.used if key(name) not in CONTROLS)
    return value


def value_at_start(node: Node, symbols: Symbols) -> float | None:
    """The value at INITIAL TIME of a tree of numbers, scalar constants and the clock, or None.

    The constants read here have shaped the model: they are listed in ``symbols.fixed``, since a
    value given at run time would come too late.
    """
    declared = symbols.find("initial time")
    start = None if declared is None else declared.element.components[0].node
    time = None if start is None else constant_value(start, symbols)
    evaluator = _Evaluator(symbols, time)
    value = evaluator.value(node, ())
    symbols.fixed.update(evaluator.used)
    return value


@dataclass
class _Evaluator:
    """``used`` gathers the names of the constants read."""

    symbols: Symbols
    time: float | None
    used: set[str] = field(default_factory=set)

    def value(self, node: Node, path: tuple[str, ...]) -> float | None:
        """``path`` holds the names being evaluated; a name met again makes the value unknown."""
        match node:
            case Literal(value):
                return value
            case Name(name, ()):
                return self.named(name, path)
            case Apply(function, arguments):
                values = [self.value(argument, path) for argument in arguments]
                known = [value for value in values if value is not None]
                return None if len(known) < len(values) else self.applied(function, known)
            case _:
                return None

    def applied(self, function: str, values: list[float]) -> float | None:
        if function == "step" and self.time is not None and len(values) == 2:
            height, start = values
            return height if self.time >= start else 0.0
        if function not in FUNCTIONS:
            return None
        fewest, most = FUNCTIONS[function].arity
        if not fewest <= len(values) <= most:
            return None
        with np.errstate(all="ignore"):
            return float(FUNCTIONS[function].numpy(*map(np.float64, values)))

    def named(self, name: str, path: tuple[str, ...]) -> float | None:
        declared = self.symbols.find(name)
        if declared is None and key(name) == "time":
            return self.time
        if declared is None or key(name) in path or len(declared.element.components) != 1:
            return None
        (component,) = declared.element.components
        if component.subscripts or component.kind != "equation":
            return None
        if declared.kind is Kind.CONSTANT:
            self.used.add(declared.name)
        return self.value(component.node, (*path, key(name)))
