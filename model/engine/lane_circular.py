"""Sine, arcsine and their kin as LLVM instructions; see ``lane_math``.

Sine, cosine, arcsine and arccosine use coefficients and forms of Sun Microsystems' fdlibm
(K. C. Ng, 1993); the arctangent the rational form of S. L. Moshier's Cephes library.
"""

from __future__ import annotations

from math import pi, sqrt
from typing import Any

from .lane_math import (
    ROUND,
    ROUND_BITS,
    fma,
    like,
    like_whole,
    magnitude,
    polynomial,
    root,
    whole_type,
)

_SIN = (
    -1.66666666666666324348e-01,
    8.33333333332248946124e-03,
    -1.98412698298579493134e-04,
    2.75573137070700676789e-06,
    -2.50507602534068634195e-08,
    1.58969099521155010221e-10,
)
_COS = (
    4.16666666666666019037e-02,
    -1.38888888888741095749e-03,
    2.48015872894767294178e-05,
    -2.75573143513906633035e-07,
    2.08757232129817482790e-09,
    -1.13596475577881948265e-11,
)
_HALF_PI = (1.57079632673412561417e00, 6.07710050630396597660e-11, 2.02226624879595063154e-21)


def _reduced(b: Any, x: Any) -> tuple[Any, Any, Any]:
    """The nearest whole number of quarter turns (as an integer), and the angle left in two parts.

    Good for ``|x|`` below about 1e5, where the first product with a 33-bit part is exact.
    """
    shifted = fma(b, x, like(x, 2.0 / pi), like(x, ROUND))
    count = b.fsub(shifted, like(x, ROUND))
    quadrant = b.sub(b.bitcast(shifted, whole_type(x)), like_whole(x, ROUND_BITS))
    first = fma(b, count, like(x, -_HALF_PI[0]), x)
    second = b.fmul(count, like(x, _HALF_PI[1]))
    angle = b.fsub(first, second)
    low = b.fsub(b.fsub(first, angle), second)
    low = fma(b, count, like(x, -_HALF_PI[2]), low)
    total = b.fadd(angle, low)
    return quadrant, total, b.fadd(b.fsub(angle, total), low)


def _sine_and_cosine(b: Any, r: Any, low: Any) -> tuple[Any, Any]:
    z = b.fmul(r, r)
    cube = b.fmul(r, z)
    tail = b.fmul(z, polynomial(b, z, _SIN[1:]))
    # sin(r + low) = r + (low - r z low / 2 + r z (S1 + z (...))), as in fdlibm's kernel.
    inner = b.fsub(b.fmul(like(r, 0.5), low), b.fmul(r, tail))
    inner = b.fsub(b.fmul(z, inner), low)
    sine = b.fsub(r, b.fsub(inner, b.fmul(cube, like(r, _SIN[0]))))
    half = b.fmul(like(r, 0.5), z)
    whole = b.fsub(like(r, 1.0), half)
    lost = b.fsub(b.fsub(like(r, 1.0), whole), half)
    rest = fma(b, b.fmul(z, z), polynomial(b, z, _COS), b.fneg(b.fmul(r, low)))
    return sine, b.fadd(whole, b.fadd(lost, rest))


def _circular(b: Any, x: Any, quarter_turns: int) -> Any:
    """Sine of ``x`` advanced by a number of quarter turns."""
    quadrant, r, low = _reduced(b, x)
    quadrant = b.add(quadrant, like_whole(x, quarter_turns))
    sine, cosine = _sine_and_cosine(b, r, low)
    value = b.select(_has_bit(b, x, quadrant, 1), cosine, sine)
    return b.select(_has_bit(b, x, quadrant, 2), b.fneg(value), value)


def _has_bit(b: Any, x: Any, number: Any, bit: int) -> Any:
    return b.icmp_signed("!=", b.and_(number, like_whole(x, bit)), like_whole(x, 0))


def sin(b: Any, x: Any) -> Any:
    """The sine of an angle in radians, within two units for ``|x|`` below 1e5."""
    return _circular(b, x, 0)


def cos(b: Any, x: Any) -> Any:
    """The cosine of an angle in radians, within two units for ``|x|`` below 1e5."""
    return _circular(b, x, 1)


def tan(b: Any, x: Any) -> Any:
    """The tangent of an angle in radians, within four units for ``|x|`` below 1e5."""
    quadrant, r, low = _reduced(b, x)
    sine, cosine = _sine_and_cosine(b, r, low)
    turned = _has_bit(b, x, quadrant, 1)
    return b.fdiv(b.select(turned, b.fneg(cosine), sine), b.select(turned, sine, cosine))


_ATAN_P = (
    -6.485021904942025371773e1,
    -1.228866684490136173410e2,
    -7.500855792314704667340e1,
    -1.615753718733365076637e1,
    -8.750608600031904122785e-1,
)
_ATAN_Q = (
    1.945506571482613964425e2,
    4.853903996359136964868e2,
    4.328810604912902668951e2,
    1.650270098316988542046e2,
    2.485846490142306297962e1,
    1.0,
)
_HALF_PI_REST = 6.123233995736765886130e-17


def arctan(b: Any, x: Any) -> Any:
    """The angle, in radians, whose tangent is ``x``; within two units."""
    size = magnitude(b, x)
    one, zero = like(x, 1.0), like(x, 0.0)
    large = b.fcmp_ordered(">", size, like(x, 1.0 + sqrt(2.0)))
    middle = b.fcmp_ordered(">", size, like(x, 0.66))
    above = b.select(large, like(x, -1.0), b.select(middle, b.fsub(size, one), size))
    below = b.select(large, size, b.select(middle, b.fadd(size, one), one))
    reduced = b.fdiv(above, below)
    part = b.select(large, one, b.select(middle, like(x, 0.5), zero))
    z = b.fmul(reduced, reduced)
    ratio = b.fdiv(b.fmul(z, polynomial(b, z, _ATAN_P)), polynomial(b, z, _ATAN_Q))
    small = b.fadd(fma(b, reduced, ratio, b.fmul(part, like(x, _HALF_PI_REST))), reduced)
    value = fma(b, part, like(x, pi / 2), small)
    return b.select(b.fcmp_ordered("<", x, zero), b.fneg(value), value)


_ASIN_P = (
    1.66666666666666657415e-01,
    -3.25565818622400915405e-01,
    2.01212532134862925881e-01,
    -4.00555345006794114027e-02,
    7.91534994289814532176e-04,
    3.47933107596021167570e-05,
)
_ASIN_Q = (
    1.0,
    -2.40339491173441421878e00,
    2.02094576023350569471e00,
    -6.88283971605453293030e-01,
    7.70381505559019352791e-02,
)


def _arcsine(b: Any, x: Any) -> tuple[Any, Any, Any]:
    """``(large, value, value)``: for ``|x|`` up to 1/2 the arcsine of ``|x|``, else twice that of
    ``sqrt((1 - |x|) / 2)``, which is its complement; with fdlibm's rational approximation.
    """
    size = magnitude(b, x)
    large = b.fcmp_ordered(">", size, like(x, 0.5))
    halved = b.fmul(b.fsub(like(x, 1.0), size), like(x, 0.5))
    z = b.select(large, halved, b.fmul(size, size))
    s = root(b, z)
    s_low = b.fdiv(fma(b, b.fneg(s), s, z), b.fadd(s, s))
    s_low = b.select(b.fcmp_ordered(">", s, like(x, 0.0)), s_low, like(x, 0.0))
    ratio = b.fdiv(b.fmul(z, polynomial(b, z, _ASIN_P)), polynomial(b, z, _ASIN_Q))
    start = b.select(large, s, size)
    rest = b.select(large, fma(b, s, ratio, s_low), b.fmul(size, ratio))
    return large, start, rest


def arcsin(b: Any, x: Any) -> Any:
    """The angle, in radians, whose sine is ``x``; not a number outside -1 to 1."""
    large, start, rest = _arcsine(b, x)
    doubled = fma(b, like(x, -2.0), rest, like(x, _HALF_PI_REST))
    turned = b.fadd(fma(b, like(x, -2.0), start, like(x, pi / 4)), doubled)
    value = b.select(large, b.fadd(turned, like(x, pi / 4)), b.fadd(start, rest))
    return b.select(b.fcmp_ordered("<", x, like(x, 0.0)), b.fneg(value), value)


def arccos(b: Any, x: Any) -> Any:
    """The angle, in radians, whose cosine is ``x``; not a number outside -1 to 1."""
    large, start, rest = _arcsine(b, x)
    negative = b.fcmp_ordered("<", x, like(x, 0.0))
    twice = b.fmul(like(x, 2.0), b.fadd(start, rest))
    far = fma(b, like(x, 2.0), rest, like(x, -2.0 * _HALF_PI_REST))
    far = b.fsub(fma(b, like(x, -2.0), start, like(x, pi)), far)
    signed = b.select(negative, b.fneg(b.fadd(start, rest)), b.fadd(start, rest))
    near = b.fsub(like(x, pi / 2), b.fsub(signed, like(x, _HALF_PI_REST)))
    return b.select(large, b.select(negative, far, twice), near)
