"""Random functions of Vensim and XMILE, each from one even number between 0 and 1.

Every call gets a stream of its own, named after its variable; a number depends on the run's seed
and draw, the step, the stream, the element and the model's own seed argument (NOISE SEED where that
is 0), and on nothing else. It stays the same within a step, whatever the method. Vensim's functions
take lowest, highest, their own parameters, shift, stretch and seed, in this order (Vensim reference
manual); a continuous one is truncated by scaling its probabilities, a count is kept within its
bounds. XMILE's take a mean or bounds, and a seed if wanted (XMILE 1.0, section 3.5.2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import cast

from .expand_clock import ONE, ZERO, Expand, Lowers, minus, over, plus, times, when
from .ir import Call, Equation, Expression, Kind, Number, Reference, Time, Variable
from .lower_constant import constant_value
from .lower_names import key
from .lower_scope import Scope
from .random_tables import RUN_KEY, STEP_KEY
from .syntax import Literal, Node

SMALLEST = 1e-300  # a probability of 0 has no quantile


def even_number(lowering: Lowers, seed: Node | None, scope: Scope) -> Expression:
    """An even number between 0 and 1, for each element of the scope."""
    symbols = lowering.symbols
    if all(variable.name != STEP_KEY for variable in symbols.hidden):
        for name in (RUN_KEY, STEP_KEY):
            symbols.hidden.append(Variable(name, Kind.CONSTANT, (), (), hidden=True))
            symbols.add(Kind.CONSTANT, Equation(name, (), (), ZERO, f"{name} = …"))
    stream = sha256(key(symbols.hidden_name("random", scope)).encode()).digest()[:6]
    place: Expression = ZERO
    for bound in (*scope.bound, *scope.reduced):
        within = symbols.places_along(bound)
        place = plus(times(place, Number(float(bound.axis.size))), within)
    return Call(
        "random even",
        (
            Reference(STEP_KEY),
            Number(float(int.from_bytes(stream, "big"))),
            place,
            _seed(lowering, seed, scope),
            Time(),
        ),
    )


def _seed(lowering: Lowers, node: Node | None, scope: Scope) -> Expression:
    noise = lowering.symbols.find("noise seed")
    default = ZERO if noise is None or noise.dimensions else Reference(noise.name)
    if node is None:
        return default
    stated = constant_value(node, lowering.symbols) if isinstance(node, Literal) else None
    if stated is not None:
        return default if stated == 0 else Number(stated)
    own = lowering.number(node, scope)
    return own if default is ZERO else when(Call("=", (own, ZERO)), default, own)


Quantile = Callable[[Expression, Sequence[Expression]], Expression]
Probability = Quantile


def clipped(value: Expression, low: Expression, high: Expression) -> Expression:
    """The value, or the bound that it is beyond."""
    return Call("max", (low, Call("min", (high, value))))


def vensim(parameters: int, quantile: Quantile, below: Probability | None) -> Expand:
    """A Vensim function with shift and stretch: lowest, highest, parameters, shift, stretch, seed.

    ``below`` gives the probability of a number below its first argument; None for counts.
    """

    def expand(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
        low, high, *own = (lowering.number(one, scope) for one in arguments[:-1])
        *given, shift, stretch = own
        assert len(given) == parameters
        even = even_number(lowering, arguments[-1], scope)
        if below is not None:
            first, last = (below(over(minus(end, shift), stretch), given) for end in (low, high))
            even = plus(first, times(even, minus(last, first)))
        drawn = plus(shift, times(stretch, quantile(even, given)))
        still = clipped(shift, low, high)  # nothing varies without a stretch
        varied = clipped(drawn, low, high)
        return when(Call(">", (stretch, ZERO)), varied, still)

    return expand


def _xmile(parameters: int, drawn: Quantile) -> Expand:
    """An XMILE function: parameters, and a seed if wanted. ``drawn`` is all there is to it."""

    def expand(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
        given = [lowering.number(one, scope) for one in arguments[:parameters]]
        seed = arguments[parameters] if len(arguments) > parameters else None
        return drawn(even_number(lowering, seed, scope), given)

    return expand


def _ln(value: Expression) -> Expression:
    return Call("ln", (value,))


def _exp(value: Expression) -> Expression:
    return Call("exp", (value,))


def _normal(even: Expression, _given: Sequence[Expression]) -> Expression:
    return Call("normal quantile", (even,))


def _exponential(even: Expression, _given: Sequence[Expression]) -> Expression:
    return Call("negative", (_ln(minus(ONE, even)),))


def _exponential_below(x: Expression, _given: Sequence[Expression]) -> Expression:
    return minus(ONE, _exp(Call("negative", (Call("max", (ZERO, x)),))))


def _weibull(even: Expression, given: Sequence[Expression]) -> Expression:
    return Call("^", (_exponential(even, ()), over(ONE, given[0])))


def _weibull_below(x: Expression, given: Sequence[Expression]) -> Expression:
    return _exponential_below(Call("^", (Call("max", (ZERO, x)), given[0])), ())


def _poisson(even: Expression, given: Sequence[Expression]) -> Expression:
    return Call("poisson quantile", (even, given[0]))


def _between(even: Expression, given: Sequence[Expression]) -> Expression:
    low, high = given
    return plus(low, times(even, minus(high, low)))


def _shifted_normal(even: Expression, given: Sequence[Expression]) -> Expression:
    mean, deviation, *bounds = given
    drawn = plus(mean, times(deviation, _normal(even, ())))
    return clipped(drawn, *cast("tuple[Expression, Expression]", bounds)) if bounds else drawn


def _log_normal(even: Expression, given: Sequence[Expression]) -> Expression:
    """The mean and deviation are those of the result, not of its logarithm."""
    mean, deviation = given
    ratio = over(deviation, mean)
    variance = _ln(plus(ONE, times(ratio, ratio)))
    middle = minus(_ln(mean), over(variance, Number(2.0)))
    return _exp(plus(middle, times(Call("sqrt", (variance,)), _normal(even, ()))))


def _waiting(even: Expression, given: Sequence[Expression]) -> Expression:
    return over(_exponential(even, ()), given[0])


def _triangle(even: Expression, given: Sequence[Expression]) -> Expression:
    """Lowest, most likely and highest."""
    low, peak, high = given
    rising, falling = minus(peak, low), minus(high, peak)
    whole = minus(high, low)
    left = plus(low, Call("sqrt", (times(even, times(whole, rising)),)))
    right = minus(high, Call("sqrt", (times(minus(ONE, even), times(whole, falling)),)))
    return when(Call("<", (times(even, whole), rising)), left, right)


def _logistic(even: Expression, given: Sequence[Expression]) -> Expression:
    return plus(given[0], times(given[1], _ln(over(even, minus(ONE, even)))))


def _pareto(even: Expression, given: Sequence[Expression]) -> Expression:
    shape, scale = given
    return times(scale, Call("^", (minus(ONE, even), over(Number(-1.0), shape))))


def _scaled_weibull(even: Expression, given: Sequence[Expression]) -> Expression:
    shape, scale = given
    return times(scale, _weibull(even, (shape,)))


def _geometric(even: Expression, given: Sequence[Expression]) -> Expression:
    """How many trials up to and with the first success."""
    trials = over(_ln(minus(ONE, even)), _ln(minus(ONE, given[0])))
    return plus(ONE, Call("integer", (trials,)))


def _truncated_normal(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    """Bounds above the middle are mirrored, where small probabilities keep their digits."""
    low, high, shift, stretch = (lowering.number(one, scope) for one in arguments[:-1])
    first, last = (over(minus(end, shift), stretch) for end in (low, high))
    above = Call(">", (first, ZERO))
    ends = (
        when(above, Call("negative", (last,)), first),
        when(above, Call("negative", (first,)), last),
    )
    below, until = (Call("normal below", (end,)) for end in ends)
    even = plus(below, times(even_number(lowering, arguments[-1], scope), minus(until, below)))
    drawn = Call("normal quantile", (Call("max", (even, Number(SMALLEST))),))
    varied = plus(shift, times(stretch, when(above, Call("negative", (drawn,)), drawn)))
    still = clipped(shift, low, high)  # nothing varies without a stretch
    return when(Call(">", (stretch, ZERO)), clipped(varied, low, high), still)


def _even_alone(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    return even_number(lowering, arguments[0] if arguments else None, scope)


def _clipped_triangle(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    low, high, *given = (lowering.number(one, scope) for one in arguments[:-1])
    return clipped(_triangle(even_number(lowering, arguments[-1], scope), given), low, high)


RANDOM_FUNCTIONS: dict[str, tuple[tuple[int, int], Expand]] = {
    "random_0_1": ((0, 0), _even_alone),
    "random_uniform": ((3, 3), _xmile(2, _between)),
    "random_normal": ((5, 5), _truncated_normal),
    "random_exponential": ((5, 5), vensim(0, _exponential, _exponential_below)),
    "random_weibull": ((6, 6), vensim(1, _weibull, _weibull_below)),
    "random_poisson": ((6, 6), vensim(1, _poisson, None)),
    "random_triangular": ((6, 6), _clipped_triangle),
    "uniform": ((2, 3), _xmile(2, _between)),
    "random": ((2, 3), _xmile(2, _between)),
    "normal": ((2, 3), _xmile(2, _shifted_normal)),
    "lognormal": ((2, 3), _xmile(2, _log_normal)),
    "exprnd": ((1, 2), _xmile(1, _waiting)),
    "poisson": ((1, 2), _xmile(1, _poisson)),
    "triangular": ((3, 4), _xmile(3, _triangle)),
    "logistic": ((2, 3), _xmile(2, _logistic)),
    "pareto": ((2, 3), _xmile(2, _pareto)),
    "weibull": ((2, 3), _xmile(2, _scaled_weibull)),
    "geometric": ((1, 2), _xmile(1, _geometric)),
}
"""Function → (arity, expansion)."""
