"""Random numbers as LLVM instructions: counted, not drawn one after another.

A number is a hash of where it is used: (seed, draw) make the key of a run; the step number makes
the key of a step; the variable, the place in its equation, the element and the model's own seed
argument do the rest. So a number never depends on what else is computed, in which order, or by
how many threads, and two scenarios of one draw meet the same luck. The hash is the finaliser of
SplitMix64 (G. L. Steele, D. Lea and C. H. Flood, 2014; D. Stafford's variant 13).

The quantile of the normal distribution is algorithm AS 241 (M. J. Wichura, 1988); its distribution
function is J. F. Hart's 5666, as given by G. West, *Better approximations to cumulative normal
functions* (2005). ``oracle_random`` holds the plain twins of all functions here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir

from . import random_tables as tables
from .lane_math import exp, is_vector, like, ln, magnitude, root, truncate, whole_type

_I64 = ir.IntType(64)
_SHIFTS = ((30, tables.FIRST), (27, tables.SECOND))


def _bits(b: Any, x: Any) -> Any:
    return b.bitcast(x, whole_type(x))


def _spread(b: Any, value: Any, kind: Any) -> Any:
    if value.type == kind:
        return value
    wide = ir.Constant(kind, ir.Undefined)
    first = b.insert_element(wide, value, ir.IntType(32)(0))
    order = ir.Constant(ir.VectorType(ir.IntType(32), kind.count), [0] * kind.count)
    return b.shuffle_vector(first, wide, order)


def _mix(b: Any, z: Any) -> Any:
    for shift, factor in _SHIFTS:
        z = b.mul(b.xor(z, b.lshr(z, like(z, shift))), like(z, factor))
    return b.xor(z, b.lshr(z, like(z, 31)))


def step_key(b: Any, run_key: Any, step: Any) -> Any:
    """The key of step number ``step`` (an integer) of runs with ``run_key``, as doubles."""
    counted = b.mul(b.add(step, _I64(1)), _I64(tables.GOLDEN))
    bits = _bits(b, run_key)
    return b.bitcast(_mix(b, b.add(bits, _spread(b, counted, bits.type))), run_key.type)


def even(b: Any, key: Any, stream: Any, place: Any, seed: Any) -> Any:
    """A number above 0 and below 1, evenly distributed: an odd multiple of ``2 ** -53``."""
    zero = like(place, 0.0)  # adding it turns -0 into 0, so that equal numbers have equal bits
    element = b.mul(_bits(b, b.fadd(place, zero)), like(_bits(b, place), tables.GOLDEN))
    where = _mix(b, b.add(_spread(b, _bits(b, stream), element.type), element))
    kind = _bits(b, key).type
    number = _mix(b, b.xor(_bits(b, key), _spread(b, where, kind)))
    own = _spread(b, _bits(b, b.fadd(seed, like(seed, 0.0))), kind)
    number = _mix(b, b.add(number, own))
    near_one = b.or_(b.lshr(number, like(number, 12)), like(number, 0x3FF0000000000000))
    fraction = b.fsub(b.bitcast(near_one, key.type), like(key, 1.0))
    return b.fadd(fraction, like(key, 2.0**-53))


def _ratio(b: Any, x: Any, pair: tuple[tuple[float, ...], tuple[float, ...]]) -> Any:
    """The quotient of two polynomials; coefficients run from the highest power down."""
    parts = []
    for first, *others in pair:
        result = like(x, first)
        for coefficient in others:
            result = b.fadd(b.fmul(result, x), like(x, coefficient))
        parts.append(result)
    return b.fdiv(*parts)


def normal_cdf(b: Any, x: Any) -> Any:
    """The probability that a standard normal number is below ``x``."""
    size = magnitude(b, x)
    bell = exp(b, b.fmul(b.fmul(size, size), like(x, -0.5)))
    near = b.fmul(bell, _ratio(b, size, tables.NORMAL_CDF))
    tail = b.fadd(size, like(x, 0.65))
    for k in (4.0, 3.0, 2.0, 1.0):
        tail = b.fadd(size, b.fdiv(like(x, k), tail))
    far = b.fdiv(b.fdiv(bell, tail), like(x, tables.ROOT_TWO_PI))
    below = b.select(b.fcmp_ordered("<", size, like(x, tables.FAR)), near, far)
    above = b.fsub(like(x, 1.0), below)
    return b.select(b.fcmp_ordered(">", x, like(x, 0.0)), above, below)


def normal_quantile(b: Any, p: Any) -> Any:
    """The ``x`` below which a standard normal number is with probability ``p``."""
    q = b.fsub(p, like(p, 0.5))
    middle = b.fsub(like(p, 0.180625), b.fmul(q, q))
    central = b.fmul(q, _ratio(b, middle, tables.QUANTILE_MIDDLE))
    low = b.fcmp_ordered("<", q, like(p, 0.0))
    rest = b.select(low, p, b.fsub(like(p, 1.0), p))
    r = root(b, b.fneg(ln(b, rest)))
    near = _ratio(b, b.fsub(r, like(p, 1.6)), tables.QUANTILE_NEAR)
    far = _ratio(b, b.fsub(r, like(p, 5.0)), tables.QUANTILE_FAR)
    outer = b.select(b.fcmp_ordered("<=", r, like(p, 5.0)), near, far)
    outer = b.select(low, b.fneg(outer), outer)
    inside = b.fcmp_ordered("<=", magnitude(b, q), like(p, 0.425))
    return b.select(inside, central, outer)


def log_gamma(b: Any, x: Any) -> Any:
    """The logarithm of the gamma function for ``x`` above 0 (C. Lanczos, 1964; g = 7)."""
    total = like(x, tables.LANCZOS[0])
    for place, coefficient in enumerate(tables.LANCZOS[1:]):
        total = b.fadd(total, b.fdiv(like(x, coefficient), b.fadd(x, like(x, float(place)))))
    base = b.fadd(x, like(x, 6.5))
    power = b.fmul(b.fsub(x, like(x, 0.5)), ln(b, base))
    value = b.fadd(b.fsub(power, base), ln(b, b.fmul(like(x, tables.ROOT_TWO_PI), total)))
    return b.select(b.fcmp_ordered(">", x, like(x, 0.0)), value, like(x, float("nan")))


def poisson_quantile(b: Any, p: Any, mean: Any) -> Any:
    """The smallest count whose Poisson probability, with all below it, reaches ``p``.

    Found by adding up probabilities; for means above ``tables.MANY`` by Cornish and Fisher's
    expansion, whose error there is below one in a thousand of a count.
    """
    few = b.fcmp_ordered("<=", mean, like(p, tables.MANY))
    lam = b.select(few, mean, like(p, 0.0))
    counted = _count_up(b, p, exp(b, b.fneg(lam)), lambda k: b.fdiv(lam, k), tables.MOST_COUNTED)
    z = normal_quantile(b, p)
    spread = b.fmul(root(b, mean), z)
    skew = b.fdiv(b.fsub(b.fmul(z, z), like(p, 1.0)), like(p, 6.0))
    many = truncate(b, b.fadd(b.fadd(b.fadd(mean, spread), skew), like(p, 0.5)))
    return b.select(few, counted, many)


def count_quantile(b: Any, p: Any, first: Any, slope: Any, rest: Any) -> Any:
    """The smallest count that reaches ``p``, where 0 has the probability ``first`` and every other
    one ``slope + rest / k`` times that of the count before."""

    def factor(k: Any) -> Any:
        return b.fadd(slope, b.fdiv(rest, k))

    return _count_up(b, p, first, factor, tables.MOST_COUNTED_FAR)


def _count_up(b: Any, p: Any, first: Any, factor: Callable[[Any], Any], most: float) -> Any:
    """Add up probabilities, each ``factor`` times the one before, until all runs reach ``p``."""
    before = b.block
    count_up, done = b.append_basic_block("count.up"), b.append_basic_block("count.done")
    b.branch(count_up)
    b.position_at_end(count_up)
    count, total, own, step = (b.phi(p.type) for _ in range(4))
    short = b.fcmp_ordered("<", total, p)
    following = b.fadd(step, like(p, 1.0))
    own_next = b.fmul(own, factor(following))
    total_next = b.fadd(total, own_next)
    count_next = b.select(short, following, count)
    for phi, start, later in zip(
        (count, total, own, step),
        (like(p, 0.0), first, first, like(p, 0.0)),
        (count_next, total_next, own_next, following),
        strict=True,
    ):
        phi.add_incoming(start, before)
        phi.add_incoming(later, count_up)
    enough = b.fcmp_ordered("<", following, like(p, most))
    b.cbranch(_any(b, b.and_(short, enough)), count_up, done)
    b.position_at_end(done)
    return count_next


def _any(b: Any, mask: Any) -> Any:
    if not is_vector(mask):
        return mask
    whole = ir.IntType(mask.type.count)
    return b.icmp_unsigned("!=", b.bitcast(mask, whole), whole(0))
