"""The schedule and the layout, written out as source that a person can read.

Each group of equations becomes one nest of loops; each equation is preceded by the line of the
model it came from. A value is computed once, at the outermost loop at which all it needs is known:
the emitter names every load, and every compound operand that belongs to an outer loop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isinf, isnan, prod

from . import driver
from .functions import FUNCTIONS
from .hoist_settled import EMITTERS, QUOTIENTS
from .ir import (
    Axis,
    Call,
    Equation,
    Expression,
    Index,
    LookupCall,
    Model,
    Number,
    Reduction,
    Reference,
    Time,
)
from .layout import Layout
from .layout_brief import brief_layout
from .order import RATE, Group, Schedule, loops
from .order_needed import essential, read_at_start, read_elsewhere

PART_LIMIT = 24  # equations a function: longer ones compile in more than linear time
SIGNS = {"sum": "({0} + {1})", "prod": "({0} * {1})", "vmin": "lanes.least({1}, {0})"}
SIGNS["vmax"] = "lanes.greatest({1}, {0})"
STARTS = {"sum": "0.0", "prod": "1.0", "vmin": "1.7976931348623157e308"}
STARTS["vmax"] = "-1.7976931348623157e308"
INDENT = "    "
COMMENT = 160  # letters of an equation above its statements
INVERTED = 3  # divisions by one value from which its reciprocal is worth computing


@dataclass(frozen=True)
class Emitted:
    """Source text, and the integers it reads at run time: maps of elements, places of tables."""

    source: str
    integers: tuple[int, ...]


@dataclass(frozen=True)
class _Value:
    """Source of an expression, and the number of loops it needs to be inside of."""

    code: str
    level: int
    simple: bool = False  # a name or a literal: may be repeated at no cost


@dataclass
class _Integers:
    """Integers that generated source reads at run time: maps between elements, places of tables."""

    values: list[int] = field(default_factory=list)
    places: dict[tuple[int, ...], int] = field(default_factory=dict)

    def place(self, values: tuple[int, ...]) -> int:
        if values not in self.places:
            self.places[values] = len(self.values)
            self.values.extend(values)
        return self.places[values]


@dataclass(frozen=True)
class _Context:
    """What every nest of one phase needs.

    ``shared`` None means: store everything. In a ``brief`` step nothing is stored that is not read.
    """

    layout: Layout
    integers: _Integers
    shared: frozenset[str] | None
    brief: bool = False


def emit(model: Model, schedule: Schedule, layout: Layout) -> Emitted:
    """Source of the kernel of a hoisted model: its parts, then the driver that calls them."""
    integers = _Integers()
    text: list[str] = [driver.HEADER.format(name=_printable(model.name))]
    rounds: list[list[str]] = []
    for settled in schedule.initial:
        rounds.append([])
        for part in _parts(settled):
            rounds[-1].append(f"initial_{sum(map(len, rounds)) + 1}")
            text.append(_part(rounds[-1][-1], part, _Context(layout, integers, None)))
    shared = read_elsewhere(schedule.step) | read_at_start(schedule)
    whole = _Context(layout, integers, shared)
    needed = essential(schedule.step)
    shared = read_elsewhere(needed)
    brief = _Context(brief_layout(layout, needed, shared), integers, shared, brief=True)
    steps: list[list[str]] = []
    for word, groups, context in (("step", schedule.step, whole), ("brief", needed, brief)):
        steps.append([])
        for number, part in enumerate(_parts(groups), start=1):
            steps[-1].append(f"{word}_{number}")
            text.append(_part(steps[-1][-1], part, context))
    text.append(driver.source(layout, rounds, *steps))
    return Emitted("\n\n\n".join(text) + "\n", tuple(integers.values) or (0,))


def _parts(groups: tuple[Group, ...]) -> list[list[Group]]:
    parts: list[list[Group]] = []
    count = PART_LIMIT
    for group in groups:
        if count >= PART_LIMIT:
            parts.append([])
            count = 0
        parts[-1].append(group)
        count += len(group)
    return parts


def _part(name: str, groups: list[Group], context: _Context) -> str:
    lines = [f"def {name}({driver.INITIAL if context.shared is None else driver.STEP}):"]
    counter = [0]
    for group in groups:
        lines.extend(INDENT + line for line in _Nest(context, counter).write(group))
    return "\n".join(lines)


def _comment(equation: Equation) -> str:
    text = _printable(equation.text or equation.variable)
    return f"# {text if len(text) <= COMMENT else text[: COMMENT - 1] + '…'}"


def _printable(text: str) -> str:
    """Text of a model made safe for a comment or docstring: no line ends, quotes or escapes.

    A model's text must never become code, whatever its names hold.
    """
    kept = "".join(c if c.isprintable() and c not in '\\"' else " " for c in text)
    return " ".join(kept.split())


@dataclass
class _Nest:
    """One group's loops.

    ``body[level]`` collects the lines that stand inside ``level`` loops, before the next loop
    begins; ``after[level]`` those that follow its end.
    """

    context: _Context
    counter: list[int]  # names are unique within a function
    axes: tuple[Axis, ...] = ()
    body: list[list[str]] = field(default_factory=list)
    after: list[list[str]] = field(default_factory=list)
    bound: dict[str, _Value] = field(default_factory=dict)
    written: dict[tuple[str, tuple[Index, ...]], _Value] = field(default_factory=dict)
    divisors: Counter[Expression] = field(default_factory=Counter)

    def write(self, group: Group) -> list[str]:
        self.axes = loops(group[0])
        depth = len(self.axes)
        self.body = [[] for _ in range(depth + 1)]
        self.after = [[] for _ in range(depth + 1)]
        for equation in group:
            self.divisors.update(_divisors(equation.expression))
        for equation in group:
            if isinstance(equation.expression, Reduction):
                self.reduction(equation, equation.expression)
                continue
            self.body[depth].append(_comment(equation))
            value = self.name(self.value(equation.expression).code, depth)
            self.written[equation.variable, equation.target] = value
            self.body[depth].append(self.store(equation, value.code, self.internal(equation)))
        return self.nested(0)

    def nested(self, level: int) -> list[str]:
        lines = list(self.body[level])
        if level < len(self.axes):
            axis = self.axes[level]
            head = f"for i{axis.number} in range({axis.size}):"
            lines.append(f"{head}  # {_printable(axis.label)}")
            lines.extend(INDENT + line for line in self.nested(level + 1))
        return lines + self.after[level]

    def reduction(self, equation: Equation, reduction: Reduction) -> None:
        """Lines that add up (or multiply, or compare) terms in the order of their axes."""
        level, total = len(equation.axes), self.fresh()
        start = f"{total} = lanes.splat({STARTS[reduction.function]})"
        self.body[level].extend([_comment(equation), start])
        term = self.value(reduction.body)
        step = f"{total} = {SIGNS[reduction.function].format(total, term.code)}"
        self.body[len(self.axes)].append(step)
        self.after[level].append(self.store(equation, total, internal=False))

    def internal(self, equation: Equation) -> bool:
        """Whether nothing outside this group's loops reads the equation's variable."""
        return self.context.shared is not None and equation.variable not in self.context.shared

    def store(self, equation: Equation, code: str, internal: bool) -> str:
        place, _ = self.place(equation.variable, equation.target)
        if equation.variable.startswith(RATE):
            return f"lanes.store(after, {place}, lanes.load(before, {place}) + dt * {code})"
        if internal and self.context.brief:
            return "pass"
        if internal:
            return f"lanes.record(spare, saving, {place}, {code})"
        return f"lanes.store(w, {place}, {code})"

    def fresh(self) -> str:
        self.counter[0] += 1
        return f"v{self.counter[0]}"

    def name(self, code: str, level: int) -> _Value:
        """A name for ``code``, computed once inside ``level`` loops."""
        if code not in self.bound:
            name = self.fresh()
            self.body[level].append(f"{name} = {code}")
            self.bound[code] = _Value(name, level, simple=True)
        return self.bound[code]

    def value(self, expression: Expression) -> _Value:
        match expression:
            case Number(value):
                return _Value(_literal(float(value)), 0, simple=True)
            case Time():
                return _Value("t", 0, simple=True)
            case Reference(name, indices):
                known = self.written.get((name, indices))
                if known is not None:
                    return known
                place, level = self.place(name, indices)
                return self.name(f"lanes.load({self.base(name)}, {place})", level)
            case LookupCall():
                return self.lookup(expression)
            case Call():
                return self.call(expression)
            case Reduction():
                raise AssertionError("reductions are hoisted before emission")

    def call(self, call: Call) -> _Value:
        if call.function in ("^", "power"):
            short = self.small_power(call)
            if short is not None:
                return short
        values = [self.value(argument) for argument in call.arguments]
        level = max(value.level for value in values)
        if call.function in QUOTIENTS and self.inverted(call.arguments[1], values[1].level, level):
            return self.quotient(call, values)
        template = EMITTERS.get(call.function) or FUNCTIONS[call.function].emitter
        codes = [
            self.name(value.code, value.level).code
            if not value.simple and (value.level < level or template.count(f"{{{i}}}") > 1)
            else value.code
            for i, value in enumerate(values)
        ]
        return _Value(template.format(*codes), level)

    def inverted(self, divisor: Expression, own: int, level: int) -> bool:
        """Whether a divisor serves often enough for its reciprocal to be worth keeping."""
        if self.context.shared is None or isinstance(divisor, Number):
            return False
        uses = prod(axis.size for axis in self.axes[own:level]) * self.divisors[divisor]
        return uses >= INVERTED

    def quotient(self, call: Call, values: list[_Value]) -> _Value:
        """A division by way of the divisor's reciprocal, kept in two parts."""
        numerator, divisor, *otherwise = values
        below = self.name(divisor.code, divisor.level).code
        first = self.name(f"lanes.inverse({below})", divisor.level).code
        rest = self.name(f"lanes.inverse_rest({below}, {first})", divisor.level).code
        level = max(value.level for value in values)
        above = numerator.code
        if not numerator.simple:
            above = self.name(above, numerator.level).code
        if call.function == "/":
            return _Value(EMITTERS["over"].format(above, first, rest), level)
        default = otherwise[0].code if otherwise else "0.0"
        code = EMITTERS["guarded over"].format(above, below, default, first, rest)
        return _Value(code, level)

    def small_power(self, call: Call) -> _Value | None:
        """A whole exponent as multiplications: exact where the general power only comes close."""
        exponent = call.arguments[1]
        if not (isinstance(exponent, Number) and exponent.value in (1.0, 2.0, 3.0, 4.0)):
            return None
        base = self.value(call.arguments[0])
        base = base if base.simple else self.name(base.code, base.level)
        return _Value("(" + " * ".join([base.code] * int(exponent.value)) + ")", base.level)

    def lookup(self, call: LookupCall) -> _Value:
        argument = self.value(call.argument)
        pieces = self.context.layout.first_segment[call.table]
        if len(pieces) == 1:
            start, count = (str(number) for number in pieces[0])
            level = argument.level
        else:
            element, fixed, table_level = self.position(
                call.indices, self.context.layout.table_shape[call.table]
            )
            place = self.context.integers.place(
                tuple(number for piece in pieces for number in piece)
            )
            start = f"lanes.whole(n, {place + 2 * fixed} + 2 * {element})"
            count = f"lanes.whole(n, {place + 2 * fixed + 1} + 2 * {element})"
            level = max(argument.level, table_level)
        return _Value(f"lanes.lookup(tables, {start}, {count}, {argument.code})", level)

    def base(self, name: str) -> str:
        """Where a variable is read: a step finds the stocks in the copy that is theirs now."""
        layout = self.context.layout
        number = layout.first_slot[name] - layout.first_stock
        return "now" if self.context.shared is not None and 0 <= number < layout.stocks else "w"

    def place(self, name: str, indices: tuple[Index, ...]) -> tuple[str, int]:
        """Source of "first slot, element" for a load or store, and the loops it needs."""
        element, fixed, level = self.position(indices, self.context.layout.shape[name])
        return f"{self.context.layout.first_slot[name] + fixed}, {element}", level

    def position(self, indices: tuple[Index, ...], shape: tuple[int, ...]) -> tuple[str, int, int]:
        """A row-major element number: source of its moving part, its fixed part, and its level."""
        fixed, level = 0, 0
        terms: list[str] = []
        stride = 1
        for index, size in reversed(list(zip(indices, shape, strict=True))):
            first = index.positions[0]
            if index.axis is None:
                fixed += first * stride
            elif index.positions == tuple(range(first, first + len(index.positions))):
                fixed += first * stride
                terms.append(f"i{index.axis}" + (f" * {stride}" if stride != 1 else ""))
            else:
                place = self.context.integers.place(tuple(p * stride for p in index.positions))
                terms.append(f"lanes.whole(n, {place} + i{index.axis})")
            level = max(level, 0 if index.axis is None else index.axis + 1)
            stride *= size
        code = " + ".join(reversed(terms)) or "0"
        # A sum of loop counters is worth a name: every array of this shape shares it.
        element = code if len(code) < 3 else self.name(code, level).code
        return element, fixed, level


def _divisors(expression: Expression) -> Iterator[Expression]:
    """What an expression divides by, as often as it does."""
    match expression:
        case Call():
            if expression.function in QUOTIENTS:
                yield expression.arguments[1]
            for argument in expression.arguments:
                yield from _divisors(argument)
        case LookupCall():
            yield from _divisors(expression.argument)
        case Reduction():
            yield from _divisors(expression.body)
        case Number() | Reference() | Time():
            return


def _literal(value: float) -> str:
    """A number as source text; what has no literal of its own is named in `lanes`."""
    if isnan(value):
        return "lanes.NOT_A_NUMBER"
    if isinf(value):
        return "lanes.INFINITE" if value > 0 else "(-lanes.INFINITE)"
    return repr(value)
