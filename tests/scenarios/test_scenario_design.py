"""Designs: uniform, inside the cube, seeded, and refused when they make no sense."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upshift.model.errors import InputError
from upshift.scenarios.design import DEFAULT_DESIGN, sample_uniforms
from upshift.scenarios.manifest import Design

DESIGNS: tuple[Design, ...] = get_args(Design)


@given(
    draws=st.integers(1, 200),
    dimension=st.integers(0, 40),
    seed=st.integers(0, 2**31),
    design=st.sampled_from(DESIGNS),
)
@settings(max_examples=40, deadline=None)
def test_points_lie_strictly_inside_the_cube(
    draws: int, dimension: int, seed: int, design: Design
) -> None:
    points = sample_uniforms(design, draws, dimension, seed)
    assert points.shape == (draws, dimension)
    assert np.all((points > 0) & (points < 1))
    assert np.array_equal(points, sample_uniforms(design, draws, dimension, seed))


@pytest.mark.parametrize("design", DESIGNS)
def test_every_axis_is_uniform(design: Design) -> None:
    points = np.sort(sample_uniforms(design, 256, 60, 5), axis=0)
    steps = np.arange(1, 257)[:, None] / 256
    # Kolmogorov-Smirnov distance: even points stay within one slice of the diagonal.
    assert np.max(np.abs(points - steps)) < 1.001 / 256


@pytest.mark.parametrize("design", DESIGNS)
def test_axes_are_not_correlated_and_the_seed_counts(design: Design) -> None:
    points = sample_uniforms(design, 512, 20, 5)
    correlation = np.corrcoef(points.T) - np.eye(20)
    assert np.max(np.abs(correlation)) < 0.25
    assert not np.array_equal(points, sample_uniforms(design, 512, 20, 6))


def test_the_default_design_invents_no_drivers() -> None:
    """At the size of the Halton registry, no two axes look related beyond the noise of chance."""
    draws, axes = 256, 400
    points = sample_uniforms(DEFAULT_DESIGN, draws, axes, 20171101)
    correlation = np.abs(np.corrcoef(points.T) - np.eye(axes))
    # The largest of 80,000 correlations of independent draws is near 4.8 standard errors.
    assert correlation.max() < 6 / np.sqrt(draws)


def test_a_latin_hypercube_has_one_point_in_every_slice() -> None:
    points = sample_uniforms("latin hypercube", 50, 7, 1)
    assert np.array_equal(
        np.sort(np.floor(points * 50), axis=0), np.tile(np.arange(50.0)[:, None], (1, 7))
    )


def test_a_longer_sobol_sequence_starts_with_the_shorter() -> None:
    longer = sample_uniforms("sobol", 300, 9, 4)
    assert np.array_equal(sample_uniforms("sobol", 77, 9, 4), longer[:77])


@pytest.mark.parametrize("draws", [0, -5, 2_000_000])
@pytest.mark.parametrize("design", DESIGNS)
def test_impossible_numbers_of_draws_are_refused(design: Design, draws: int) -> None:
    with pytest.raises(InputError, match=f"number of draws is {draws}; it must be between 1"):
        sample_uniforms(design, draws, 3, 1)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(InputError, match="seed is -1"):
        sample_uniforms("sobol", 8, 3, -1)


def test_too_many_axes_for_sobol_are_refused_with_the_cure() -> None:
    with pytest.raises(InputError, match="Use the latin hypercube"):
        sample_uniforms("sobol", 8, 30_000, 1)
