"""Stocks, flows and causes as a modeller sees them: what expansions hide is seen through.

A flow is a variable that a stock adds or subtracts as a whole, or sums over a subscript. What a
stock adds or subtracts beside such variables is one unnamed inflow and one unnamed outflow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..ir import Call, Equation, Expression, Kind, Model, Number, Reduction, Reference, Variable
from ..order import reads

UNNAMED = {1: "_inflow of ", -1: "_outflow of "}
BETWEEN = "_flow from or to "  # a term that one stock loses and another gains
_SIGN = {"+": 1, "-": -1}


@dataclass
class Flow:
    """What drains ``drained`` and fills ``filled``; ``name`` is a variable or unnamed."""

    name: str
    drained: list[str] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Structure:
    """``causes`` of each shown variable (and unnamed flow), in the order its equation has them.

    A stock's causes are what moves it, not what it starts from; flows are among them.
    """

    variables: Mapping[str, Variable]
    flows: Mapping[str, Flow]
    causes: Mapping[str, tuple[str, ...]]

    def sectors(self) -> tuple[str, ...]:
        """Every sector, in the order of the file."""
        return tuple(dict.fromkeys(v.sector for v in self.variables.values() if v.sector))


def structure(model: Model) -> Structure:
    """The structure of a model."""
    shown = {variable.name: variable for variable in model.variables if not variable.hidden}
    seen = _Through(model, shown)
    causes: dict[str, dict[str, None]] = {name: {} for name in shown}
    flows: dict[str, Flow] = {}
    for equation in _computing(model, shown):
        causes[equation.variable].update(seen.names(equation.expression, equation.variable))
    terms = [
        (equation.variable, sign, term)
        for equation in model.flows
        if equation.variable in shown
        for sign, term in _terms(equation.expression, 1)
    ]
    gained = {term for _, sign, term in terms if sign > 0}
    passed_on: dict[Expression, str] = {}
    for stock, sign, term in terms:
        if sign < 0 and term in gained:
            passed_on.setdefault(term, stock)
    for stock, sign, term in terms:
        name = _named(term, shown)
        if name is None:
            giver = passed_on.get(term)
            name = UNNAMED[sign] + stock if giver is None else BETWEEN + giver
            causes.setdefault(name, {}).update(seen.names(term, stock))
        flow = flows.setdefault(name, Flow(name))
        side = flow.filled if sign > 0 else flow.drained
        if stock not in side:
            side.append(stock)
        causes[stock][name] = None
    return Structure(shown, flows, {name: tuple(found) for name, found in causes.items()})


def _computing(model: Model, shown: Mapping[str, Variable]) -> Iterator[Equation]:
    """The equations that give a shown variable its value at run time, flows of stocks apart."""
    for equation in model.equations:
        if equation.variable in shown and shown[equation.variable].kind is not Kind.CONSTANT:
            yield equation
    for equation in model.initials:
        if equation.variable in shown and shown[equation.variable].kind is Kind.INITIAL:
            yield equation


class _Through:
    """Looks through hidden variables (the stocks inside a delay) to what they are made from."""

    def __init__(self, model: Model, shown: Mapping[str, Variable]) -> None:
        self.shown = shown
        self.inside: dict[str, set[str]] = {}
        for equation in (*model.equations, *model.flows, *model.initials):
            if equation.variable not in shown:
                found = (reference.name for reference in reads(equation.expression))
                self.inside.setdefault(equation.variable, set()).update(found)

    def names(self, expression: Expression, own: str) -> dict[str, None]:
        """The shown variables an expression depends on directly; ``own`` never among them.

        A variable whose elements read one another is no cause of itself, but a hidden stock is.
        """
        found: dict[str, None] = {}
        waiting = [reference.name for reference in reads(expression)]
        met: set[str] = set()
        for name in waiting:
            if name in met:
                continue
            met.add(name)
            if name in self.shown:
                if name != own or self.shown[own].kind is Kind.STOCK:
                    found[name] = None
            else:
                waiting += sorted(self.inside.get(name, ()))
        return found


def _terms(expression: Expression, sign: int) -> Iterator[tuple[int, Expression]]:
    """The terms of a sum, each with its sign; a term that is zero is none."""
    match expression:
        case Call("+" | "-" as operator, (left, right)):
            yield from _terms(left, sign)
            yield from _terms(right, sign * _SIGN[operator])
        case Call("negative", (inner,)):
            yield from _terms(inner, -sign)
        case Call("max", (net, Call("negative", (Call("/", (Reference(), _)),)))):
            yield from _terms(net, sign)  # the guard of a stock that cannot go below zero
        case Call("*" | "/" as operator, (Call("negative", (first,)), second)):
            yield -sign, Call(operator, (first, second))
        case Number(0.0):
            return
        case _:
            yield sign, expression


def _named(term: Expression, shown: Mapping[str, Variable]) -> str | None:
    match term:
        case Reference(name) if name in shown and shown[name].kind is not Kind.STOCK:
            return name
        case Reduction("sum", _, body):
            return _named(body, shown)
        case _:
            return None


def in_order(names: Iterable[str], variables: Mapping[str, Variable]) -> list[str]:
    """Names in the order of the file; unnamed flows last."""
    place = {name: number for number, name in enumerate(variables)}
    return sorted(names, key=lambda name: (place.get(name, len(place)), name))
