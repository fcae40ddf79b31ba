"""Run a compiled model: many runs in one call, in batches of a lane, on several threads.

The numbers of a run depend on its own inputs alone: not on the batch it falls into, the number of
threads, the outputs asked for, or the processor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from math import isnan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from .bounds import check_result, check_steps
from .build import CompiledModel
from .gather import Kept, kept_slots, of_series, saved_steps
from .interpret import Interpretation, interpret, too_large
from .ir import Clock, Kind, Method
from .names import find, plain, slots_and_columns
from .oracle_random import run_keys
from .threads import available_threads

CHUNK_WORK = 2.0e9  # element-equations a task: a fraction of a second, so that Ctrl-C is prompt

METHODS: tuple[Method, ...] = ("euler", "rk4", "rk2")  # numbered as the kernel knows them
CONTROLS = {"initial time": "start", "final time": "stop", "time step": "step"}
CONTROLS["saveper"] = "save_every"


@dataclass(frozen=True)
class SimulateOptions:
    """How to run. ``method`` None is the one that the model's file asks for.

    Outputs are saved at ``times`` (None: as SAVEPER says), each a time of the model's clock;
    ``keep`` says what to gather of each run besides.

    ``threads`` None means all this process may use. ``progress`` is called from the calling thread
    with (runs finished, all runs). Random numbers follow from ``seed`` and the draw of a run:
    ``draws`` holds one whole number a run, by default 0, 1, 2, …. Runs with equal draws meet the
    same random numbers, whatever their inputs.
    """

    method: Method | None = None
    threads: int | None = None
    progress: Callable[[int, int], None] | None = None
    seed: int = 0
    draws: Sequence[int] | NDArray[np.int64] | None = None
    times: Sequence[float] | NDArray[np.float64] | None = None
    keep: Sequence[Kept] = ()


@dataclass(frozen=True)
class Simulation:
    """What a call returns: ``values[run, time, output]``, and the names of its axes.

    ``kept[run, k]`` is what ``SimulateOptions.keep`` asked for.
    """

    values: NDArray[np.float64]
    time: NDArray[np.float64]
    outputs: tuple[str, ...]
    kept: NDArray[np.float64]


@dataclass(frozen=True)
class _Result:
    values: NDArray[np.float64]
    time: NDArray[np.float64]
    kept: NDArray[np.float64]
    faults: NDArray[np.bool_]  # (run,): a stock is not finite at the end


class FailedRunsError(InputError):
    """Some runs' numbers stopped being finite; the message is about the first of them.

    ``values`` are those of all runs, ``failed[run]`` says which may not be used, and ``reason``
    what went wrong in the first, without its number.
    """

    def __init__(
        self,
        message: str,
        reason: str,
        values: NDArray[np.float64],
        failed: NDArray[np.bool_],
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.values = values
        self.failed = failed


@dataclass(frozen=True)
class _Inputs:
    constants: NDArray[np.float64]  # (constant slot,)
    changed: NDArray[np.int64]  # (change,) slots
    changes: NDArray[np.float64]  # (run, change)
    clock: Clock
    draws: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, dtype=np.int64))  # (run,)
    keys: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))  # (run,) for draws


def simulate(
    model: CompiledModel,
    values: Mapping[str, ArrayLike],
    outputs: Sequence[str],
    options: SimulateOptions | None = None,
) -> Simulation:
    """Run ``model`` once for each entry of the arrays in ``values``; once if all are numbers.

    A key of ``values`` is a constant (``name``, all its elements) or one element (``name[A, B]``);
    a value is a number or an array of R numbers, one a run, and all arrays have the same R. The
    control parameters (``TIME STEP``, ``FINAL TIME``, ...) take one number for all runs.
    ``outputs`` are variables or elements, in the order of the result's last axis.

    Raises InputError for an unknown name, a value that is not finite or outside the limits that the
    model states, or arrays of different lengths, and `FailedRunsError`, an InputError too, for runs
    whose numbers stop being finite (naming the variable, the run and the time).
    """
    options = options or SimulateOptions()
    if options.threads is not None and options.threads < 1:
        raise InputError(f"threads is {options.threads}; it must be 1 or more.")
    slots, columns = slots_and_columns(model, outputs)
    options = replace(options, method=options.method or model.model.method)
    inputs = _drawn(_inputs(model, values), options)
    result = _run(model, inputs, slots, options)
    bad = result.faults | ~np.isfinite(result.values).all(axis=(1, 2))
    if bad.any():
        message, reason = _first_fault(model, inputs, int(np.flatnonzero(bad)[0]), options)
        raise FailedRunsError(message, reason, result.values, bad)
    return Simulation(result.values, result.time, columns, result.kept)


def _inputs(model: CompiledModel, values: Mapping[str, ArrayLike]) -> _Inputs:
    constants = np.concatenate(
        [array.ravel() for array in model.constants.values()] or [np.zeros(0)]
    )
    clock = model.model.clock
    varying: dict[int, NDArray[np.float64]] = {}  # slot to one number a run
    runs: int | None = None
    for name, value in values.items():
        numbers = _numbers(name, value)
        control = CONTROLS.get(plain(name))
        if control is not None:
            if numbers.ndim:
                raise InputError(f"'{name}' takes one number for all runs, not an array.")
            clock = replace(clock, **{control: float(numbers)})
        variable, elements = find(model, name)
        if variable.kind is not Kind.CONSTANT:
            raise InputError(
                f"'{variable.name}' is not a constant of '{model.name}' (its kind: "
                f"{variable.kind}), so the model computes it. Set a constant it depends on."
            )
        if variable.name in model.model.fixed:
            raise InputError(
                f"'{variable.name}' sets the length of a DELAY FIXED, the order of a delay or the "
                f"clock of '{model.name}', which is settled when the model is loaded. Change it "
                "in the model file."
            )
        _check_limits(name, numbers, variable.limits)
        places = model.layout.first_slot[variable.name] + elements
        if numbers.ndim == 0:
            constants[places] = numbers
            for place in places:  # the later entry counts, as in any mapping
                varying.pop(int(place), None)
            continue
        if runs not in (None, len(numbers)):
            raise InputError(
                f"'{name}' holds {len(numbers)} values, but an earlier array holds {runs}; "
                "every array needs one value for each run."
            )
        runs = len(numbers)
        varying |= {int(place): numbers for place in places}
    changes = np.empty((1 if runs is None else runs, len(varying)))
    for column, numbers in enumerate(varying.values()):
        changes[:, column] = numbers
    _check_clock(model, clock)
    return _Inputs(constants, np.array(list(varying), dtype=np.int64), changes, clock)


def _drawn(inputs: _Inputs, options: SimulateOptions) -> _Inputs:
    """The inputs with the keys of the runs' random numbers; one input may serve many draws."""
    runs = len(inputs.changes)
    draws = np.arange(runs) if options.draws is None else np.asarray(options.draws)
    if draws.ndim != 1 or draws.size == 0 or draws.dtype.kind not in "iu":
        raise InputError("draws must be a one-dimensional list of whole numbers, one a run.")
    if runs not in (1, len(draws)):
        raise InputError(f"draws has {len(draws)} entries for {runs} runs; give one a run.")
    changes = np.repeat(inputs.changes, len(draws) // runs, axis=0)
    return replace(inputs, changes=changes, draws=draws, keys=run_keys(options.seed, draws))


def _numbers(name: str, value: ArrayLike) -> NDArray[np.float64]:
    try:
        numbers = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"'{name}' is set to {value!r}, which is not a number.") from None
    if numbers.ndim > 1 or numbers.size == 0:
        raise InputError(
            f"'{name}' is set to an array of shape {numbers.shape}; give one number or a "
            "one-dimensional array with one number for each run."
        )
    if not np.isfinite(numbers).all():
        raise InputError(f"'{name}' is set to a value that is not finite (NaN or infinity).")
    return numbers


def _check_limits(
    name: str, numbers: NDArray[np.float64], limits: tuple[float | None, float | None]
) -> None:
    low, high = limits
    below = low is not None and bool((numbers < low).any())
    above = high is not None and bool((numbers > high).any())
    if below or above:
        worst = float(numbers.min() if below else numbers.max())
        raise InputError(
            f"'{name}' is set to {worst:g}, outside the range that the model allows: "
            f"{'any' if low is None else f'{low:g}'} to {'any' if high is None else f'{high:g}'}."
        )


def _check_clock(model: CompiledModel, clock: Clock) -> None:
    if clock.step <= 0 or clock.stop < clock.start or clock.save_every <= 0:
        raise InputError(
            f"The clock of '{model.name}' cannot run: INITIAL TIME {clock.start:g}, FINAL TIME "
            f"{clock.stop:g}, TIME STEP {clock.step:g}, SAVEPER {clock.save_every:g}. The step and "
            "the saving interval must be positive and the final time not before the initial one."
        )
    check_steps(model.name, (clock.stop - clock.start) / clock.step)


def _run(
    model: CompiledModel,
    inputs: _Inputs,
    slots: NDArray[np.int64],
    options: SimulateOptions,
) -> _Result:
    clock = inputs.clock
    steps = round((clock.stop - clock.start) / clock.step)
    saved = saved_steps(clock, steps, options.times)
    runs = len(inputs.changes)
    check_result(runs, len(saved), len(slots))
    out = np.empty((runs, len(saved), len(slots)))
    faults = np.zeros(runs)
    keeping, levels = kept_slots(model, options.keep)
    kept = np.empty((runs, len(options.keep)))
    time = clock.start + saved.astype(np.float64) * clock.step
    if too_large(model):
        _interpret(model, inputs, (slots, saved, keeping[2::2]), options, (out, kept))
        return _Result(out, time, kept, faults != 0.0)
    kernel = model.kernel
    width = kernel.width
    method = METHODS.index(options.method or model.model.method)
    sizes = (runs, steps, method, len(inputs.changed), len(slots), len(saved))
    shared = (
        model.integers,
        model.segments,
        inputs.constants,
        inputs.changed,
        np.ascontiguousarray(inputs.changes),
        inputs.keys,
        slots,
        saved,
        out,
        faults,
        keeping,
        levels,
        kept,
    )
    addresses = [array.ctypes.data for array in shared]
    moments = np.array([clock.start, clock.step])

    def task(first: int, last: int) -> int:
        plan = np.array([first, last, *sizes], dtype=np.int64)
        workspace = _aligned((model.layout.slots + len(options.keep)) * width)
        kernel.call(workspace.ctypes.data, *addresses, plan.ctypes.data, moments.ctypes.data)
        return min(runs, last * width) - first * width

    batches = -(-runs // width)
    cost = width * steps * max(1, model.layout.slots)
    chunk = max(1, min(int(CHUNK_WORK // max(1, cost)), -(-batches // 8)))
    ranges = [(first, min(first + chunk, batches)) for first in range(0, batches, chunk)]
    _in_threads(task, ranges, options, runs)
    return _Result(out, time, kept, faults != 0.0)


def _interpret(
    model: CompiledModel,
    inputs: _Inputs,
    wanted: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    options: SimulateOptions,
    targets: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> None:
    """One run after another by the slow interpreter, into ``targets``: values and what is kept."""
    slots, saved, kept_slots = wanted
    out, kept = targets
    how = Interpretation(options.method or model.model.method, options.seed)
    for run, changes in enumerate(inputs.changes):
        constants = inputs.constants.copy()
        constants[inputs.changed] = changes
        time, table = interpret(model, constants, int(inputs.draws[run]), how)
        out[run] = table[np.ix_(saved, slots)]
        for column, (one, slot) in enumerate(zip(options.keep, kept_slots, strict=True)):
            kept[run, column] = of_series(one, table[:, slot], time)
        if options.progress is not None:
            options.progress(run + 1, len(inputs.changes))


def _in_threads(
    task: Callable[[int, int], int],
    ranges: list[tuple[int, int]],
    options: SimulateOptions,
    runs: int,
) -> None:
    """Do all ranges; an interrupt lets the ones under way finish and starts no more."""
    threads = 1
    if len(ranges) > 1:
        allowed = available_threads() if options.threads is None else options.threads
        threads = min(len(ranges), allowed)
    done = 0

    def tell(finished: int) -> None:
        nonlocal done
        done += finished
        if options.progress is not None:
            options.progress(done, runs)

    if threads == 1:
        for first, last in ranges:
            tell(task(first, last))
        return
    with ThreadPoolExecutor(threads) as pool:
        pending: set[Future[int]] = {pool.submit(task, *extent) for extent in ranges}
        try:
            while pending:
                finished, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in finished:
                    tell(future.result())
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _aligned(count: int) -> NDArray[np.float64]:
    """``count`` zeros whose first byte lies on a 64-byte boundary, as lane loads require."""
    raw = np.zeros(count + 8)
    offset = (-raw.ctypes.data % 64) // raw.itemsize
    return raw[offset : offset + count]


def _first_fault(
    model: CompiledModel, inputs: _Inputs, run: int, options: SimulateOptions
) -> tuple[str, str]:
    """Run again, saving everything at every step, and name where the first bad number appears:
    a message about the run, and the bare reason."""
    names = [v.name for v in model.variables.values() if v.kind is not Kind.CONSTANT]
    slots, columns = slots_and_columns(model, names)
    one = replace(
        inputs,
        changes=inputs.changes[run : run + 1],
        draws=inputs.draws[run : run + 1],
        keys=inputs.keys[run : run + 1],
        clock=replace(inputs.clock, save_every=inputs.clock.step),
    )
    plain = replace(options, threads=1, progress=None, times=None, keep=())
    result = _run(model, one, slots, plain)
    time, values = result.time, result.values
    wrong = ~np.isfinite(values[0])
    if not wrong.any():
        reason = f"'{model.name}' overflows; make the time step smaller"
        return f"Run {run} of {reason}.", reason
    moment = int(np.flatnonzero(wrong.any(axis=1))[0])
    column = _cause(model, columns, wrong[moment])
    value = values[0, moment, columns.index(column)]
    kind = "not a number (NaN)" if isnan(value) else "infinite"
    message = (
        f"'{column}' is {kind} in run {run} at time {time[moment]:g}. "
        "Usual causes: a division by zero (ZIDZ or XIDZ guard against it), the logarithm or root "
        "of a negative number, or a time step too long for the shortest delay."
    )
    return message, f"'{column}' is {kind} at time {time[moment]:g}"


def _cause(model: CompiledModel, columns: tuple[str, ...], wrong: NDArray[np.bool_]) -> str:
    """The first bad column in the order of computation: the others follow from it."""
    bad = {columns[i] for i in np.flatnonzero(wrong)}
    stocks = {v.name for v in model.variables.values() if v.kind is Kind.STOCK}
    for name in (*stocks, *model.evaluation_order):
        for column in bad:
            if column.partition("[")[0] == name:
                return column
    return sorted(bad)[0]
