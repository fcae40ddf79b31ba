"""Eight runs at once: the SIMD lane type that generated kernels compute with.

A lane value is an LLVM vector ``<8 x double>``; a mask is ``<8 x i1>``. Generated source loads
lanes from a workspace, combines them with ordinary operators and the functions below, and stores
them again, so that eight runs advance together whatever the compiler knows about aliasing. Every
function also takes plain floats, which stand for a value that is the same in all runs.

No fast-math flag is set anywhere and nothing calls libm except ``fmod``, which is exact: a result
has the same bits in any lane, at any vector width and on any CPU. Lane values live inside one
compiled function; they never cross a call that is not inlined and never reach Python.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, ClassVar

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.extending import intrinsic, lower_builtin, register_model
from numba.core.typing.templates import AbstractTemplate, infer_global, signature

from . import lane_math, lane_random

WIDTH = 8
ALIGNMENT = 8 * WIDTH
NOT_A_NUMBER, INFINITE = float("nan"), float("inf")

_DOUBLE = ir.DoubleType()
_VECTOR = ir.VectorType(_DOUBLE, WIDTH)
_BITS = ir.VectorType(ir.IntType(1), WIDTH)


class LaneType(types.Type):  # type: ignore[misc]
    """The Numba type of eight doubles, one a run."""

    def __init__(self) -> None:
        super().__init__(name="lane")


class MaskType(types.Type):  # type: ignore[misc]
    """The Numba type of eight truth values, one a run."""

    def __init__(self) -> None:
        super().__init__(name="mask")


LANE = LaneType()
MASK = MaskType()


@register_model(LaneType)
class _LaneModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


@register_model(MaskType)
class _MaskModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _BITS)


def part(function: Callable[..., Any]) -> Any:
    """Compile one function of a kernel, to be called from other compiled functions only."""
    return njit(
        error_model="numpy",
        boundscheck=False,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        no_rewrites=True,
    )(function)


def kernel(function: Callable[..., Any]) -> Any:
    """Compile the entry of a kernel: cached on disk, and free of the interpreter lock."""
    return njit(nogil=True, error_model="numpy", boundscheck=False, no_rewrites=True, cache=True)(
        function
    )


def _is_number(kind: Any) -> bool:
    return isinstance(kind, (LaneType, types.Float, types.Integer))


def _is_truth(kind: Any) -> bool:
    return isinstance(kind, (MaskType, types.Boolean))


def _settled(kind: Any) -> Any:
    """The type an argument is cast to before code is generated for it."""
    if isinstance(kind, (LaneType, MaskType)):
        return kind
    return types.boolean if isinstance(kind, types.Boolean) else types.float64


def _spread(builder: Any, value: Any) -> Any:
    """Copy a scalar into every lane; a vector passes unchanged."""
    if isinstance(value.type, ir.VectorType):
        return value
    wide = _BITS if value.type == ir.IntType(1) else _VECTOR
    single = builder.insert_element(ir.Constant(wide, ir.Undefined), value, ir.IntType(32)(0))
    order = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(single, ir.Constant(wide, ir.Undefined), order)


def _alike(builder: Any, values: list[Any]) -> list[Any]:
    """Spread the scalars among ``values`` when at least one of them is a vector."""
    if any(isinstance(value.type, ir.VectorType) for value in values):
        return [_spread(builder, value) for value in values]
    return values


def _register_operator(function: Any, build: Callable[..., Any], result: Any) -> None:
    """Teach Numba an operator on lanes mixed with floats (or on masks mixed with booleans)."""

    class Operator(AbstractTemplate):  # type: ignore[misc]
        # A specific target is tried before generic ones: type inference skips a long list.
        metadata: ClassVar[dict[str, str]] = {"target": "cpu"}

        def generic(self, args: Any, kws: Any) -> Any:
            if kws or not any(isinstance(kind, LaneType) for kind in args):
                return None
            if not all(_is_number(kind) for kind in args):
                return None
            return signature(result, *[_settled(kind) for kind in args])

    infer_global(function)(Operator)

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return build(builder, *_alike(builder, list(args)))

    if function is operator.neg:
        lower_builtin(function, LaneType)(lower)
        return
    for left, right in ((LaneType, LaneType), (LaneType, types.Float), (types.Float, LaneType)):
        lower_builtin(function, left, right)(lower)


for _operator, _build in (
    (operator.add, lambda b, x, y: b.fadd(x, y)),
    (operator.sub, lambda b, x, y: b.fsub(x, y)),
    (operator.mul, lambda b, x, y: b.fmul(x, y)),
    (operator.truediv, lambda b, x, y: b.fdiv(x, y)),
    (operator.neg, lambda b, x: b.fneg(x)),
):
    _register_operator(_operator, _build, LANE)


def _comparison(sign: str) -> Callable[..., Any]:
    # An ordered comparison is false for NaN; "not equal" must be true for it, as in IEEE 754.
    compare = "fcmp_unordered" if sign == "!=" else "fcmp_ordered"
    return lambda builder, x, y: getattr(builder, compare)(sign, x, y)


for _operator, _sign in (
    (operator.eq, "=="),
    (operator.ne, "!="),
    (operator.lt, "<"),
    (operator.le, "<="),
    (operator.gt, ">"),
    (operator.ge, ">="),
):
    _register_operator(_operator, _comparison(_sign), MASK)


def _elementwise(count: int, build: Callable[..., Any]) -> Any:
    """An intrinsic of ``count`` numbers: a lane if any argument is one, else a float."""

    def describe(args: tuple[Any, ...]) -> Any:
        if not all(_is_number(kind) for kind in args):
            return None
        settled = [_settled(kind) for kind in args]
        result = LANE if any(isinstance(kind, LaneType) for kind in args) else types.float64

        def generate(context: Any, builder: Any, sig: Any, values: Any) -> Any:
            return build(builder, *_alike(builder, list(values)))

        return signature(result, *settled), generate

    if count == 1:
        return intrinsic(lambda typingctx, a: describe((a,)))
    return intrinsic(lambda typingctx, a, b: describe((a, b)))


exp = _elementwise(1, lane_math.exp)
ln = _elementwise(1, lane_math.ln)
power = _elementwise(2, lane_math.power)
root = _elementwise(1, lane_math.root)
magnitude = _elementwise(1, lane_math.magnitude)
truncate = _elementwise(1, lane_math.truncate)
least = _elementwise(2, lane_math.least)
greatest = _elementwise(2, lane_math.greatest)
sin = _elementwise(1, lane_math.sin)
cos = _elementwise(1, lane_math.cos)
tan = _elementwise(1, lane_math.tan)
arcsin = _elementwise(1, lane_math.arcsin)
arccos = _elementwise(1, lane_math.arccos)
arctan = _elementwise(1, lane_math.arctan)
log_gamma = _elementwise(1, lane_random.log_gamma)
normal_cdf = _elementwise(1, lane_random.normal_cdf)
normal_quantile = _elementwise(1, lane_random.normal_quantile)
poisson_quantile = _elementwise(2, lane_random.poisson_quantile)


@intrinsic
def random_even(typingctx: Any, key: Any, stream: Any, place: Any, seed: Any) -> Any:
    """An even number between 0 and 1; see ``lane_random``. ``key`` is the lane of step keys."""
    if not all(_is_number(kind) for kind in (key, stream, place, seed)):
        return None
    settled = [_settled(kind) for kind in (key, stream, place, seed)]

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return lane_random.even(builder, *args)

    return signature(LANE, *settled), generate


@intrinsic
def select(typingctx: Any, mask: Any, yes: Any, no: Any) -> Any:
    """``yes`` where ``mask`` holds, else ``no``; both are evaluated."""
    if not (_is_truth(mask) and _is_number(yes) and _is_number(no)):
        return None
    wide = any(isinstance(kind, (LaneType, MaskType)) for kind in (mask, yes, no))
    result = LANE if wide else types.float64

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.select(*_alike(builder, list(args)))

    return signature(result, *[_settled(kind) for kind in (mask, yes, no)]), generate


def _logical(build: Callable[..., Any]) -> Any:
    def describe(typingctx: Any, a: Any, b: Any) -> Any:
        if not (_is_truth(a) and _is_truth(b)):
            return None
        wide = isinstance(a, MaskType) or isinstance(b, MaskType)

        def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            return build(builder, *_alike(builder, list(args)))

        return signature(MASK if wide else types.boolean, a, b), generate

    return intrinsic(describe)


both = _logical(lambda builder, a, b: builder.and_(a, b))
either = _logical(lambda builder, a, b: builder.or_(a, b))


@intrinsic
def negate(typingctx: Any, mask: Any) -> Any:
    """The truth values turned round."""
    if not _is_truth(mask):
        return None
    return signature(mask, mask), lambda context, builder, sig, args: builder.not_(args[0])


def _place(builder: Any, base: Any, position: Any, kind: Any) -> Any:
    return builder.gep(builder.bitcast(base, kind.as_pointer()), [position])


@intrinsic
def pointer(typingctx: Any, array: Any) -> Any:
    """The address of an array's first element, without its reference count."""
    if not isinstance(array, types.Array):
        return None

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = context.make_array(sig.args[0])(context, builder, args[0]).data
        return builder.bitcast(data, cgutils.voidptr_t)

    return signature(types.voidptr, array), generate


@intrinsic
def shifted(typingctx: Any, base: Any, slot: Any) -> Any:
    """The address of ``slot`` in the workspace at ``base``."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.bitcast(_place(builder, args[0], args[1], _VECTOR), cgutils.voidptr_t)

    return signature(types.voidptr, types.voidptr, types.intp), generate


@intrinsic
def load(typingctx: Any, base: Any, first: Any, element: Any) -> Any:
    """The lane in slot ``first + element`` of the workspace at ``base``."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        place = _place(builder, args[0], builder.add(args[1], args[2]), _VECTOR)
        return builder.load(place, align=ALIGNMENT)

    return signature(LANE, types.voidptr, types.intp, types.intp), generate


@intrinsic
def store(typingctx: Any, base: Any, first: Any, element: Any, value: Any) -> Any:
    """Write a lane, or a float copied into every run, to slot ``first + element``."""
    if not _is_number(value):
        return None

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        target = _place(builder, args[0], builder.add(args[1], args[2]), _VECTOR)
        builder.store(_spread(builder, args[3]), target, align=ALIGNMENT)
        return context.get_dummy_value()

    return signature(types.none, types.voidptr, types.intp, types.intp, _settled(value)), generate


@intrinsic
def record(  # noqa: PLR0913, PLR0917 -- an intrinsic takes its operands one by one
    typingctx: Any, base: Any, saving: Any, first: Any, element: Any, value: Any
) -> Any:
    """Write a value that only the saved output reads.

    With ``saving`` 1 it goes to slot ``first + element``; with 0 to slot 0 of ``base``, a spare
    place that stays in the nearest cache. One store without a branch costs less than the memory
    traffic of keeping every intermediate value at every step.
    """
    if not _is_number(value):
        return None

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        slot = builder.mul(args[1], builder.add(args[2], args[3]))
        target = _place(builder, args[0], slot, _VECTOR)
        builder.store(_spread(builder, args[4]), target, align=ALIGNMENT)
        return context.get_dummy_value()

    whole = types.intp
    return signature(types.none, types.voidptr, whole, whole, whole, _settled(value)), generate


@intrinsic
def begin_step(typingctx: Any, base: Any, run_key: Any, step_key: Any, step: Any) -> Any:
    """Write the keys of random numbers at ``step`` to slot ``step_key``, from ``run_key``."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        source, target = (_place(builder, args[0], slot, _VECTOR) for slot in args[1:3])
        keys = builder.load(source, align=ALIGNMENT)
        keys = lane_random.step_key(builder, keys, args[3])
        builder.store(keys, target, align=ALIGNMENT)
        return context.get_dummy_value()

    whole = types.intp
    return signature(types.none, types.voidptr, whole, whole, whole), generate


@intrinsic
def splat(typingctx: Any, value: Any) -> Any:
    """A lane holding ``value`` in every run."""
    if not _is_number(value):
        return None

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _spread(builder, args[0])

    return signature(LANE, _settled(value)), generate


@intrinsic
def number(typingctx: Any, base: Any, position: Any) -> Any:
    """The float at ``position`` of a float64 array at ``base``."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.load(_place(builder, args[0], args[1], _DOUBLE))

    return signature(types.float64, types.voidptr, types.intp), generate


@intrinsic
def whole(typingctx: Any, base: Any, position: Any) -> Any:
    """The integer at ``position`` of an int64 array at ``base``: loop sizes and element maps."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.load(_place(builder, args[0], args[1], ir.IntType(64)))

    return signature(types.intp, types.voidptr, types.intp), generate


@intrinsic
def lookup(typingctx: Any, tables: Any, start: Any, count: Any, x: Any) -> Any:
    """A lookup table read at ``x``: hold or extrapolate outside the points (see ``lane_math``)."""
    if not _is_number(x):
        return None
    result = LANE if isinstance(x, LaneType) else types.float64

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        base = builder.gep(builder.bitcast(args[0], _DOUBLE.as_pointer()), [args[1]])
        return lane_math.lookup(builder, base, args[2], args[3])

    return (
        signature(result, types.voidptr, types.intp, types.intp, _settled(x)),
        generate,
    )
