"""References worked out by hand, where PySD cannot run a feature model or deviates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
Series = dict[str, Floats]


def _stepped(
    times: Floats, step: float, start: float, slope: Callable[[float, float], float]
) -> Floats:
    """Euler's method by hand: the level at each of ``times``, spaced by ``step``."""
    level, series = start, []
    for time in times:
        series.append(level)
        level += step * slope(float(time), level)
    return np.array(series)


def _decay_rk4() -> Series:
    """x' = -k x: one Runge-Kutta step multiplies x by 1 - z + z²/2 - z³/6 + z⁴/24, z = k step."""
    times = np.arange(0, 4.5, 0.5)
    series: Series = {"time": times}
    for name, rate in (("slow", 0.25), ("fast", 1.5)):
        z = rate * 0.25
        factor = 1 - z + z**2 / 2 - z**3 / 6 + z**4 / 24
        series[f"amount[{name}]"] = 8 * factor ** (times / 0.25)
    return series


def _clock_rk4() -> Series:
    """The integral of 3t² + 2t, which fourth-order Runge-Kutta finds exactly."""
    times = np.arange(0.0, 4.0)
    return {"time": times, "level": 1 + times**3 + times**2}


def _clock_functions() -> Series:
    """Pulses and ramps by their definitions; ``collected`` sums them step by step."""
    times = np.arange(0, 6.25, 0.25)
    stepped = 3.0 * (times >= 1) - 1.0 * (times >= 2)
    ramped = 2 * (np.clip(times, 1, 3) - 1)
    pulsed = 1.0 * ((times >= 1) & (times < 1.5))
    train = sum(1.0 * ((times >= s) & (times < s + 0.5)) for s in (1, 2.25, 3.5, 4.75))
    train = np.where(times <= 5, train, 0.0)
    total = stepped + ramped + pulsed + train
    collected = np.concatenate(([0.0], np.cumsum(total[:-1]) * 0.25))
    return {
        "time": times,
        "stepped": stepped,
        "ramped": ramped,
        "pulsed": pulsed,
        "one step": 1.0 * (times == 2),
        "train": train,
        "collected": collected,
    }


def _smooth_whole_start() -> Series:
    """A first-order smooth: the gap to the signal shrinks by 1 - step/time each step."""
    times = np.arange(0, 4.25, 0.25)
    return {"time": times, "first": 10 - 7 * (1 - 0.25 / 2) ** (times / 0.25)}


def _logic_precedence() -> Series:
    times = np.arange(0, 4.25, 0.25)
    late = 1.0 * (times > 3)
    return {"time": times, "either or both": late, "first either": late}


def _chain_by_element() -> Series:
    times = np.arange(0, 4.25, 0.25)
    reach = [10 + times]
    reach += [reach[0] / 2 + 1]
    reach += [reach[1] / 2 + 1]
    series = {f"reach[A{i}]": value for i, value in enumerate(reach, 1)}
    return {"time": times, **series, **{f"passed[A{i}]": v / 2 for i, v in enumerate(reach, 1)}}


def _signs() -> Series:
    """A minus sign binds less tightly than a power, as in Vensim."""
    times = np.arange(0, 1.25, 0.25)
    one = np.ones(len(times))
    return {
        "time": times,
        "minus square": -4 * one,
        "square of minus": 4 * one,
        "tower": 30 ** -(30**-1.2) * one,
        "product": -5 * one,
        "sum": -4 * one,
    }


def _mapping_part() -> Series:
    times = np.arange(0, 1.25, 0.25)
    return {"time": times, "part[P1]": 2 + times, "part[P3]": 6 + times}


def _reduced_dynamic() -> Series:
    times = np.arange(0, 4.25, 0.25)
    series: Series = {"time": times}
    for area, bases in (("east", (1.0, 2.0)), ("west", (3.0, 4.0))):
        parts = [
            _stepped(times, 0.25, base, lambda t, level, b=base: (b * t - level) / 2)  # type: ignore[misc]
            for base in bases
        ]
        series[f"remembered[{area}]"] = series[f"summed[{area}]"] = parts[0] + parts[1]
        series |= {f"separately[{area}, P{i}]": part for i, part in enumerate(parts, 1)}
    return series


def _delay_fixed() -> Series:
    """What comes out is what went in a whole number of steps ago, and the initial value before."""
    times = np.arange(0, 6.25, 0.25)

    def late(series: Floats, steps: int, initial: float) -> Floats:
        return np.concatenate((np.full(steps, initial), series))[: len(series)]

    return {
        "time": times,
        "arrived[east]": late(times, 4, -1),
        "arrived[west]": late(times + 10, 4, -1),
        "rounded up": late(times, 2, 5),
        "at least a step": late(times, 1, 5),
        "as at the start": late(times, 2, 5),
        "twice over": late(late(times, 2, 1), 2, 2),
    }


def _macros_subscripted() -> Series:
    """A stock that gains half of the amount at every step."""
    times = np.arange(0, 4.25, 0.25)
    steps = times / 0.25
    return {
        "time": times,
        "grown[east]": 3 + steps,
        "grown[west]": 3 + 2 * steps,
        "only east[east]": 3 + steps / 2,
        "only east[west]": 0 * steps,
    }


def _xmile_older() -> Series:
    """A flow that grows with time, read from a graphical function: the level follows a square."""
    times = np.arange(0, 4.25, 0.25)
    one = np.ones(len(times))
    series = {"time": times, "level": 8 + times * (times - 0.25) / 2, "in/out (net)": times}
    series |= {"curve": 4 * one, "base[east]": 3 * one, "base[west]": 5 * one}
    return series | {"smallest": 3 * one, "largest": 5 * one}


def _vector_missing() -> Series:
    """Elements beyond the range, and moments between the points of :RAW: data, are missing."""
    times = np.arange(0, 2.25, 0.25)
    one, missing = np.ones(len(times)), -(2.0**109)
    series = {"time": times, "next[f1]": one, "next[f2]": 4 * one, "next[f3]": missing * one}
    series |= {"from first": np.array([3.0, 1.0, 4.0])[np.trunc(times).astype(int)]}
    series |= {"tied[f1]": 2 * one, "tied[f2]": one, "tied[f3]": 3 * one}
    points = np.where(times == 0.5, 8.0, np.where(times == 1, 9.0, missing))
    return series | {"single": points}


def _vector_order() -> Series:
    """Orders, ranks and sorted values by NumPy's stable sort; the highest first reverses them."""
    times = np.arange(0, 2.25, 0.25)
    slope = np.array([-2.0, 0.0, 1.1, 0.3])
    series: Series = {"time": times}
    for area, base in (("east", (4.0, 3.0, 1.0, 2.0)), ("west", (1.0, 5.0, 6.0, 0.0))):
        revenue = np.array(base) + slope * times[:, None]
        order = np.argsort(revenue, axis=1, kind="stable")
        rank = np.argsort(order, axis=1)
        for i in range(4):
            series[f"rising[{area}, p{i + 1}]"] = order[:, i]
            series[f"falling[{area}, p{i + 1}]"] = order[:, 3 - i]
            series[f"rank[{area}, f{i + 1}]"] = rank[:, i] + 1
            series[f"rank from top[{area}, f{i + 1}]"] = 4 - rank[:, i]
            series[f"sorted[{area}, p{i + 1}]"] = np.sort(revenue, axis=1)[:, i]
    return series


def _xmile_modules() -> Series:
    """One trained helper of two hired sees what is needed every month."""
    times = np.arange(0, 4.5, 0.5)
    one = np.ones(len(times))
    series = {"time": times, "staff.hired": 2 * one, "staff.team.hired": 2 * one}
    series |= {"staff.team.trained": one, "clinic.helpers": one, "clinic.visits in all": 8 * times}
    for area, need in (("east", 3.0), ("west", 5.0)):
        series |= {f"need[{area}]": need * one, f"clinic.need[{area}]": need * one}
        series |= {f"clinic.visits[{area}]": need * times}
    return series | {"seen": 9 * times}


def _share(kind: int, away: float) -> float:
    """The part of a request granted at a price ``away`` widths above its priority."""
    from scipy import stats  # noqa: PLC0415

    laws = {1: stats.uniform(-0.5, 1), 2: stats.triang(0.5, -0.5, 1), 3: stats.norm()}
    law: Any = (laws | {4: stats.laplace()})[kind]
    return float(law.sf(away))


def _allocate_available() -> Series:
    """The price by bisection to the last digit, for one time and supply after another."""
    from scipy.optimize import brentq  # noqa: PLC0415

    times = np.arange(7.0)
    asked = np.stack([300 + 20 * times, 500 + 0 * times, 200 - 10 * times], axis=1)
    near, far = ((5, 2), (6, 4), (3, 4)), ((5, 1), (7, 2), (3, 2))
    cases = {
        "by straight[north, {}]": ((1, 1, 1), near, 250 + 0 * times),
        "by straight[south, {}]": ((1, 1, 1), near, 700 + 0 * times),
        "by tented[{}]": ((2, 2, 2), near, 600 + 0 * times),
        "by normal[{}]": ((3, 3, 3), far, 600 + 0 * times),
        "by fading[{}]": ((4, 4, 4), far, 600 + 0 * times),
        "by mix[{}]": ((1, 3, 4), ((5, 3), *far[1:]), 100 + 200 * times),
    }
    series: Series = {"time": times}
    for name, (kinds, places, supply) in cases.items():
        given = np.zeros(asked.shape)
        for row, requests in enumerate(asked):
            curves = _Curves(requests, kinds, places)
            price = brentq(curves.excess, -90, 90, (supply[row],), xtol=1e-15)
            given[row] = requests if supply[row] >= requests.sum() else curves.granted(price)
        for place, claimant in enumerate(("one", "two", "three")):
            series[name.format(claimant)] = given[:, place]
    return series


@dataclass(frozen=True)
class _Curves:
    requests: Floats
    kinds: tuple[int, ...]
    places: tuple[tuple[int, int], ...]

    def granted(self, price: float) -> Floats:
        pairs = zip(self.kinds, self.places, strict=True)
        parts = [_share(kind, (price - middle) / width) for kind, (middle, width) in pairs]
        granted: Floats = np.array(parts) * self.requests
        return granted

    def excess(self, price: float, supply: float) -> float:
        most = float(self.requests.sum()) - 1.0
        return float(self.granted(price).sum()) - min(supply, most)


def _data_export() -> Series:
    """Points by hand; an empty cell is no point."""
    times = np.arange(0, 4.5, 0.5)
    series: Series = {"time": times, "need": np.interp(times, [0, 1, 3, 4], [10, 12, 20, 10])}
    steps = {"east": ([0, 3, 4], [1, 3, 4]), "west": ([0, 1, 4], [5, 6, 9])}
    plans = {"east": ([0, 1, 3, 4], [0, 1, 7, 8]), "west": ([0, 3, 4], [2, 4, 5])}
    for area, (x, y) in steps.items():
        series[f"staff[{area}]"] = np.array(y, float)[np.searchsorted(x, times, side="right") - 1]
    for area, (x, y) in plans.items():
        series[f"plan[{area}]"] = np.array(y, float)[np.searchsorted(x, times, side="left")]
    return series | {"sum of all": sum(series.values()) - times}


def _sample_itself() -> Series:
    """A sample that reads itself keeps the largest, the smallest or a count of what it has met."""
    times = np.arange(0, 4.5, 0.5)
    wave = times * (4 - times)
    return {
        "time": times,
        "wave": wave,
        "highest": np.maximum.accumulate(wave),
        "shift[north]": 0 * times,
        "shift[south]": 1 + 0 * times,
        "count[north]": 11 + np.floor(times / 2),
        "count[south]": 10 + np.floor((times + 1) / 2),
        "least[north]": np.minimum.accumulate(wave),
        "least[south]": np.minimum.accumulate(np.where(wave < 1, wave, 3)),
    }


CLOSED_FORMS: dict[str, Callable[[], Series]] = {
    "allocate_available": _allocate_available,
    "chain_by_element": _chain_by_element,
    "clock_functions": _clock_functions,
    "clock_rk4": _clock_rk4,
    "data_export": _data_export,
    "decay_rk4": _decay_rk4,
    "delay_fixed": _delay_fixed,
    "logic_precedence": _logic_precedence,
    "macros_subscripted": _macros_subscripted,
    "mapping_part": _mapping_part,
    "reduced_dynamic": _reduced_dynamic,
    "sample_itself": _sample_itself,
    "signs": _signs,
    "smooth_whole_start": _smooth_whole_start,
    "vector_missing": _vector_missing,
    "vector_order": _vector_order,
    "xmile_modules": _xmile_modules,
    "xmile_older": _xmile_older,
}
