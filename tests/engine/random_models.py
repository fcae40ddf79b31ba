"""Random legal Vensim models, small and tame: what is drawn never overflows or divides by zero.

Formulas are held within bounds, and thresholds are odd decimals, so that no comparison hangs on the
last digit of a number. Names start with a mark that ``pack`` replaces, so that many models fit into
one file and one compilation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

MARK = "§"
CLOCK = """INITIAL TIME = 0 ~ ~ |
FINAL TIME = 2.5 ~ ~ |
TIME STEP = 0.25 ~ ~ |
SAVEPER = 0.25 ~ ~ |
"""
SUBSET = {"part": "row"}  # a subrange and the range that holds it
Shape = tuple[str, ...]  # ranges, by their short names
SHAPES: tuple[Shape, ...] = ((), (), ("row",), ("row",), ("column",), ("part",), ("row", "column"))


@dataclass(frozen=True)
class RandomModel:
    """Equations with marked names, and whether PySD can be trusted with all of them."""

    text: str
    trusted: bool


@dataclass
class _Writer:
    random: Random
    sizes: dict[str, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    known: list[tuple[str, Shape]] = field(default_factory=list)
    lookups: list[str] = field(default_factory=list)
    trusted: bool = True

    def name(self, kind: str) -> str:
        return f"{MARK} {kind} {len(self.lines)}"

    def number(self, low: float = -3.0, high: float = 3.0) -> str:
        """A literal that is no whole number and no neat fraction."""
        return f"{self.random.randint(round(low * 100), round(high * 100)) / 100 + 0.00317:.5f}"

    def elements(self, dimension: str) -> list[str]:
        whole = SUBSET.get(dimension, dimension)
        return [f"{MARK} {whole[0]}{i + 1}" for i in range(self.sizes[dimension])]

    def ranges(self) -> None:
        self.sizes = {"row": self.random.randint(2, 4), "column": self.random.randint(2, 3)}
        self.sizes["part"] = self.random.randint(1, self.sizes["row"])
        self.sizes["twin"] = self.sizes["row"]
        for dimension in ("row", "column", "part", "twin"):
            after = f" -> {MARK} row" if dimension == "twin" else ""
            listed = ", ".join(self.elements(dimension))
            self.lines.append(f"{MARK} {dimension}: {listed}{after} ~ ~ |")

    def left(self, name: str, shape: Shape) -> str:
        return f"{name}[{', '.join(f'{MARK} {one}' for one in shape)}]" if shape else name

    def define(self, name: str, shape: Shape, body: str) -> None:
        self.lines.append(f"{self.left(name, shape)} = {body} ~ ~ |")
        self.known.append((name, shape))

    def constants(self) -> None:
        for shape in ((), ("row",), ("column",), ("row", "column"), ("twin",)):
            name = self.name("constant")
            width = self.sizes[shape[-1]] if shape else 1
            rows = self.sizes[shape[0]] if len(shape) == 2 else 1
            listed = [", ".join(self.number() for _ in range(width)) for _ in range(rows)]
            self.define(name, shape, "; ".join(listed) + (";" if rows > 1 else ""))
        name = self.name("lookup")
        x = sorted(self.random.sample(range(-40, 40), self.random.randint(2, 6)))
        points = ", ".join(f"({one / 4 + 0.00731:.5f}, {self.number()})" for one in x)
        self.lines.append(f"{name}({points}) ~ ~ |")
        self.lookups.append(name)

    def reference(self, shape: Shape, summed: tuple[str, ...] = ()) -> str:
        """A variable, each subscript following the left-hand side, a sum, or one element."""
        name, own = self.random.choice(self.known)
        written = []
        for dimension in own:
            whole = SUBSET.get(dimension, dimension)
            follows = [one for one in shape if SUBSET.get(one, one) == whole]
            fits = [one for one in follows if self.sizes[one] <= self.sizes[dimension]]
            if dimension in summed:
                written.append(f"{MARK} {dimension}!")
            elif dimension == "twin" and "row" in shape and self.random.random() < 0.7:
                written.append(f"{MARK} twin")
            elif fits and (dimension in fits or dimension == whole) and self.random.random() < 0.8:
                written.append(f"{MARK} {fits[0]}")
            else:
                written.append(self.random.choice(self.elements(dimension)))
        return f"{name}[{', '.join(written)}]" if written else name

    def leaf(self, shape: Shape, summed: tuple[str, ...]) -> str:
        kind = self.random.random()
        if kind < 0.12:
            return self.number()
        return "Time" if kind < 0.2 else self.reference(shape, summed)

    def formula(self, shape: Shape, depth: int, summed: tuple[str, ...] = ()) -> str:
        """An expression of ``shape``; ``summed`` are ranges that a sum around it goes over."""
        if depth == 0:
            return self.leaf(shape, summed)

        def inner() -> str:
            return self.formula(shape, depth - 1, summed)

        kind = self.random.choice(_FORMS)
        if kind == "reduce" and not summed and "row" not in shape:
            return self.reduction(shape, depth)
        if kind == "if":
            test = f"{inner()} {self.random.choice(('<', '>', '<=', '>='))} {self.number()}"
            if self.random.random() < 0.3:
                joined = self.random.choice((":AND:", ":OR:"))
                test = f"({test}) {joined} ({inner()} > {self.number()})"
            return f"IF THEN ELSE({test}, {inner()}, {inner()})"
        forms = {
            "sum": lambda: f"({inner()} {self.random.choice('+-')} {inner()})",
            "product": lambda: f"{self.number(-1, 1)}*{inner()}",
            "pick": lambda: f"{self.random.choice(('MIN', 'MAX'))}({inner()}, {inner()})",
            "curve": lambda: f"{self.random.choice(self.lookups)}({inner()})",
            "whole": lambda: f"INTEGER({self.number(0.5, 2)}*{inner()} + {self.number()})",
        }
        return forms.get(kind, lambda: f"ZIDZ({inner()}, 2 + ABS({inner()}))")()

    def reduction(self, shape: Shape, depth: int) -> str:
        over = self.random.choice([one for one in ("row", "column") if one not in shape])
        known = [one for one in self.known if over in one[1]]
        function = self.random.choice(("SUM", "VMIN", "VMAX"))
        name, own = self.random.choice(known)
        written = [
            f"{MARK} {one}!"
            if one == over
            else f"{MARK} {one}"
            if one in shape
            else self.random.choice(self.elements(one))
            for one in own
        ]
        body = f"{name}[{', '.join(written)}]"
        return f"{function}({body}*{self.number(-1, 1)}) + {self.formula(shape, depth - 1)}"

    def tame(self, shape: Shape, depth: int = 2) -> str:
        return f"MAX(-20, MIN(20, {self.formula(shape, depth)}))"

    def variable(self) -> None:
        shape = self.random.choice(SHAPES)
        kind = self.random.choice(_KINDS)
        if kind == "pieces" and shape and self.sizes[shape[0]] > 1:
            self.pieces(shape)
            return
        formula = self.tame(shape)
        body = formula
        if kind == "stock":
            outflow = f"{self.number(0.1, 0.9)}*{MARK} self"
            body = f"INTEG({formula} - {outflow}, {self.start(shape)})"
        elif kind in _DYNAMIC:
            body = self.dynamic(kind, formula, shape)
        name = self.name(kind)
        own = self.left(name, shape)
        self.define(name, shape, body.replace(f"{MARK} self", own))

    def start(self, shape: Shape) -> str:
        """A starting value: a number, or a constant."""
        constants = [(name, own) for name, own in self.known if "constant" in name]
        same = [name for name, own in constants if own == shape]
        if same and self.random.random() < 0.5:
            return self.left(self.random.choice(same), shape)
        return self.number()

    def dynamic(self, kind: str, formula: str, shape: Shape) -> str:
        time = self.number(1.5, 3)
        if kind in ("SMOOTH", "SMOOTH3", "DELAY1", "DELAY3"):
            return f"{kind}({formula}, {time})"
        if kind == "DELAY FIXED":
            steps = self.random.randint(1, 9) * 0.25
            self.trusted = False  # PySD's input may be of another step
            return f"DELAY FIXED({formula}, {steps}, {self.start(shape)})"
        if kind == "SAMPLE IF TRUE":
            when = f"MODULO(Time + 0.1, 1) < {self.number(0.2, 0.9)}"
            return f"SAMPLE IF TRUE({when}, {formula}, {self.start(shape)})"
        if kind == "TREND":
            return f"TREND(30 + {formula}, {time}, {self.number(-0.1, 0.1)})"
        if kind in ("SMOOTHI", "SMOOTH3I", "DELAY1I", "DELAY3I"):
            return f"{kind}({formula}, {time}, {self.start(shape)})"
        return f"INITIAL({formula})"

    def pieces(self, shape: Shape) -> None:
        """One element, or all but one, with equations of their own."""
        name, (first, *rest) = self.name("pieces"), shape
        elements = self.elements(first)
        chosen = self.random.choice(elements)
        one = f"{name}[{', '.join([chosen, *(f'{MARK} {d}' for d in rest)])}]"
        both = [self.tame(tuple(rest)), self.tame(shape)]
        if self.random.random() < 0.5:
            excepted = ", ".join([chosen, *(f"{MARK} {d}" for d in rest)])
            self.lines.append(f"{self.left(name, shape)} :EXCEPT: [{excepted}] = {both[1]} ~ ~ |")
            self.lines.append(f"{one} = {both[0]} ~ ~ |")
        else:
            for element in elements:
                left = f"{name}[{', '.join([element, *(f'{MARK} {d}' for d in rest)])}]"
                self.lines.append(f"{left} = {self.tame(tuple(rest))} ~ ~ |")
        self.known.append((name, shape))


_DYNAMIC = (
    *("SMOOTH", "SMOOTHI", "SMOOTH3", "SMOOTH3I", "DELAY1", "DELAY1I", "DELAY3", "DELAY3I"),
    *("DELAY FIXED", "SAMPLE IF TRUE", "TREND", "INITIAL"),
)
_FORMS = ("sum", "product", "pick", "if", "curve", "whole", "reduce", "safe")
_KINDS = ("formula",) * 8 + ("stock",) * 6 + ("pieces",) * 4 + _DYNAMIC


def random_model(random: Random, variables: int = 6) -> RandomModel:
    """One model of so many variables, besides its ranges, constants and lookup."""
    writer = _Writer(random)
    writer.ranges()
    writer.constants()
    for _ in range(variables):
        writer.variable()
    return RandomModel("\n".join(writer.lines) + "\n", writer.trusted)


def pack(models: Sequence[RandomModel]) -> str:
    """One file that holds all models, each under names of its own (``m0 …``, ``m1 …``)."""
    parts = (model.text.replace(MARK, f"m{number}") for number, model in enumerate(models))
    return "{UTF-8}\n" + "\n".join(parts) + "\n" + CLOCK
