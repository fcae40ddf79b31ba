"""The fixed half of every generated kernel: batches, the clock, integration and saving."""

from __future__ import annotations

from .layout import Layout
from .random_tables import RUN_KEY, STEP_KEY

HEADER = '''"""The kernel of {name}, generated from its equations: eight runs a batch."""

from upshift.model.engine import lanes'''

_DRIVER = '''@lanes.part
def advance(w, dt, method, stage):
    # Euler (0) has one stage. RK4 (1) has four: each adds its weighted rate to a running total and
    # sets the stocks for the next stage; the last takes the step from where the first began. RK2
    # (2) goes a whole step ahead, then takes the step with the mean of both rates.
    for s in range({stocks}):
        rate = lanes.load(w, {first_rate}, s)
        if method == 0:
            lanes.store(w, {first_stock}, s, lanes.load(w, {first_stock}, s) + dt * rate)
        elif stage == 0:
            level = lanes.load(w, {first_stock}, s)
            lanes.store(w, {origin}, s, level)
            lanes.store(w, {total}, s, rate)
            lanes.store(w, {first_stock}, s, level + (dt / 2.0 if method == 1 else dt) * rate)
        elif method == 2:
            total = lanes.load(w, {total}, s) + rate
            lanes.store(w, {first_stock}, s, lanes.load(w, {origin}, s) + dt * total / 2.0)
        elif stage < 3:
            reach = dt / 2.0 if stage == 1 else dt
            lanes.store(w, {total}, s, lanes.load(w, {total}, s) + 2.0 * rate)
            lanes.store(w, {first_stock}, s, lanes.load(w, {origin}, s) + reach * rate)
        else:
            total = lanes.load(w, {total}, s) + rate
            lanes.store(w, {first_stock}, s, lanes.load(w, {origin}, s) + dt * total / 6.0)


@lanes.kernel
def simulate(inputs, clock, plan, workspace, integers, segments, wanted, out, faults, first, last):
    """Advance batches ``first`` to ``last - 1``; see ``simulate.py`` for the arrays."""
    constants, changed, changes, keys = inputs
    begin, dt = clock
    steps, stride, method = plan
    stages = 1 if method == 0 else 4 if method == 1 else 2
    w = lanes.pointer(workspace)
    n = lanes.pointer(integers)
    tables = lanes.pointer(segments)
    runs = changes.shape[0]
    for batch in range(first, last):
        origin = batch * 8
        for slot in range({constants}):
            lanes.store(w, 0, slot, constants[slot])
        for column in range(changed.shape[0]):
            for k in range(8):
                # A batch that is not full repeats the last run, so that all lanes do the same work.
                run = min(origin + k, runs - 1)
                workspace[changed[column] * 8 + k] = changes[run, column]
{keys}        t, spare, saving = begin, w, 1
{start}
        for i in range(steps + 1):
{step_key}            for stage in range(stages):
                t = begin + i * dt
                if stage > 0:
                    t += dt / 2.0 if stage < 3 and method == 1 else dt
                saving = 1 if i % stride == 0 and stage == 0 else 0
                spare = lanes.shifted(w, (1 - saving) * {spare})
{step}
                if saving == 1:
                    for k in range(min(8, runs - origin)):
                        for column in range(wanted.shape[0]):
                            value = lanes.number(w, wanted[column] * 8 + k)
                            out[origin + k, i // stride, column] = value
                if i == steps:
                    break
                advance(w, dt, method, stage)
        for k in range(min(8, runs - origin)):
            # Zero times a finite number is zero; anything else marks the run for a closer look.
            check = 0.0
            for s in range({stocks}):
                check += 0.0 * lanes.number(w, ({first_stock} + s) * 8 + k)
            faults[origin + k] = check != 0.0'''


_KEYS = """        for k in range(8):
            workspace[{run} * 8 + k] = keys[min(origin + k, runs - 1)]
        lanes.begin_step(w, {run}, {step}, 0)
"""
_STEP_KEY = "            lanes.begin_step(w, {run}, {step}, i)\n"


def source(layout: Layout, initial: list[str], step: list[str]) -> str:
    """The driver for a layout, calling the named parts.

    The parts are called from one place each, in the entry itself: every function between them and
    the entry would have the compiler optimise their code once more.
    """

    def calls(names: list[str], indent: int) -> str:
        return "\n".join(f"{' ' * indent}{name}(w, n, tables, t, spare, saving)" for name in names)

    random = STEP_KEY in layout.first_slot
    slots = {"run": layout.first_slot.get(RUN_KEY), "step": layout.first_slot.get(STEP_KEY)}
    return _DRIVER.format(
        keys=_KEYS.format(**slots) if random else "",
        step_key=_STEP_KEY.format(**slots) if random else "",
        start=calls(initial, 8),
        step=calls(step, 16),
        constants=layout.constants,
        stocks=layout.stocks,
        first_stock=layout.first_stock,
        first_rate=layout.first_rate,
        origin=layout.first_scratch,
        total=layout.first_scratch + layout.stocks,
        spare=layout.spare,
    )
