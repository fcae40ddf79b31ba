"""One shard of work: what the model is handed, and the file's content that comes of it.

A task is plain data, so that it may be done by another thread, process or machine; the same task
gives the same bytes wherever it is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ..model.engine import FailedRunsError
from ..model.errors import InputError
from .plan import model_values
from .runner import Progress, Runner, Values
from .schema import Scenario
from .shards import ShardFrame, shard_bytes

Array = npt.NDArray[np.float64]
Drawn = Mapping[str, Array]
"""The sampled inputs of one block of draws, ``(run,)`` each."""

MOST_REASONS = 16
"""Failed runs of a shard that are run again alone to say why; the others say only that they did."""
UNEXPLAINED = "its numbers stop being finite"


@dataclass(frozen=True)
class Task:
    """A shard to be made. ``handed`` is what its comparator hands over, empty for a comparator;
    ``lacking`` says which runs of the block cannot be run and why: those whose comparator failed.
    """

    scenario: Scenario
    frame: ShardFrame
    outputs: tuple[str, ...]
    handed: Mapping[str, Array] = field(default_factory=dict)
    lacking: Mapping[int, str] = field(default_factory=dict)


def make_shard(model: Runner, task: Task, drawn: Drawn, progress: Progress) -> bytes:
    """The content of a task's shard. Failed runs are in it, with the reason.

    Raises InputError, naming scenario and draws, when the model refuses what it is handed.
    """
    frame = task.frame
    values = model_values(task.scenario, drawn, task.handed)
    able = np.array([run for run in range(frame.runs) if run not in task.lacking], dtype=np.int64)
    failures = dict(task.lacking)
    result = np.full((frame.runs, len(frame.time), len(frame.columns)), np.nan)
    try:
        if len(able):
            part, found = _runs(model, _taken(values, able, frame.runs), task, progress)
            if found and len(part) == 1:
                found = dict.fromkeys(range(len(able)), found[0])
            result[able] = part
            failures |= {int(able[run]): reason for run, reason in found.items()}
    except InputError as error:
        last = frame.first_draw + frame.runs - 1
        raise InputError(
            f"Scenario '{frame.scenario}', draws {frame.first_draw} to {last}: {error}"
        ) from None
    return shard_bytes(
        frame, result, {frame.first_draw + run: reason for run, reason in failures.items()}
    )


def _taken(values: Values, able: npt.NDArray[np.int64], runs: int) -> Values:
    """Those runs of the values; all of them as they are."""
    if len(able) == runs:
        return values
    return {name: value[able] if np.ndim(value) else value for name, value in values.items()}  # type: ignore[index]


def _runs(
    model: Runner, values: Values, task: Task, progress: Progress
) -> tuple[Array, dict[int, str]]:
    """Run once per entry; NaN where a run failed, and why. One run of a model in which nothing is
    uncertain stands for every draw."""
    try:
        return model.run(values, task.outputs, progress), {}
    except FailedRunsError as error:
        result = error.values.copy()
        result[error.failed] = np.nan
        failed = [int(run) for run in np.flatnonzero(error.failed)]
        reasons = {failed[0]: error.reason}
        for run in failed[1:MOST_REASONS]:
            reasons[run] = _reason(model, _taken(values, np.array([run]), len(result) + 1), task)
        return result, {run: reasons.get(run, UNEXPLAINED) for run in failed}


def _reason(model: Runner, values: Values, task: Task) -> str:
    """Why one run fails."""
    try:
        model.run(values, task.outputs, lambda _done, _total: None)
    except FailedRunsError as error:
        return error.reason
    return UNEXPLAINED
