"""What stands in a picture: its nodes with their texts and sizes, and the links between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from ..ir import Kind, Variable
from .structure import Structure, in_order
from .text import SIZE, SMALL, Line, width_of, wrapped


class Shape(StrEnum):
    """How a node is drawn."""

    STOCK = "stock"
    FLOW = "flow"
    AUXILIARY = "auxiliary"
    CONSTANT = "constant"
    CLOUD = "cloud"
    BEND = "bend"  # where a long link passes a row


VALVE = 26.0  # the width of a valve, at the left end of its flow
CLOUD = (36.0, 24.0)
LINE = 1.25  # the height of a line of text, in sizes of its letters


@dataclass(frozen=True)
class Node:
    """One thing in the picture. ``elsewhere`` is drawn in grey: it belongs to another sector."""

    key: str
    shape: Shape
    lines: tuple[Line, ...]
    width: float
    height: float
    elsewhere: bool = False
    variable: Variable | None = None

    @property
    def port(self) -> float:
        """Where pipes and bends meet the node, from its middle: a flow's valve is at its left."""
        return VALVE / 2 - self.width / 2 if self.shape is Shape.FLOW else 0.0


@dataclass(frozen=True)
class Link:
    """A causal arrow or, with ``pipe``, a pipe, from the key of one node to that of another."""

    tail: str
    head: str
    pipe: bool = False


@dataclass
class Parts:
    """The nodes by key, the links between them, and the readers of each input from elsewhere."""

    nodes: dict[str, Node] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    shadows: dict[str, list[str]] = field(default_factory=dict)

    def add(self, node: Node) -> None:
        """Put a node in, unless it is there."""
        self.nodes.setdefault(node.key, node)


def parts_of(found: Structure, sector: str | None, constants: bool) -> Parts:
    """Everything to draw of one sector, or of the whole model.

    Constants are left out unless asked for, or unless the sector holds nothing else.
    """
    inside = [v for v in found.variables.values() if sector is None or v.sector == sector]
    computed = [v for v in inside if v.kind is not Kind.CONSTANT]
    constants = constants or not computed
    own = {v.name: v for v in inside if constants or v in computed or v.name in found.flows}
    parts = Parts()
    for variable in own.values():
        shape = _shape(variable, found)
        parts.add(_node(variable.name, shape, variable))
    for flow in found.flows.values():
        _draw_flow(flow.name, own, found, parts)
    for name in in_order(found.causes, found.variables):
        if name in parts.nodes and not parts.nodes[name].elsewhere:
            _draw_causes(name, found, parts, constants)
    return parts


def _shape(variable: Variable, found: Structure) -> Shape:
    if variable.kind is Kind.STOCK:
        return Shape.STOCK
    if variable.name in found.flows:
        return Shape.FLOW
    return Shape.CONSTANT if variable.kind is Kind.CONSTANT else Shape.AUXILIARY


def _draw_flow(name: str, own: dict[str, Variable], found: Structure, parts: Parts) -> None:
    """A flow's pipes, when it or a stock that it moves is in the picture."""
    flow = found.flows[name]
    touched = [*flow.drained, *flow.filled]
    within = name in own
    if not within and not any(stock in own for stock in touched):
        return
    variable = found.variables.get(name)
    parts.add(_node(name, Shape.FLOW, variable, elsewhere=variable is not None and not within))
    whole = within or variable is None
    for stock in dict.fromkeys(touched):
        if whole or stock in own:
            shown = found.variables[stock]
            parts.add(_node(stock, Shape.STOCK, shown, elsewhere=stock not in own))
    parts.links += [Link(s, name, pipe=True) for s in flow.drained if s in parts.nodes]
    parts.links += [Link(name, s, pipe=True) for s in flow.filled if s in parts.nodes]
    if whole and not flow.drained:
        parts.add(_cloud(f"_from {name}"))
        parts.links.append(Link(f"_from {name}", name, pipe=True))
    if whole and not flow.filled:
        parts.add(_cloud(f"_to {name}"))
        parts.links.append(Link(name, f"_to {name}", pipe=True))


def _draw_causes(name: str, found: Structure, parts: Parts, constants: bool) -> None:
    for cause in found.causes[name]:
        if cause in found.flows and name in (*_stocks(cause, found),):
            continue  # a pipe already
        if cause in parts.nodes:
            parts.links.append(Link(cause, name))
        elif constants or found.variables[cause].kind is not Kind.CONSTANT:
            parts.shadows.setdefault(cause, []).append(name)


def _stocks(flow: str, found: Structure) -> Iterator[str]:
    yield from found.flows[flow].drained
    yield from found.flows[flow].filled


def shadow(name: str, copy: int, found: Structure) -> Node:
    """A grey copy of a variable that belongs elsewhere; it may stand in several places."""
    variable = found.variables[name]
    return _node(f"_{copy} {name}", Shape.AUXILIARY, variable, elsewhere=True)


def bend(key: str) -> Node:
    """A place that a long link passes."""
    return Node(key, Shape.BEND, (), 10.0, 0.0)


def _cloud(key: str) -> Node:
    return Node(key, Shape.CLOUD, (), *CLOUD)


def _node(key: str, shape: Shape, variable: Variable | None, *, elsewhere: bool = False) -> Node:
    if variable is None:
        return Node(key, shape, (), VALVE, VALVE)
    lines = wrapped(variable.name, variable.dimensions)
    width = max(width_of(line) for line in lines)
    height = sum(LINE * (SMALL if line.small else SIZE) for line in lines)
    if shape is Shape.STOCK:
        width, height = max(width + 16, 70.0), height + 14
    elif shape is Shape.FLOW:
        width, height = VALVE + 4 + width, max(height, VALVE)
    else:
        width, height = width + 4, height + 2
    return Node(key, shape, lines, width, height, elsewhere, variable)
