"""Which row of a picture each node stands in: causes above effects, no row wider than the page.

After Sugiyama, Tagawa & Toda (1981): links that close circles are turned round for this purpose,
nodes are put into rows, and long links get a bend in every row that they pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .parts import Link, Node, Parts, Shape, bend, shadow
from .structure import Structure

PAGE = 1200.0
MARGIN = 16.0
GAP = 16.0  # between neighbours in a row
ROOM = PAGE - 2 * MARGIN
_TRIES = (1.0, 0.9, 0.8, 0.7, 0.6)  # how much of a row is for nodes, the rest for bends
_PIPE = 4  # how much more a pipe counts than an arrow


@dataclass(frozen=True)
class Route:
    """A link as drawn: the keys it passes from tail to head, ends included."""

    link: Link
    path: tuple[str, ...]


@dataclass
class Rows:
    """Nodes by key, the rows from top to bottom, and every link with its bends."""

    nodes: dict[str, Node]
    rows: list[list[str]]
    routes: list[Route]


def rows_of(parts: Parts, found: Structure) -> Rows:
    """Rows with all nodes, shadows and bends, in no particular order within a row.

    Fewer nodes go into a row until the bends fit beside them too.
    """
    edges = _downward(list(parts.nodes), parts.links)
    for share in _TRIES:
        rows = _rows_within(share * ROOM, parts, found, edges)
        if all(width_of_row(keys, rows.nodes) <= ROOM for keys in rows.rows):
            break
    return rows


def width_of_row(keys: Sequence[str], nodes: Mapping[str, Node]) -> float:
    """The width of a row's nodes and what is between them, in any order."""
    return sum(nodes[key].width + gap(nodes[key], nodes[key]) for key in keys)


def gap(left: Node, right: Node) -> float:
    """The room between two neighbours in a row: less beside a bend."""
    bends = (left.shape is Shape.BEND) + (right.shape is Shape.BEND)
    return (GAP, GAP / 2, GAP / 8)[bends]


Edges = dict[tuple[str, str], int]  # (upper, lower): weight
Lists = dict[str, list[str]]


def _rows_within(room: float, parts: Parts, found: Structure, edges: Edges) -> Rows:
    row = _settled(parts.nodes, edges, _first_rows(parts.nodes, edges, room), room)
    rows: list[list[str]] = [[] for _ in range(max(row.values()) + 1)]
    for key in parts.nodes:
        rows[row[key]].append(key)
    nodes, links = dict(parts.nodes), list(parts.links)
    shadows = _Shadows(found, nodes, links, room)
    return _with_bends(nodes, shadows.above([own for own in rows if own], parts.shadows), links)


def _downward(keys: Sequence[str], links: Sequence[Link]) -> Edges:
    """Every link as an edge that points down, with few turned round (Eades, Lin & Smyth 1993)."""
    weights: Edges = {}
    for link in links:
        if link.tail != link.head:
            pair = (link.tail, link.head)
            weights[pair] = weights.get(pair, 0) + (_PIPE if link.pipe else 1)
    place = {key: number for number, key in enumerate(_few_back(keys, weights))}
    edges: Edges = {}
    for (tail, head), weight in weights.items():
        pair = (tail, head) if place[tail] < place[head] else (head, tail)
        edges[pair] = edges.get(pair, 0) + weight
    return edges


def _few_back(keys: Sequence[str], weights: Edges) -> list[str]:
    out: dict[str, dict[str, int]] = {key: {} for key in keys}
    back: dict[str, dict[str, int]] = {key: {} for key in keys}
    for (tail, head), weight in weights.items():
        out[tail][head] = weight
        back[head][tail] = weight
    left = dict.fromkeys(keys)
    first: list[str] = []
    last: list[str] = []

    def take(key: str, into: list[str]) -> None:
        into.append(key)
        del left[key]
        for other in out[key]:
            back[other].pop(key, None)
        for other in back[key]:
            out[other].pop(key, None)

    while left:
        sinks = [key for key in left if not out[key]]
        sources = [key for key in left if not back[key] and out[key]]
        for key in sinks:
            take(key, last)
        for key in sources:
            if key in left:
                take(key, first)
        if left and not sinks and not sources:
            excess = {key: sum(out[key].values()) - sum(back[key].values()) for key in left}
            take(max(left, key=lambda key: excess[key]), first)
    return first + last[::-1]


def _neighbours(nodes: Mapping[str, Node], edges: Edges) -> tuple[Lists, Lists]:
    """What stands above and below each node."""
    above: Lists = {key: [] for key in nodes}
    below: Lists = {key: [] for key in nodes}
    for upper, lower in edges:
        above[lower].append(upper)
        below[upper].append(lower)
    return above, below


def _first_rows(nodes: Mapping[str, Node], edges: Edges, room: float) -> dict[str, int]:
    """Each node in the first row below its causes that has room for it."""
    above, below = _neighbours(nodes, edges)
    height: dict[str, int] = {}
    for key in reversed(_sorted_down(nodes, above, below)):
        height[key] = 1 + max((height[lower] for lower in below[key]), default=-1)
    row: dict[str, int] = {}
    used: list[float] = []
    # A node is higher than all below it, so that whatever it needs has its row already.
    for key in sorted(nodes, key=lambda key: -height[key]):
        at = 1 + max((row[upper] for upper in above[key]), default=-1)
        own = nodes[key].width + GAP
        while at < len(used) and used[at] + own > room:
            at += 1
        used.extend([0.0] * (at + 1 - len(used)))
        used[at] += own
        row[key] = at
    return row


def _sorted_down(nodes: Mapping[str, Node], above: Lists, below: Lists) -> list[str]:
    waiting = {key: len(above[key]) for key in nodes}
    order = [key for key, count in waiting.items() if count == 0]
    for key in order:
        for lower in below[key]:
            waiting[lower] -= 1
            if waiting[lower] == 0:
                order.append(lower)
    return order


def _settled(
    nodes: Mapping[str, Node], edges: Edges, row: dict[str, int], room: float
) -> dict[str, int]:
    """Nodes moved to where their links are shortest, while there is room."""
    above, below = _neighbours(nodes, edges)
    around = {
        key: [(other, edges[other, key]) for other in above[key]]
        + [(other, edges[key, other]) for other in below[key]]
        for key in nodes
    }
    used = [0.0] * (max(row.values(), default=0) + 1)
    for key, at in row.items():
        used[at] += nodes[key].width + GAP
    for _ in range(12):
        for key in nodes:
            low = 1 + max((row[upper] for upper in above[key]), default=-1)
            high = min((row[lower] for lower in below[key]), default=len(used)) - 1
            own = nodes[key].width + GAP

            def length(at: int, key: str = key) -> int:
                return sum(weight * abs(row[other] - at) for other, weight in around[key])

            free = [at for at in range(low, high + 1) if used[at] + own <= room]
            best = min(free, key=length, default=row[key])
            if around[key] and length(best) < length(row[key]):
                used[row[key]] -= own
                used[best] += own
                row[key] = best
    return row


@dataclass
class _Shadows:
    """Puts grey copies of inputs from elsewhere into the picture."""

    found: Structure
    nodes: dict[str, Node]
    links: list[Link]
    room: float

    def above(self, rows: list[list[str]], inputs: Mapping[str, Sequence[str]]) -> list[list[str]]:
        """A copy of each input just above every row that reads it, in rows of their own if need be.

        ``inputs`` are the readers of each input.
        """
        row = {key: number for number, keys in enumerate(rows) for key in keys}
        wanted: dict[int, dict[str, list[str]]] = {}
        for name, readers in inputs.items():
            for reader in readers:
                wanted.setdefault(row[reader], {}).setdefault(name, []).append(reader)
        result: list[list[str]] = []
        for number, keys in enumerate(rows):
            for name, readers in wanted.get(number, {}).items():
                copy = shadow(name, number, self.found)
                self.nodes[copy.key] = copy
                self.links.extend(Link(copy.key, reader) for reader in readers)
                if not result or width_of_row([*result[-1], copy.key], self.nodes) > self.room:
                    result.append([])
                result[-1].append(copy.key)
            result.append(list(keys))
        return result


def _with_bends(nodes: dict[str, Node], rows: list[list[str]], links: list[Link]) -> Rows:
    row = {key: number for number, keys in enumerate(rows) for key in keys}
    routes: list[Route] = []
    for number, link in enumerate(links):
        if link.tail == link.head:
            continue
        start, end = row[link.tail], row[link.head]
        step = 1 if end > start else -1
        passed = [f"_{number} bend {at}" for at in range(start + step, end, step)]
        for at, key in zip(range(start + step, end, step), passed, strict=True):
            nodes[key] = bend(key)
            rows[at].append(key)
        routes.append(Route(link, (link.tail, *passed, link.head)))
    return Rows(nodes, rows, routes)
