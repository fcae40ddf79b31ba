"""Expressions held to the limits of ``bounds``: how deep they are and what they grow to.

A function of the language may stand for many operations, and may read an argument several times;
so a short line can mean a very long one. Shared parts are measured once, but counted every time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .bounds import MOST_DEPTH, MOST_OPERATIONS, too_deep
from .functions import FUNCTIONS
from .ir import Call, Equation, Expression, LookupCall, Reduction
from .syntax import Apply, Node, WithLookup

_PLACE = re.compile(r"\{(\d)\}|[()]")


def check_tree(name: str, node: Node) -> None:
    """Refuse a tree deeper than an expression may be. Does not recurse. Raises InputError."""
    waiting = [(node, 0)]
    while waiting:
        inner, depth = waiting.pop()
        if depth > MOST_DEPTH:
            raise too_deep(name)
        match inner:
            case Apply(_, arguments):
                waiting += [(argument, depth + 1) for argument in arguments]
            case WithLookup(argument):
                waiting.append((argument, depth + 1))
            case _:
                pass


def check_expression(equation: Equation) -> None:
    """Refuse an expression that would be too deep or too long written out. Raises InputError."""
    try:
        depth, operations = _measured(equation.expression, {})
    except RecursionError:
        raise too_deep(equation.variable) from None
    if depth > MOST_DEPTH or operations > MOST_OPERATIONS:
        raise too_deep(equation.variable)


def _measured(node: Expression, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """The brackets inside one another of the source of a node, and its operations."""
    found = known.get(id(node))
    if found is None:
        depth, operations = 0, 1
        for inner, brackets in _inner(node):
            below, more = _measured(inner, known)
            depth = max(depth, brackets + below)
            operations += more
        found = known[id(node)] = (depth, operations)
    return found


def _inner(node: Expression) -> Iterator[tuple[Expression, int]]:
    """The arguments of a node, each with the number of brackets around it."""
    match node:
        case Call(function, arguments):
            yield from zip(arguments, _BRACKETS[function], strict=False)
        case LookupCall(_, _, argument):
            yield argument, 1
        case Reduction(_, _, body):
            yield body, 1
        case _:
            return


def _brackets(template: str, most: int) -> tuple[int, ...]:
    """How many brackets stand around each operand of a template, at its deepest place."""
    around, now = [0] * most, 0
    for match in _PLACE.finditer(template):
        if match[1] is not None:
            around[int(match[1])] = max(around[int(match[1])], now)
        now += (match[0] == "(") - (match[0] == ")")
    return tuple(around)


_BRACKETS = {row.name: _brackets(row.emitter, row.arity[1]) for row in FUNCTIONS.values()}
