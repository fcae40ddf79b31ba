"""Powers as LLVM instructions: ``exp(y ln x)`` with the logarithm in two parts.

Bases and exponents as models have them take a short way; zeros, negative or enormous numbers, and
what is not a number, take the full one. Both give the same bits, so no result depends on the other
runs of a lane.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from .lane_math import (
    exp_of_sum,
    fma,
    like,
    log_limits,
    magnitude,
    mantissa_of,
    polynomial,
    truncate,
)

_LN2_FIRST, _LN2_SECOND = 0.6931471805598903, 5.497923018708371e-14  # the first has 42 bits
_SMALLEST = 2.2250738585072014e-308  # of the numbers that have all their bits
_FAR = 700.0  # the logarithm of a power that is certain to have all its bits
_RARE = (1000, 1)  # how often the short way is taken, for the layout of the machine code
# The series of the logarithm after its first term, which is 2/3 in two parts.
_LOG_REST = (
    0.4000000000000003,
    0.28571428571335483,
    0.2222222227246897,
    0.18181808025080376,
    0.1538559095957839,
    0.13285421679017204,
    0.12920221324272918,
)
_TWO_THIRDS = (0.6666666666666666, 3.700743415417188e-17)


def power(b: Any, x: Any, y: Any) -> Any:
    """``x ** y``, within two units; a negative base needs a whole exponent, else not a number.

    ``x ** 0`` is 1 for any x, and so is ``1 ** y``.
    """
    high, low = _ln_pair(b, x, usual=True)
    product, rest = _times(b, y, high, low)
    usual = b.and_(
        b.fcmp_ordered("<", magnitude(b, product), like(x, _FAR)),
        b.and_(
            b.fcmp_ordered(">=", x, like(x, _SMALLEST)),
            b.fcmp_ordered("<", x, like(x, float("inf"))),
        ),
    )
    short = exp_of_sum(b, product, rest, usual=True)
    before = b.block
    rare, done = b.append_basic_block("power.rare"), b.append_basic_block("power.done")
    b.cbranch(_all(b, usual), done, rare).set_weights(_RARE)
    b.position_at_end(rare)
    full = b.call(_full(b.module, x.type), [x, y])
    b.branch(done)
    b.position_at_end(done)
    value = b.phi(x.type)
    value.add_incoming(short, before)
    value.add_incoming(full, rare)
    return value


def _all(b: Any, mask: Any) -> Any:
    """Whether a mask holds in every run of a lane."""
    if not isinstance(mask.type, ir.VectorType):
        return mask
    bits = ir.IntType(mask.type.count)
    return b.icmp_unsigned("==", b.bitcast(mask, bits), ir.Constant(bits, -1))


def _full(module: Any, kind: Any) -> Any:
    """The function that takes any base and exponent of a type, written once a module."""
    name = f"power.{kind.count if isinstance(kind, ir.VectorType) else 1}"
    if name in module.globals:
        return module.globals[name]
    function = ir.Function(module, ir.FunctionType(kind, [kind, kind]), name)
    function.linkage = "internal"
    function.attributes.add("noinline")
    function.attributes.add("nounwind")
    b = ir.IRBuilder(function.append_basic_block("entry"))
    b.ret(_any_power(b, *function.args))
    return function


def _any_power(b: Any, x: Any, y: Any) -> Any:
    zero, one, infinity = like(x, 0.0), like(x, 1.0), like(x, float("inf"))
    size = magnitude(b, x)
    high, low = _ln_pair(b, size, usual=False)
    product, rest = _times(b, y, high, low)
    usual = b.and_(
        b.fcmp_ordered("<", magnitude(b, product), like(x, 800.0)),
        b.and_(b.fcmp_ordered(">", size, zero), b.fcmp_ordered("<", size, infinity)),
    )
    rest = b.select(usual, rest, zero)
    product = b.select(usual, product, b.fmul(y, log_limits(b, size, high)))
    value = exp_of_sum(b, product, rest)
    half = truncate(b, b.fmul(y, like(y, 0.5)))
    odd = b.fcmp_ordered("!=", b.fsub(y, b.fadd(half, half)), zero)
    signed = b.select(odd, b.fneg(value), value)
    whole = b.fcmp_ordered("==", truncate(b, y), y)
    signed = b.select(whole, signed, like(x, float("nan")))
    value = b.select(b.fcmp_ordered("<", x, zero), signed, value)
    certain = b.or_(b.fcmp_ordered("==", y, zero), b.fcmp_ordered("==", x, one))
    return b.select(certain, one, value)


def _times(b: Any, y: Any, high: Any, low: Any) -> tuple[Any, Any]:
    """``y (high + low)`` in two parts."""
    product = b.fmul(y, high)
    return product, fma(b, y, low, fma(b, y, high, b.fneg(product)))


def _ln_pair(b: Any, x: Any, *, usual: bool) -> tuple[Any, Any]:
    """The logarithm of a positive number in two parts, to some 63 bits.

    With ``usual``, of a number that has all its bits.
    """
    count, f = mantissa_of(b, x, usual=usual)
    divisor = b.fadd(like(x, 2.0), f)
    rounding = b.fsub(f, b.fsub(divisor, like(x, 2.0)))
    inverse_of = b.fdiv(like(x, 1.0), divisor)
    s = b.fmul(f, inverse_of)
    left = fma(b, b.fneg(s), rounding, fma(b, b.fneg(s), divisor, f))
    s_low = b.fmul(left, inverse_of)
    z = b.fmul(s, s)
    z_low = fma(b, s, s, b.fneg(z))
    z_low = fma(b, b.fadd(s, s), s_low, z_low)
    # ln(1 + f) = 2 s + (2/3) s^3 + s^5 (...), each of the first two terms in two parts.
    cube = b.fmul(s, z)
    cube_low = fma(b, s, z_low, fma(b, s_low, z, fma(b, s, z, b.fneg(cube))))
    third = b.fmul(cube, like(x, _TWO_THIRDS[0]))
    third_low = fma(b, cube, like(x, _TWO_THIRDS[0]), b.fneg(third))
    third_low = fma(b, cube, like(x, _TWO_THIRDS[1]), third_low)
    third_low = fma(b, cube_low, like(x, _TWO_THIRDS[0]), third_low)
    third_low = fma(b, b.fmul(cube, z), polynomial(b, z, _LOG_REST), third_low)
    # The parts are added from the largest down, each rounding kept: the count is either zero or
    # makes a larger number than the rest.
    base = b.fmul(count, like(x, _LN2_FIRST))
    double = b.fadd(s, s)
    total, error = _two_sum(b, base, double)
    sum_, more = _two_sum(b, total, third)
    error = b.fadd(error, more)
    error = b.fadd(error, fma(b, count, like(x, _LN2_SECOND), third_low))
    error = b.fadd(error, b.fadd(s_low, s_low))
    high = b.fadd(sum_, error)
    return high, b.fadd(b.fsub(sum_, high), error)


def _two_sum(b: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """``x + y`` and what rounding took from it, ``x`` being zero or the larger (T. J. Dekker)."""
    total = b.fadd(x, y)
    return total, b.fsub(y, b.fsub(total, x))
