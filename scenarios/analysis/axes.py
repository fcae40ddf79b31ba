"""The axes of the uncertain inputs: which inputs each uniform moves, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..plan import Sampler

Array = npt.NDArray[np.float64]

_REST, _LOW, _HIGH = 0.9, 1e-3, 1 - 1e-3
SEVERAL = "shared by several tables"
OTHER_LEVERS = "levers without a table"
COMMON = "common to all"
DEMAND_AND_COST = ("call type", "service")
"""Subscripts whose inputs form a group of their own: how calls arise, and what they use."""


@dataclass(frozen=True)
class Axis:
    """One independent uniform. ``inputs`` are what it moves; ``switch`` says that it decides only
    whether there is any effect."""

    inputs: tuple[str, ...]
    switch: bool

    @property
    def label(self) -> str:
        """The input, or the first of several; unique among axes of one sampler."""
        more = f" and {len(self.inputs) - 1} more" if len(self.inputs) > 1 else ""
        text = f"{self.inputs[0]}{more}" if self.inputs else "nothing"
        return f"{text}: any effect" if self.switch else text


def axes_of(sampler: Sampler) -> tuple[Axis, ...]:
    """The axes of a sampler in order, found by moving each in turn.

    An axis that changes inputs at its low end and not at its high one decides between an effect
    and none.
    """
    size = sampler.dimension
    points = np.full((2 * size + 1, size), _REST)
    rows = np.arange(size)
    points[1 + rows, rows] = _LOW
    points[1 + size + rows, rows] = _HIGH
    columns = sampler.sample(points)
    names = tuple(columns)
    values = np.stack([np.asarray(columns[name], dtype=np.float64) for name in names], axis=1)
    moved = values != values[0]
    low, high = moved[1 : size + 1], moved[size + 1 :]
    found = []
    for axis in range(size):
        either = low[axis] | high[axis]
        found.append(
            Axis(
                inputs=tuple(names[column] for column in np.flatnonzero(either)),
                switch=bool(low[axis].any() and not high[axis].any()),
            )
        )
    return _told_apart(found)


def _told_apart(found: Sequence[Axis]) -> tuple[Axis, ...]:
    """Axes with an order of inputs that gives each a label of its own: that of a Dirichlet share
    moves its whole group, its own share most; the first not yet taken heads it."""
    taken: set[str] = set()
    result = []
    for axis in found:
        chosen = axis
        for start in range(len(axis.inputs)):
            chosen = Axis((*axis.inputs[start:], *axis.inputs[:start]), axis.switch)
            if chosen.label not in taken:
                break
        taken.add(chosen.label)
        result.append(chosen)
    return tuple(result)


def table_of(action_tables: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The display name of an action table by element of population, lever, and constant that is
    its alone (the file's ``other effects``)."""
    found: dict[str, str] = {}
    for row in action_tables:
        title = row.get("display name") or row.get("element", "")
        for key in ("element", "lever"):
            if row.get(key):
                found[row[key]] = title
        for name in row.get("other effects", "").split(";"):
            if name.strip():
                found[name.strip()] = title
    return found


def groups_of(
    axes: Sequence[Axis],
    action_tables: Iterable[Mapping[str, str]],
    dimensions: Mapping[str, Sequence[str]],
) -> tuple[str, ...]:
    """The group of each axis: its action table where it has one, else the kind of thing it is.

    An axis that moves inputs of several tables is shared by them. A population without a table
    has its own group; levers without one, calls and services have one each; the rest is common.
    """
    tables = table_of(action_tables)
    kinds: dict[str, str] = {}
    for name, elements in sorted(dimensions.items(), key=lambda item: -len(item[1])):
        for element in elements:
            kinds.setdefault(element, name)
    return tuple(_group(axis, tables, kinds) for axis in axes)


def _group(axis: Axis, tables: Mapping[str, str], kinds: Mapping[str, str]) -> str:
    parts = [(name.partition("[")[0], _elements(name)) for name in axis.inputs]
    found = {
        tables[part]
        for constant, elements in parts
        for part in (constant, *elements)
        if part in tables
    }
    if len(found) == 1:
        return found.pop()
    if found:
        return SEVERAL
    elements = {element for _, several in parts for element in several}
    kind = {element: kinds[element] for element in elements if element in kinds}
    own = [element for element, name in kind.items() if name == "population"]
    if len(own) == 1:
        return own[0]
    if "lever" in kind.values():
        return OTHER_LEVERS
    known = {name for name in kind.values() if name in DEMAND_AND_COST}
    return f"by {min(known)}" if known else COMMON


def _elements(name: str) -> tuple[str, ...]:
    inside = name.partition("[")[2].removesuffix("]")
    return tuple(part.strip() for part in inside.split(",")) if inside else ()
