"""Trees written back as one readable line, for comments above generated statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .lower_names import key, shown
from .syntax import Apply, Array, External, Literal, Name, Node, Points, WithLookup

_INFIX = {"or": 1, "and": 2, "=": 3, "<>": 3, "<": 3, ">": 3, "<=": 3, ">=": 3} | {
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "^": 6,
}
LONGEST = 4000


@dataclass(frozen=True)
class Writer:
    """Writes trees with names spelt as they are defined. ``names`` goes from key to spelling."""

    names: Mapping[str, str]

    def equation(self, name: str, subscripts: Sequence[str], node: Node) -> str:
        """``name[subscripts] = right-hand side``, cut off where it gets long."""
        text = f"{_reference(name, subscripts)} = {self.node(node)}"
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"

    def node(self, node: Node, outer: int = 0) -> str:
        """One tree as text; ``outer`` is how tightly the surrounding operator binds."""
        match node:
            case Literal(value):
                text = f"{value:.10g}"
            case Array(values):
                text = ", ".join(f"{value:.6g}" for value in values)
            case Name(name, subscripts):
                text = _reference(self.names.get(key(name), shown(name)), subscripts)
            case Apply(function, arguments, subscripts):
                text = self._apply(function, arguments, subscripts, outer)
            case WithLookup(argument, points):
                text = f"WITH LOOKUP({self.node(argument)}, {len(points.x)} points)"
            case Points(x):
                text = f"({len(x)} points)"
            case External(kind, file):
                text = f"GET DIRECT {kind.upper()}('{file}')"
            case _:
                text = "(data)"
        return text

    def _apply(
        self, function: str, arguments: tuple[Node, ...], subscripts: tuple[str, ...], outer: int
    ) -> str:
        binding = _INFIX.get(function)
        if binding is not None and len(arguments) == 2:
            word = f":{function.upper()}:" if function in ("and", "or") else function
            left, right = self.node(arguments[0], binding), self.node(arguments[1], binding + 1)
            text = f"{left} {word} {right}"
            return f"({text})" if binding < outer else text
        if function == "negative":
            return f"-{self.node(arguments[0], 6)}"
        name = _reference(
            self.names.get(key(function), function.replace("_", " ").upper()), subscripts
        )
        return f"{name}({', '.join(self.node(argument) for argument in arguments)})"


def _reference(name: str, subscripts: Sequence[str]) -> str:
    return f"{name}[{', '.join(subscripts)}]" if subscripts else name
