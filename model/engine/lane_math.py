"""Elementary functions as LLVM instructions, the same for one double and for a vector of eight.

Each function takes an instruction builder and values of one LLVM type and returns a value of that
type. The bits of a result depend on the argument alone: no library function is called except
``fmod``, whose result is exact by definition. The logarithm, sine and cosine use the coefficients
of Sun Microsystems' fdlibm (K. C. Ng, 1993); the exponential is a Taylor polynomial on a reduced
argument (W. J. Cody and W. Waite, *Software Manual for the Elementary Functions*, 1980); the
arctangent uses the rational form of S. L. Moshier's Cephes library.
"""

from __future__ import annotations

from math import factorial, log, pi, sqrt
from typing import Any

from llvmlite import ir

_I64 = ir.IntType(64)
_I32 = ir.IntType(32)
_DOUBLE = ir.DoubleType()

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_ROUND = 6755399441055744.0  # 1.5 * 2**52: adding and subtracting it rounds to a whole number
_ROUND_BITS = 0x4338000000000000


def _like(value: Any, number: float) -> Any:
    """The constant ``number`` in the type of ``value``."""
    if isinstance(value.type, ir.VectorType):
        return ir.Constant(value.type, [number] * value.type.count)
    return ir.Constant(value.type, number)


def _whole_type(value: Any) -> Any:
    """The 64-bit integer type with as many elements as ``value``."""
    if isinstance(value.type, ir.VectorType):
        return ir.VectorType(_I64, value.type.count)
    return _I64


def _horner(b: Any, x: Any, coefficients: tuple[float, ...]) -> Any:
    """A polynomial in ``x``; ``coefficients`` run from the highest power down."""
    result = _like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        result = b.fadd(b.fmul(result, x), _like(x, coefficient))
    return result


def _intrinsic(b: Any, name: str, x: Any) -> Any:
    suffix = f"v{x.type.count}f64" if _is_vector(x) else "f64"
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


def _power_of_two(b: Any, whole: Any) -> Any:
    """``2 ** whole`` for an integer between -1022 and 1023."""
    biased = b.add(whole, _like(whole, 1023))
    bits = b.shl(biased, _like(whole, 52))
    double = ir.VectorType(_DOUBLE, whole.type.count) if _is_vector(whole) else _DOUBLE
    return b.bitcast(bits, double)


def _is_vector(value: Any) -> bool:
    return isinstance(value.type, ir.VectorType)


def exp(b: Any, x: Any) -> Any:
    """``e ** x``, within one unit in the last place."""
    # Beyond these bounds the result is 0 or infinity; a NaN passes through both comparisons.
    bounded = b.select(b.fcmp_ordered(">", x, _like(x, 800.0)), _like(x, 800.0), x)
    bounded = b.select(b.fcmp_ordered("<", x, _like(x, -800.0)), _like(x, -800.0), bounded)
    shifted = b.fadd(b.fmul(bounded, _like(x, 1.0 / log(2.0))), _like(x, _ROUND))
    count = b.fsub(shifted, _like(x, _ROUND))
    whole = b.sub(b.bitcast(shifted, _whole_type(x)), _like_whole(x, _ROUND_BITS))
    rest = b.fsub(bounded, b.fmul(count, _like(x, _LN2_HIGH)))
    rest = b.fsub(rest, b.fmul(count, _like(x, _LN2_LOW)))
    tail = _horner(b, rest, tuple(1.0 / factorial(k) for k in range(13, 1, -1)))
    value = b.fadd(b.fadd(b.fmul(b.fmul(rest, rest), tail), rest), _like(x, 1.0))
    # Three factors keep each scale inside the exponent range, so that results fade into
    # subnormal numbers and overflow to infinity as they should.
    for _ in range(2):
        third = b.ashr(whole, _like_whole(x, 1))
        value = b.fmul(value, _power_of_two(b, third))
        whole = b.sub(whole, third)
    return b.fmul(value, _power_of_two(b, whole))


def fma(b: Any, x: Any, y: Any, z: Any) -> Any:
    """``x * y + z`` rounded once, by definition the same on every processor."""
    suffix = f"v{x.type.count}f64" if _is_vector(x) else "f64"
    name = f"llvm.fma.{suffix}"
    function = b.module.globals.get(name)
    if function is None:
        function = ir.Function(b.module, ir.FunctionType(x.type, [x.type] * 3), name)
    return b.call(function, [x, y, z])


def inverse(b: Any, x: Any) -> Any:
    """``1 / x``: the first of two numbers whose sum is the reciprocal to twice the precision."""
    return b.fdiv(_like(x, 1.0), x)


def inverse_rest(b: Any, x: Any, first: Any) -> Any:
    """What ``first``, the rounded reciprocal of ``x``, lacks.

    Where nothing is lacking, or ``x`` has no finite reciprocal, the rest is a negligible part of
    ``first`` with its sign, so that infinite numerators and divisors of zero give what a division
    gives.
    """
    rest = b.fmul(fma(b, b.fneg(x), first, _like(x, 1.0)), first)
    small = b.fmul(first, _like(x, 2.0**-200))
    usable = b.fcmp_ordered(">", magnitude(b, rest), _like(x, 0.0))
    finite = b.fcmp_ordered("<", magnitude(b, rest), _like(x, float("inf")))
    return b.select(b.and_(usable, finite), rest, small)


def over(b: Any, x: Any, first: Any, rest: Any) -> Any:
    """``x`` times a reciprocal in two parts: the quotient, nearly always correctly rounded.

    A quotient that is a double exactly is found exactly. Algorithm 3 of N. Brisebarre, J.-M. Muller
    and S. K. Raina, *Accelerating correctly rounded floating-point division when the divisor is
    known in advance*, IEEE Transactions on Computers 53 (2004).
    """
    return fma(b, x, first, b.fmul(x, rest))


def _like_whole(value: Any, number: int) -> Any:
    kind = _whole_type(value)
    return ir.Constant(kind, [number] * kind.count if _is_vector(value) else number)


_LOG = (
    1.479819860511658591e-01,
    1.531383769920937332e-01,
    1.818357216161805012e-01,
    2.222219843214978396e-01,
    2.857142874366239149e-01,
    3.999999999940941908e-01,
    6.666666666666735130e-01,
)


def ln(b: Any, x: Any) -> Any:
    """The natural logarithm: minus infinity at 0, not a number below."""
    small = b.fcmp_ordered("<", x, _like(x, 2.2250738585072014e-308))
    scaled = b.select(small, b.fmul(x, _like(x, 2.0**54)), x)
    bits = b.bitcast(scaled, _whole_type(x))
    # Choose the exponent so that the mantissa lies between 1/sqrt(2) and sqrt(2).
    shifted = b.sub(bits, _like_whole(x, 0x3FE6A09E667F3BCD))
    exponent = b.ashr(shifted, _like_whole(x, 52))
    mantissa = b.bitcast(b.sub(bits, b.shl(exponent, _like_whole(x, 52))), x.type)
    count = b.sitofp(exponent, x.type)
    count = b.fsub(count, b.select(small, _like(x, 54.0), _like(x, 0.0)))
    f = b.fsub(mantissa, _like(x, 1.0))
    s = b.fdiv(f, b.fadd(_like(x, 2.0), f))
    z = b.fmul(s, s)
    tail = b.fmul(z, _horner(b, z, _LOG))
    half = b.fmul(_like(x, 0.5), b.fmul(f, f))
    low = b.fadd(b.fmul(s, b.fadd(half, tail)), b.fmul(count, _like(x, _LN2_LOW)))
    value = b.fsub(b.fmul(count, _like(x, _LN2_HIGH)), b.fsub(b.fsub(half, low), f))
    infinity, nan = _like(x, float("inf")), _like(x, float("nan"))
    value = b.select(b.fcmp_ordered("==", x, infinity), infinity, value)
    value = b.select(b.fcmp_ordered("==", x, _like(x, 0.0)), _like(x, float("-inf")), value)
    return b.select(b.fcmp_unordered("<", x, _like(x, 0.0)), nan, value)


def power(b: Any, x: Any, y: Any) -> Any:
    """``x ** y`` as ``exp(y ln |x|)``; a negative base needs a whole exponent, else not a number.

    The relative error is about ``|y ln x|`` units in the last place. ``x ** 0`` is 1 for any x.
    """
    zero, one = _like(x, 0.0), _like(x, 1.0)
    value = exp(b, b.fmul(y, ln(b, magnitude(b, x))))
    half = truncate(b, b.fmul(y, _like(y, 0.5)))
    odd = b.fcmp_ordered("!=", b.fsub(y, b.fadd(half, half)), zero)
    signed = b.select(odd, b.fneg(value), value)
    whole = b.fcmp_ordered("==", truncate(b, y), y)
    signed = b.select(whole, signed, _like(x, float("nan")))
    value = b.select(b.fcmp_ordered("<", x, zero), signed, value)
    return b.select(b.fcmp_ordered("==", y, zero), one, value)


_SIN = (
    1.58969099521155010221e-10,
    -2.50507602534068634195e-08,
    2.75573137070700676789e-06,
    -1.98412698298579493134e-04,
    8.33333333332248946124e-03,
    -1.66666666666666324348e-01,
)
_COS = (
    -1.13596475577881948265e-11,
    2.08757232129817482790e-09,
    -2.75573143513906633035e-07,
    2.48015872894767294178e-05,
    -1.38888888888741095749e-03,
    4.16666666666666019037e-02,
)
_HALF_PI = (1.57079632673412561417e00, 6.07710050630396597660e-11, 2.02226624879595063154e-21)


def _circular(b: Any, x: Any, quarter_turns: int) -> Any:
    """Sine of ``x`` advanced by a number of quarter turns; accurate for ``|x|`` below about 1e6."""
    shifted = b.fadd(b.fmul(x, _like(x, 2.0 / pi)), _like(x, _ROUND))
    count = b.fsub(shifted, _like(x, _ROUND))
    quadrant = b.sub(b.bitcast(shifted, _whole_type(x)), _like_whole(x, _ROUND_BITS))
    quadrant = b.add(quadrant, _like_whole(x, quarter_turns))
    r = x
    for piece in _HALF_PI:
        r = b.fsub(r, b.fmul(count, _like(x, piece)))
    z = b.fmul(r, r)
    sine = b.fadd(r, b.fmul(b.fmul(r, z), _horner(b, z, _SIN)))
    cosine = b.fsub(_like(x, 1.0), b.fmul(_like(x, 0.5), z))
    cosine = b.fadd(cosine, b.fmul(b.fmul(z, z), _horner(b, z, _COS)))
    zero = _like_whole(x, 0)
    odd = b.icmp_signed("!=", b.and_(quadrant, _like_whole(x, 1)), zero)
    value = b.select(odd, cosine, sine)
    lower = b.icmp_signed("!=", b.and_(quadrant, _like_whole(x, 2)), zero)
    return b.select(lower, b.fneg(value), value)


def sin(b: Any, x: Any) -> Any:
    """The sine of an angle in radians."""
    return _circular(b, x, 0)


def cos(b: Any, x: Any) -> Any:
    """The cosine of an angle in radians."""
    return _circular(b, x, 1)


def tan(b: Any, x: Any) -> Any:
    """The tangent of an angle in radians."""
    return b.fdiv(sin(b, x), cos(b, x))


_ATAN_P = (
    -8.750608600031904122785e-1,
    -1.615753718733365076637e1,
    -7.500855792314704667340e1,
    -1.228866684490136173410e2,
    -6.485021904942025371773e1,
)
_ATAN_Q = (
    1.0,
    2.485846490142306297962e1,
    1.650270098316988542046e2,
    4.328810604912902668951e2,
    4.853903996359136964868e2,
    1.945506571482613964425e2,
)


def arctan(b: Any, x: Any) -> Any:
    """The angle, in radians, whose tangent is ``x``."""
    size = magnitude(b, x)
    one = _like(x, 1.0)
    large = b.fcmp_ordered(">", size, _like(x, 1.0 + sqrt(2.0)))
    middle = b.fcmp_ordered(">", size, _like(x, 0.66))
    moved = b.fdiv(b.fsub(size, one), b.fadd(size, one))
    inverse = b.fdiv(_like(x, -1.0), size)
    reduced = b.select(large, inverse, b.select(middle, moved, size))
    offset = b.select(middle, _like(x, pi / 4), _like(x, 0.0))
    offset = b.select(large, _like(x, pi / 2), offset)
    z = b.fmul(reduced, reduced)
    ratio = b.fdiv(b.fmul(z, _horner(b, z, _ATAN_P)), _horner(b, z, _ATAN_Q))
    value = b.fadd(offset, b.fadd(b.fmul(reduced, ratio), reduced))
    return b.select(b.fcmp_ordered("<", x, _like(x, 0.0)), b.fneg(value), value)


def arcsin(b: Any, x: Any) -> Any:
    """The angle, in radians, whose sine is ``x``; not a number outside -1 to 1."""
    one = _like(x, 1.0)
    return arctan(b, b.fdiv(x, root(b, b.fmul(b.fsub(one, x), b.fadd(one, x)))))


def arccos(b: Any, x: Any) -> Any:
    """The angle, in radians, whose cosine is ``x``; not a number outside -1 to 1."""
    one = _like(x, 1.0)
    half = arctan(b, root(b, b.fdiv(b.fsub(one, x), b.fadd(one, x))))
    return b.fmul(_like(x, 2.0), half)


def lookup(b: Any, table: Any, count: Any, x: Any) -> Any:
    """A piecewise table read at ``x``.

    ``table`` holds ``count`` segments of four doubles: where the segment starts, and the ``x0``,
    ``y0`` and ``slope`` that give ``y0 + slope * (x - x0)`` in it. The first starts at minus
    infinity. The segment is found by a scan, so that eight runs read eight places at once.
    """

    def entry(position: Any, part: int) -> Any:
        index = b.add(b.mul(position, _I64(4)), _I64(part))
        single = b.load(b.gep(table, [index]))
        if not _is_vector(x):
            return single
        wide = ir.Constant(x.type, ir.Undefined)
        first = b.insert_element(wide, single, _I32(0))
        order = ir.Constant(ir.VectorType(_I32, x.type.count), [0] * x.type.count)
        return b.shuffle_vector(first, wide, order)

    before = b.block
    scan = b.append_basic_block("lookup.scan")
    done = b.append_basic_block("lookup.done")
    begin = [entry(_I64(0), part) for part in (1, 2, 3)]
    b.cbranch(b.icmp_signed(">", count, _I64(1)), scan, done)
    b.position_at_end(scan)
    position = b.phi(_I64)
    chosen = [b.phi(x.type) for _ in range(3)]
    reached = b.fcmp_ordered(">=", x, entry(position, 0))
    better = [b.select(reached, entry(position, p + 1), chosen[p]) for p in range(3)]
    following = b.add(position, _I64(1))
    position.add_incoming(_I64(1), before)
    position.add_incoming(following, scan)
    for phi, first, later in zip(chosen, begin, better, strict=True):
        phi.add_incoming(first, before)
        phi.add_incoming(later, scan)
    b.cbranch(b.icmp_signed("<", following, count), scan, done)
    b.position_at_end(done)
    final = []
    for first, later in zip(begin, better, strict=True):
        phi = b.phi(x.type)
        phi.add_incoming(first, before)
        phi.add_incoming(later, scan)
        final.append(phi)
    x0, y0, slope = final
    return b.fadd(y0, b.fmul(slope, b.fsub(x, x0)))
