"""Elementary functions computed in lanes: close to NumPy's, and the same bits as for one float."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest
from numpy.typing import NDArray

from upshift.model.engine import lanes as typed_lanes

lanes: Any = typed_lanes  # Numba calls an intrinsic without its first, typing argument

COUNT = 512

# Not cached: Numba's key does not cover the lane type, so a cached loop could be a stale one.
compiled = numba.njit(error_model="numpy")

Floats = NDArray[np.float64]


def _aligned(values: Floats) -> Floats:
    raw = np.zeros(values.size + 8)
    offset = (-raw.ctypes.data % 64) // 8
    array = raw[offset : offset + values.size]
    array[:] = values
    return array


def _kernel(function: Any) -> Any:
    """A compiled loop that applies ``function`` to whole lanes."""

    @compiled
    def run(source, target, count):  # type: ignore[no-untyped-def]
        for i in range(count):
            value = function(lanes.load(lanes.pointer(source), 0, i))
            lanes.store(lanes.pointer(target), 0, i, value)

    return run


@compiled
def _cube(source, target, count):  # type: ignore[no-untyped-def]
    for i in range(count):
        value = lanes.power(lanes.load(lanes.pointer(source), 0, i), 3.0)
        lanes.store(lanes.pointer(target), 0, i, value)


_exp, _ln = _kernel(lanes.exp), _kernel(lanes.ln)


@compiled
def _scalar_exp(x):  # type: ignore[no-untyped-def]
    return lanes.exp(x)


def _run(kernel: Callable[..., None], values: Floats) -> Floats:
    source, target = _aligned(values), _aligned(np.zeros(values.size))
    kernel(source, target, values.size // 8)
    return target


def _samples(low: float, high: float) -> Floats:
    return np.random.default_rng(1).uniform(low, high, COUNT)


@pytest.mark.parametrize(
    ("kernel", "reference", "values"),
    [
        (_exp, np.exp, _samples(-700, 700)),
        (_exp, np.exp, _samples(-1, 1)),
        (_ln, np.log, np.exp(_samples(-700, 700))),
        (_ln, np.log, _samples(0.9, 1.1)),
        (_kernel(lanes.sin), np.sin, _samples(-1000, 1000)),
        (_kernel(lanes.cos), np.cos, _samples(-1000, 1000)),
        (_kernel(lanes.arctan), np.arctan, _samples(-30, 30)),
        (_kernel(lanes.arcsin), np.arcsin, _samples(-1, 1)),
        (_kernel(lanes.root), np.sqrt, _samples(0, 1e9)),
        (_cube, lambda x: x**3, _samples(-30, 30)),
    ],
)
def test_functions_are_within_a_few_units_in_the_last_place(
    kernel: Callable[..., None], reference: Callable[[Floats], Floats], values: Floats
) -> None:
    expected = reference(values)
    # Near a zero of sine or cosine the reduced argument limits the absolute error.
    tolerance = 16 * np.spacing(np.maximum(np.abs(expected), 1e-4))
    assert (np.abs(_run(kernel, values) - expected) <= tolerance).all()


def test_limits_of_the_exponential_and_the_logarithm() -> None:
    edges = np.array([0.0, -1000.0, 1000.0, np.nan, np.inf, -np.inf, 1.0, -745.0])
    result = _run(_exp, edges)
    np.testing.assert_array_equal(result[:6], [1.0, 0.0, np.inf, np.nan, np.inf, 0.0])
    assert result[7] == np.exp(-745.0)
    edges = np.array([0.0, 1.0, -1.0, np.nan, np.inf, 5e-324, 2.0, 0.5])
    result = _run(_ln, edges)
    np.testing.assert_array_equal(result[:5], [-np.inf, 0.0, np.nan, np.nan, np.inf])
    assert result[5] == pytest.approx(np.log(5e-324))


def test_a_float_and_a_lane_give_the_same_bits() -> None:
    values = _samples(-50, 50)
    assert [_scalar_exp(x) for x in values] == list(_run(_exp, values))
