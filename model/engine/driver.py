"""The fixed half of every generated kernel: batches, the clock, integration and saving."""

from __future__ import annotations

from .layout import Layout
from .random_tables import RUN_KEY, STEP_KEY

HEADER = '''"""The kernel of {name}, generated from its equations: several runs advance together."""

from upshift.model.engine import lanes'''

_DRIVER = '''def advance(w, dt, method, stage):
    # Euler (0) has one stage. RK4 (1) has four: each adds its weighted rate to a running total and
    # sets the stocks for the next stage; the last takes the step from where the first began. RK2
    # (2) goes a whole step ahead, then takes the step with the mean of both rates.
    half = dt / 2.0
    for s in range({stocks}):
        rate = lanes.load(w, {first_rate}, s)
        if method == 0:
            lanes.store(w, {first_stock}, s, lanes.load(w, {first_stock}, s) + dt * rate)
        elif stage == 0:
            level = lanes.load(w, {first_stock}, s)
            lanes.store(w, {origin}, s, level)
            lanes.store(w, {total}, s, rate)
            lanes.store(w, {first_stock}, s, level + (half if method == 1 else dt) * rate)
        elif method == 2:
            sum = lanes.load(w, {total}, s) + rate
            lanes.store(w, {first_stock}, s, lanes.load(w, {origin}, s) + dt * sum / 2.0)
        elif stage < 3:
            reach = half if stage == 1 else dt
            lanes.store(w, {total}, s, lanes.load(w, {total}, s) + 2.0 * rate)
            lanes.store(w, {first_stock}, s, lanes.load(w, {origin}, s) + reach * rate)
        else:
            weighted = lanes.load(w, {total}, s) + rate
            lanes.store(w, {first_stock}, s, lanes.load(w, {origin}, s) + dt * weighted / 6.0)


def begin_keeping(w, keeping):
    # What is kept of a whole run: an integral (0), the largest (1) and smallest (2) value, the
    # first time at or above (3) and at or below (4) a level.
    for k in range(lanes.whole(keeping, 0)):
        kind = lanes.whole(keeping, 2 * k + 1)
        extreme = -lanes.INFINITE if kind == 1 else lanes.INFINITE
        never = extreme if kind < 3 else lanes.NOT_A_NUMBER
        lanes.store(w, {slots}, k, 0.0 if kind == 0 else never)


def keep(w, keeping, levels, t, dt):
    for k in range(lanes.whole(keeping, 0)):
        kind = lanes.whole(keeping, 2 * k + 1)
        value = lanes.load(w, lanes.whole(keeping, 2 * k + 2), 0)
        held = lanes.load(w, {slots}, k)
        if kind == 0:
            lanes.store(w, {slots}, k, held + dt * value)
        elif kind == 1:
            lanes.store(w, {slots}, k, lanes.greatest(value, held))
        elif kind == 2:
            lanes.store(w, {slots}, k, lanes.least(value, held))
        elif kind == 3:
            first = lanes.both(held != held, value >= lanes.number(levels, k))
            lanes.store(w, {slots}, k, lanes.select(first, t, held))
        else:
            first = lanes.both(held != held, value <= lanes.number(levels, k))
            lanes.store(w, {slots}, k, lanes.select(first, t, held))


def simulate(
    w,
    n,
    tables,
    constants,
    changed,
    changes,
    keys,
    wanted,
    saves,
    out,
    faults,
    keeping,
    levels,
    kept,
    plan,
    clock,
):
    """Advance batches ``first`` to ``last - 1``; see ``simulate.py`` for the arrays."""
    first = lanes.whole(plan, 0)
    runs = lanes.whole(plan, 2)
    steps = lanes.whole(plan, 3)
    method = lanes.whole(plan, 4)
    changing = lanes.whole(plan, 5)
    columns = lanes.whole(plan, 6)
    times = lanes.whole(plan, 7)
    holding = lanes.whole(keeping, 0)
    begin = lanes.number(clock, 0)
    dt = lanes.number(clock, 1)
    stages = 1 if method == 0 else (4 if method == 1 else 2)
    for batch in range(first, lanes.whole(plan, 1)):
        origin = batch * lanes.WIDTH
        for slot in range({constants}):
            lanes.store(w, 0, slot, lanes.number(constants, slot))
        for k in range(lanes.WIDTH):
            # A batch that is not full repeats the last run, so that all lanes do the same work.
            run = origin + k if origin + k < runs else runs - 1
            for column in range(changing):
                place = lanes.whole(changed, column) * lanes.WIDTH + k
                lanes.put(w, place, lanes.number(changes, run * changing + column))
{keys}        begin_keeping(w, keeping)
        saved = 0
        for i in range({before}, steps + 1):
            step = i if i > 0 else 0
{step_key}            now = begin + step * dt
            inner = 1 if i < 0 else (1 if i == steps else stages)
            for stage in range(inner):
                ahead = 0.0 if stage == 0 else (dt / 2.0 if stage < 3 else dt)
                t = now + (ahead if method == 1 else (0.0 if stage == 0 else dt))
                due = 0
                if i >= 0:
                    if stage == 0:
                        if saved < times:
                            due = 1 if lanes.whole(saves, saved) == i else 0
                storing = 1 if holding > 0 else due
                spare = lanes.shifted(w, (1 - storing) * {spare})
{start}
{step}
                if due == 1:
                    for k in range(lanes.WIDTH):
                        if origin + k < runs:
                            row = ((origin + k) * times + saved) * columns
                            for column in range(columns):
                                place = lanes.whole(wanted, column) * lanes.WIDTH + k
                                lanes.put(out, row + column, lanes.number(w, place))
                    saved = saved + 1
                if i >= 0:
                    if stage == 0:
                        # An integral is the sum that Euler's method makes: no last step.
                        keep(w, keeping, levels, t, dt if i < steps else 0.0)
                    if i < steps:
                        advance(w, dt, method, stage)
        for k in range(lanes.WIDTH):
            if origin + k < runs:
                # Zero times a finite number is zero; anything else marks the run for a closer look.
                check = 0.0
                for s in range({stocks}):
                    check = check + 0.0 * lanes.number(w, ({first_stock} + s) * lanes.WIDTH + k)
                lanes.put(faults, origin + k, check)
                for column in range(holding):
                    held = lanes.number(w, ({slots} + column) * lanes.WIDTH + k)
                    lanes.put(kept, (origin + k) * holding + column, held)'''


_KEYS = """        for k in range(lanes.WIDTH):
            run = origin + k if origin + k < runs else runs - 1
            lanes.put(w, {run} * lanes.WIDTH + k, lanes.number(keys, run))
"""
_STEP_KEY = "            lanes.begin_step(w, {run}, {step}, step)\n"


def source(layout: Layout, rounds: list[list[str]], step: list[str]) -> str:
    """The driver for a layout, calling the named parts.

    Before the first step come ``rounds``: in each, the parts that settle starting values, then all
    parts of a step, from which the next round starts. So what both need is compiled once. Each part
    is called from one place.
    """

    def calls(names: list[str], indent: int) -> list[str]:
        arguments = "(w, n, tables, t, spare, storing)"
        return [" " * indent + name + arguments for name in names]

    start = ["                if stage == 0:"]
    for number, names in enumerate(rounds, start=1 - len(rounds)):
        if names:
            start += [f"                    if i == {number}:", *calls(names, 24)]
    random = STEP_KEY in layout.first_slot
    slots = {"run": layout.first_slot.get(RUN_KEY), "step": layout.first_slot.get(STEP_KEY)}
    return _DRIVER.format(
        keys=_KEYS.format(**slots) if random else "",
        step_key=_STEP_KEY.format(**slots) if random else "",
        before=1 - len(rounds),
        start="\n".join(start) if len(start) > 1 else "",
        step="\n".join(calls(step, 16)),
        constants=layout.constants,
        stocks=layout.stocks,
        first_stock=layout.first_stock,
        first_rate=layout.first_rate,
        origin=layout.first_scratch,
        total=layout.first_scratch + layout.stocks,
        spare=layout.spare,
        slots=layout.slots,
    )
