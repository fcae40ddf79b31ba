"""The fixed half of every generated kernel: batches, the clock, integration and saving."""

from __future__ import annotations

from .layout import Layout
from .random_tables import RUN_KEY, STEP_KEY

HEADER = '''"""The kernel of {name}, generated from its equations: several runs advance together."""

from upshift.model.engine import lanes'''

INITIAL = "w, n, tables, t, spare, saving"
STEP = f"{INITIAL}, now, before, after, dt"

_DRIVER = '''def combine(w, method):
    # Each stage of RK2 and RK4 has gone from where the step began: half a step, half, one and one
    # for RK4, one and one for RK2. The weighted mean of where they arrived is the new value.
    for s in range({stocks}):
        start = lanes.load(w, {first_stock}, s)
        first = lanes.load(w, {first_stock} + {stocks}, s)
        second = lanes.load(w, {copies}, s)
        if method == 2:
            lanes.store(w, {first_stock}, s, start + ((first - start) + (second - start)) / 2.0)
        else:
            third = lanes.load(w, {copies} + {stocks}, s)
            fourth = lanes.load(w, {copies} + 2 * {stocks}, s)
            inner = 2.0 * (first - start) + 4.0 * (second - start) + 2.0 * (third - start)
            lanes.store(w, {first_stock}, s, start + (inner + (fourth - start)) / 6.0)


def begin_keeping(w, keeping):
    # What is kept of a whole run: an integral (0), the largest (1) and smallest (2) value, the
    # first time at or above (3) and at or below (4) a level.
    for k in range(lanes.whole(keeping, 0)):
        kind = lanes.whole(keeping, 2 * k + 1)
        extreme = -lanes.INFINITE if kind == 1 else lanes.INFINITE
        never = extreme if kind < 3 else lanes.NOT_A_NUMBER
        lanes.store(w, {slots}, k, 0.0 if kind == 0 else never)


def keep(w, keeping, levels, t, dt, moved):
    for k in range(lanes.whole(keeping, 0)):
        kind = lanes.whole(keeping, 2 * k + 1)
        slot = lanes.whole(keeping, 2 * k + 2)
        stock = lanes.both(slot >= {first_stock}, slot < {first_stock} + {stocks})
        value = lanes.load(w, slot + (moved if stock else 0), 0)
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


def begin_batch(w, constants, changed, changes, keys, keeping, changing, origin, runs):
    for slot in range({constants}):
        lanes.store(w, 0, slot, lanes.number(constants, slot))
    for k in range(lanes.WIDTH):
        # A batch that is not full repeats the last run, so that all lanes do the same work.
        run = origin + k if origin + k < runs else runs - 1
        for column in range(changing):
            place = lanes.whole(changed, column) * lanes.WIDTH + k
            lanes.put(w, place, lanes.number(changes, run * changing + column)){keys}
    begin_keeping(w, keeping)


def save(w, wanted, out, origin, runs, times, saved, columns, moved):
    for k in range(lanes.WIDTH):
        if origin + k < runs:
            row = ((origin + k) * times + saved) * columns
            for column in range(columns):
                slot = lanes.whole(wanted, column)
                stock = lanes.both(slot >= {first_stock}, slot < {first_stock} + {stocks})
                place = (slot + (moved if stock else 0)) * lanes.WIDTH + k
                lanes.put(out, row + column, lanes.number(w, place))


def end_batch(w, faults, kept, holding, origin, runs, moved):
    for k in range(lanes.WIDTH):
        if origin + k < runs:
            # Zero times a finite number is zero; anything else marks the run for a closer look.
            check = 0.0
            for s in range({stocks}):
                place = ({first_stock} + moved + s) * lanes.WIDTH + k
                check = check + 0.0 * lanes.number(w, place)
            lanes.put(faults, origin + k, check)
            for column in range(holding):
                held = lanes.number(w, ({slots} + column) * lanes.WIDTH + k)
                lanes.put(kept, (origin + k) * holding + column, held)


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
    last = lanes.whole(plan, 1)
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
    halves = 2 if method == 1 else 0
    for batch in range(first, last):
        origin = batch * lanes.WIDTH
        begin_batch(w, constants, changed, changes, keys, keeping, changing, origin, runs)
        saved = 0
        moved = 0  # by how many slots the copy that holds the stocks now is further on
        for i in range({before}, steps + 1):
            step = i if i > 0 else 0
{step_key}            start = begin + step * dt
            inner = 1 if i < 0 else (1 if i == steps else stages)
            for stage in range(inner):
                ahead = 0.0 if stage == 0 else (dt / 2.0 if stage < 3 else dt)
                t = start + (ahead if method == 1 else (0.0 if stage == 0 else dt))
                due = 0
                if i >= 0:
                    if stage == 0:
                        if saved < times:
                            due = 1 if lanes.whole(saves, saved) == i else 0
                storing = 1 if holding > 0 else due
                spare = lanes.shifted(w, (1 - storing) * {spare})
                # Euler's method goes to and fro between two copies of the stocks; every stage of
                # the others starts from the first copy and arrives in the next of its own.
                here = 0 if stage == 0 else (
                    {stocks} if stage == 1 else {copies} - {first_stock} + (stage - 2) * {stocks}
                )
                there = {stocks} if stage == 0 else (
                    {copies} - {first_stock} + (stage - 1) * {stocks}
                )
                now = lanes.shifted(w, moved if method == 0 else here)
                before = lanes.shifted(w, moved if method == 0 else 0)
                after = lanes.shifted(w, {stocks} - moved if method == 0 else there)
                reach = dt / 2.0 if stage < halves else dt
{start}
                if (storing if i >= 0 else 1) == 1:
{step}
                else:
{brief}
                if due == 1:
                    save(w, wanted, out, origin, runs, times, saved, columns, moved)
                    saved = saved + 1
                if i >= 0:
                    if stage == 0:
                        # An integral is the sum that Euler's method makes: no last step.
                        keep(w, keeping, levels, t, dt if i < steps else 0.0, moved)
                    if i < steps:
                        if method == 0:
                            moved = {stocks} - moved
                        elif stage == stages - 1:
                            combine(w, method)
        end_batch(w, faults, kept, holding, origin, runs, moved)'''


_KEYS = """
        lanes.put(w, {run} * lanes.WIDTH + k, lanes.number(keys, run))"""
_STEP_KEY = "            lanes.begin_step(w, {run}, {step}, step)\n"


def source(layout: Layout, rounds: list[list[str]], step: list[str], brief: list[str]) -> str:
    """The driver for a layout, calling the named parts.

    Before the first step come ``rounds``: in each, the parts that settle starting values, then all
    parts of a step, from which the next round starts. So what both need is compiled once. Each part
    is called from one place. A step of which nothing is saved or gathered runs the ``brief`` parts.
    """

    def calls(names: list[str], indent: int, more: str = "") -> list[str]:
        arguments = f"(w, n, tables, t, spare, storing{more})"
        return [" " * indent + line for line in [name + arguments for name in names] or ["pass"]]

    stocks = ", now, before, after, reach"
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
        step="\n".join(calls(step, 20, stocks)),
        brief="\n".join(calls(brief, 20, stocks)),
        constants=layout.constants,
        stocks=layout.stocks,
        first_stock=layout.first_stock,
        copies=layout.first_scratch,
        spare=layout.spare,
        slots=layout.slots,
    )
