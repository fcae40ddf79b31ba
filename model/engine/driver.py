"""The fixed half of every generated kernel: batches, the clock, integration and saving."""

from __future__ import annotations

from .layout import Layout

HEADER = '''"""The kernel of {name}, generated from its equations: eight runs a batch."""

from upshift.model.engine import lanes'''

_DRIVER = '''@lanes.part
def evaluate(w, n, tables, t, spare, saving):
{evaluate}


@lanes.part
def start(w, n, tables, t, spare, saving):
{start}


@lanes.part
def euler(w, n, tables, t, dt):
    for s in range({stocks}):
        rate = lanes.load(w, {first_rate}, s)
        lanes.store(w, {first_stock}, s, lanes.load(w, {first_stock}, s) + dt * rate)


@lanes.part
def blend(w, weight, first, next_step):
    # One stage of RK4: add the weighted rate to the sum, and set the stocks for the next stage.
    for s in range({stocks}):
        rate = lanes.load(w, {first_rate}, s)
        origin = lanes.load(w, {first_scratch}, s)
        total = weight * rate
        if not first:
            total = lanes.load(w, {second_scratch}, s) + total
        lanes.store(w, {second_scratch}, s, total)
        lanes.store(w, {first_stock}, s, origin + next_step * rate)


@lanes.part
def runge_kutta(w, n, tables, t, dt, spare):
    for s in range({stocks}):
        lanes.store(w, {first_scratch}, s, lanes.load(w, {first_stock}, s))
    blend(w, 1.0, True, dt / 2.0)
    evaluate(w, n, tables, t + dt / 2.0, spare, 0)
    blend(w, 2.0, False, dt / 2.0)
    evaluate(w, n, tables, t + dt / 2.0, spare, 0)
    blend(w, 2.0, False, dt)
    evaluate(w, n, tables, t + dt, spare, 0)
    blend(w, 1.0, False, 0.0)
    for s in range({stocks}):
        origin = lanes.load(w, {first_scratch}, s)
        total = lanes.load(w, {second_scratch}, s)
        lanes.store(w, {first_stock}, s, origin + dt * total / 6.0)


@lanes.kernel
def simulate(inputs, clock, plan, workspace, integers, segments, wanted, out, faults, first, last):
    """Advance batches ``first`` to ``last - 1``; see ``simulate.py`` for the arrays."""
    constants, changed, changes = inputs
    begin, dt = clock
    steps, stride, method = plan
    w = lanes.pointer(workspace)
    floats = lanes.pointer(workspace)
    n = lanes.pointer(integers)
    tables = lanes.pointer(segments)
    spare = lanes.shifted(w, {spare})
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
        start(w, n, tables, begin, w, 1)
        for i in range(steps + 1):
            t = begin + i * dt
            if i % stride != 0:
                evaluate(w, n, tables, t, spare, 0)
            else:
                evaluate(w, n, tables, t, w, 1)
                saved = i // stride
                for k in range(min(8, runs - origin)):
                    for column in range(wanted.shape[0]):
                        value = lanes.number(floats, wanted[column] * 8 + k)
                        out[origin + k, saved, column] = value
            if i < steps:
                if method == 0:
                    euler(w, n, tables, t, dt)
                else:
                    runge_kutta(w, n, tables, t, dt, spare)
        for k in range(min(8, runs - origin)):
            # Zero times a finite number is zero; anything else marks the run for a closer look.
            check = 0.0
            for s in range({stocks}):
                check += 0.0 * lanes.number(floats, ({first_stock} + s) * 8 + k)
            faults[origin + k] = check != 0.0'''


def source(layout: Layout, initial: list[str], step: list[str]) -> str:
    """The driver for a layout, calling the named parts."""

    def calls(names: list[str]) -> str:
        return (
            "\n".join(f"    {name}(w, n, tables, t, spare, saving)" for name in names) or "    pass"
        )

    return _DRIVER.format(
        evaluate=calls(step),
        start=calls(initial),
        constants=layout.constants,
        stocks=layout.stocks,
        first_stock=layout.first_stock,
        first_rate=layout.first_rate,
        first_scratch=layout.first_scratch,
        spare=layout.spare,
        second_scratch=layout.first_scratch + layout.stocks,
    )
