"""Several runs at once: the words that generated kernels are written in, as LLVM instructions.

A lane value is an LLVM vector of ``width`` doubles, one a run; a mask is a vector of as many truth
values. Generated source loads lanes from a workspace, combines them with ordinary operators and
the words below, and stores them again, so that several runs advance together whatever the compiler
knows about aliasing. Every word also takes plain floats, which stand for a value that is the same
in all runs.

No fast-math flag is set anywhere, and nothing is called but functions that are exact by definition:
a result has the same bits in any lane, at any vector width and on any CPU. ``fma`` is such a
function: it appears where this module or ``lane_math`` says so, never where a compiler likes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from llvmlite import ir

from . import lane_circular, lane_lookup, lane_math, lane_power, lane_random

Value = Any  # an LLVM value: a lane, a mask, a double, a truth value, an integer or a pointer

BIT, BYTE, DOUBLE, WHOLE = ir.IntType(1), ir.IntType(8), ir.DoubleType(), ir.IntType(64)
POINTER = BYTE.as_pointer()
NAMED = {"NOT_A_NUMBER": float("nan"), "INFINITE": float("inf")}


@dataclass(frozen=True)
class Lanes:
    """The words at one lane width, written with one LLVM builder."""

    builder: Any
    width: int

    @property
    def lane(self) -> Any:
        """The LLVM type of a lane."""
        return ir.VectorType(DOUBLE, self.width)

    def number(self, value: Value) -> Value:
        """An integer turned into a double; anything else unchanged."""
        if isinstance(value.type, ir.IntType) and value.type != BIT:
            if isinstance(value, ir.Constant):
                return ir.Constant(DOUBLE, float(value.constant))
            return self.builder.sitofp(value, DOUBLE)
        return value

    def spread(self, value: Value) -> Value:
        """A scalar copied into every lane; a vector unchanged."""
        if isinstance(value.type, ir.VectorType):
            return value
        wide = ir.VectorType(value.type, self.width)
        if isinstance(value, ir.Constant):
            return ir.Constant(wide, [value.constant] * self.width)
        empty = ir.Constant(wide, ir.Undefined)
        single = self.builder.insert_element(empty, value, ir.IntType(32)(0))
        order = ir.Constant(ir.VectorType(ir.IntType(32), self.width), [0] * self.width)
        return self.builder.shuffle_vector(single, empty, order)

    def alike(self, values: list[Value]) -> list[Value]:
        """Numbers of one type: doubles, or lanes when at least one of ``values`` is a vector."""
        numbers = [self.number(value) for value in values]
        if any(isinstance(value.type, ir.VectorType) for value in numbers):
            return [self.spread(value) for value in numbers]
        return numbers

    def place(self, base: Value, position: Value, kind: Any) -> Value:
        """The address of entry ``position`` of an array of ``kind`` at ``base``."""
        return self.builder.gep(self.builder.bitcast(base, kind.as_pointer()), [position])

    def call(self, word: str, arguments: list[Value]) -> Value:
        """Write the instructions of ``word`` and return its value (None for a store)."""
        if word in _NUMERIC:
            return _NUMERIC[word](self.builder, *self.alike(arguments))
        return _WORDS[word](self, *arguments)


def _load(lanes: Lanes, base: Value, first: Value, element: Value) -> Value:
    """The lane in slot ``first + element`` of the workspace at ``base``."""
    slot = lanes.builder.add(first, element)
    return lanes.builder.load(lanes.place(base, slot, lanes.lane), align=8 * lanes.width)


def _store(lanes: Lanes, base: Value, first: Value, element: Value, value: Value) -> None:
    """Write a lane, or a float copied into every run, to slot ``first + element``."""
    target = lanes.place(base, lanes.builder.add(first, element), lanes.lane)
    lanes.builder.store(lanes.spread(lanes.number(value)), target, align=8 * lanes.width)


def _record(lanes: Lanes, *arguments: Value) -> None:
    """Write a value that only the saved output reads: ``spare, saving, first, element, value``.

    With ``saving`` 1 it goes to slot ``first + element``; with 0 to slot 0 of ``spare``, a place
    that stays in the nearest cache. One store without a branch costs less than the memory traffic
    of keeping every intermediate value at every step.
    """
    spare, saving, first, element, value = arguments
    b = lanes.builder
    _store(lanes, spare, b.mul(saving, b.add(first, element)), ir.Constant(WHOLE, 0), value)


def _shifted(lanes: Lanes, base: Value, slot: Value) -> Value:
    """The address of ``slot`` in the workspace at ``base``."""
    return lanes.builder.bitcast(lanes.place(base, slot, lanes.lane), POINTER)


def _whole(lanes: Lanes, base: Value, position: Value) -> Value:
    """The integer at ``position`` of an array of integers: loop sizes and element maps."""
    return lanes.builder.load(lanes.place(base, position, WHOLE))


def _scalar(lanes: Lanes, base: Value, position: Value) -> Value:
    """The float at ``position`` of an array of floats."""
    return lanes.builder.load(lanes.place(base, position, DOUBLE))


def _put(lanes: Lanes, base: Value, position: Value, value: Value) -> None:
    """Write a float to ``position`` of an array of floats."""
    lanes.builder.store(lanes.number(value), lanes.place(base, position, DOUBLE))


def _begin_step(lanes: Lanes, base: Value, run_key: Value, step_key: Value, step: Value) -> None:
    """Write the keys of random numbers at ``step`` to slot ``step_key``, from ``run_key``."""
    none = ir.Constant(WHOLE, 0)
    keys = lane_random.step_key(lanes.builder, _load(lanes, base, run_key, none), step)
    _store(lanes, base, step_key, none, keys)


def _random_even(lanes: Lanes, *arguments: Value) -> Value:
    """An even number between 0 and 1 from ``key, stream, place, seed``; see ``lane_random``."""
    return lane_random.even(lanes.builder, *(lanes.number(value) for value in arguments))


def _select(lanes: Lanes, mask: Value, yes: Value, no: Value) -> Value:
    """``yes`` where ``mask`` holds, else ``no``; both are evaluated."""
    yes, no = lanes.alike([yes, no])
    if isinstance(mask.type, ir.VectorType):
        yes, no = lanes.spread(yes), lanes.spread(no)
    return lanes.builder.select(mask, yes, no)


def _lookup(lanes: Lanes, tables: Value, start: Value, count: Value, x: Value) -> Value:
    """A table read at ``x``: ``count`` segments from ``start``, as ``lane_lookup`` explains."""
    base = lanes.place(tables, start, DOUBLE)
    return lane_lookup.lookup(lanes.builder, base, count, lanes.number(x))


def _logical(name: str) -> Callable[..., Value]:
    def build(lanes: Lanes, a: Value, b: Value) -> Value:
        return getattr(lanes.builder, name)(*lanes.alike([a, b]))

    return build


_WORDS: dict[str, Callable[..., Value]] = {
    "load": _load,
    "store": _store,
    "record": _record,
    "shifted": _shifted,
    "whole": _whole,
    "number": _scalar,
    "put": _put,
    "begin_step": _begin_step,
    "random_even": _random_even,
    "select": _select,
    "lookup": _lookup,
    "both": _logical("and_"),
    "either": _logical("or_"),
    "negate": lambda lanes, mask: lanes.builder.not_(mask),
    "splat": lambda lanes, value: lanes.spread(lanes.number(value)),
}
_NUMERIC: dict[str, Callable[..., Value]] = {
    "exp": lane_math.exp,
    "ln": lane_math.ln,
    "power": lane_power.power,
    "root": lane_math.root,
    "magnitude": lane_math.magnitude,
    "truncate": lane_math.truncate,
    "least": lane_math.least,
    "greatest": lane_math.greatest,
    "sin": lane_circular.sin,
    "cos": lane_circular.cos,
    "tan": lane_circular.tan,
    "arcsin": lane_circular.arcsin,
    "arccos": lane_circular.arccos,
    "arctan": lane_circular.arctan,
    "inverse": lane_math.inverse,
    "inverse_rest": lane_math.inverse_rest,
    "over": lane_math.over,
    "log_gamma": lane_random.log_gamma,
    "normal_cdf": lane_random.normal_cdf,
    "normal_quantile": lane_random.normal_quantile,
    "poisson_quantile": lane_random.poisson_quantile,
    "count_quantile": lane_random.count_quantile,
}
WORDS = frozenset(_WORDS) | frozenset(_NUMERIC)
