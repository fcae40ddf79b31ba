"""The part of a model that some variables need: fewer equations, the same numbers.

Fitting looks at a few variables of a large model many thousands of times. Whatever they do not
depend on, by any path through stocks and starting values, is left away before compiling.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from .build import CompiledModel, compile_model
from .ir import Call, Equation, Expression, Kind, LookupCall, Reduction
from .names import find
from .order import reads


def reduced(model: CompiledModel, outputs: Iterable[str]) -> CompiledModel:
    """The model with only what ``outputs`` (variables or elements) depend on; constants all stay.

    Its digest and name are its own; outputs have the same values as in the whole model. Raises
    InputError for an unknown name.
    """
    whole = model.model
    readers: dict[str, list[Equation]] = defaultdict(list)
    for equation in (*whole.equations, *whole.flows, *whole.initials):
        readers[equation.variable].append(equation)
    needed: set[str] = set()
    waiting = [find(model, name)[0].name for name in outputs]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += [r.name for e in readers[name] for r in reads(e.expression)]
    needed |= {v.name for v in whole.variables if v.kind is Kind.CONSTANT}
    kept = [e for name in needed for e in readers[name]]
    tables = {name for equation in kept for name in _tables(equation.expression)}
    return compile_model(
        replace(
            whole,
            variables=tuple(v for v in whole.variables if v.name in needed),
            equations=tuple(e for e in whole.equations if e.variable in needed),
            flows=tuple(e for e in whole.flows if e.variable in needed),
            initials=tuple(e for e in whole.initials if e.variable in needed),
            tables=tuple(table for table in whole.tables if table.name in tables),
        )
    )


def _tables(expression: Expression) -> set[str]:
    match expression:
        case LookupCall():
            return {expression.table} | _tables(expression.argument)
        case Call():
            return set().union(*(_tables(argument) for argument in expression.arguments))
        case Reduction():
            return _tables(expression.body)
        case _:
            return set()
