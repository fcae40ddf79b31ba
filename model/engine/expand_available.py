"""ALLOCATE AVAILABLE: a price at which all claims together use up the supply.

Each claimant's share falls from its whole request to nothing as the price rises through its
priority: in a straight line (profile 1), as the integral of a triangle (2), of a normal (3) or of a
two-sided exponential distribution (4); the width is that of the rectangle or triangle, the standard
deviation, or the scale. The price is found by cutting the stretch that holds it into 32 pieces,
ten times over, and going straight between the last two ends. Fixed quantities (0) and constant
elasticities (5) give no number, which a run reports (Vensim reference manual, allocation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..errors import InputError
from .expand_clock import ONE, ZERO, Lowers, minus, over, plus, times, when
from .expand_vector import Vector, along, here
from .ir import Call, Equation, Expression, Kind, Number, Reduction, Reference
from .lower_scope import Bound, Scope
from .syntax import Name, Node

PIECES, ROUNDS = 32, 10
REACH = 40.0  # widths from the priority beyond which every profile is flat to the last digit
HALF, TWO = Number(0.5), Number(2.0)


@dataclass(frozen=True)
class _Claims:
    """Requests and priority profiles; ``fields`` name type, priority and width."""

    lowering: Lowers
    request: Name
    profile: Name
    fields: tuple[str, ...]

    def along(self, scope: Scope) -> Vector:
        return along(self.lowering, self.request, scope)

    def of(self, vector: Vector, place: int) -> Expression:
        """Type (0), priority (1) or width (2) of the claimant where the vector stands."""
        subscripts = (*self.profile.subscripts[:-1], self.fields[place])
        marked = list(subscripts)
        marked[-2] = f"{vector.bound.written}!"
        scope = vector.scope.reducing((vector.bound,))
        return self.lowering.number(Name(self.profile.name, tuple(marked)), scope)

    def share(self, vector: Vector, price: Expression) -> Expression:
        """What a claimant gets at a price."""
        away = over(minus(price, self.of(vector, 1)), self.of(vector, 2))
        straight = Call("max", (ZERO, Call("min", (ONE, minus(HALF, away)))))
        tail = Call("max", (ZERO, minus(HALF, Call("abs", (away,)))))
        curved = times(TWO, times(tail, tail))
        tent = when(Call("<", (away, ZERO)), minus(ONE, curved), curved)
        normal = Call("normal below", (Call("negative", (away,)),))
        fading = times(HALF, Call("exp", (Call("negative", (Call("abs", (away,)),)),)))
        exponential = when(Call("<", (away, ZERO)), minus(ONE, fading), fading)
        kind, part = self.of(vector, 0), Number(float("nan"))
        chosen: Expression = part
        for number, form in ((4, exponential), (3, normal), (2, tent), (1, straight)):
            chosen = when(Call("=", (kind, Number(float(number)))), form, chosen)
        return times(vector.value, chosen)

    def total(self, scope: Scope, price: Expression) -> Expression:
        """What all claimants get at a price."""
        vector = self.along(scope)
        return vector.total(self.share(vector, price))

    def end(self, scope: Scope, function: str, reach: float) -> Expression:
        """The lowest or highest price that matters to anybody."""
        vector = self.along(scope)
        end = plus(self.of(vector, 1), times(Number(reach), self.of(vector, 2)))
        return Reduction(function, (vector.bound.axis,), end)


def _hidden(lowering: Lowers, scope: Scope, label: str, body: Expression) -> Reference:
    symbols = lowering.symbols
    name = symbols.hidden_name(label, scope)
    reference = symbols.declare_hidden(name, Kind.AUXILIARY, scope)
    text = f"{name} = …"
    symbols.add(Kind.AUXILIARY, Equation(name, scope.axes, reference.indices, body, text))
    return reference


def _price(claims: _Claims, scope: Scope, supply: Expression) -> Expression:
    """Where the claims of all use up the supply, which is less than all requests."""
    lowering = claims.lowering
    symbols = lowering.symbols
    low: Expression = _hidden(lowering, scope, "price", claims.end(scope, "vmin", -REACH))
    top = _hidden(lowering, scope, "highest_price", claims.end(scope, "vmax", REACH))
    stretch = _hidden(lowering, scope, "stretch", minus(top, low))
    pieces = symbols.places(PIECES)
    for turn in range(1, ROUNDS + 1):
        piece = times(stretch, Number(float(PIECES) ** -turn))
        bound = Bound(pieces.name, symbols.axis(PIECES, pieces.name), pieces.elements)
        wider = replace(scope, bound=(*scope.bound, bound))
        price = plus(low, times(piece, symbols.places_along(bound)))
        total = _hidden(lowering, wider, "claimed", claims.total(wider, price))
        enough = when(Call(">=", (total, supply)), ONE, ZERO)
        passed = minus(Reduction("sum", (bound.axis,), enough), ONE)
        moved = plus(low, times(piece, Call("max", (ZERO, passed))))
        low = _hidden(lowering, scope, "price", moved)
    piece = times(stretch, Number(float(PIECES) ** -ROUNDS))
    most = _hidden(lowering, scope, "claimed", claims.total(scope, low))
    least = _hidden(lowering, scope, "claimed", claims.total(scope, plus(low, piece)))
    way = over(minus(most, supply), minus(most, least))
    inside = Call("max", (ZERO, Call("min", (ONE, way))))
    return plus(low, times(piece, when(Call(">", (most, least)), inside, ZERO)))


def allocate_available(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    """ALLOCATE AVAILABLE(request, profile, supply)."""
    request, profile, supply = arguments
    claims = _claims(lowering, request, profile, scope)
    vector = claims.along(scope)
    mine = here(vector)
    own = mine.indices[0].axis
    outside = replace(scope, bound=tuple(one for one in scope.bound if one.axis.number != own))
    there = _hidden(lowering, outside, "supply", lowering.number(supply, outside))
    price = _hidden(lowering, outside, "price", _price(claims, outside, there))
    plenty = Call(">=", (there, claims.along(scope).whole))
    nothing = Call("<=", (there, ZERO))
    share = claims.share(vector, price)
    given = when(plenty, vector.value, when(nothing, ZERO, share))
    asked = when(Call(">", (vector.value, ZERO)), given, ZERO)
    return vector.total(when(Call("=", (vector.place, mine)), asked, ZERO))


def _claims(lowering: Lowers, request: Node, profile: Node, scope: Scope) -> _Claims:
    declared = lowering.symbols.find(profile.name) if isinstance(profile, Name) else None
    elements = declared.dimensions[-1].elements if declared and declared.dimensions else ()
    first = profile.subscripts[-1] if isinstance(profile, Name) and profile.subscripts else ""
    spelt = lowering.symbols.subscripts.elements(first, scope.opening) if first else ()
    place = elements.index(spelt[0]) if spelt and spelt[0] in elements else len(elements)
    fields = elements[place : place + 3]
    if (
        not isinstance(request, Name)
        or not isinstance(profile, Name)
        or len(profile.subscripts) < 2
        or len(fields) < 3
    ):
        raise InputError(
            f"ALLOCATE AVAILABLE {scope.where} takes requests over a subscript range, and priority "
            "profiles as profile[claimants, ptype], where ptype is followed by the elements for "
            "priority, width and extra."
        )
    return _Claims(lowering, request, profile, fields)
