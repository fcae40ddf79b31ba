"""Random functions of Vensim whose quantiles have no closed form.

Counts of successes, or of the trials up to a number of them, add up probabilities one by one, each
from the one before (H. H. Panjer, *Recursive evaluation of a family of compound distributions*,
1981); where the first one is too small for a number, Cornish and Fisher's expansion stands in.
Gamma and beta numbers are drawn by rejection (G. Marsaglia and W. W. Tsang, *A simple method for
generating gamma variables*, 2000): the first of ``TRIES`` tries, each with streams of its own, that
is accepted and lies between the bounds. A try is accepted in 19 of 20 cases or more; if none is
within the bounds, the nearer bound stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .expand_clock import ONE, ZERO, Expand, Lowers, minus, over, plus, times, when
from .expand_random import clipped, even_number, vensim
from .ir import Call, Equation, Expression, Kind, Number
from .lower_scope import Scope
from .syntax import Node

TRIES = 8
SMALLEST_LOGARITHM = -690.0  # of a first probability that is still a number
TINY = 1e-300

HALF, TWO = Number(0.5), Number(2.0)
Draw = Callable[[], tuple[Expression, Expression]]
"""A number, and whether it is accepted."""


def _ln(value: Expression) -> Expression:
    return Call("ln", (value,))


def _square(value: Expression) -> Expression:
    return times(value, value)


def _found(
    even: Expression,
    first: Expression,
    factor: tuple[Expression, Expression],
    expanded: Expression,
) -> Expression:
    """The quantile of a count, whose probability of k is (a + b/k) times that of k - 1.

    ``first`` is the logarithm of the probability of 0, ``expanded`` stands in where it is too low.
    """
    few = Call(">=", (first, Number(SMALLEST_LOGARITHM)))
    begin = Call("exp", (Call("max", (first, Number(SMALLEST_LOGARITHM))),))
    counted = Call("count quantile", (when(few, even, ZERO), begin, *factor))
    return when(few, counted, expanded)


def _expanded(
    even: Expression, mean: Expression, variance: Expression, skew: Expression
) -> Expression:
    """Cornish and Fisher's expansion; ``skew`` is the third cumulant over the variance."""
    z = Call("normal quantile", (even,))
    bend = times(skew, over(minus(_square(z), ONE), Number(6.0)))
    near = plus(plus(mean, times(Call("sqrt", (variance,)), z)), bend)
    return Call("max", (ZERO, Call("integer", (plus(near, HALF),))))


def _binomial(even: Expression, given: Sequence[Expression]) -> Expression:
    """Successes among trials; the rarer of success and failure is counted."""
    chance, trials = given[0], Call("integer", (given[1],))
    often = Call(">", (chance, HALF))
    rare = when(often, minus(ONE, chance), chance)
    own = when(often, minus(ONE, even), even)
    odds = over(rare, minus(ONE, rare))
    first = times(trials, _ln(minus(ONE, rare)))
    mean = times(trials, rare)
    expanded = _expanded(own, mean, times(mean, minus(ONE, rare)), minus(ONE, times(TWO, rare)))
    factor = (Call("negative", (odds,)), times(plus(trials, ONE), odds))
    found = Call("min", (_found(own, first, factor, expanded), trials))
    return when(often, minus(trials, found), found)


def _negative_binomial(even: Expression, given: Sequence[Expression]) -> Expression:
    """Trials up to the last of so many successes."""
    chance, successes = given[0], Call("integer", (given[1],))
    failing = minus(ONE, chance)
    first = times(successes, _ln(chance))
    mean = over(times(successes, failing), chance)
    expanded = _expanded(even, mean, over(mean, chance), over(minus(TWO, chance), chance))
    factor = (failing, times(minus(successes, ONE), failing))
    return plus(successes, _found(even, first, factor, expanded))


class _Tries:
    """Tries at one number, each in hidden variables of its own."""

    def __init__(self, lowering: Lowers, seed: Node, scope: Scope) -> None:
        self.lowering, self.seed, self.scope = lowering, seed, scope

    def kept(self, value: Expression) -> Expression:
        """The value in a hidden variable, so that it is computed once."""
        symbols = self.lowering.symbols
        name = symbols.hidden_name("try", self.scope)
        own = symbols.declare_hidden(name, Kind.AUXILIARY, self.scope)
        equation = Equation(name, self.scope.axes, own.indices, value, f"{name} = …")
        symbols.add(Kind.AUXILIARY, equation)
        return own

    def even(self) -> Expression:
        """A new even number between 0 and 1."""
        return self.kept(even_number(self.lowering, self.seed, self.scope))

    def gamma(self, order: Expression) -> tuple[Expression, Expression]:
        """A gamma number, and whether it is accepted. An order below 1 is raised by one first."""
        low = Call("<", (order, ONE))
        raised = when(low, plus(order, ONE), order)
        d = self.kept(minus(raised, Number(1.0 / 3.0)))
        x = self.kept(Call("normal quantile", (self.even(),)))
        root = plus(ONE, over(x, Call("sqrt", (times(Number(9.0), d),))))
        v = self.kept(times(root, _square(root)))
        positive = Call("max", (v, Number(TINY)))
        limit = plus(times(HALF, _square(x)), times(d, plus(minus(ONE, v), _ln(positive))))
        accepted = Call("and", (Call(">", (v, ZERO)), Call("<", (_ln(self.even()), limit))))
        small = Call("exp", (over(_ln(self.even()), Call("max", (order, Number(1e-3)))),))
        return times(times(d, v), when(low, small, ONE)), accepted

    def first(self, draw: Draw, bounds: tuple[Expression, Expression]) -> Expression:
        """The first number that is accepted and within the bounds."""
        low, high = bounds
        tries = []
        for _ in range(TRIES):
            value, accepted = draw()
            value = self.kept(value)
            within = Call("and", (Call(">=", (value, low)), Call("<=", (value, high))))
            tries.append((value, Call("and", (accepted, within))))
        result = clipped(tries[-1][0], low, high)
        for value, accepted in reversed(tries):
            result = when(accepted, value, result)
        return result


def _gamma(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    """RANDOM GAMMA(lowest, highest, order, shift, stretch, seed); an order below 1 counts as 1."""
    low, high, order, shift, stretch = (lowering.number(one, scope) for one in arguments[:-1])
    tries = _Tries(lowering, arguments[-1], scope)

    def draw() -> tuple[Expression, Expression]:
        value, accepted = tries.gamma(Call("max", (order, ONE)))
        return plus(shift, times(stretch, value)), accepted

    return tries.first(draw, (low, high))


def _beta(lowering: Lowers, arguments: Sequence[Node], scope: Scope) -> Expression:
    """RANDOM BETA(lowest, highest, alpha, beta, shift, stretch, seed): x/(x + y) of two gammas."""
    low, high, alpha, beta, shift, stretch = (lowering.number(one, scope) for one in arguments[:-1])
    tries = _Tries(lowering, arguments[-1], scope)

    def draw() -> tuple[Expression, Expression]:
        (one, first), (other, second) = tries.gamma(alpha), tries.gamma(beta)
        share = over(one, plus(one, other))
        return plus(shift, times(stretch, share)), Call("and", (first, second))

    return tries.first(draw, (low, high))


RARE_RANDOM_FUNCTIONS: dict[str, tuple[tuple[int, int], Expand]] = {
    "random_binomial": ((7, 7), vensim(2, _binomial, None)),
    "random_negative_binomial": ((7, 7), vensim(2, _negative_binomial, None)),
    "random_gamma": ((6, 6), _gamma),
    "random_beta": ((7, 7), _beta),
}
"""Function → (arity, expansion)."""
