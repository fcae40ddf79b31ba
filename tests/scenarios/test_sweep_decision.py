"""Choosing between options, against answers known in closed form."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import norm

from upshift.scenarios.decision import (
    best_shares,
    pairwise_wins,
    partial_informations,
    perfect_information,
    regrets,
    switching_value,
)

Array = npt.NDArray[np.float64]
VALUES = arrays(
    np.float64, st.tuples(st.integers(1, 5), st.integers(2, 20)), elements=st.floats(-1e6, 1e6)
)


@given(VALUES)
def test_shares_of_the_best_add_up_and_regret_is_never_negative(values: Array) -> None:
    assert best_shares(values).sum() == pytest.approx(1.0)
    found = regrets(values)
    assert np.all(found >= 0)
    assert np.all(found.min(axis=0) == 0)
    assert pairwise_wins(values) + pairwise_wins(values).T == pytest.approx(1.0)


@given(VALUES)
def test_knowing_everything_is_worth_no_less_than_nothing(values: Array) -> None:
    assert perfect_information(values)[0] >= 0


def test_shares_and_regret_by_hand() -> None:
    values = np.array([[0.0, 0.0, 0.0], [5.0, -1.0, 0.0]])

    assert best_shares(values).tolist() == [0.5, 0.5]
    assert regrets(values).tolist() == [[5, 0, 0], [0, 1, 0]]
    assert pairwise_wins(values)[1, 0] == 0.5


def test_perfect_information_is_the_unit_normal_loss() -> None:
    # One option of mean m and unit spread against none: the expected value of perfect information
    # is the unit normal loss of |m| (Raiffa and Schlaifer, 1961).
    m = 0.4
    draws = norm.ppf((np.arange(20_000) + 0.5) / 20_000) + m
    value, error = perfect_information(np.stack([np.zeros_like(draws), draws]))

    assert value == pytest.approx(norm.pdf(m) - m * norm.sf(m), rel=1e-3)
    assert 0 < error < 0.01


def two_causes(draws: int) -> tuple[Array, Array]:
    causes = np.random.default_rng(4).normal(size=(draws, 3))
    causes = (causes - causes.mean(axis=0)) / causes.std(axis=0)  # the closed form's exact moments
    value = 0.2 + causes[:, 0] + 0.5 * causes[:, 1]
    return np.stack([np.zeros(draws), value]), causes


def test_partial_information_finds_each_cause_its_share() -> None:
    values, causes = two_causes(4000)
    expected = [norm.pdf(0.2 / s) * s - 0.2 * norm.sf(0.2 / s) for s in (1.0, 0.5)]

    for column, share in enumerate(expected):
        found = partial_informations(values, [causes[:, [column]]], seed=1)[0]
        assert found.value == pytest.approx(share, rel=0.12)
        assert not found.within_noise
    both = partial_informations(values, [causes[:, :2]], seed=1)[0].value
    assert both == pytest.approx(perfect_information(values)[0], rel=0.08)


def test_an_input_without_influence_is_worth_no_more_than_noise() -> None:
    values, causes = two_causes(256)

    hits = sum(
        not partial_informations(values, [np.random.default_rng(n).normal(size=(256, 6))], n)[
            0
        ].within_noise
        for n in range(60)
    )

    assert hits <= 9  # one in twenty is expected: more than 9 of 60 has a chance below 0.2 %
    assert partial_informations(values, [np.ones((256, 2))], seed=1)[0].value == 0.0
    assert not partial_informations(values, [causes[:, [0]]], seed=1)[0].within_noise


def test_the_switching_value_makes_the_best_option_worth_nothing() -> None:
    net = np.array([[-100.0, -300.0], [-50.0, -50.0]])
    crises = np.array([[1.0, 3.0], [0.0, 1.0]])

    assert switching_value(net, crises) == 100.0
    assert switching_value(net, -crises) is None
    assert switching_value(-net, crises) == 0.0
