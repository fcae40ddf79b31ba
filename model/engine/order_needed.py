"""What a step must compute, and what of it must be stored where another loop finds it."""

from __future__ import annotations

from collections import Counter

from .ir import Equation
from .order import RATE, Group, Schedule, reads


def essential(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """The equations on which a net flow depends: all that a step needs if nothing of it is kept."""
    names: set[str] = set()
    kept: list[Group] = []
    for group in reversed(groups):
        own: list[Equation] = []
        for equation in reversed(group):
            if equation.variable.startswith(RATE) or equation.variable in names:
                names.update(reference.name for reference in reads(equation.expression))
                own.append(equation)
        if own:
            kept.append(tuple(reversed(own)))
    return tuple(reversed(kept))


def read_elsewhere(groups: tuple[Group, ...]) -> frozenset[str]:
    """The variables that are read outside the loop that writes them, or written by several."""
    writers = Counter(equation.variable for group in groups for equation in group)
    shared = {name for name, count in writers.items() if count > 1 or name.startswith(RATE)}
    for group in groups:
        own = {equation.variable: equation.target for equation in group}
        for equation in group:
            for reference in reads(equation.expression):
                if own.get(reference.name) != reference.indices:
                    shared.add(reference.name)
    return frozenset(shared)


def read_at_start(schedule: Schedule) -> frozenset[str]:
    """The variables from which starting values are worked out."""
    return frozenset(
        reference.name
        for settled in schedule.initial
        for group in settled
        for equation in group
        for reference in reads(equation.expression)
    )
