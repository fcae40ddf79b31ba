"""Where each link touches its nodes, and the curve that it follows through its bends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .parts import VALVE, Node, Shape
from .places import Places
from .rows import GAP, Route, Rows

_APART = (11.0, 17.0)  # between two links that touch one side of a node; with pipes among them
_CLEAR, _VALVE_ROOM = 8.0, 14.0  # from a pipe to the first arrow beside it, and for all of them
_HEAD = 7.0  # the length of an arrow's head
Point = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """A link as an SVG path, the tip of its head, and which way that points (1 is down)."""

    route: Route
    path: str
    tip: Point
    down: int


def curves_of(rows: Rows, places: Places) -> list[Curve]:
    """The curve of every link."""
    touch = _touching(rows, places)
    return [_curve(number, route, rows, places, touch) for number, route in enumerate(rows.routes)]


End = tuple[int, bool]  # the route's number, and whether it is the head's end


def _touching(rows: Rows, places: Places) -> dict[End, float]:
    """The x of every end: links on one side of a node side by side, in the order they come from."""
    sides: dict[tuple[str, bool], list[tuple[float, End]]] = {}
    for number, route in enumerate(rows.routes):
        for key, other, head in (
            (route.path[0], route.path[1], False),
            (route.path[-1], route.path[-2], True),
        ):
            x, y = places.middle[other]
            below = y > places.middle[key][1]
            sides.setdefault((key, below), []).append((x + rows.nodes[other].port, (number, head)))
    found: dict[End, float] = {}
    for (key, _), ends in sides.items():
        node, x = rows.nodes[key], places.middle[key][0]
        arrows = sorted(ends)
        if node.shape is Shape.FLOW:
            found |= {end: x + node.port for _, end in ends if rows.routes[end[0]].link.pipe}
            arrows = sorted(pair for pair in ends if pair[1] not in found)
            if node.variable is None:
                found |= _beside(x, arrows, {other for other, end in ends if end in found})
                continue
            x += VALVE / 2
        wide = any(rows.routes[end[0]].link.pipe for _, end in arrows)
        step = min(_APART[wide], _room(node) / max(len(arrows), 1))
        first = x - step * (len(arrows) - 1) / 2
        found |= {end: first + step * number for number, (_, end) in enumerate(arrows)}
    return found


def _beside(x: float, arrows: Sequence[tuple[float, End]], piped: set[float]) -> dict[End, float]:
    """Where arrows touch a valve without a name: on the side of its pipe that they come from.

    Those from a stock that a pipe joins it to, whose x is in ``piped``, leave to the pipe's right.
    """
    left = [end for other, end in arrows if other < x and other not in piped]
    right = [end for other, end in arrows if other >= x or other in piped]
    step = min(_APART[0], _VALVE_ROOM / max(len(left), len(right), 1))
    found = {end: x - _CLEAR - step * place for place, end in enumerate(reversed(left))}
    return found | {end: x + _CLEAR + step * place for place, end in enumerate(right)}


def _room(node: Node) -> float:
    if node.shape is Shape.FLOW:
        return max(node.width - VALVE - 12, 8.0)
    beyond = -12.0 if node.shape is Shape.STOCK else GAP - 4.0  # text has no edge to keep within
    return max(node.width + beyond, 8.0)


def _curve(
    number: int, route: Route, rows: Rows, places: Places, touch: Mapping[End, float]
) -> Curve:
    start, end = route.path[0], route.path[-1]
    down = 1 if places.middle[end][1] > places.middle[start][1] else -1
    pipe = route.link.pipe
    tip = (touch[number, True], places.middle[end][1] - down * _reach(rows.nodes[end], pipe=pipe))
    x = touch[number, False]
    y = places.middle[start][1] + down * _reach(rows.nodes[start], pipe=pipe)
    path = f"M{x:.0f} {y:.0f}"
    for before, key in pairwise(route.path):
        leave = places.band[before][1 if down > 0 else 0]
        arrive = places.band[key][0 if down > 0 else 1]
        end_x = tip[0] if key == end else places.middle[key][0]
        half = (leave + arrive) / 2
        if leave != y:
            path += f"V{leave:.0f}"
        path += f"C{x:.0f} {half:.0f} {end_x:.0f} {half:.0f} {end_x:.0f} {arrive:.0f}"
        x, y = end_x, arrive
    headless = pipe and rows.nodes[end].shape is Shape.FLOW
    return Curve(route, f"{path}V{tip[1] - (0 if headless else down * _HEAD):.0f}", tip, down)


def _reach(node: Node, *, pipe: bool) -> float:
    """From the middle of a node to where a link touches it; a pipe ends in the valve itself."""
    if pipe and node.shape is Shape.FLOW:
        return 0.0
    return node.height / 2 + 1
