"""The mode finder and the sampler against posteriors known in closed form; going on later."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from upshift.calibration.diagnose import autocorrelation, diagnose
from upshift.calibration.explore import find_mode, profile
from upshift.calibration.parameters import Calibrated, ParameterSet
from upshift.calibration.sample import Draws, SamplerSettings, Shape, sample, tuned
from upshift.model.errors import InputError

Array = npt.NDArray[np.float64]

PRIOR = np.eye(3)
NOISE = np.array([0.5, 0.3, 1.5])
SEEN = np.array([0.8, -0.4, 1.0])
DESIGN = np.array([[1.0, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.3, 1.0]])
SETTINGS = SamplerSettings(seed=4, ensembles=2, walkers=24, warm_up=40, steps=260, stretch=60)


def linear(points: Array) -> Array:
    """Normal prior, normal errors, a linear model: the posterior is normal and known."""
    errors = (points @ DESIGN.T - SEEN) / NOISE
    return np.asarray(-0.5 * np.square(points).sum(axis=1) - 0.5 * np.square(errors).sum(axis=1))


def known_posterior() -> tuple[Array, Array]:
    precision = PRIOR + DESIGN.T @ np.diag(NOISE**-2) @ DESIGN
    covariance = np.linalg.inv(precision)
    return covariance @ DESIGN.T @ (SEEN / NOISE**2), covariance


def _parameters(count: int) -> ParameterSet:
    row = Calibrated("a", "model", "Dmnl", "normal", 0, -1.96, 1.96, -np.inf, np.inf, "r", "w")
    return ParameterSet(tuple(replace(row, name=f"p{i}") for i in range(count)))


def test_mode_curvature_and_information_are_exact() -> None:
    mean, covariance = known_posterior()
    mode = find_mode(linear, 3, seed=1, starts=2)
    np.testing.assert_allclose(mode.scores, mean, atol=1e-3)
    np.testing.assert_allclose(mode.covariance, covariance, rtol=1e-3, atol=1e-4)
    wanted = np.linalg.eigvalsh(np.linalg.inv(covariance) - PRIOR)[::-1]
    np.testing.assert_allclose(mode.information, wanted, rtol=1e-3, atol=1e-3)


def test_profiles_of_a_normal_posterior_are_parabolas() -> None:
    mode = find_mode(linear, 3, seed=1, starts=1)
    for found in profile(linear, mode, {"p0": 0, "p2": 2}):
        np.testing.assert_allclose(found.drops, found.offsets**2 / 2, rtol=1e-3, atol=1e-3)


def test_draws_have_the_known_mean_and_covariance() -> None:
    """Started from a shape that is wrong on purpose: the pilot and the moves must correct it."""
    mean, covariance = known_posterior()
    wrong = Shape(mean + 0.5, 2.0 * np.eye(3))
    settings = replace(SETTINGS, steps=1500)
    draws = sample(linear, tuned(linear, wrong, settings), settings)
    found = diagnose(draws, _parameters(3))
    assert not found.faults
    error = 4 * np.sqrt(np.diag(covariance) / min(check.bulk for check in found.parameters))
    assert (np.abs(draws.flat.mean(axis=0) - mean) < error).all()
    np.testing.assert_allclose(np.cov(draws.flat.T), covariance, rtol=0.12, atol=0.01)


def test_draws_follow_a_curved_density() -> None:
    """A banana: y given x is normal around half of x squared, so a mode misses its arms."""

    def banana(points: Array) -> Array:
        x, y = points.T
        return np.asarray(-0.5 * x**2 - 0.5 * np.square((y - x**2 / 2) / 0.7))

    settings = replace(SETTINGS, steps=2500)
    shape = tuned(banana, Shape(np.zeros(2), np.eye(2)), settings)
    x, y = sample(banana, shape, settings).flat.T
    assert x.mean() == pytest.approx(0, abs=0.06)
    assert x.std() == pytest.approx(1, rel=0.06)
    assert (y - x**2 / 2).std() == pytest.approx(0.7, rel=0.06)
    assert y.mean() == pytest.approx(0.5, abs=0.06)


def test_an_interrupted_run_goes_on_to_the_same_draws(tmp_path: Path) -> None:
    mean, covariance = known_posterior()
    shape = Shape(mean, covariance)
    asked = []

    def counted(points: Array) -> Array:
        asked.append(len(points))
        return linear(points)

    whole = sample(counted, shape, SETTINGS)
    assert sum(asked) == SETTINGS.evaluations
    calls = 0

    def failing(points: Array) -> Array:
        nonlocal calls
        calls += 1
        if calls == 700:
            raise KeyboardInterrupt
        return linear(points)

    with pytest.raises(KeyboardInterrupt):
        sample(failing, shape, SETTINGS, tmp_path)
    assert any(tmp_path.iterdir())
    again = sample(linear, shape, SETTINGS, tmp_path)
    np.testing.assert_array_equal(again.scores, whole.scores)
    np.testing.assert_array_equal(again.accepted, whole.accepted)


def test_kept_states_of_another_run_or_damaged_are_refused(tmp_path: Path) -> None:
    mean, covariance = known_posterior()
    short = replace(SETTINGS, steps=10, warm_up=0)
    sample(linear, Shape(mean, covariance), short, tmp_path)
    with pytest.raises(InputError, match="other settings, data or model"):
        sample(linear, Shape(mean + 0.1, covariance), short, tmp_path)
    path = tmp_path / "ensemble-0.npz"
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(InputError, match="damaged"):
        sample(linear, Shape(mean, covariance), short, tmp_path)


@pytest.mark.parametrize(
    "wrong", [{"walkers": 5}, {"walkers": 25}, {"ensembles": 1}, {"steps": 3}, {"seed": -1}]
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InputError):
        sample(linear, Shape(np.zeros(3), np.eye(3)), replace(SETTINGS, **wrong))


def test_ensembles_that_disagree_are_found_out() -> None:
    generator = np.random.default_rng(1)
    scores = generator.normal(size=(4, 100, 20, 2))
    scores[0, :, :, 1] += 1.0
    found = diagnose(Draws(scores, scores[..., 0], np.ones(4)), _parameters(2))
    assert found.faults
    assert all(fault.startswith("p1") for fault in found.faults)


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.8])
def test_autocorrelation_is_that_of_the_process(memory: float) -> None:
    """An autoregression of order one has the time (1 + a) / (1 - a); a stuck walker adds to it."""
    generator = np.random.default_rng(7)
    chain = np.zeros((1000, 40, 1))
    for step in range(1, 1000):
        noise = generator.normal(size=(40, 1))
        chain[step] = memory * chain[step - 1] + np.sqrt(1 - memory**2) * noise
    plain = autocorrelation(chain)[0]
    assert plain == pytest.approx((1 + memory) / (1 - memory), rel=0.1)
    chain[:, 0] = 2.5
    assert autocorrelation(chain)[0] > plain + 5


def test_no_start_that_works_is_said() -> None:
    with pytest.raises(InputError, match="No start"):
        find_mode(lambda points: np.full(len(points), -np.inf), 2, seed=1, starts=2)
