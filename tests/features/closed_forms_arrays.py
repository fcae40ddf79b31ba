"""References worked out by hand for lookups, vectors, matrices, mappings, macros and XMILE."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
Series = dict[str, Floats]
NOT_AVAILABLE = -(2.0**109)


def _array(name: str, values: dict[str, Any], times: Floats) -> Series:
    return {f"{name}[{cell}]": value + 0 * times for cell, value in values.items()}


def _chain_with_sums() -> Series:
    times = np.arange(0, 2.5, 0.5)
    first = 10 + times
    second = 0.75 * first + 1
    reach = {"A1": first, "A2": second, "A3": 0.75 * second + 1}
    passed = {
        f"{age}, {kind}": share * reach[age]
        for age, (kind, share) in product(reach, (("near", 0.5), ("far", 0.25)))
    }
    return {"time": times} | _array("reach", reach, times) | _array("passed", passed, times)


def _lookups_otherwise() -> Series:
    times = np.arange(0, 4.5, 0.5)
    x = 2 * times - 2
    beyond = np.where(x < 2, 2 * x, 4 - (x - 2))
    past = 0.9 * times
    along = np.interp(times - 1, [0, 1, 2], [10, 20, 40])
    far = times - 1
    place = np.clip(0.7 * times, 0, 2)
    heights = np.array([10.0, 20.0, 40.0])
    falls = np.interp(times, [0, 1, 4], [9, 5, 1])
    return {
        "time": times,
        "beyond": beyond,
        "beyond by its older name": beyond,
        "next": np.select([past <= 0, past <= 2], [0.0, 4.0], 3.0),
        "last": np.select([past < 2, past < 3], [0.0, 4.0], 3.0),
        "where": np.interp(1.5 * times, [0, 4, 5], [0, 2, 3]),
        "where falling": np.interp(2 * times, [1, 5, 9], [4, 1, 0]),
        "listed": 2 * falls,
        "far price[P1]": 1 + 2 * (times + 3),
        "far price[P2]": 2 - (times + 3),
        "along": along,
        "along before": heights[np.floor(place).astype(int)],
        "along beyond": np.where(far < 1, 10 + 10 * far, 20 + 20 * (far - 1)),
        "along after": heights[np.ceil(place).astype(int)],
    }


def _vector_elements() -> Series:
    times = np.arange(0, 2.5, 0.5)
    rows, columns = ("R1", "R2", "R3"), ("C1", "C2")
    flat = [f"{row}, {column}" for row in rows for column in columns]
    further = [3, 4, 5, 6, NOT_AVAILABLE, NOT_AVAILABLE]
    return (
        {"time": times}
        | _array("turned", dict(zip(rows, (30, 20, 10), strict=True)), times)
        | _array("following", dict(zip(rows, (20, 30, NOT_AVAILABLE), strict=True)), times)
        | _array("copied", {cell: (i + 1) * times for i, cell in enumerate(flat)}, times)
        | _array("two further", dict(zip(flat, further, strict=True)), times)
        | _array("picked", dict(zip(rows, (6, 4, 2), strict=True)), times)
        | {"moving": np.array([10.0, 10.0, 20.0, 20.0, 30.0])}
    )


def _invert_matrix_large() -> Series:
    times = np.arange(0, 2.5, 0.5)
    matrix = np.array(
        [[0, 2, 0, 1, 0], [3, 0, 0, 0, 1], [1, 0, 4, 2, 0], [0, 1, 0, 5, 0], [0, 0, 1, 0, 7]], float
    )
    names = [f"R{place}" for place in range(1, 6)]
    inverse = np.linalg.inv(matrix)
    series: Series = {"time": times}
    for i, j in product(range(5), repeat=2):
        series[f"inverse[{names[i]}, {names[j]}]"] = inverse[i, j] + 0 * times
    for case, i, j in product((1, 2), range(5), range(5)):
        moved = [np.linalg.inv(matrix + time * case * np.eye(5))[i, j] for time in times]
        series[f"moving inverse[K{case}, {names[i]}, {names[j]}]"] = np.array(moved)
    return series


def _present_value() -> Series:
    """Discount factors fall by 1 - rate step/(1 + rate step) a step (Vensim manual, NPV)."""
    times = np.arange(0, 4.5, 0.5)
    income = 3 + times

    def value(rate: float, start: float, factor: float) -> Floats:
        weight = (1 - 0.5 * rate / (1 + 0.5 * rate)) ** np.arange(len(times))
        return factor * (start + np.cumsum(income * weight * 0.5))

    return {
        "time": times,
        "value": value(0.1, 5, 2),
        "regional value[north]": value(0, 0, 1),
        "regional value[south]": value(0.2, 0, 1),
        "half years": 1990 + times / 2,
        "factorials": np.array([factorial(n) for n in range(9)], float),
    }


def _mapping_listed() -> Series:
    times = np.arange(0, 2.5, 0.5)
    return (
        {"time": times}
        | _array("of age", {"child": 2 * times, "adult": 5 * times, "elder": 5 * times}, times)
        | _array("of rank", {"first": 5, "second": 2}, times)
        | _array("in turn", {"third": 7 + times, "second one": 8 + times}, times)
        | _array("in turn", {"first one": 9 + times}, times)
    )


def _macros_anywhere() -> Series:
    times = np.arange(0, 2.5, 0.5)
    return {
        "time": times,
        "level": 3 + np.concatenate(([0.0], np.cumsum(times[:-1] * 0.5))),
        "all": 2 + 6 * times,
        "most[day]": 3 + 2 * times,
        "most[night]": 3 + 4 * times,
    }


def _macros_many_values() -> Series:
    times = np.arange(0, 2.5, 0.5)
    level = 3 + np.concatenate(([0.0], np.cumsum(times[:-1] * 0.5)))
    here, there = 1 + times, 1 + 2 * times
    return {
        "time": times,
        "level": level,
        "twice": 2 * level,
        "average": level / (1 + times),
        "levels[here]": here + 1,
        "levels[there]": there + 1,
        "twice each[there]": 2 * there,
        "average of each[here]": here / (1 + times),
        "alone": times + 2 * level,
    }


def _xmile_standard() -> Series:
    times = np.arange(1, 4.5, 0.5)
    here, there = np.interp(times - 1, range(5), [0, 2, 4, 3, 1]), 6 + 2 * (times - 1)
    doubled = 1.5 ** np.arange(len(times))
    level = [1.0]
    for time in times[:-1]:
        level.append(level[-1] + 0.5 * (time - level[-1]) / 2)
    return {
        "time": times,
        "curve[here]": here,
        "curve[there]": there,
        "from curve[here]": 3 + 0 * times,
        "from curve[there]": 7 + 0 * times,
        "from one": np.interp(times / 2, [0, 1, 2], [5, 6, 8]),
        "always rising": 2 * (times - 1),
        "clock": 0.5 + 10 + 400 + 1000 * times,
        "least": times,
        "choice": np.select([(times > 3) & (times < 4), times == 1], [1.0, 5.0], 6.0),
        "rest": (2 * times) % 3,
        "average": 14 / 3 + 3 + 400 + 0 * times,
        "total[here]": 14 * here,
        "total[there]": 14 * there,
        "before": np.concatenate(([-7.0], times[:-1])),
        "primed": times,
        "begun": 50 + 0 * times,
        "stores[here]": doubled,
        "stores[there]": 4 * doubled,
        "filtered": np.array(level) + 3,
    }


CLOSED_FORMS: dict[str, Callable[[], Series]] = {
    "chain_with_sums": _chain_with_sums,
    "invert_matrix_large": _invert_matrix_large,
    "lookups_otherwise": _lookups_otherwise,
    "macros_anywhere": _macros_anywhere,
    "macros_many_values": _macros_many_values,
    "mapping_listed": _mapping_listed,
    "present_value": _present_value,
    "vector_elements": _vector_elements,
    "xmile_standard": _xmile_standard,
}
