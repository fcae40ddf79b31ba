"""Which elements each equation of a variable defines: EXCEPT, overlaps and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from ..errors import InputError
from .ir import Dimension, Index
from .lower_names import Subscripts, key
from .lower_scope import Bound, Declared, Scope, Symbols
from .syntax import Component

Cell = tuple[str, ...]
Block = tuple[tuple[str, ...], ...]  # the elements along each dimension


@dataclass(frozen=True)
class Place:
    """A rectangle of a variable's elements written by one equation."""

    scope: Scope
    target: tuple[Index, ...]


def dimensions(
    name: str, components: Sequence[Component], subscripts: Subscripts
) -> tuple[Dimension, ...]:
    """The ranges that cover a variable's equations, one for each subscript.

    Raises InputError if equations differ in their number of subscripts, or name unknown ones.
    """
    counts = sorted({len(component.subscripts) for component in components})
    if len(counts) > 1:
        raise InputError(
            f"'{name}' is defined both with {counts[0]} and with {counts[1]} subscripts. Give "
            "every equation of a variable the same number."
        )
    where = f"In the definition of '{name}'"
    result = []
    for place in range(counts[0]):
        names = [component.subscripts[place] for component in components]
        sets = [_left(component, subscripts, where)[place] for component in components]
        result.append(subscripts.cover(sets, names, name))
    return tuple(result)


def places(declared: Declared, component: Component, symbols: Symbols) -> list[Place]:
    """The rectangles of elements that ``component`` defines, each with its scope."""
    where = f"In the definition of '{declared.name}'"
    whole = _left(component, symbols.subscripts, where)
    excluded: set[Cell] = set()
    for group in component.exceptions:
        if len(group) != len(whole):
            raise InputError(
                f"{where}, EXCEPT [{', '.join(group)}] has {len(group)} subscripts instead of "
                f"{len(whole)}."
            )
        excluded |= set(product(*(symbols.subscripts.elements(name, where) for name in group)))
    return [_place(declared, component, block, symbols) for block in _blocks(whole, excluded)]


def check_cover(declared: Declared, covered: Sequence[tuple[Place, str]]) -> None:
    """Raise InputError if an element is defined twice or not at all."""
    if len(covered) == 1:  # no element twice, so the count tells
        ((place, _text),) = covered
        if prod(len(index.positions) for index in place.target) == prod(declared.shape):
            return
    seen: set[tuple[int, ...]] = set()
    for place, _text in covered:
        cells = list(product(*(index.positions for index in place.target)))
        twice = [cell for cell in cells if cell in seen]
        if twice:
            raise InputError(
                f"'{_cell_name(declared, twice[0])}' is defined by two equations. Remove one, or "
                "use :EXCEPT:."
            )
        seen.update(cells)
    if len(seen) < prod(declared.shape):
        whole = product(*(range(size) for size in declared.shape))
        missing = next(cell for cell in whole if cell not in seen)
        raise InputError(f"'{_cell_name(declared, missing)}' has no equation. Add one.")


def _cell_name(declared: Declared, cell: Sequence[int]) -> str:
    names = [d.elements[place] for d, place in zip(declared.dimensions, cell, strict=True)]
    return f"{declared.name}[{', '.join(names)}]" if names else declared.name


def _left(component: Component, subscripts: Subscripts, where: str) -> Block:
    return tuple(subscripts.elements(name, where) for name in component.subscripts)


def _blocks(whole: Block, excluded: set[Cell]) -> list[Block]:
    """The elements of ``whole`` that are not excluded, as rectangles."""
    if not excluded:
        return [whole]
    if not whole:
        return [] if () in excluded else [()]
    groups: dict[frozenset[Cell], list[str]] = {}
    for element in whole[0]:
        rest = frozenset(cell[1:] for cell in excluded if cell[0] == element)
        groups.setdefault(rest, []).append(element)
    return [
        (tuple(elements), *block)
        for rest, elements in groups.items()
        for block in _blocks(whole[1:], set(rest))
    ]


def _place(declared: Declared, component: Component, block: Block, symbols: Symbols) -> Place:
    bounds: list[Bound] = []
    target: list[Index] = []
    for name, elements, dimension in zip(
        component.subscripts, block, declared.dimensions, strict=True
    ):
        numbers = {element: number for number, element in enumerate(dimension.elements)}
        positions = tuple(numbers[element] for element in elements)
        if not symbols.subscripts.is_range(name):
            target.append(Index(None, positions))
            continue
        if any(key(bound.written) == key(name) for bound in bounds):
            raise InputError(
                f"'{declared.name}' has the subscript '{name}' twice on its left-hand side. Make "
                f"a copy of the range ({name} copy <-> {name}) for one of them."
            )
        axis = symbols.axis(len(elements), name)
        bounds.append(Bound(name, axis, elements))
        target.append(Index(axis.number, positions))
    scope = Scope(declared.name, tuple(bounds), left=component.subscripts)
    return Place(scope, tuple(target))
