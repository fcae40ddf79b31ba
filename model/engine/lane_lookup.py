"""Tables read by all runs of a lane at once, as LLVM instructions.

Runs of a batch tend to be in the same segment of a table. So the segment of the first run is
sought by a scalar scan, which stops there; if every run turns out to be in it, its three numbers
serve all. Otherwise every run keeps its own numbers during a scan of the whole table. Both ways
give the same bits.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from .lane_math import is_vector

_I64 = ir.IntType(64)
_I32 = ir.IntType(32)
_DOUBLE = ir.DoubleType()
_WIDTH = 4  # doubles of a segment


def lookup(b: Any, table: Any, count: Any, x: Any) -> Any:
    """A piecewise table read at ``x``.

    ``table`` holds ``count`` segments of four doubles: where the segment starts, and the ``x0``,
    ``y0`` and ``slope`` that give ``y0 + slope * (x - x0)`` in it. The first starts at minus
    infinity, the others in rising order.
    """
    place = _first_place(b, table, count, x)
    apart, together, done = (b.append_basic_block(f"lookup.{n}") for n in ("apart", "same", "done"))
    b.cbranch(_all_in(b, table, count, x, place), together, apart)
    b.position_at_end(together)
    shared = [_spread(b, _entry(b, table, place, part), x) for part in (1, 2, 3)]
    b.branch(done)
    b.position_at_end(apart)
    own = _scan(b, table, count, x)
    last = b.block
    b.branch(done)
    b.position_at_end(done)
    final = []
    for one, other in zip(shared, own, strict=True):
        phi = b.phi(x.type)
        phi.add_incoming(one, together)
        phi.add_incoming(other, last)
        final.append(phi)
    x0, y0, slope = final
    return b.fadd(y0, b.fmul(slope, b.fsub(x, x0)))


def _entry(b: Any, table: Any, position: Any, part: int) -> Any:
    """One of the four doubles of a segment."""
    return b.load(b.gep(table, [b.add(b.mul(position, _I64(_WIDTH)), _I64(part))]))


def _spread(b: Any, single: Any, x: Any) -> Any:
    """A double as wide as ``x``."""
    if not is_vector(x):
        return single
    wide = ir.Constant(x.type, ir.Undefined)
    order = ir.Constant(ir.VectorType(_I32, x.type.count), [0] * x.type.count)
    return b.shuffle_vector(b.insert_element(wide, single, _I32(0)), wide, order)


def _first_place(b: Any, table: Any, count: Any, x: Any) -> Any:
    """The segment that the first run of ``x`` is in."""
    head = b.extract_element(x, _I32(0)) if is_vector(x) else x
    before = b.block
    test, further, found = (b.append_basic_block(f"lookup.{n}") for n in ("test", "next", "found"))
    b.branch(test)
    b.position_at_end(test)
    position = b.phi(_I64)
    position.add_incoming(_I64(0), before)
    following = b.add(position, _I64(1))
    b.cbranch(b.icmp_signed("<", following, count), further, found)
    b.position_at_end(further)
    position.add_incoming(following, further)
    b.cbranch(b.fcmp_ordered(">=", head, _entry(b, table, following, 0)), test, found)
    b.position_at_end(found)
    return position


def _all_in(b: Any, table: Any, count: Any, x: Any, place: Any) -> Any:
    """Whether every run is in segment ``place``; false where one is not a number."""
    following = b.add(place, _I64(1))
    inner = b.icmp_signed("<", following, count)
    limit = b.select(inner, _entry(b, table, b.select(inner, following, place), 0), _INFINITE)
    low = b.fcmp_ordered(">=", x, _spread(b, _entry(b, table, place, 0), x))
    inside = b.and_(low, b.fcmp_ordered("<", x, _spread(b, limit, x)))
    if not is_vector(x):
        return inside
    bits = ir.IntType(x.type.count)
    return b.icmp_unsigned("==", b.bitcast(inside, bits), bits((1 << x.type.count) - 1))


_INFINITE = ir.Constant(_DOUBLE, float("inf"))


def _scan(b: Any, table: Any, count: Any, x: Any) -> list[Any]:
    """``x0``, ``y0`` and ``slope`` for every run, from a scan of the whole table."""
    before = b.block
    scan, done = b.append_basic_block("lookup.scan"), b.append_basic_block("lookup.end")
    begin = [_spread(b, _entry(b, table, _I64(0), part), x) for part in (1, 2, 3)]
    b.cbranch(b.icmp_signed(">", count, _I64(1)), scan, done)
    b.position_at_end(scan)
    position = b.phi(_I64)
    chosen = [b.phi(x.type) for _ in range(3)]
    reached = b.fcmp_ordered(">=", x, _spread(b, _entry(b, table, position, 0), x))
    better = [
        b.select(reached, _spread(b, _entry(b, table, position, part), x), held)
        for part, held in zip((1, 2, 3), chosen, strict=True)
    ]
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
    return final
