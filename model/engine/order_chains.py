"""Sums side by side: several elements of one sum are added up in one pass.

Each addition of a sum waits for the one before, so a single sum keeps the processor idle. A loop
that only adds up is taken apart along one of its outer axes: ``total[i] = SUM(x[i, j!])`` becomes
one sum for each ``i``, all in one loop over ``j``. Each sum keeps its order of addition, so no bit
of a result changes; what several of them read is loaded once.
"""

from __future__ import annotations

from dataclasses import replace

from .ir import Axis, Call, Equation, Expression, Index, LookupCall, Reduction, Reference
from .lower_renumber import renumber

Group = tuple[Equation, ...]

CHAINS = 8  # sums in one loop: more do not fit into the vector registers
FEWEST = 4  # sums that keep the processor busy


def side_by_side(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """The same groups, with those that only add up taken apart along an axis."""
    return tuple(part for group in groups for part in _parts(group))


def _parts(group: Group) -> list[Group]:
    axes = group[0].axes
    sums = all(isinstance(equation.expression, Reduction) for equation in group)
    if not sums or not axes or 2 * len(group) > CHAINS:
        return [group]
    place = axes.index(_best(axes))
    several = CHAINS // len(group)
    rows = [
        [_at(equation, equation.axes[place], position) for equation in group]
        for position in range(axes[place].size)
    ]
    # As many in each loop as in the next: seven sums and one more would be no better than one.
    loops = -(-len(rows) // several)
    several = -(-len(rows) // loops)
    return [
        tuple(equation for row in rows[first : first + several] for equation in row)
        for first in range(0, len(rows), several)
    ]


def _best(axes: tuple[Axis, ...]) -> Axis:
    """The shortest axis that is long enough, so that the least source is written."""
    enough = [axis for axis in axes if axis.size >= FEWEST]
    return min(enough, key=lambda a: a.size) if enough else max(axes, key=lambda a: a.size)


def _at(equation: Equation, axis: Axis, position: int) -> Equation:
    """The part of an equation at one position of one of its axes."""

    def fixed(indices: tuple[Index, ...]) -> tuple[Index, ...]:
        return tuple(
            Index(None, (index.positions[position],)) if index.axis == axis.number else index
            for index in indices
        )

    def inside(node: Expression) -> Expression:
        match node:
            case Reference():
                return replace(node, indices=fixed(node.indices))
            case Call():
                return replace(node, arguments=tuple(inside(a) for a in node.arguments))
            case LookupCall():
                argument = inside(node.argument)
                return replace(node, indices=fixed(node.indices), argument=argument)
            case Reduction():
                return replace(node, body=inside(node.body))
            case _:
                return node

    return renumber(
        replace(
            equation,
            axes=tuple(other for other in equation.axes if other.number != axis.number),
            target=fixed(equation.target),
            expression=inside(equation.expression),
        )
    )
