"""Elementary functions computed in lanes: close to the truth, and the same bits as for one float.

The truth is mpmath's, with 140 bits. The ranges are those that numbers of models lie in; outside
them (angles beyond 1e5 radians) the functions lose digits slowly.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import mpmath
import numpy as np
import pytest
from numpy.typing import NDArray

from upshift.model.engine import machine

COUNT = 1024
WORDS = {
    "lanes": "lanes.store(w, i, 3 * count, lanes.{word}({wide}))",
    "floats": "lanes.put(w, 3 * count * lanes.WIDTH + i, lanes.{word}({single}))",
}
SOURCE = """
def simulate(w, n):
    count = lanes.whole(n, 0)
    for i in range({limit}):
        {statement}
"""

Floats = NDArray[np.float64]


@cache
def _kernel(word: str, operands: int, form: str) -> Callable[..., Floats]:
    """A compiled loop that applies ``word`` to whole lanes, or to one float after another."""
    wide = ", ".join(f"lanes.load(w, i, {k} * count)" for k in range(operands))
    single = ", ".join(f"lanes.number(w, {k} * count * lanes.WIDTH + i)" for k in range(operands))
    statement = WORDS[form].format(word=word, wide=wide, single=single)
    limit = "count" if form == "lanes" else "count * lanes.WIDTH"
    here = machine.target()
    code = machine.compiled(SOURCE.format(limit=limit, statement=statement), here)
    call = machine.entry(code, here, pointers=2)

    def run(*columns: Floats) -> Floats:
        size = columns[0].size
        raw = np.zeros(4 * size + 8)
        offset = (-raw.ctypes.data % 64) // 8
        array = raw[offset : offset + 4 * size]
        array[: size * operands] = np.concatenate(columns)
        lanes = np.array([size // here.width])
        call(array.ctypes.data, lanes.ctypes.data)
        return array[3 * size :].copy()

    return run


def _even(low: float, high: float) -> Floats:
    return np.random.default_rng(1).uniform(low, high, COUNT)


def _wide(low: float, high: float) -> Floats:
    """Numbers of either sign whose logarithms are spread evenly."""
    sign = np.random.default_rng(2).choice([-1.0, 1.0], COUNT)
    return sign * np.exp(_even(low, high))


def _worst(word: str, reference: Any, columns: tuple[Floats, ...]) -> float:
    """The largest error in units of the last place of the true result."""
    found = _kernel(word, len(columns), "lanes")(*columns)
    worst = 0.0
    with mpmath.workprec(140):
        for value, given in zip(found, zip(*columns, strict=True), strict=True):
            truth = reference(*(mpmath.mpf(float(x)) for x in given))
            unit = float(np.spacing(abs(float(truth))))
            worst = max(worst, float(abs(mpmath.mpf(float(value)) - truth) / unit))
    return worst


@pytest.mark.parametrize(
    ("word", "reference", "columns", "units"),
    [
        ("exp", mpmath.exp, (_even(-700, 700),), 1),
        ("exp", mpmath.exp, (_wide(-30, 0),), 1),
        ("ln", mpmath.log, (np.exp(_even(-700, 700)),), 1),
        ("ln", mpmath.log, (_even(0.5, 2),), 1),
        ("ln", mpmath.log, (1 + _wide(-30, -3),), 1),
        ("power", mpmath.power, (np.exp(_even(-300, 300)), _even(-2, 2)[::-1]), 2),
        ("power", mpmath.power, (_even(0.7, 1.42), _even(-1900, 1900)[::-1]), 2),
        ("power", mpmath.power, (1 + _wide(-12, -3), _even(-5000, 5000)[::-1]), 2),
        ("sin", mpmath.sin, (_even(-1e5, 1e5),), 1),
        ("sin", mpmath.sin, (np.pi * np.arange(COUNT) + _wide(-30, -3),), 1),
        ("cos", mpmath.cos, (_even(-1e5, 1e5),), 1),
        ("cos", mpmath.cos, (np.pi * (np.arange(COUNT) + 0.5),), 1),
        ("tan", mpmath.tan, (_even(-1e5, 1e5),), 2),
        ("tan", mpmath.tan, (_wide(-30, 2),), 2),
        ("arctan", mpmath.atan, (_wide(-30, 30),), 1),
        ("arcsin", mpmath.asin, (_even(-1, 1),), 2),
        ("arcsin", mpmath.asin, (_wide(-30, 0),), 2),
        ("arccos", mpmath.acos, (_even(-1, 1),), 2),
        ("arccos", mpmath.acos, (1 - np.abs(_wide(-30, 0)),), 2),
        ("root", mpmath.sqrt, (np.exp(_even(-700, 700)),), 0.5),
        ("normal_quantile", lambda p: mpmath.sqrt(2) * mpmath.erfinv(2 * p - 1), None, 40),
    ],
)
def test_functions_are_within_so_many_units_in_the_last_place(
    word: str, reference: Any, columns: tuple[Floats, ...] | None, units: float
) -> None:
    if columns is None:  # probabilities, away from the zero of the result
        columns = (np.concatenate([_even(1e-6, 0.45)[::4], _even(0.55, 1 - 1e-6)[::4]]),)
    assert _worst(word, reference, columns) <= units + 0.01


def test_a_quotient_by_a_kept_reciprocal_is_the_quotient() -> None:
    """Also where nothing rounds, where the divisor is zero, and where the numerator is infinite."""
    x = np.concatenate([_wide(-100, 100), np.arange(-8.0, 8.0).repeat(32), _wide(-3, 3)])
    y = np.concatenate([_wide(-100, 100)[::-1], np.tile(np.arange(-16.0, 16.0), 16), _wide(-3, 3)])
    x[:4], y[:8] = [np.inf, -np.inf, np.nan, 5.0], [2.0, 3.0, 1.0, np.inf, np.nan, 0.0, 1e-300, 7.0]
    first = _kernel("inverse", 1, "lanes")(y)
    rest = _kernel("inverse_rest", 2, "lanes")(y, first)
    with np.errstate(all="ignore"):
        expected = x / y
    found = _kernel("over", 3, "lanes")(x, first, rest)
    np.testing.assert_array_equal(found, expected)


def test_limits_of_the_exponential_and_the_logarithm() -> None:
    edges = np.array([0.0, -1000.0, 1000.0, np.nan, np.inf, -np.inf, 1.0, -745.0])
    result = _kernel("exp", 1, "lanes")(edges)
    np.testing.assert_array_equal(result[:6], [1.0, 0.0, np.inf, np.nan, np.inf, 0.0])
    assert result[7] == np.exp(-745.0)
    edges = np.array([0.0, 1.0, -1.0, np.nan, np.inf, 5e-324, 2.0, 0.5])
    result = _kernel("ln", 1, "lanes")(edges)
    np.testing.assert_array_equal(result[:5], [-np.inf, 0.0, np.nan, np.nan, np.inf])
    assert result[5] == pytest.approx(np.log(5e-324))


def test_limits_of_powers() -> None:
    base = [0, 0, 0, -2, -2, -2, np.inf, np.inf, 2, -0.0, np.nan, 1, 1, 1e300, 1e300, 1e-300]
    exponent = [1, -1, 0, 3, 2, 0.5, 1, -1, 1100, 3, 0, np.nan, np.inf, 2, -2, 1.05]
    with np.errstate(all="ignore"):
        expected = np.power(base, exponent)
    found = _kernel("power", 2, "lanes")(np.array(base, float), np.array(exponent, float))
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_a_power_does_not_depend_on_the_other_runs_of_its_lane() -> None:
    """A lane with an odd number in it goes the full way through a power, the others the short."""
    x = np.exp(_even(-300, 300))
    y = _even(-2.6, 2.6)[::-1].copy()
    x[:64], y[:64] = np.geomspace(1e-308, 1e308, 64), np.linspace(0.97, 1.0, 64)
    short = _kernel("power", 2, "lanes")(x, y)
    odd = np.arange(0, x.size, 4)
    beside = x.copy()
    beside[odd] = np.resize([0.0, -3.0, np.inf, np.nan], odd.size)
    full = _kernel("power", 2, "lanes")(beside, y)
    others = np.delete(np.arange(x.size), odd)
    np.testing.assert_array_equal(short[others], full[others])


@pytest.mark.parametrize("word", ["exp", "ln", "sin", "arctan", "arccos", "normal_cdf"])
def test_a_float_and_a_lane_give_the_same_bits(word: str) -> None:
    values = _even(0.001, 0.999)
    wide, single = (_kernel(word, 1, form)(values) for form in ("lanes", "floats"))
    np.testing.assert_array_equal(wide, single)
