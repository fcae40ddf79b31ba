"""ALLOCATE BY PRIORITY in closed form.

Each claimant's share falls from its whole request to nothing as a threshold rises through its
priority, over a stretch of ``width``. The allocation is the share at the threshold where all shares
together use up the supply. The sum of shares is made of straight pieces that meet at the claimants'
own ends, so the threshold is found by comparing the supply with the sum at each of these, and going
between the two nearest. Where requests are given in full before lower priorities start, and how
overlapping ones share, this is the allocation that Vensim's recorded outputs show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..errors import InputError
from .expand_available import allocate_available
from .expand_clock import ONE, ZERO, Expand, Lowers, minus, over, plus, times, when
from .expand_vector import HUGE, Vector, along, here
from .ir import Call, Expression, Number, Reduction, Reference
from .lower_constant import constant_value
from .lower_scope import Scope
from .syntax import Name, Node


@dataclass(frozen=True)
class _Claims:
    """Requests and priorities of all claimants, the width of a stretch, and what there is."""

    requests: Vector
    priorities: Node
    width: Expression
    supply: Expression

    def again(self) -> _Claims:
        """The same claims along another axis."""
        old = self.requests
        return replace(self, requests=along(old.lowering, old.node, old.scope))

    @property
    def priority(self) -> Expression:
        """The priority of the claimant where the axis stands."""
        own = self.requests
        if not isinstance(self.priorities, Name):
            raise InputError(
                f"ALLOCATE BY PRIORITY {own.scope.where} takes priorities from a variable. Give "
                "the formula a variable of its own."
            )
        return replace(own, node=self.priorities).value

    def end(self, sign: int) -> Expression:
        """Where the claimant's stretch begins (-1) or ends (1)."""
        half = over(self.width, Number(2.0 * sign))
        return plus(self.priority, half)

    def share(self, threshold: Expression) -> Expression:
        """What the claimant gets at a threshold."""
        part = over(minus(self.end(1), threshold), self.width)
        return times(self.requests.value, Call("min", (ONE, Call("max", (ZERO, part)))))

    def total(self, threshold: Expression) -> Expression:
        """What all claimants get at a threshold."""
        other = self.again()
        return other.requests.total(other.share(threshold))

    def nearest(self, function: str, comparison: str, none: float) -> Expression:
        """The end nearest to the threshold from below (vmax, >=) or from above (vmin, <=)."""
        found = []
        for sign in (-1, 1):
            own = self.again()
            end = own.end(sign)
            fits = Call(comparison, (own.total(end), self.supply))
            axes = (own.requests.bound.axis,)
            found.append(Reduction(function, axes, when(fits, end, Number(none))))
        return Call("max" if function == "vmax" else "min", (found[0], found[1]))

    def threshold(self) -> Expression:
        """Where the shares of all use up the supply."""
        low = self.nearest("vmax", ">=", -HUGE)
        high = self.nearest("vmin", "<=", HUGE)
        most, least = self.total(low), self.total(high)
        way = over(minus(most, self.supply), minus(most, least))
        between = plus(low, times(minus(high, low), way))
        return when(Call("<=", (most, least)), low, between)


def _allocate(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    request, priority, size, width, supply = arguments
    vector = along(lowering, request, scope)
    count = len(vector.bound.elements)
    stated = lowering.number(size, scope)
    known = stated.value if isinstance(stated, Number) else constant_value(size, lowering.symbols)
    if known != count:
        raise InputError(
            f"ALLOCATE BY PRIORITY {scope.where} must allocate over the whole range: give "
            f"ELMCOUNT({vector.bound.written}), which is {count}, as its third argument."
        )
    claims = _Claims(
        vector, priority, lowering.number(width, scope), lowering.number(supply, scope)
    )
    mine: Reference = here(vector)
    own = Call("=", (vector.place, mine))
    plenty = Call(">=", (claims.supply, claims.again().requests.whole))
    nothing = Call("<=", (claims.supply, ZERO))
    share = when(plenty, vector.value, when(nothing, ZERO, claims.share(claims.threshold())))
    return vector.total(when(own, share, ZERO))


ALLOCATE_FUNCTIONS: dict[str, tuple[tuple[int, int], Expand]] = {
    "allocate_available": ((3, 3), allocate_available),
    "allocate_by_priority": ((5, 5), _allocate),
}
"""Function → (arity, expansion)."""
