"""The registry draws the distributions it states."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upshift.model.errors import InputError
from upshift.model.halton import priors
from upshift.model.halton.registry import Parameter, load_registry

REGISTRY = load_registry()
COUNT = 2**14


@pytest.fixture(scope="module")
def drawn(halton: Any) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    return dict(halton.draws(COUNT, seed=3))


def test_every_uncertain_element_is_drawn_and_stays_within_its_bounds(drawn: Any) -> None:
    assert list(drawn) == [row.column for row in REGISTRY.uncertain]
    for row in REGISTRY.uncertain:
        values = drawn[row.column]
        assert values.shape == (COUNT,)
        assert np.all(np.isfinite(values)), row.column
        assert values.min() >= row.minimum, row.column
        assert values.max() <= row.maximum, row.column


def test_ninety_five_percent_lies_in_the_stated_interval(drawn: Any) -> None:
    for row in REGISTRY.uncertain:
        values = drawn[row.column]
        inside = float(np.mean((values >= row.low) & (values <= row.high)))
        if row.prior in ("uniform", "triangular"):
            assert inside == 1.0, row.column
        elif row.prior == "dirichlet":
            assert 0.90 <= inside <= 0.99, row.column
        else:
            cut = row.prior != "beta" and _cuts_a_tail(row)
            expected = 0.95 * (1 - row.spike) + row.spike * (row.low <= 1 <= row.high)
            room = 0.04 if cut else 0.004
            assert abs(inside - expected) <= room, (row.column, inside)


def _cuts_a_tail(row: Parameter) -> bool:
    """Whether the bounds come near the interval, so that a quantile moves."""
    return row.minimum > row.low * 0.6 or row.maximum < row.high * 1.7


def test_centre_is_the_stated_value(drawn: Any) -> None:
    for row in REGISTRY.uncertain:
        values = drawn[row.column]
        if row.prior == "lognormal" and not _cuts_a_tail(row) and not row.spike:
            assert np.median(values) == pytest.approx(row.value, rel=0.01), row.column
        if row.prior in ("normal", "beta", "dirichlet") and not row.spike:
            scale = row.high - row.low
            assert abs(np.mean(values) - row.value) < 0.02 * scale, row.column


def test_spike_holds_the_stated_mass_at_no_effect(drawn: Any) -> None:
    spiked = [row for row in REGISTRY.uncertain if row.spike > 0]
    assert len(spiked) >= 15
    for row in spiked:
        mass = float(np.mean(drawn[row.column] == 1.0))
        assert mass == pytest.approx(row.spike, abs=0.004), row.column
        slab = drawn[row.column][drawn[row.column] != 1.0]
        assert np.median(slab) == pytest.approx(row.value, rel=0.02), row.column


def test_a_group_shares_its_quantile(drawn: Any) -> None:
    first = drawn["effect on escalation[dual diagnosis]"]
    assert np.array_equal(first, drawn["effect on hospital use[dual diagnosis]"])
    costs = [drawn[f"cost per staff year[{lever}]"] for lever in ("alcohol table", "backbone")]
    assert np.corrcoef(np.log(costs))[0, 1] < 0.05
    growth = [drawn[f"population growth 2021 to 2031[{m}]"] for m in ("Milton", "Oakville")]
    assert np.corrcoef(np.log(growth))[0, 1] == pytest.approx(1)


def test_independent_rows_are_uncorrelated(drawn: Any) -> None:
    names = ["birth rate", "trend rise", "operating overrun factor", "refill share"]
    correlation = np.corrcoef([drawn[name] for name in names])
    assert np.abs(correlation - np.eye(len(names))).max() < 0.03


def test_call_shares_sum_to_one_in_every_draw(halton: Any, drawn: Any) -> None:
    fixed = halton.registry.defaults()
    for call in halton.elements("call type"):
        columns = [f"share of calls[{call}, {p}]" for p in halton.elements("population")]
        columns.append(f"background share of calls[{call}]")
        total = sum(drawn.get(column, fixed[column]) for column in columns)
        assert np.max(np.abs(total - 1)) < 1e-12, call


def test_same_uniforms_give_the_same_bits() -> None:
    u = np.random.default_rng(1).random((5, REGISTRY.dimension))
    first, again = REGISTRY.sample(u), REGISTRY.sample(u.copy())
    assert all(np.array_equal(first[name], again[name]) for name in first)


def test_the_edges_of_a_sobol_sequence_give_finite_values() -> None:
    for edge in (0.0, 1.0):
        drawn = REGISTRY.sample(np.full((1, REGISTRY.dimension), edge))
        assert all(np.all(np.isfinite(values)) for values in drawn.values())


def test_wrong_uniforms_are_refused() -> None:
    with pytest.raises(InputError, match="shape"):
        REGISTRY.sample(np.zeros((3, 2)))
    with pytest.raises(InputError, match="between 0 and 1"):
        REGISTRY.sample(np.full((1, REGISTRY.dimension), 1.5))


@settings(max_examples=60, deadline=None)
@given(st.floats(0.02, 0.98), st.floats(3, 500))
def test_concentration_is_recovered_from_the_interval(mean: float, size: float) -> None:
    ends = priors.beta(np.array([0.025, 0.975]), mean, size)
    if ends[0] < 1e-6 or ends[1] > 1 - 1e-6 or not ends[0] < mean < ends[1]:
        return
    found = priors.concentration_of(mean, float(ends[0]), float(ends[1]))
    assert found == pytest.approx(size, rel=1e-3)


def test_triangular_has_its_mode_and_support() -> None:
    u = np.linspace(0, 1, 2001)
    values = priors.triangular(u, 2.0, 1.0, 4.0)
    assert (values[0], values[-1]) == (1.0, 4.0)
    assert np.all(np.diff(values) > 0)
    assert np.mean(values) == pytest.approx((1 + 2 + 4) / 3, rel=1e-3)
