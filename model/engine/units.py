"""Dimensional analysis of a lowered model.

Rules: what is added, compared or chosen between has the same units; products and quotients
multiply and divide them; EXP, LN and angles are dimensionless; a stock's flow has the stock's units
over those of TIME STEP. A number written in an equation is dimensionless, except 0, which fits
anything, and except a number that is the whole right-hand side, which takes the variable's units.
What a lookup or data table returns fits anything. A variable without units is reported once, and
then fits anything; a model that states no units at all has no findings.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isfinite, prod

from .functions import FUNCTIONS, UnitRule
from .ir import (
    Call,
    Equation,
    Expression,
    Kind,
    LookupCall,
    Model,
    Number,
    Reduction,
    Reference,
    Time,
    Variable,
)
from .unit_algebra import Units, UnitsError, parse_units

NO_UNIT = Units()


@dataclass(frozen=True)
class UnitFinding:
    """One inconsistency: the variable whose equation it is in, and what is wrong.

    ``left`` and ``right`` are the units that should agree, as text; both empty where there is only
    one side (units that are missing or cannot be read).
    """

    variable: str
    problem: str
    left: str = ""
    right: str = ""
    equation: str = ""

    def __str__(self) -> str:
        sides = f": {self.left} against {self.right}" if self.left else ""
        text = f" (in: {self.equation})" if self.equation else ""
        return f"'{self.variable}': {self.problem}{sides}{text}"


def check_units(model: Model) -> tuple[UnitFinding, ...]:
    """Every inconsistency of units, in the order of the model; empty if there is none."""
    if not any(variable.units.strip() for variable in model.variables):
        return ()
    return _Checker(model).findings()


class _Checker:
    """Holds the units of every variable; ``None`` is units not known, which fit anything."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.found: dict[UnitFinding, None] = {}
        self.equation = Equation("", (), (), Number(0.0))
        self.known: dict[str, Units | None] = {}
        self.hidden = {v.name: v for v in model.variables if v.hidden}
        for variable in model.variables:
            if not variable.hidden:
                self.known[variable.name] = self._declared(variable)
        steps = [v for v in model.variables if v.name.casefold().replace("_", " ") == "time step"]
        self.time = self.known.get(steps[0].name) if steps else None
        self.starts = {e.variable: e.expression for e in model.initials}

    def findings(self) -> tuple[UnitFinding, ...]:
        """Check every equation."""
        kinds = {variable.name: variable.kind for variable in self.model.variables}
        for equation in self.model.equations:
            if kinds[equation.variable] is not Kind.CONSTANT:
                self._check(equation, self._of_variable(equation.variable), "its equation")
        for equation in self.model.initials:
            self._check(equation, self._of_variable(equation.variable), "its starting value")
        for equation in self.model.flows:
            stock = self._of_variable(equation.variable)
            rate = None if stock is None or self.time is None else stock.over(self.time)
            self._check(equation, rate, "its flow, which should be its units over those of time,")
        return tuple(self.found)

    def _declared(self, variable: Variable) -> Units | None:
        if not variable.units.strip():
            self._report(UnitFinding(variable.name, "states no units"))
            return None
        try:
            return parse_units(variable.units)
        except UnitsError as error:
            self._report(UnitFinding(variable.name, f"has units that cannot be read: {error}"))
            return None

    def _report(self, finding: UnitFinding) -> None:
        self.found[finding] = None

    def _check(self, equation: Equation, expected: Units | None, what: str) -> None:
        self.equation = equation
        if isinstance(equation.expression, Number):
            return
        actual = self._units(equation.expression)
        if expected is not None and actual is not None and expected != actual:
            self._mismatch(f"{what} has other units", expected, actual)

    def _mismatch(self, problem: str, left: Units, right: Units) -> None:
        text = self.equation.text
        self._report(UnitFinding(self.equation.variable, problem, str(left), str(right), text))

    def _of_variable(self, name: str) -> Units | None:
        """A variable's units; those of a hidden one follow from its starting value."""
        if name not in self.known:
            self.known[name] = NO_UNIT if self.hidden[name].kind is Kind.CONSTANT else None
            if name in self.starts:
                self.known[name] = self._units(self.starts[name])
        return self.known[name]

    def _units(self, node: Expression) -> Units | None:
        result: Units | None = None
        match node:
            case Number(value):
                result = None if value == 0 else NO_UNIT
            case Time():
                result = self.time
            case Reference(name):
                result = self._of_variable(name)
            case Reduction(function, axes, body):
                result = self._units(body)
                if function == "prod" and result is not None:
                    result = result.raised(Fraction(prod(axis.size for axis in axes)))
            case Call():
                result = self._call(node)
            case LookupCall(_, _, argument):
                self._units(argument)
        return result

    def _call(self, call: Call) -> Units | None:
        rule = FUNCTIONS[call.function].units_rule
        units = [self._units(argument) for argument in call.arguments]
        title = call.function.replace("_", " ").upper()
        match rule:
            case UnitRule.SAME:
                result = self._same(units, f"the two sides of {title} have different units")
            case UnitRule.COMPARE:
                self._same(units, f"the two sides of {title} have different units")
                result = NO_UNIT
            case UnitRule.BRANCH:
                result = self._same(units[1:], f"the two results of {title} have different units")
            case UnitRule.PRODUCT | UnitRule.QUOTIENT:
                result = _combined(units, 1 if rule is UnitRule.PRODUCT else -1)
            case UnitRule.SAFE_QUOTIENT:
                quotient = _combined(units[:2], -1)
                problem = f"the last argument of {title} has other units than its quotient"
                result = self._same([quotient, *units[2:]], problem)
            case UnitRule.POWER:
                result = self._power(call, units)
            case UnitRule.ROOT:
                result = None if units[0] is None else units[0].raised(Fraction(1, 2))
            case UnitRule.PURE:
                self._pure(units, f"{title} takes a dimensionless argument")
                result = NO_UNIT
            case UnitRule.LOGIC | UnitRule.DRAW:
                result = NO_UNIT
        return result

    def _same(self, units: list[Units | None], problem: str) -> Units | None:
        known = [unit for unit in units if unit is not None]
        for unit in known[1:]:
            if unit != known[0]:
                self._mismatch(problem, known[0], unit)
        return known[0] if known else None

    def _pure(self, units: list[Units | None], problem: str) -> None:
        for unit in units:
            if unit is not None and unit != NO_UNIT:
                self._mismatch(problem, NO_UNIT, unit)

    def _power(self, call: Call, units: list[Units | None]) -> Units | None:
        base, exponent = units
        literal = call.arguments[1]
        if isinstance(literal, Number) and isfinite(literal.value):
            return (
                None if base is None else base.raised(Fraction(literal.value).limit_denominator())
            )
        self._pure([base], "a power with a variable exponent takes a dimensionless base")
        self._pure([exponent], "an exponent is dimensionless")
        return NO_UNIT


def _combined(units: list[Units | None], sign: int) -> Units | None:
    left, right = units
    return None if left is None or right is None else left.times(right, sign)
