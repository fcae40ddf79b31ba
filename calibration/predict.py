"""What the model says the record should show: one kernel call for a whole batch of points.

A month is no whole number of steps, so a flow is the difference of a cumulative variable that is
interpolated at the period's two ends. Euler's method gives every step the rate at its start, so a
cumulative variable runs half a step behind its own flow; read half a step later, its error is of
second order, and a step of 1/16 year is as good as one of 1/256 read plainly. Only where a flow
jumps is that half step too late.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from ..model.engine import SimulateOptions, simulate
from ..model.errors import InputError
from .observations import Observation
from .parameters import SEASON
from .region import Region, months_of
from .series import SeriesRule

Array = npt.NDArray[np.float64]
SMALL = 3e7  # element-equations in a call below which threads cost more than they give
STEP = 1 / 16  # years; against 1/256 it moves no month by 1 %, and the mean one by 0.05 %


@dataclass(frozen=True)
class Predictor:
    """Predicts ``items`` for points given as parameter values.

    ``fixed`` are other constants of the model by element, numbers for all points: cut parameters
    drawn once, for instance. ``threads`` None means all that the process may use.
    """

    region: Region
    items: tuple[Observation, ...]
    step: float = STEP
    fixed: tuple[tuple[str, float], ...] = ()
    threads: int | None = None

    @cached_property
    def _rules(self) -> tuple[SeriesRule, ...]:
        return tuple(self.region.rule(item) for item in self.items)

    @cached_property
    def _outputs(self) -> tuple[str, ...]:
        names = dict.fromkeys(name for rule in self._rules for _, name in rule.terms)
        return tuple(names)

    @cached_property
    def _clock(self) -> tuple[Array, dict[str, float]]:
        """Times that are saved, and the control parameters that save them."""
        start = self.region.model.model.clock.start
        step = min(self.step, self.region.model.model.clock.save_every)
        stop = max(item.span[1] for item in self.items)
        steps = int(np.ceil((stop - start) / step - 1e-9)) + 2
        times: Array = start + step * np.arange(steps + 1, dtype=np.float64)
        controls = {"TIME STEP": step, "SAVEPER": step, "FINAL TIME": float(times[-1])}
        return times, controls

    @cached_property
    def _weights(self) -> csr_array:
        """(observation, time x output): what turns the saved outputs into predictions.

        Sparse, so that sums are made in one order whatever the number of threads.
        """
        times, _ = self._clock
        place = {name: i for i, name in enumerate(self._outputs)}
        weights = np.zeros((len(self.items), len(times), len(place)))
        for row, (item, rule) in enumerate(zip(self.items, self._rules, strict=True)):
            over_time = _weights_over_time(item, rule, times) * rule.fraction
            for weight, name in rule.terms:
                weights[row, :, place[name]] += weight * over_time
        return csr_array(weights.reshape(len(self.items), -1))

    @cached_property
    def _season(self) -> tuple[npt.NDArray[np.int64], Array]:
        """Which observations carry the season, and their mean (month, harmonic) columns."""
        rows = [i for i, rule in enumerate(self._rules) if rule.season]
        pattern = [
            np.mean([_harmonics(day.month) for day in months_of(self.items[i])], axis=0)
            for i in rows
        ]
        return np.array(rows, dtype=np.int64), np.reshape(pattern, (len(rows), len(SEASON)))

    def __call__(self, values: Array) -> Array:
        """Parameter values (point, parameter) to expected observations (point, observation).

        A point that the model cannot run has NaN throughout.
        """
        expected = self._simulated(values)
        names = self.region.parameters.index
        for column, rule in enumerate(self._rules):
            for factor in rule.factors:
                expected[:, column] *= values[:, names[factor]]
        rows, pattern = self._season
        if rows.size and SEASON[0] in names:
            scores = values[:, [names[name] for name in SEASON]]
            expected[:, rows] *= np.exp(np.einsum("ph,oh->po", scores, pattern))
        return expected

    def _simulated(self, values: Array) -> Array:
        try:
            saved = self._run(values)
        except InputError:
            if len(values) == 1:
                return np.full((1, len(self.items)), np.nan)
            return np.concatenate([self._simulated(values[i : i + 1]) for i in range(len(values))])
        return np.ascontiguousarray((self._weights @ saved.reshape(len(values), -1).T).T)

    def _run(self, values: Array) -> Array:
        parameters = self.region.parameters
        _, controls = self._clock
        given: dict[str, float | Array] = {**dict(self.fixed), **controls}
        for name in parameters.model_names:
            given[name] = np.ascontiguousarray(values[:, parameters.index[name]])
        work = len(values) * len(self._clock[0]) * self.region.model.layout.slots
        options = SimulateOptions(threads=1 if work < SMALL else self.threads)
        return simulate(self.region.model, given, self._outputs, options).values


def _weights_over_time(item: Observation, rule: SeriesRule, times: Array) -> Array:
    start, end = item.span
    if rule.kind == "moment":
        return _interpolation(start, times)
    if rule.kind == "difference":
        half = (times[1] - times[0]) / 2
        weights = _interpolation(end + half, times) - _interpolation(start + half, times)
        return np.asarray(weights / _periods(item))
    first = times[0] if item.moment else start
    step = times[1] - times[0]
    edges = np.clip(np.stack([times - step / 2, times + step / 2]), first, end)
    weights = edges[1] - edges[0]
    return np.asarray(weights / (weights.sum() if rule.kind == "mean" else _periods(item)))


def _periods(item: Observation) -> float:
    """How many of its unit's periods an observation covers: 3 for a mean of three years."""
    if not item.unit.endswith("/year") or item.moment:
        return 1.0
    return max(1.0, round((item.end - item.start).days / 365.25))


def _interpolation(time: float, times: Array) -> Array:
    step = times[1] - times[0]
    return np.asarray(np.maximum(0.0, 1.0 - np.abs(times - time) / step))


def _harmonics(month: int) -> tuple[float, ...]:
    angle = 2 * np.pi * (month - 0.5) / 12
    return (np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle))
