"""Give every sum its own variable, so that it is computed once and not once per element it feeds.

``a[i] = b[i] * SUM(c[j!])`` becomes ``_sum_1 = SUM(c[j!])`` and ``a[i] = b[i] * _sum_1``. Equal
sums share one variable. The order of addition is that of the axes in the equation, whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

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


def hoist_reductions(model: Model) -> Model:
    """The same model with each inner reduction replaced by a reference to a hidden auxiliary."""
    hoister = _Hoister()
    equations = [hoister.equation(equation) for equation in model.equations]
    flows = [hoister.equation(equation) for equation in model.flows]
    initials = [hoister.equation(equation) for equation in model.initials]
    return replace(
        model,
        variables=model.variables + tuple(hoister.variables),
        equations=(*equations, *hoister.equations),
        flows=tuple(flows),
        initials=tuple(initials),
    )


@dataclass
class _Hoister:
    variables: list[Variable] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)
    known: dict[tuple[Reduction, tuple[Axis, ...]], str] = field(default_factory=dict)

    def equation(self, equation: Equation) -> Equation:
        expression = equation.expression
        if isinstance(expression, Reduction):
            axes = equation.axes + expression.axes
            body = self.expression(expression.body, axes, equation.text)
            # Loops are numbered from the outside in, whatever other sums the equation had.
            moved = renumber(
                replace(expression, body=body), {axis.number: i for i, axis in enumerate(axes)}
            )
            return replace(equation, expression=moved)
        return replace(
            equation, expression=self.expression(expression, equation.axes, equation.text)
        )

    def expression(self, expression: Expression, scope: tuple[Axis, ...], text: str) -> Expression:
        match expression:
            case Call():
                arguments = tuple(self.expression(a, scope, text) for a in expression.arguments)
                return replace(expression, arguments=arguments)
            case LookupCall():
                argument = self.expression(expression.argument, scope, text)
                return replace(expression, argument=argument)
            case Reduction():
                body = self.expression(expression.body, scope + expression.axes, text)
                return self.variable_for(replace(expression, body=body), scope, text)
            case _:
                return expression

    def variable_for(self, reduction: Reduction, scope: tuple[Axis, ...], text: str) -> Reference:
        own = {axis.number for axis in reduction.axes}
        used = axes_used(reduction.body) - own
        free = [axis for axis in scope if axis.number in used]
        renumbered = {axis.number: i for i, axis in enumerate([*free, *reduction.axes])}
        axes = tuple(replace(axis, number=renumbered[axis.number]) for axis in free)
        inner = tuple(replace(axis, number=renumbered[axis.number]) for axis in reduction.axes)
        moved = Reduction(reduction.function, inner, renumber(reduction.body, renumbered))
        name = self.known.get((moved, axes))
        if name is None:
            name = f"_{reduction.function}_{len(self.variables) + 1}"
            self.known[moved, axes] = name
            shape = tuple(axis.size for axis in axes)
            labels = tuple(axis.label for axis in axes)
            self.variables.append(Variable(name, Kind.AUXILIARY, labels, shape, hidden=True))
            target = tuple(Index(axis.number, tuple(range(axis.size))) for axis in axes)
            self.equations.append(
                Equation(name, axes, target, moved, f"{name}: {reduction.function} in {text}")
            )
        return Reference(name, tuple(Index(axis.number, tuple(range(axis.size))) for axis in free))


def axes_used(expression: Expression) -> set[int]:
    """The numbers of all axes that an expression's indices mention."""
    match expression:
        case Reference():
            return {index.axis for index in expression.indices if index.axis is not None}
        case Call():
            return set().union(*(axes_used(a) for a in expression.arguments))
        case LookupCall():
            own = {index.axis for index in expression.indices if index.axis is not None}
            return own | axes_used(expression.argument)
        case Reduction():
            return axes_used(expression.body)
        case Number() | Time():
            return set()


def renumber(expression: Expression, numbers: dict[int, int]) -> Expression:
    """The expression with its axes called by other numbers."""

    def moved(indices: tuple[Index, ...]) -> tuple[Index, ...]:
        return tuple(
            index if index.axis is None else replace(index, axis=numbers[index.axis])
            for index in indices
        )

    match expression:
        case Reference():
            return replace(expression, indices=moved(expression.indices))
        case Call():
            arguments = tuple(renumber(a, numbers) for a in expression.arguments)
            return replace(expression, arguments=arguments)
        case LookupCall():
            argument = renumber(expression.argument, numbers)
            return replace(expression, indices=moved(expression.indices), argument=argument)
        case Reduction():
            axes = tuple(replace(axis, number=numbers[axis.number]) for axis in expression.axes)
            return replace(expression, axes=axes, body=renumber(expression.body, numbers))
        case _:
            return expression
