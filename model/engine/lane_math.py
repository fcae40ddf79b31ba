"""Elementary functions as LLVM instructions, the same for one double as for a vector.

Each function takes an instruction builder and values of one LLVM type and returns a value of that
type. The bits of a result depend on the argument alone: nothing is called but operations that are
exact or correctly rounded by definition, ``fma`` among them. The logarithm uses
coefficients of Sun Microsystems' fdlibm (K. C. Ng, 1993); the exponential is a polynomial on a
reduced argument (W. J. Cody and W. Waite, *Software Manual for the Elementary Functions*, 1980).
Units are units in the last place, against results of much higher precision; the tests state the
ranges. ``lane_circular`` and ``lane_random`` hold the rest.
"""

from __future__ import annotations

from math import log
from typing import Any

from llvmlite import ir

_I64 = ir.IntType(64)
_I32 = ir.IntType(32)
_DOUBLE = ir.DoubleType()

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_ROOT_HALF_BITS = 0x3FE6A09E667F3BCD
ROUND = 6755399441055744.0  # 1.5 * 2**52: adding and subtracting it rounds to a whole number
ROUND_BITS, _ONE_BITS = 0x4338000000000000, 0x3FF0000000000000


def like(value: Any, number: float) -> Any:
    """The constant ``number`` in the type of ``value``."""
    if isinstance(value.type, ir.VectorType):
        return ir.Constant(value.type, [number] * value.type.count)
    return ir.Constant(value.type, number)


def whole_type(value: Any) -> Any:
    """The 64-bit integer type with as many elements as ``value``."""
    if isinstance(value.type, ir.VectorType):
        return ir.VectorType(_I64, value.type.count)
    return _I64


def polynomial(b: Any, x: Any, coefficients: tuple[float, ...]) -> Any:
    """A polynomial in ``x``; ``coefficients`` run from the constant term up.

    G. Estrin's scheme: neighbours are joined first, so that a long polynomial waits for a few
    instructions and not for as many as it has terms.
    """
    terms = [like(x, coefficient) for coefficient in coefficients]
    while len(terms) > 1:
        pairs = [fma(b, terms[i + 1], x, terms[i]) for i in range(0, len(terms) - 1, 2)]
        terms = pairs + terms[2 * len(pairs) :]
        if len(terms) > 1:
            x = b.fmul(x, x)
    return terms[0]


def _intrinsic(b: Any, name: str, x: Any) -> Any:
    suffix = f"v{x.type.count}f64" if is_vector(x) else "f64"
    full_name = f"{name}.{suffix}"
    function = b.module.globals.get(full_name)
    if function is None:
        function = ir.Function(b.module, ir.FunctionType(x.type, [x.type]), full_name)
    return b.call(function, [x])


def least(b: Any, x: Any, y: Any) -> Any:
    """The smaller value; ``y`` when they are not comparable."""
    return b.select(b.fcmp_ordered("<", x, y), x, y)


def greatest(b: Any, x: Any, y: Any) -> Any:
    """The larger value; ``y`` when they are not comparable."""
    return b.select(b.fcmp_ordered(">", x, y), x, y)


def magnitude(b: Any, x: Any) -> Any:
    """The absolute value."""
    return _intrinsic(b, "llvm.fabs", x)


def root(b: Any, x: Any) -> Any:
    """The square root, correctly rounded."""
    return _intrinsic(b, "llvm.sqrt", x)


def truncate(b: Any, x: Any) -> Any:
    """The whole part, towards zero."""
    return _intrinsic(b, "llvm.trunc", x)


def is_vector(value: Any) -> bool:
    return isinstance(value.type, ir.VectorType)


_EXP = (
    0.5000000000000001,
    0.16666666666666669,
    0.04166666666662394,
    0.008333333333330048,
    0.0013888888917307917,
    0.0001984126986312606,
    2.4801521149665677e-05,
    2.7557268347499137e-06,
    2.762015799025116e-07,
    2.510043897623718e-08,
)


def exp(b: Any, x: Any) -> Any:
    """``e ** x``, within one unit in the last place."""
    return exp_of_sum(b, x, None)


def exp_of_sum(b: Any, x: Any, low: Any, *, usual: bool = False) -> Any:
    """``e ** (x + low)``, ``low`` being small beside 1; None stands for none.

    With ``usual``, for ``x`` between -700 and 700 only, in fewer instructions: the same bits.
    """
    bounded = x
    if not usual:
        # Beyond these bounds the result is 0 or infinity; a NaN passes through both comparisons.
        bounded = b.select(b.fcmp_ordered(">", x, like(x, 800.0)), like(x, 800.0), x)
        bounded = b.select(b.fcmp_ordered("<", x, like(x, -800.0)), like(x, -800.0), bounded)
    shifted = fma(b, bounded, like(x, 1.0 / log(2.0)), like(x, ROUND))
    count = b.fsub(shifted, like(x, ROUND))
    rest = fma(b, count, like(x, -_LN2_HIGH), bounded)
    rest = fma(b, count, like(x, -_LN2_LOW), rest)
    if low is not None:
        rest = b.fadd(rest, low)
    tail = polynomial(b, rest, _EXP)
    value = b.fadd(fma(b, b.fmul(rest, rest), tail, rest), like(x, 1.0))
    if usual:
        return b.fmul(value, power_of_two(b, shifted))
    # Two factors keep each scale inside the exponent range, so that results fade into
    # subnormal numbers and overflow to infinity as they should.
    half = fma(b, count, like(x, 0.5), like(x, ROUND))
    other = b.fadd(b.fsub(count, b.fsub(half, like(x, ROUND))), like(x, ROUND))
    return b.fmul(b.fmul(value, power_of_two(b, half)), power_of_two(b, other))


def power_of_two(b: Any, shifted: Any) -> Any:
    """``2 ** k`` from ``k + ROUND``, whose lowest bits are those of ``k``."""
    bits = b.bitcast(shifted, whole_type(shifted))
    exponent = b.shl(bits, like_whole(shifted, 52))
    return b.bitcast(b.add(exponent, like_whole(shifted, _ONE_BITS)), shifted.type)


def fma(b: Any, x: Any, y: Any, z: Any) -> Any:
    """``x * y + z`` rounded once, by definition the same on every processor."""
    suffix = f"v{x.type.count}f64" if is_vector(x) else "f64"
    name = f"llvm.fma.{suffix}"
    function = b.module.globals.get(name)
    if function is None:
        function = ir.Function(b.module, ir.FunctionType(x.type, [x.type] * 3), name)
    return b.call(function, [x, y, z])


def inverse(b: Any, x: Any) -> Any:
    """``1 / x``: the first of two numbers whose sum is the reciprocal to twice the precision."""
    return b.fdiv(like(x, 1.0), x)


def inverse_rest(b: Any, x: Any, first: Any) -> Any:
    """What ``first``, the rounded reciprocal of ``x``, lacks.

    Where nothing is lacking, or ``x`` has no finite reciprocal, the rest is a negligible part of
    ``first`` with its sign, so that infinite numerators and divisors of zero give what a division
    gives.
    """
    rest = b.fmul(fma(b, b.fneg(x), first, like(x, 1.0)), first)
    small = b.fmul(first, like(x, 2.0**-200))
    usable = b.fcmp_ordered(">", magnitude(b, rest), like(x, 0.0))
    finite = b.fcmp_ordered("<", magnitude(b, rest), like(x, float("inf")))
    return b.select(b.and_(usable, finite), rest, small)


def over(b: Any, x: Any, first: Any, rest: Any) -> Any:
    """``x`` times a reciprocal in two parts: the quotient, nearly always correctly rounded.

    A quotient that is a double exactly is found exactly. Algorithm 3 of N. Brisebarre, J.-M. Muller
    and S. K. Raina, *Accelerating correctly rounded floating-point division when the divisor is
    known in advance*, IEEE Transactions on Computers 53 (2004).
    """
    return fma(b, x, first, b.fmul(x, rest))


def like_whole(value: Any, number: int) -> Any:
    kind = whole_type(value)
    return ir.Constant(kind, [number] * kind.count if is_vector(value) else number)


_LOG = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)


def mantissa_of(b: Any, x: Any, *, usual: bool = False) -> tuple[Any, Any]:
    """``x = (1 + f) 2 ** k`` with ``1 + f`` between ``sqrt(1/2)`` and ``sqrt(2)``: ``(k, f)``.

    With ``usual``, of a number that has all its bits.
    """
    scaled, offset = x, like(x, 2.0**52 + 1023)
    if not usual:
        small = b.fcmp_ordered("<", x, like(x, 2.2250738585072014e-308))
        scaled = b.select(small, b.fmul(x, like(x, 2.0**54)), x)
        offset = b.select(small, like(x, 2.0**52 + 1023 + 54), offset)
    bits = b.bitcast(scaled, whole_type(x))
    # One is added to the exponent of the square root of one half, and 1023 to the count, so that
    # nothing here is negative: processors shift and convert such numbers faster.
    moved = b.add(bits, like_whole(x, _ONE_BITS - _ROOT_HALF_BITS))
    raised = b.lshr(moved, like_whole(x, 52))
    mantissa = b.and_(moved, like_whole(x, 0x000FFFFFFFFFFFFF))
    mantissa = b.bitcast(b.add(mantissa, like_whole(x, _ROOT_HALF_BITS)), x.type)
    count = b.bitcast(b.or_(raised, like_whole(x, 0x4330000000000000)), x.type)
    return b.fsub(count, offset), b.fsub(mantissa, like(x, 1.0))


def ln(b: Any, x: Any) -> Any:
    """The natural logarithm, within one unit: minus infinity at 0, not a number below."""
    count, f = mantissa_of(b, x)
    s = b.fdiv(f, b.fadd(like(x, 2.0), f))
    z = b.fmul(s, s)
    tail = b.fmul(z, polynomial(b, z, _LOG))
    half = b.fmul(like(x, 0.5), b.fmul(f, f))
    low = fma(b, s, b.fadd(half, tail), b.fmul(count, like(x, _LN2_LOW)))
    value = fma(b, count, like(x, _LN2_HIGH), b.fneg(b.fsub(b.fsub(half, low), f)))
    return log_limits(b, x, value)


def log_limits(b: Any, x: Any, value: Any) -> Any:
    """A logarithm of ``x`` put right where ``x`` is infinite, zero, negative or not a number."""
    infinity, nan = like(x, float("inf")), like(x, float("nan"))
    value = b.select(b.fcmp_ordered("<", x, infinity), value, x)
    value = b.select(b.fcmp_ordered("==", x, like(x, 0.0)), like(x, float("-inf")), value)
    return b.select(b.fcmp_ordered("<", x, like(x, 0.0)), nan, value)
