"""What does not change during a run is computed once, before the first step.

A part of an equation that reads neither the clock nor anything that moves becomes a hidden variable
of its own: ``people[i] * (rate[i] * share)`` reads one array where it read two. A division by such
a value becomes a product with its reciprocal, kept in two parts so that the quotient is the same
(``lane_math.over``). Nothing is reassociated: each result is that of the equation as written.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import frexp, isfinite, prod

from .functions import FUNCTIONS, TINY
from .hoist import axes_used, renumber
from .ir import (
    Axis,
    Call,
    Equation,
    Expression,
    Index,
    Kind,
    LookupCall,
    Model,
    Number,
    Reduction,
    Reference,
    Time,
    Variable,
)
from .order import reads, uses_time

# Calls that only this pass makes, as source: the model's language has no such functions.
EMITTERS = {
    "over": "lanes.over({0}, {1}, {2})",
    "guarded over": f"lanes.select(lanes.magnitude({{1}}) < {TINY!r}, {{2}}, "
    "lanes.over({0}, {3}, {4}))",
    "inverse": "lanes.inverse({0})",
    "inverse rest": "lanes.inverse_rest({0}, {1})",
}
_CHEAP = frozenset(("+", "-", "*", "negative", "min", "max", "abs"))
QUOTIENTS = frozenset(("/", "zidz", "xidz"))


def hoist_settled(model: Model) -> Model:
    """The same model, its reductions already hoisted, with settled parts in hidden variables."""
    hoister = _Hoister(_moving(model))
    equations = [
        hoister.equation(e) if e.variable in hoister.moving else e for e in model.equations
    ]
    flows = [hoister.equation(flow) for flow in model.flows]
    return replace(
        model,
        variables=model.variables + tuple(hoister.variables),
        equations=(*equations, *hoister.equations),
        flows=tuple(flows),
    )


def _moving(model: Model) -> set[str]:
    """The names of the variables that may change from step to step."""
    kinds = {v.name: v.kind for v in model.variables}
    moving = {name for name, kind in kinds.items() if kind is Kind.STOCK}
    moving |= {e.variable for e in model.initials if kinds[e.variable] is Kind.AUXILIARY}
    readers: dict[str, list[str]] = {}
    for equation in model.equations:
        if kinds[equation.variable] is Kind.CONSTANT:
            continue
        if uses_time(equation.expression):
            moving.add(equation.variable)
        for reference in reads(equation.expression):
            readers.setdefault(reference.name, []).append(equation.variable)
    waiting = list(moving)
    while waiting:
        for name in readers.get(waiting.pop(), ()):
            if name not in moving:
                moving.add(name)
                waiting.append(name)
    return moving


@dataclass
class _Hoister:
    moving: set[str]
    variables: list[Variable] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)
    known: dict[tuple[Expression, tuple[Axis, ...]], str] = field(default_factory=dict)

    def equation(self, equation: Equation) -> Equation:
        expression = equation.expression
        if isinstance(expression, Reduction):
            scope = equation.axes + expression.axes
            body = self.part(expression.body, scope, equation.text)
            return replace(equation, expression=replace(expression, body=body))
        return replace(equation, expression=self.part(expression, equation.axes, equation.text))

    def settled(self, expression: Expression) -> bool:
        return not uses_time(expression) and not any(
            reference.name in self.moving for reference in reads(expression)
        )

    def part(self, expression: Expression, scope: tuple[Axis, ...], text: str) -> Expression:
        match expression:
            case Call():
                if self.worth_it(expression, scope):
                    return self.variable_for(expression, scope, text)
                arguments = tuple(self.part(a, scope, text) for a in expression.arguments)
                moved = replace(expression, arguments=arguments)
                return self.quotient(moved, scope, text)
            case LookupCall():
                if self.settled(expression):
                    return self.variable_for(expression, scope, text)
                return replace(expression, argument=self.part(expression.argument, scope, text))
            case _:
                return expression

    def worth_it(self, call: Call, scope: tuple[Axis, ...]) -> bool:
        """Whether reading a settled call costs less than computing it, in time and in memory."""
        function = FUNCTIONS.get(call.function)
        if function is None or function.gives_mask or not self.settled(call):
            return False
        leaves = set(reads(call))
        if not leaves:
            return False
        if not _calls(call) <= _CHEAP:
            return True
        sizes = {axis.number: axis.size for axis in scope}
        largest = max(prod(sizes[a] for a in axes_used(leaf)) for leaf in leaves)
        whole = prod(sizes[a] for a in axes_used(call))
        return whole <= largest and (len(leaves) > 1 or whole == 1)

    def quotient(self, call: Call, scope: tuple[Axis, ...], text: str) -> Call:
        """The call with a settled divisor replaced by its reciprocal."""
        if call.function not in QUOTIENTS:
            return call
        numerator, divisor, *otherwise = call.arguments
        if self.settled(numerator):
            return call
        if isinstance(divisor, Number) and call.function == "/":
            return _over_literal(call, divisor.value)
        if not isinstance(divisor, Reference) or divisor.name in self.moving:
            return call
        inverse = self.variable_for(Call("inverse", (divisor,)), scope, text)
        rest = self.variable_for(Call("inverse rest", (divisor, inverse)), scope, text)
        if call.function == "/":
            return Call("over", (numerator, inverse, rest))
        default = otherwise[0] if otherwise else Number(0.0)
        return Call("guarded over", (numerator, divisor, default, inverse, rest))

    def variable_for(self, expression: Expression, scope: tuple[Axis, ...], text: str) -> Reference:
        used = axes_used(expression)
        free = [axis for axis in scope if axis.number in used]
        numbers = {axis.number: i for i, axis in enumerate(free)}
        axes = tuple(replace(axis, number=numbers[axis.number]) for axis in free)
        moved = renumber(expression, numbers)
        name = self.known.get((moved, axes))
        if name is None:
            name = f"_settled_{len(self.variables) + 1}"
            self.known[moved, axes] = name
            shape = tuple(axis.size for axis in axes)
            labels = tuple(axis.label for axis in axes)
            self.variables.append(Variable(name, Kind.AUXILIARY, labels, shape, hidden=True))
            target = tuple(Index(axis.number, tuple(range(axis.size))) for axis in axes)
            self.equations.append(
                Equation(name, axes, target, moved, f"{name}: what does not move in {text}")
            )
        return Reference(name, tuple(Index(a.number, tuple(range(a.size))) for a in free))


def _calls(expression: Expression) -> set[str]:
    """The names of all functions in an expression."""
    match expression:
        case Call():
            return {expression.function}.union(*(_calls(a) for a in expression.arguments))
        case LookupCall():
            return {"lookup"} | _calls(expression.argument)
        case Reduction():
            return {"reduction"} | _calls(expression.body)
        case Number() | Reference() | Time():
            return set()


def _over_literal(call: Call, divisor: float) -> Call:
    """A division by a literal as a product; by zero and by extreme numbers, as it is."""
    if not isfinite(divisor) or not 1e-290 < abs(divisor) < 1e290:
        return call
    exact = 1 / Fraction(divisor)
    first = float(exact)
    if abs(frexp(divisor)[0]) == 0.5:  # a power of two
        return Call("*", (call.arguments[0], Number(first)))
    rest = float(exact - Fraction(first))
    return Call("over", (call.arguments[0], Number(first), Number(rest)))
