"""What a generated kernel does at a step that nobody saves: operations, counted in its source."""

from __future__ import annotations

import ast
from collections import Counter

from upshift.model.engine import CompiledModel

_SIGNS = {ast.Add: "add", ast.Sub: "add", ast.Mult: "multiply", ast.Div: "divide"}
_WORDS = {
    "over": "quotient by a kept reciprocal",
    "power": "power",
    "exp": "exponential",
    "ln": "logarithm",
    "lookup": "lookup",
    "load": "load",
    "store": "store",
    "record": "store",
    "select": "choice",
    "least": "choice",
    "greatest": "choice",
}


def operations(model: CompiledModel) -> Counter[str]:
    """How often each kind of operation is done at one step, for all runs of a lane at once."""
    total: Counter[str] = Counter()
    for node in ast.parse(model.source).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("brief_"):
            _block(node.body, 1, total)
    return total


def _block(statements: list[ast.stmt], times: int, total: Counter[str]) -> None:
    for statement in statements:
        if isinstance(statement, ast.For):
            size = statement.iter.args[0].value  # type: ignore[attr-defined]
            _block(statement.body, times * int(size), total)
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.BinOp) and _counts(statement):
                total[_SIGNS[type(node.op)]] += times
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                kind = _WORDS.get(node.func.attr)
                if kind is not None:
                    total[kind] += times


def _counts(statement: ast.stmt) -> bool:
    """Whether a statement computes numbers of the model, and not the place of an element."""
    if not isinstance(statement, ast.Assign):
        return False
    names = {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
    places = {name for name in names if name.startswith("i") and name[1:].isdigit()}
    return not places
