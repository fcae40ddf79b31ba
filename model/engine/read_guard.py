"""Habits of PySD's parsers mended while they read our file, and only then.

The parsers' modules are handed in: only ``read`` imports PySD.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from threading import Lock
from typing import Any

from .bounds import check_range

_NUMBERED = re.compile(r"(.*\D)(\d{1,18})", re.DOTALL)
_MENDING = Lock()  # one file at a time: the parser's classes are shared
_SIGNED = re.compile(r"[+-]?\s*(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?+")
_SUM = re.compile(rf"\s*{_SIGNED.pattern}(?:\s*(?=[+-]){_SIGNED.pattern})*\s*")

Mend = tuple[Any, str, Any]  # a class or module of the parser, the name of a part, our part


@contextmanager
def guarded(module: Any) -> Iterator[None]:
    """Vensim's parser without three of its habits.

    It evaluates the text of numbers and of lookup limits with Python's ``eval``; the latter may be
    any text between brackets, so a model file could run code. Literals are all it needs. And it
    joins a minus sign to the literal after it before anything else, so that ``-2^2`` would be 4;
    Vensim gives -4. And it writes a range such as (A1-A99999999) out whatever its size.
    """
    numbered = (module.ElementsComponentVisitor, "visit_subscript_range", _numbered)
    with _mended(module, [*_of_equations(module), numbered]):
        yield


@contextmanager
def guarded_xmile(module: Any) -> Iterator[None]:
    """XMILE's parser, without these habits.

    There a ramp may start with the run, and each element of a stock at a value of its own.
    """
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

    ramps = (module, "structures", structures | {"ramp": ramp})
    stocks = (module.Stock, "_parse_component", of_element)
    with _mended(module, [*_of_equations(module), ramps, stocks]):
        yield


def _of_equations(module: Any) -> list[Mend]:
    return [(module.EquationVisitor, "visit_neg_expr", _signed)]


@contextmanager
def _mended(module: Any, mends: Sequence[Mend]) -> Iterator[None]:
    with _MENDING:
        before = [getattr(part, name) for part, name, _ in mends]
        module.eval = _literal
        for part, name, ours in mends:
            setattr(part, name, ours)
        try:
            yield
        finally:
            del module.eval
            for (part, name, _), theirs in zip(mends, before, strict=True):
                setattr(part, name, theirs)


def _one_element(stock: Any, element: Any) -> Any:
    """A stock like ``stock``, with the initial value of one of its elements."""
    alone = stock.makeelement(stock.tag, dict(stock.attrib), nsmap=stock.nsmap)
    parts = (*stock, *element)
    alone.extend(deepcopy(part) for part in parts if part.tag != element.tag)
    return alone


def _numbered(visitor: Any, _node: object, children: list[str]) -> None:
    """The elements of ``(A1 - A9)``."""
    first, last = (_NUMBERED.fullmatch(children[place].strip()) for place in (2, 6))
    if first is None or last is None or first[1] != last[1] or int(first[2]) >= int(last[2]):
        raise ValueError(f"the subscripts from {children[2]} to {children[6]} are no range")
    numbers = range(int(first[2]), int(last[2]) + 1)
    check_range(f"{children[2]}-{children[6]}", len(numbers))
    visitor.subscripts += [f"{first[1]}{number}" for number in numbers]


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
