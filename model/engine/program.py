"""What of a kernel follows from the model alone: its order, its layout, its source."""

from __future__ import annotations

from dataclasses import dataclass

from .bounds import deep
from .emit import emit
from .hoist import hoist_reductions
from .hoist_settled import hoist_settled
from .ir import Model
from .layout import Layout, lay_out
from .order import schedule


@dataclass(frozen=True)
class Program:
    """A kernel before it is compiled.

    ``evaluation_order`` names the variables as each step computes them; ``integers`` are what the
    source reads at run time (maps between elements and places of tables).
    """

    source: str
    layout: Layout
    evaluation_order: tuple[str, ...]
    integers: tuple[int, ...]


def program_of(model: Model) -> Program:
    """Order, lay out and emit a lowered model. Raises InputError for a circular one."""
    with deep():
        hoisted = hoist_settled(hoist_reductions(model))
        order = schedule(hoisted)
        layout = lay_out(hoisted, order)
        emitted = emit(hoisted, order, layout)
    names = tuple(equation.variable for group in order.step for equation in group)
    return Program(emitted.source, layout, names, emitted.integers)
