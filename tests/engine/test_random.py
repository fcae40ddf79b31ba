"""Random functions: the distributions they promise, and numbers that depend on nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from upshift.model.engine import CompiledModel, SimulateOptions, load_model, oracle, simulate
from upshift.model.errors import InputError

CLOCK = "INITIAL TIME=0~~|\nFINAL TIME=10~~|\nTIME STEP=0.5~~|\nSAVEPER=0.5~~|\n"
VENSIM = """{UTF-8}
area: east, west ~~|
own seed = 0 ~~|
even[area] = RANDOM UNIFORM(2, 4, 0) ~~|
plain = RANDOM 0 1() ~~|
normal = RANDOM NORMAL(-50, 50, 3, 2, 1) ~~|
cut = RANDOM NORMAL(1, 3, 0.5, 2, 1) ~~|
far = RANDOM NORMAL(9, 20, 0, 1, 1) ~~|
wait = RANDOM EXPONENTIAL(0.5, 3, 0.25, 2, 7) ~~|
wear = RANDOM WEIBULL(0, 100, 1.7, 0, 2, 0) ~~|
corner = RANDOM TRIANGULAR(0, 9, 1, 2, 5, 0) ~~|
few = RANDOM POISSON(0, 1000, 4.5, 0, 1, 0) ~~|
many = RANDOM POISSON(0, 100000, 700, 0, 1, 0) ~~|
wins = RANDOM BINOMIAL(0, 100, 0.3, 20, 0, 1, 0) ~~|
losses = RANDOM BINOMIAL(0, 100, 0.85, 12, 0, 1, 0) ~~|
crowd = RANDOM BINOMIAL(0, 100000, 0.4, 9000, 0, 1, 0) ~~|
trials = RANDOM NEGATIVE BINOMIAL(0, 10000, 0.2, 3, 0, 1, 0) ~~|
long trials = RANDOM NEGATIVE BINOMIAL(0, 1000000, 0.5, 2000, 0, 1, 0) ~~|
sum of waits = RANDOM GAMMA(0, 1000, 2.5, 1, 3, 0) ~~|
middle wait = RANDOM GAMMA(2, 6, 4, 0, 1, 0) ~~|
share = RANDOM BETA(0, 1, 2, 3.5, 0, 1, 0) ~~|
far share = RANDOM BETA(-10, 10, 0.5, 0.7, -1, 2, 0) ~~|
still = RANDOM NORMAL(0, 9, 4, 0, 0) ~~|
seeded = RANDOM UNIFORM(0, 1, own seed) ~~|
both = SUM(even[area!]) ~~|
stock = INTEG(normal, RANDOM UNIFORM(5, 6, 3)) ~~|
"""
XMILE = """<?xml version="1.0"?>
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<header><vendor>x</vendor><product>x</product></header>
<sim_specs><start>0</start><stop>10</stop><dt>0.5</dt></sim_specs>
<model><variables>
<aux name="even"><eqn>UNIFORM(2, 4)</eqn></aux>
<aux name="plain"><eqn>RANDOM(0, 1, 5)</eqn></aux>
<aux name="bell"><eqn>NORMAL(3, 2)</eqn></aux>
<aux name="skewed"><eqn>LOGNORMAL(3, 2)</eqn></aux>
<aux name="wait"><eqn>EXPRND(4)</eqn></aux>
<aux name="few"><eqn>POISSON(4.5)</eqn></aux>
<aux name="corner"><eqn>TRIANGULAR(1, 2, 5)</eqn></aux>
<aux name="curve"><eqn>LOGISTIC(1, 2)</eqn></aux>
<aux name="tail"><eqn>PARETO(3, 2)</eqn></aux>
<aux name="wear"><eqn>WEIBULL(1.7, 2)</eqn></aux>
<aux name="trials"><eqn>GEOMETRIC(0.3)</eqn></aux>
</variables></model></xmile>
"""


class Truncated:
    """A law within bounds."""

    def __init__(self, law: Any, low: float, high: float) -> None:
        self.law, self.low, self.high = law, law.cdf(low), law.cdf(high)

    def cdf(self, x: Any) -> Any:
        """The probability of a number below ``x``."""
        return np.clip((self.law.cdf(x) - self.low) / (self.high - self.low), 0, 1)


VARIANCE = np.log(1 + 4 / 9)
LAWS: dict[str, dict[str, Any]] = {
    "vensim": {
        "even[east]": stats.uniform(2, 2),
        "plain": stats.uniform(),
        "normal": stats.norm(3, 2),
        "cut": stats.truncnorm(0.25, 1.25, loc=0.5, scale=2),
        "far": stats.truncnorm(9, 20),
        "wait": stats.truncexpon(b=1.25, loc=0.5, scale=2),
        "wear": stats.weibull_min(1.7, scale=2),
        "corner": stats.triang(c=0.25, loc=1, scale=4),
        "sum of waits": stats.gamma(2.5, loc=1, scale=3),
        "middle wait": Truncated(stats.gamma(4), 2, 6),
        "share": stats.beta(2, 3.5),
        "far share": stats.beta(0.5, 0.7, loc=-1, scale=2),
    },
    "xmile": {
        "even": stats.uniform(2, 2),
        "plain": stats.uniform(),
        "bell": stats.norm(3, 2),
        "skewed": stats.lognorm(np.sqrt(VARIANCE), scale=np.exp(np.log(3) - VARIANCE / 2)),
        "wait": stats.expon(scale=0.25),
        "corner": stats.triang(c=0.25, loc=1, scale=4),
        "curve": stats.logistic(1, 2),
        "tail": stats.pareto(3, scale=2),
        "wear": stats.weibull_min(1.7, scale=2),
    },
}
COUNTS: dict[str, dict[str, Any]] = {
    "vensim": {
        "few": stats.poisson(4.5),
        "many": stats.poisson(700),
        "wins": stats.binom(20, 0.3),
        "losses": stats.binom(12, 0.85),
        "crowd": stats.binom(9000, 0.4),
        "trials": stats.nbinom(3, 0.2, loc=3),
        "long trials": stats.nbinom(2000, 0.5, loc=2000),
    },
    "xmile": {"few": stats.poisson(4.5), "trials": stats.geom(0.3)},
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CompiledModel]:
    folder = tmp_path_factory.mktemp("random")
    vensim, xmile = folder / "vensim.mdl", folder / "xmile.xmile"
    vensim.write_text(VENSIM + CLOCK, encoding="utf-8")
    xmile.write_text(XMILE, encoding="utf-8")
    return {"vensim": load_model(vensim), "xmile": load_model(xmile)}


def drawn(model: CompiledModel, names: list[str], options: SimulateOptions) -> Any:
    return simulate(model, {}, names, options).values


@pytest.mark.parametrize("language", ["vensim", "xmile"])
def test_numbers_follow_their_distributions(
    models: dict[str, CompiledModel], language: str
) -> None:
    laws, counts = LAWS[language], COUNTS[language]
    options = SimulateOptions(draws=range(2000), seed=4)
    values = drawn(models[language], [*laws, *counts], options).reshape(-1, len(laws) + len(counts))
    for column, (name, law) in enumerate(laws.items()):
        assert stats.kstest(values[::3, column], law.cdf).pvalue > 1e-3, name
    for column, (name, law) in enumerate(counts.items(), start=len(laws)):
        found, expected = np.bincount(values[:, column].astype(int)), len(values)
        chances = law.pmf(np.arange(len(found))) * expected
        enough = chances > 20
        distance = float(((found - chances)[enough] ** 2 / chances[enough]).sum())
        assert stats.chi2(enough.sum() - 1).sf(distance) > 1e-3, name
    together = np.corrcoef(values.T) - np.eye(len(values.T))
    assert np.abs(together).max() < 0.03


def test_kernel_and_oracle_draw_the_same_bits(models: dict[str, CompiledModel]) -> None:
    for model in models.values():
        names = list(model.variables)
        run = simulate(model, {}, names, SimulateOptions(seed=9, draws=[5, -1, 2**40]))
        for row, draw in enumerate((5, -1, 2**40)):
            slow = oracle.run(model.model, luck=oracle.Luck(9, draw))
            columns = [slow.variables[name].reshape(len(slow.time), -1) for name in names]
            expected = np.hstack(columns)
            np.testing.assert_allclose(run.values[row], expected, rtol=1e-12, atol=1e-12)
            same = [i for i, name in enumerate(run.outputs) if name.startswith(("even", "plain"))]
            np.testing.assert_array_equal(run.values[row][:, same], expected[:, same])


def test_numbers_depend_on_seed_and_draw_alone(models: dict[str, CompiledModel]) -> None:
    model, names = models["vensim"], ["even", "normal", "few", "stock"]
    whole = drawn(model, names, SimulateOptions(draws=range(30), threads=2))
    mixed = drawn(model, names[::-1], SimulateOptions(draws=[7, 29, 3], threads=1))
    np.testing.assert_array_equal(mixed[:, :, 0], whole[[7, 29, 3], :, 4])
    paired = simulate(model, {"own seed": [1.0, 2.0]}, names, SimulateOptions(draws=[4, 4]))
    np.testing.assert_array_equal(paired.values[0], whole[4])
    np.testing.assert_array_equal(paired.values[1], whole[4])
    other = drawn(model, names, SimulateOptions(draws=range(30), seed=1))
    assert (other[:, :, 0] != whole[:, :, 0]).all()
    assert (whole[:, :, 0] != whole[:, :, 1]).all()


def test_numbers_hold_within_a_step_whatever_the_method(models: dict[str, CompiledModel]) -> None:
    for method in ("euler", "rk2", "rk4"):
        options = SimulateOptions(method=method, draws=[3])
        values = drawn(models["vensim"], ["stock", "normal"], options)[0]
        np.testing.assert_allclose(np.diff(values[:, 0]), 0.5 * values[:-1, 1], rtol=1e-12)


def test_the_model_s_own_seed_and_no_stretch(models: dict[str, CompiledModel]) -> None:
    model = models["vensim"]
    options = SimulateOptions(draws=[4, 4])
    values = simulate(model, {"own seed": [1.0, 2.0]}, ["seeded", "still"], options).values
    assert (values[0, :, 0] != values[1, :, 0]).all()
    assert (values[:, :, 1] == 4).all()


@pytest.mark.parametrize("draws", [[], [[1, 2]], [0.5], [1, 2, 3]])
def test_draws_that_do_not_fit_are_refused(models: dict[str, CompiledModel], draws: Any) -> None:
    with pytest.raises(InputError, match="draws"):
        simulate(models["vensim"], {"own seed": [1.0, 2.0]}, ["few"], SimulateOptions(draws=draws))


def test_gamma_is_accurate(tmp_path: Path) -> None:
    path = tmp_path / "gamma.mdl"
    path.write_text("{UTF-8}\ng = GAMMA LN(Time*Time + 0.01) ~~|\n" + CLOCK, encoding="utf-8")
    run = simulate(load_model(path), {}, ["g"])
    from math import lgamma  # noqa: PLC0415

    expected = [lgamma(t * t + 0.01) for t in run.time]
    np.testing.assert_allclose(run.values[0, :, 0], expected, rtol=1e-13, atol=1e-13)
