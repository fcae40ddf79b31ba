"""What a model says of each variable: equation, unit, meaning, what it reads and what reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...errors import InputError, nearest
from ..ir import Call, Equation, Expression, Kind, LookupCall, Model, Reduction, Table
from ..names import plain
from ..order import reads

LOOKUP = "lookup"
MOST_POINTS = 8  # of a lookup, in its line


@dataclass(frozen=True)
class Entry:
    """One variable or lookup. ``kind`` is that of `Kind`, or "lookup"; ``equations`` are lines.

    ``reads`` are what its equations name, those for the start included; ``read_by`` the reverse.
    Hidden variables (the stocks inside a delay) are seen through.
    """

    name: str
    kind: str
    subscripts: tuple[str, ...]
    units: str
    meaning: str
    limits: tuple[float | None, float | None]
    sector: str
    equations: tuple[str, ...]
    reads: tuple[str, ...]
    read_by: tuple[str, ...]


def entries(model: Model) -> tuple[Entry, ...]:
    """An entry for every variable of the modeller and every lookup, in the order of the file."""
    texts: dict[str, dict[str, None]] = {}
    for equation in _all(model):
        if equation.text:
            texts.setdefault(equation.variable, {})[equation.text] = None
    shown = [variable for variable in model.variables if not variable.hidden]
    lookups = [table for table in model.tables if not table.name.startswith("_")]
    read = _reads(model, [*(v.name for v in shown), *(table.name for table in lookups)])
    readers: dict[str, list[str]] = {name: [] for name in read}
    for name, sources in read.items():
        for source in sources:
            readers[source].append(name)
    own = [
        Entry(
            variable.name,
            str(variable.kind),
            variable.dimensions,
            variable.units,
            variable.meaning,
            variable.limits,
            variable.sector,
            tuple(texts.get(variable.name, ())),
            read[variable.name],
            tuple(readers[variable.name]),
        )
        for variable in shown
    ]
    return (*own, *(_lookup(table, tuple(readers[table.name])) for table in lookups))


def named(found: Sequence[Entry], name: str, model: str) -> Entry:
    """The entry that ``name`` means. Raises InputError with the nearest when there is none."""
    bare = name.partition("[")[0]
    for entry in found:
        if plain(entry.name) == plain(bare):
            return entry
    known = [entry.name for entry in found]
    raise InputError(
        f"Model '{model}' has no variable '{name}'.{nearest(bare, known)} "
        f"`upshift model equations {model}` lists them all."
    )


def _all(model: Model) -> Iterator[Equation]:
    yield from model.flows
    yield from model.equations
    kinds = {variable.name: variable.kind for variable in model.variables}
    moving = {equation.variable for equation in model.flows}
    for equation in model.initials:
        if kinds[equation.variable] is Kind.INITIAL or equation.variable in moving:
            yield equation


def _reads(model: Model, names: list[str]) -> dict[str, tuple[str, ...]]:
    own: dict[str, dict[str, None]] = {}
    for equation in (*model.equations, *model.flows, *model.initials):
        found = own.setdefault(equation.variable, {})
        found.update((reference.name, None) for reference in reads(equation.expression))
        found.update((table, None) for table in _tables(equation.expression))
    shown = dict.fromkeys(names)
    result = {}
    for name in names:
        waiting = list(own.get(name, ()))
        met: dict[str, None] = {}
        for source in waiting:
            if source not in met:
                met[source] = None
                waiting += () if source in shown else own.get(source, ())
        result[name] = tuple(source for source in met if source in shown and source != name)
    return result


def _tables(expression: Expression) -> Iterator[str]:
    match expression:
        case Call(_, arguments):
            for argument in arguments:
                yield from _tables(argument)
        case LookupCall(table, _, argument):
            yield table
            yield from _tables(argument)
        case Reduction(_, _, body):
            yield from _tables(body)
        case _:
            return


def _lookup(table: Table, read_by: tuple[str, ...]) -> Entry:
    x, y = table.points[0]
    pairs = [f"({a:g}, {b:g})" for a, b in zip(x, y, strict=True)]
    more = f", … {len(pairs)} points" if len(pairs) > MOST_POINTS else ""
    line = f"{table.name}({', '.join(pairs[:MOST_POINTS])}{more})"
    if len(table.points) > 1:
        line += f", the first of {len(table.points)}"
    return Entry(table.name, LOOKUP, (), "", "", (None, None), "", (line,), (), read_by)
