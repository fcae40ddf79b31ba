"""Where every node of every row stands: few crossings, short and straight links, no overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .parts import Node, Shape
from .rows import MARGIN, PAGE, Rows, gap

_SWEEPS = 32
_BETWEEN = 34.0  # the least height between two rows, for links to bend in
_LEAST = 760.0  # the least width of a page, for its legend
_SLOPE = 0.035  # more of it where links run far to the side
_STRAIGHT = (1.0, 2.0, 8.0)  # how straight a link is kept, by how many of its ends are bends


@dataclass(frozen=True)
class Places:
    """Middle of every node, and the top and bottom of its row, by key; the picture's size."""

    middle: Mapping[str, tuple[float, float]]
    band: Mapping[str, tuple[float, float]]
    width: float
    height: float


Lists = dict[str, list[str]]


def placed(rows: Rows, top: float) -> Places:
    """Positions of all nodes, below ``top``. The rows' order is settled in place."""
    upper, lower = _neighbours(rows)
    rows.rows[:] = _ordered(rows.rows, upper, lower)
    across = _across(rows, upper, lower)
    left = min(across[key] - rows.nodes[key].width / 2 for key in across) - MARGIN
    across = {key: x - left for key, x in across.items()}
    middle: dict[str, tuple[float, float]] = {}
    band: dict[str, tuple[float, float]] = {}
    y = top
    for keys in rows.rows:
        height = max(rows.nodes[key].height for key in keys)
        for key in keys:
            middle[key] = (across[key], y + height / 2)
            band[key] = (y, y + height)
        runs = (abs(across[key] - across[other]) for key in keys for other in lower[key])
        y += height + _BETWEEN + _SLOPE * max(runs, default=0.0)
    right = max(across[key] + rows.nodes[key].width / 2 for key in across)
    return Places(middle, band, max(_LEAST, round(right + MARGIN)), y - _BETWEEN + MARGIN)


def _neighbours(rows: Rows) -> tuple[Lists, Lists]:
    """What each node is linked to in the row above and in the row below."""
    row = {key: number for number, keys in enumerate(rows.rows) for key in keys}
    upper: Lists = {key: [] for key in row}
    lower: Lists = {key: [] for key in row}
    for route in rows.routes:
        times = 3 if route.link.pipe else 1
        for one, other in pairwise(route.path):
            above, below = (one, other) if row[one] < row[other] else (other, one)
            upper[below] += [above] * times
            lower[above] += [below] * times
    return upper, lower


def _ordered(rows: list[list[str]], upper: Lists, lower: Lists) -> list[list[str]]:
    """Each row's order: means of neighbours' places, down and up in turn; the best is kept."""
    best, fewest = [list(keys) for keys in rows], _crossings(rows, lower)
    current = [list(keys) for keys in rows]
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        near = upper if down else lower
        numbers = range(1, len(current)) if down else range(len(current) - 2, -1, -1)
        for number in numbers:
            fixed = current[number - 1 if down else number + 1]
            current[number] = _by_mean(current[number], fixed, near)
        for number in range(len(current)):
            _swap(current, number, upper, lower)
        count = _crossings(current, lower)
        if count < fewest:
            best, fewest = [list(keys) for keys in current], count
    return best


def _by_mean(keys: list[str], fixed: list[str], near: Lists) -> list[str]:
    place = {key: number / max(len(fixed) - 1, 1) for number, key in enumerate(fixed)}
    own = {key: number / max(len(keys) - 1, 1) for number, key in enumerate(keys)}

    def mean(key: str) -> float:
        around = near[key]
        return sum(place[other] for other in around) / len(around) if around else own[key]

    return sorted(keys, key=mean)


def _swap(rows: list[list[str]], number: int, upper: Lists, lower: Lists) -> None:
    """Exchange neighbours in a row while that takes crossings away."""
    keys = rows[number]
    above = {key: i for i, key in enumerate(rows[number - 1])} if number else {}
    below = {key: i for i, key in enumerate(rows[number + 1])} if number + 1 < len(rows) else {}
    for _ in range(4):
        changed = False
        for i in range(len(keys) - 1):
            left, right = keys[i], keys[i + 1]
            gain = 0
            for near, place in ((upper, above), (lower, below)):
                for one in near[left]:
                    for other in near[right]:
                        gain += (place[one] > place[other]) - (place[one] < place[other])
            if gain > 0:
                keys[i], keys[i + 1] = right, left
                changed = True
        if not changed:
            return


def _crossings(rows: Sequence[Sequence[str]], lower: Lists) -> int:
    total = 0
    for keys, next_keys in pairwise(rows):
        place = {key: number for number, key in enumerate(next_keys)}
        ends = [sorted(place[other] for other in lower[key]) for key in keys]
        met: list[int] = [0] * (len(next_keys) + 1)  # links so far, by where they end
        for own in ends:
            total += sum(sum(met[end + 1 :]) for end in own)
            for end in own:
                met[end] += 1
    return total


def _across(rows: Rows, upper: Lists, lower: Lists) -> dict[str, float]:
    """The middle of every node: as near to its neighbours as its row allows."""
    x: dict[str, float] = {}
    for keys in rows.rows:
        x |= _spread(keys, rows.nodes, dict.fromkeys(keys, (PAGE / 2, 1.0)))
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        near = (upper, lower) if down else (lower, upper)
        for keys in rows.rows if down else reversed(rows.rows):
            wanted = {key: _pulled(key, near, x, rows.nodes) for key in keys}
            x |= _spread(keys, rows.nodes, wanted)
    return x


def _pulled(
    key: str, near: tuple[Lists, Lists], x: Mapping[str, float], nodes: Mapping[str, Node]
) -> tuple[float, float]:
    """Where a node's links pull it, and how hard; those to the row placed before count twice."""
    node = nodes[key]
    total, weights = 0.0, 0.0
    for times, others in zip((2, 1), near, strict=True):
        for other in others[key]:
            weight = times * _STRAIGHT[_bends(node, nodes[other])]
            total += weight * (x[other] + nodes[other].port - node.port)
            weights += weight
    return (total / weights, weights) if weights else (x[key], 0.1)


def _bends(one: Node, other: Node) -> int:
    return (one.shape is Shape.BEND) + (other.shape is Shape.BEND)


def _spread(
    keys: Sequence[str], nodes: Mapping[str, Node], wanted: Mapping[str, tuple[float, float]]
) -> dict[str, float]:
    """Places nearest to the wanted ones (each with its weight), in order and without overlap.

    Less the room that stands before each, places must only not fall: a regression by pooling
    (Barlow and others 1972), which limits to the page keep a solution.
    """
    before = 0.0
    offsets: list[float] = []
    for number, key in enumerate(keys):
        node = nodes[key]
        if number:
            before += gap(nodes[keys[number - 1]], node)
        offsets.append(before + node.width / 2)
        before += node.width
    pools: list[tuple[float, float, int]] = []  # mean, weight, members
    for key, offset in zip(keys, offsets, strict=True):
        place, weight = wanted[key]
        pool = (place - offset, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            mean, other, members = pools.pop()
            both = other + pool[1]
            pool = ((mean * other + pool[0] * pool[1]) / both, both, members + pool[2])
        pools.append(pool)
    low, high = MARGIN, max(MARGIN, PAGE - MARGIN - before)
    bases = [min(max(mean, low), high) for mean, _, members in pools for _ in range(members)]
    return {key: base + offset for key, base, offset in zip(keys, bases, offsets, strict=True)}
