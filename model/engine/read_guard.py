"""Habits of PySD's parsers mended while they read our file, and only then.

The parsers' modules are handed in: only ``read`` imports PySD.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

_SIGNED = re.compile(r"[+-]?\s*(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_SUM = re.compile(rf"\s*{_SIGNED.pattern}(?:\s*(?=[+-]){_SIGNED.pattern})*\s*")


@contextmanager
def guarded(module: Any) -> Iterator[None]:
    """A parser of equations that runs no code and knows what a minus sign binds.

    It evaluates the text of numbers and of lookup limits with Python's ``eval``; the latter may be
    any text between brackets, so a model file could run code. Literals are all it needs. And it
    joins a minus sign to the literal after it before anything else, so that ``-2^2`` would be 4;
    Vensim gives -4.
    """
    visitor = module.EquationVisitor
    joined = visitor.visit_neg_expr
    module.eval = _literal
    visitor.visit_neg_expr = _signed
    try:
        yield
    finally:
        del module.eval
        visitor.visit_neg_expr = joined


@contextmanager
def guarded_xmile(module: Any) -> Iterator[None]:
    """The same for XMILE; there a ramp may start with the run, and each element of a stock at its
    own value."""
    structures, parse = module.structures, module.Stock._parse_component
    start = structures["reference"]("starttime", None)
    ramp = dict(structures["ramp"])
    ramp[1] = lambda slope: ramp[2](slope, start)

    def of_element(stock: Any, node: Any, behaviors: Any) -> Any:
        whole = stock.node
        if node is not whole:
            stock.node = _one_element(whole, node)
        try:
            return parse(stock, node, behaviors)
        finally:
            stock.node = whole

    module.structures = structures | {"ramp": ramp}
    module.Stock._parse_component = of_element
    try:
        with guarded(module):
            yield
    finally:
        module.structures = structures
        module.Stock._parse_component = parse


def _one_element(stock: Any, element: Any) -> Any:
    """A stock like ``stock``, with the initial value of one of its elements."""
    alone = stock.makeelement(stock.tag, dict(stock.attrib), nsmap=stock.nsmap)
    parts = (*stock, *element)
    alone.extend(deepcopy(part) for part in parts if part.tag != element.tag)
    return alone


def _signed(visitor: Any, _node: object, children: list[str]) -> str:
    sign, _, operand = children
    if sign == "-":
        visitor.negatives.add(operand)
    return operand


def _literal(text: str) -> object:
    """A number, a sum of signed numbers (which PySD takes for an array), or pairs of numbers."""
    if _SUM.fullmatch(text):
        return sum(float(term.replace(" ", "")) for term in _SIGNED.findall(text))
    try:
        return ast.literal_eval(text.strip().lstrip("+"))
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"'{text.strip()[:60]}' is not a number") from error
