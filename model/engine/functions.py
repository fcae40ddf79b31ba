"""Every function the engine knows once a model is lowered: one row a function.

Reading, checking units, interpreting and emitting all consult this table, so that a function is
added in one place. Functions that keep a state (DELAY, SMOOTH, TREND) or follow the clock (STEP,
RAMP, PULSE) are not here: lowering expands them into stocks and comparisons.

A *mask* is a truth value. Lowering makes types explicit: a condition position always holds a call
that gives a mask, every other position a number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import oracle_random

Array = NDArray[Any]

TINY = 1e-6  # a divisor smaller than this counts as zero in ZIDZ and XIDZ (Vensim reference manual)


class UnitRule(StrEnum):
    """How the units of the result follow from those of the arguments."""

    SAME = "all arguments and the result share units"
    PRODUCT = "units multiply"
    QUOTIENT = "units divide"
    POWER = "units of the first argument, raised to a literal exponent"
    ROOT = "square root of the units"
    COMPARE = "arguments share units, the result is a truth value"
    LOGIC = "truth values"
    BRANCH = "the last two arguments and the result share units"
    PURE = "dimensionless in, dimensionless out"
    DRAW = "dimensionless, whatever the arguments"
    SAFE_QUOTIENT = "units divide, and a third argument has the units of the result"


@dataclass(frozen=True)
class Function:
    """One function of the lowered language.

    ``arity`` is (fewest, most) arguments. ``emitter`` is a ``str.format`` template of Python source
    over the source of the operands; an operand may appear more than once. ``numpy`` is the plain
    twin used by the oracle; arrays in, array out. ``conditions`` are the positions of arguments
    that are masks; ``gives_mask`` says that the result is one.
    """

    name: str
    arity: tuple[int, int]
    units_rule: UnitRule
    emitter: str
    numpy: Callable[..., Array]
    conditions: tuple[int, ...] = ()
    gives_mask: bool = False


def _zidz(numerator: Array, denominator: Array) -> Array:
    return _xidz(numerator, denominator, np.asarray(0.0))


def _xidz(numerator: Array, denominator: Array, otherwise: Array) -> Array:
    zero = np.abs(denominator) < TINY
    return np.where(zero, otherwise, np.divide(numerator, np.where(zero, 1.0, denominator)))


def _quantum(number: Array, step: Array) -> Array:
    whole = np.less_equal(step, 0.0)
    divisor = np.where(whole, 1.0, step)
    return np.where(whole, number, divisor * np.trunc(np.divide(number, divisor)))


def _modulo(number: Array, divisor: Array) -> Array:
    return np.subtract(number, _quantum(number, divisor))


def _log(number: Array, base: Array) -> Array:
    return np.divide(np.log(number), np.log(base))


_QUANTUM = "lanes.select({1} <= 0.0, {0}, {1} * lanes.truncate({0} / {1}))"
_XIDZ = f"lanes.select(lanes.magnitude({{1}}) < {TINY!r}, {{2}}, {{0}} / {{1}})"

_EVEN = "lanes.random_even({0}, {1}, {2}, {3})"
_NORMAL = "lanes.normal_quantile({0})"
_COUNT = "lanes.count_quantile({0}, {1}, {2}, {3})"
_POISSON = "lanes.poisson_quantile({0}, {1})"

_R = UnitRule
_ROWS: tuple[Function, ...] = (
    Function("+", (2, 2), _R.SAME, "({0} + {1})", np.add),
    Function("-", (2, 2), _R.SAME, "({0} - {1})", np.subtract),
    Function("*", (2, 2), _R.PRODUCT, "({0} * {1})", np.multiply),
    Function("/", (2, 2), _R.QUOTIENT, "({0} / {1})", np.divide),
    Function("^", (2, 2), _R.POWER, "lanes.power({0}, {1})", np.power),
    Function("power", (2, 2), _R.POWER, "lanes.power({0}, {1})", np.power),
    Function("negative", (1, 1), _R.SAME, "(-{0})", np.negative),
    Function("=", (2, 2), _R.COMPARE, "({0} == {1})", np.equal, (), True),
    Function("<>", (2, 2), _R.COMPARE, "({0} != {1})", np.not_equal, (), True),
    Function("<", (2, 2), _R.COMPARE, "({0} < {1})", np.less, (), True),
    Function(">", (2, 2), _R.COMPARE, "({0} > {1})", np.greater, (), True),
    Function("<=", (2, 2), _R.COMPARE, "({0} <= {1})", np.less_equal, (), True),
    Function(">=", (2, 2), _R.COMPARE, "({0} >= {1})", np.greater_equal, (), True),
    Function("and", (2, 2), _R.LOGIC, "lanes.both({0}, {1})", np.logical_and, (0, 1), True),
    Function("or", (2, 2), _R.LOGIC, "lanes.either({0}, {1})", np.logical_or, (0, 1), True),
    Function("not", (1, 1), _R.LOGIC, "lanes.negate({0})", np.logical_not, (0,), True),
    Function("if_then_else", (3, 3), _R.BRANCH, "lanes.select({0}, {1}, {2})", np.where, (0,)),
    Function("min", (2, 2), _R.SAME, "lanes.least({0}, {1})", np.minimum),
    Function("max", (2, 2), _R.SAME, "lanes.greatest({0}, {1})", np.maximum),
    Function("abs", (1, 1), _R.SAME, "lanes.magnitude({0})", np.abs),
    Function("sqrt", (1, 1), _R.ROOT, "lanes.root({0})", np.sqrt),
    Function("exp", (1, 1), _R.PURE, "lanes.exp({0})", np.exp),
    Function("ln", (1, 1), _R.PURE, "lanes.ln({0})", np.log),
    Function("log", (2, 2), _R.PURE, "(lanes.ln({0}) / lanes.ln({1}))", _log),
    Function("sin", (1, 1), _R.PURE, "lanes.sin({0})", np.sin),
    Function("cos", (1, 1), _R.PURE, "lanes.cos({0})", np.cos),
    Function("tan", (1, 1), _R.PURE, "lanes.tan({0})", np.tan),
    Function("arcsin", (1, 1), _R.PURE, "lanes.arcsin({0})", np.arcsin),
    Function("arccos", (1, 1), _R.PURE, "lanes.arccos({0})", np.arccos),
    Function("arctan", (1, 1), _R.PURE, "lanes.arctan({0})", np.arctan),
    Function("integer", (1, 1), _R.SAME, "lanes.truncate({0})", np.trunc),
    Function("quantum", (2, 2), _R.SAME, _QUANTUM, _quantum),
    Function("modulo", (2, 2), _R.SAME, "({0} - " + _QUANTUM + ")", _modulo),
    Function("zidz", (2, 2), _R.SAFE_QUOTIENT, _XIDZ.replace("{2}", "0.0"), _zidz),
    Function("xidz", (3, 3), _R.SAFE_QUOTIENT, _XIDZ, _xidz),
    Function("gamma_ln", (1, 1), _R.PURE, "lanes.log_gamma({0})", oracle_random.log_gamma),
    # With a space, which no model can write: made by expand_random. The clock says: every step.
    Function("random even", (5, 5), _R.DRAW, _EVEN, oracle_random.even),
    Function("normal below", (1, 1), _R.PURE, "lanes.normal_cdf({0})", oracle_random.normal_cdf),
    Function("normal quantile", (1, 1), _R.PURE, _NORMAL, oracle_random.normal_quantile),
    Function("poisson quantile", (2, 2), _R.PURE, _POISSON, oracle_random.poisson_quantile),
    Function("count quantile", (4, 4), _R.PURE, _COUNT, oracle_random.count_quantile),
)

FUNCTIONS: dict[str, Function] = {row.name: row for row in _ROWS}

REDUCTIONS: dict[str, Callable[..., Array]] = {
    "sum": np.add,
    "prod": np.multiply,
    "vmin": np.minimum,
    "vmax": np.maximum,
}
"""Reductions and the NumPy function that joins two of their terms, in row-major order."""
