"""What is kept of a run: outputs at some times, and single numbers gathered at every step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from .build import CompiledModel
from .ir import Clock
from .names import slots_and_columns

Floats = NDArray[np.float64]

Gathered = Literal["integral", "largest", "smallest", "first at or above", "first at or below"]
GATHERED: tuple[Gathered, ...] = get_args(Gathered)  # numbered as the kernel knows them


@dataclass(frozen=True)
class Kept:
    """One number a run, gathered at every step while it runs, so that no series need be stored.

    ``output`` is a variable without subscripts, or one element. An integral is over the whole run,
    in the units of the output times those of time, summed as Euler's method sums a flow; a "first
    at" is the first time at which the output is at or beyond ``level``, NaN if it never is.
    """

    output: str
    what: Gathered
    level: float = 0.0


def saved_steps(
    clock: Clock, steps: int, times: Sequence[float] | Floats | None
) -> NDArray[np.int64]:
    """The numbers of the steps at which outputs are saved."""
    if times is None:
        stride = max(1, round(clock.save_every / clock.step))
        return np.arange(0, steps + 1, stride, dtype=np.int64)
    places = (np.asarray(times, dtype=np.float64) - clock.start) / clock.step
    numbers = np.round(places)
    wrong = (np.abs(places - numbers) > 1e-6) | (numbers < 0) | (numbers > steps)
    wrong |= np.diff(numbers, prepend=-1) <= 0
    if wrong.any():
        first = np.asarray(times, dtype=np.float64)[wrong][0]
        raise InputError(
            f"times holds {first:g}, which is not a time of the model's clock later than the one "
            f"before it: steps of {clock.step:g} from {clock.start:g} to {clock.stop:g}."
        )
    return numbers.astype(np.int64)


def kept_slots(model: CompiledModel, keep: Sequence[Kept]) -> tuple[NDArray[np.int64], Floats]:
    """What to gather as the kernel reads it: kinds and slots, and levels."""
    kinds = [len(keep)]
    for one in keep:
        slots, columns = slots_and_columns(model, [one.output])
        if len(columns) != 1:
            raise InputError(f"keep: '{one.output}' has {len(columns)} elements; name one of them.")
        kinds += [GATHERED.index(one.what), int(slots[0])]
    return np.array(kinds, dtype=np.int64), np.array([one.level for one in keep], dtype=np.float64)


def of_series(one: Kept, series: Floats, time: Floats) -> float:
    """What a kernel gathers of one output while it runs, from the whole series."""
    if one.what == "integral":
        return float((series[:-1] * np.diff(time)).sum())
    if one.what in {"largest", "smallest"}:
        return float(series.max() if one.what == "largest" else series.min())
    reached = series >= one.level if one.what == "first at or above" else series <= one.level
    return float(time[np.argmax(reached)]) if reached.any() else float("nan")
