"""Name to slot, assigned once: where each element of each variable lives in a run's workspace.

A slot holds one lane (several runs of one number). Constants come first, then the stocks in two
copies, what they are now and what they will be after the step, then everything else. Three more
copies of the stocks, used by RK2 and RK4 alone, and a spare slot close the workspace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from math import inf, nextafter, prod

from .ir import Extrapolation, Kind, Model, Table, Variable
from .order import RATE, Schedule, reads


@dataclass(frozen=True)
class Layout:
    """Slots of every variable and positions of every table.

    ``first_slot[name]`` is the slot of a variable's first element; the rest follow row-major.
    ``first_segment[name]`` holds, for each element of a table, ``(start, count)``: its place in
    ``segments`` (counted in doubles) and its number of segments.
    """

    first_slot: dict[str, int]
    shape: dict[str, tuple[int, ...]]
    constants: int  # number of constant slots, from slot 0
    stocks: int  # number of stock slots
    first_stock: int
    slots: int  # all slots, scratch and spare included
    segments: tuple[float, ...]
    first_segment: dict[str, tuple[tuple[int, int], ...]]
    table_shape: dict[str, tuple[int, ...]]

    def size(self, name: str) -> int:
        """The number of slots of a variable."""
        return prod(self.shape[name])

    @property
    def first_scratch(self) -> int:
        """Where the three further copies of the stocks begin."""
        return self.spare - 3 * self.stocks

    @property
    def spare(self) -> int:
        """The last slot: where values go that nobody reads at this step."""
        return self.slots - 1


def lay_out(model: Model, schedule: Schedule) -> Layout:
    """Assign a slot to every element of a model whose reductions are hoisted.

    Constants keep their order. Other variables lie in the order in which a step first touches them,
    those that no step computes before those that each step does.
    """
    constants = [v for v in model.variables if v.kind is Kind.CONSTANT]
    moving = sorted(
        (v for v in model.variables if v.kind is not Kind.CONSTANT), key=_by_use(schedule)
    )
    stocks = [v for v in moving if v.kind is Kind.STOCK]
    rest = [v for v in moving if v.kind is not Kind.STOCK]
    constant_count, count = (sum(v.size for v in group) for group in (constants, stocks))
    starts = list(accumulate((v.size for v in [*constants, *stocks]), initial=0))
    starts = starts[:-1] + list(accumulate((v.size for v in rest), initial=starts[-1] + count))
    ordered = [*constants, *stocks, *rest]
    first_slot = {v.name: start for v, start in zip(ordered, starts, strict=False)}
    shape = {v.name: v.shape for v in ordered}
    # A net flow is never kept: it moves its stock from the one copy to the other.
    first_slot |= {RATE + v.name: first_slot[v.name] for v in stocks}
    shape |= {RATE + v.name: v.shape for v in stocks}
    segments, first_segment = _segments(model.tables)
    return Layout(
        first_slot=first_slot,
        shape=shape,
        constants=constant_count,
        stocks=count,
        first_stock=constant_count,
        slots=starts[-1] + 3 * count + 1,
        segments=segments,
        first_segment=first_segment,
        table_shape={table.name: table.shape for table in model.tables},
    )


def _by_use(schedule: Schedule) -> Callable[[Variable], tuple[bool, int]]:
    """The order in which a step touches variables, after those that no step computes."""
    computed = {equation.variable for group in schedule.step for equation in group}
    touched: dict[str, int] = {}
    for group in schedule.step:
        for equation in group:
            for reference in reads(equation.expression):
                touched.setdefault(reference.name, len(touched))
            touched.setdefault(equation.variable, len(touched))
    return lambda v: (v.name in computed, touched.get(v.name, len(touched)))


def _segments(
    tables: tuple[Table, ...],
) -> tuple[tuple[float, ...], dict[str, tuple[tuple[int, int], ...]]]:
    flat: list[float] = []
    places: dict[str, tuple[tuple[int, int], ...]] = {}
    for table in tables:
        own: list[tuple[int, int]] = []
        for xs, ys in table.points:
            pieces = segments_of(xs, ys, table.extrapolation)
            own.append((len(flat), len(pieces)))
            flat.extend(number for piece in pieces for number in piece)
        places[table.name] = tuple(own)
    return tuple(flat), places


def segments_of(
    xs: tuple[float, ...], ys: tuple[float, ...], rule: Extrapolation
) -> list[tuple[float, float, float, float]]:
    """A table as segments ``(from, x0, y0, slope)``, each valid until the next one begins."""
    if rule is Extrapolation.STEP_BACKWARD:
        return [(-inf, 0.0, ys[0], 0.0)] + [
            (x, 0.0, y, 0.0) for x, y in zip(xs[1:], ys[1:], strict=True)
        ]
    if rule is Extrapolation.STEP_FORWARD:
        # The next point's value holds from just above this point on.
        return [(-inf, 0.0, ys[0], 0.0)] + [
            (nextafter(x, inf), 0.0, y, 0.0) for x, y in zip(xs[:-1], ys[1:], strict=True)
        ]
    inner = [
        (x0, x0, y0, (y1 - y0) / (x1 - x0) if x1 != x0 else 0.0)
        for x0, x1, y0, y1 in zip(xs[:-1], xs[1:], ys[:-1], ys[1:], strict=True)
    ]
    if rule is Extrapolation.EXTRAPOLATE and inner:
        _, x0, y0, slope = inner[0]
        return [(-inf, x0, y0, slope), *inner[1:]]
    return [(-inf, 0.0, ys[0], 0.0), *inner, (xs[-1], 0.0, ys[-1], 0.0)]
