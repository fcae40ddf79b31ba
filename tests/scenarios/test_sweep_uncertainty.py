"""Bands, chances and rank correlations against known answers and known distributions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from upshift.scenarios.drivers import (
    mean_ranks,
    noise_threshold,
    rank_correlation,
    rank_drivers,
    ranked_inputs,
)
from upshift.scenarios.uncertainty import band, bands, chance, likelihood_words


def test_a_band_is_the_quantiles_of_its_draws() -> None:
    found = band(np.arange(1001.0))
    assert (found.mean, found.q50) == (500.0, 500.0)
    assert (found.q025, found.q10, found.q90, found.q975) == (25.0, 100.0, 900.0, 975.0)
    assert found.draws == 1001


def test_draws_without_a_value_are_left_out_and_not_counted() -> None:
    found = band(np.array([np.nan, 2.0, 4.0, np.inf]))
    assert (found.mean, found.draws) == (3.0, 2)
    assert band(np.array([np.nan])).draws == 0


def test_the_error_of_a_median_is_that_of_repeated_sampling() -> None:
    generator = np.random.default_rng(1)
    samples = generator.normal(size=(2000, 256))
    stated = np.mean([found.error for found in bands(samples)])
    seen = np.std(np.median(samples, axis=1))
    assert stated == pytest.approx(seen, rel=0.15)
    means = np.mean([found.mean_error for found in bands(samples)])
    assert means == pytest.approx(1 / 16, rel=0.02)


def test_a_chance_of_none_or_all_still_has_an_error() -> None:
    none = chance(np.zeros(256, dtype=bool))
    assert none.value == 0.0
    assert 0 < none.error < 0.01
    assert none.settled
    half = chance(np.arange(256) % 2 == 0)
    assert half.value == 0.5
    assert half.error == pytest.approx(0.031, abs=1e-3)
    assert not half.settled


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.995, "virtually certain"), (0.7, "likely"), (0.5, "about as likely as not"),
     (0.2, "unlikely"), (0.0, "exceptionally unlikely")],
)  # fmt: skip
def test_chances_in_words(probability: float, words: str) -> None:
    assert likelihood_words(probability) == words


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=40))
def test_tied_values_share_the_mean_of_their_ranks(values: list[int]) -> None:
    array = np.asarray(values, dtype=np.float64)
    both = np.stack([array, np.arange(len(array)) * -1.0], axis=1)
    assert np.array_equal(mean_ranks(both), stats.rankdata(both, axis=0))


def test_rank_correlation_is_spearmans() -> None:
    generator = np.random.default_rng(2)
    inputs = generator.normal(size=(100, 3))
    inputs[:30, 0] = 1.0  # a spike: many ties
    outcome = inputs[:, 0] ** 3 + generator.normal(size=100)
    found = rank_correlation(inputs, outcome)
    expected = [stats.spearmanr(inputs[:, column], outcome).statistic for column in range(3)]
    assert found == pytest.approx(expected)


def test_inputs_that_only_chance_ties_to_the_outcome_are_called_noise() -> None:
    generator = np.random.default_rng(3)
    false_alarms = 0
    for _ in range(200):
        inputs = generator.normal(size=(128, 50))
        names = tuple(f"input {column}" for column in range(50))
        found = rank_drivers(ranked_inputs(names, inputs), generator.normal(size=128), "an outcome")
        false_alarms += not found.none_found
    assert false_alarms / 200 < 0.10  # one in twenty is the promise


def test_a_real_driver_comes_first_and_constants_are_left_out() -> None:
    generator = np.random.default_rng(5)
    inputs = generator.uniform(size=(256, 3))
    inputs[:, 2] = 7.0
    found = rank_drivers(
        ranked_inputs(("weak", "strong", "fixed"), inputs), -inputs[:, 1], "an outcome"
    )
    assert [driver.input for driver in found.ranked] == ["strong", "weak"]
    assert found.ranked[0].correlation == pytest.approx(-1.0)
    assert not found.ranked[0].within_noise
    assert found.ranked[1].within_noise
    assert rank_drivers(ranked_inputs(("a",), inputs[:, :1]), np.ones(256), "flat").ranked == ()


def test_inputs_that_share_a_quantile_are_one_driver() -> None:
    one = np.random.default_rng(6).uniform(size=100)
    inputs = np.stack([one, np.exp(one), 1 - one], axis=1)
    found = rank_drivers(ranked_inputs(("first", "shares", "opposes"), inputs), one, "an outcome")
    assert [(driver.input, driver.together) for driver in found.ranked] == [
        ("first", ("shares",)),
        ("opposes", ()),
    ]


def test_what_a_scenario_sets_is_no_driver() -> None:
    one = np.random.default_rng(6).uniform(size=100)
    inputs = ranked_inputs(("first", "shares", "opposes"), np.stack([one, one, 1 - one], axis=1))
    found = rank_drivers(inputs.without({"first", "opposes"}), one, "an outcome")
    assert [(driver.input, driver.together) for driver in found.ranked] == [("shares", ())]
    assert found.noise == noise_threshold(100, 1)


def test_the_noise_threshold_by_hand() -> None:
    # One input: the usual 1.96 over the root of n - 1.
    assert noise_threshold(101, 1) == pytest.approx(0.196, abs=1e-4)
    assert noise_threshold(101, 200) > noise_threshold(101, 1)
