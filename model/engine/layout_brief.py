"""Where a step keeps what only that step needs: places are used again as soon as they are free.

A step that nobody saves leaves nothing behind but the stocks. Its variables share a few places,
so that most of them are still in the nearest cache when they are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .layout import Layout
from .order import RATE, Group, reads


def brief_layout(layout: Layout, groups: tuple[Group, ...], stored: frozenset[str]) -> Layout:
    """The layout of a step of ``groups``, in which the ``stored`` variables share places.

    They lie where the variables of other steps are kept, which compute them anew.
    """
    computed = (e.variable for group in groups for e in group)
    own = {name for name in computed if name in stored and not name.startswith(RATE)}
    last = {name: number for number, group in enumerate(groups) for name in _touched(group)}
    places = _Places(min((layout.first_slot[name] for name in own), default=0))
    slots: dict[str, int] = {}
    for number, group in enumerate(groups):
        for equation in group:
            name = equation.variable
            if name in own and name not in slots:
                slots[name] = places.take(layout.size(name))
        for name in dict.fromkeys(_touched(group)):
            if name in own and last[name] == number:
                places.give_back(slots[name], layout.size(name))
    return replace(layout, first_slot=layout.first_slot | slots)


def _touched(group: Group) -> Iterable[str]:
    for equation in group:
        yield equation.variable
        for reference in reads(equation.expression):
            yield reference.name


class _Places:
    """Slots from ``first`` on; those given back last are taken first."""

    def __init__(self, first: int) -> None:
        self.end = first
        self.free: list[tuple[int, int]] = []  # first slot and number of slots

    def take(self, count: int) -> int:
        for number in reversed(range(len(self.free))):
            start, size = self.free[number]
            if size >= count:
                del self.free[number]
                if size > count:
                    self.free.append((start + count, size - count))
                return start
        start, self.end = self.end, self.end + count
        return start

    def give_back(self, start: int, count: int) -> None:
        """Free slots join their free neighbours."""
        end = start + count
        for other in list(self.free):
            if other[0] + other[1] == start or other[0] == end:
                self.free.remove(other)
                start, end = min(start, other[0]), max(end, other[0] + other[1])
        self.free.append((start, end - start))
