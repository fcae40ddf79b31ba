"""Economics against examples worked by hand, and properties that hold for any numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from upshift.scenarios import economics
from upshift.scenarios.economics import Basis, Discounting, Lines

Array = npt.NDArray[np.float64]
TIME = np.arange(2025.0, 2031.0)
BASES: tuple[Basis, ...] = ("cashable", "marginal", "marginal after induced")
amounts = st.floats(-1e9, 1e9, allow_nan=False, allow_subnormal=False)
flows = arrays(np.float64, (4, 5), elements=st.floats(0, 1e9, allow_subnormal=False))


def cumulative(yearly: Array) -> Array:
    return np.concatenate([np.zeros((len(yearly), 1)), np.cumsum(yearly, axis=1)], axis=1)


def test_discount_factors_by_hand() -> None:
    starts = np.array([2027.0, 2028.0])
    mid = economics.discount_factors(starts, Discounting(0.08))
    assert mid == pytest.approx([1 / 1.08**0.5, 1 / 1.08**1.5])
    end = economics.discount_factors(starts, Discounting(0.08, timing="end of year"))
    assert end == pytest.approx([1 / 1.08, 1 / 1.1664])
    with pytest.raises(ValueError, match="above -1"):
        economics.discount_factors(starts, Discounting(-1.0))


def test_present_value_by_hand() -> None:
    # 100 in 2027 and 200 in 2028, at the ends of the years and 10 %: 90.909 + 165.289.
    series = np.array([[0.0, 7.0, 7.0, 107.0, 307.0, 307.0]])
    terms = Discounting(0.10, timing="end of year")
    assert economics.present_value(series, TIME, 2029, terms) == pytest.approx([256.198347])
    assert economics.present_value(series, TIME, 2028, terms) == pytest.approx([90.909091])
    # In the middle of the years: 100 / 1.1 ** 0.5 + 200 / 1.1 ** 1.5 = 95.346 + 173.357.
    assert economics.present_value(series, TIME, 2029, Discounting(0.10)) == pytest.approx(
        [268.703], abs=1e-3
    )
    # What happened before the base year does not count.
    assert economics.present_value_path(series, TIME, terms)[0, 0] == 0.0


def test_years_that_are_not_saved_are_refused() -> None:
    series = np.zeros((1, 6))
    with pytest.raises(ValueError, match="not a saved time"):
        economics.present_value(series, TIME, 2028.5, Discounting())
    with pytest.raises(ValueError, match="before the base"):
        economics.present_value(series, TIME, 2026, Discounting())


def test_net_on_each_basis_by_hand() -> None:
    lines = Lines(*(np.array([value]) for value in (30.0, 100.0, 15.0, 60.0)))
    assert [float(economics.net(lines, basis)[0]) for basis in BASES] == [-30.0, 40.0, 25.0]


def test_break_even_is_when_net_stays_above_zero() -> None:
    years = np.array([2027.0, 2028.0, 2029.0, 2030.0])
    paths = np.array(
        [
            [0.0, -5.0, 1.0, 2.0],  # crosses in 2029 and stays
            [0.0, 3.0, -1.0, 4.0],  # dips again in 2029: 2030 counts
            [0.0, -5.0, -1.0, -0.5],  # never
            [0.0, 0.0, 0.0, 0.0],  # nothing spent, nothing gained: from the start
            [0.0, 3.0, 4.0, -0.1],  # gained, then lost: never
        ]
    )
    found = economics.break_even_year(paths, years)
    assert found[[0, 1, 3]] == pytest.approx([2029, 2030, 2027])
    assert np.isnan(found[[2, 4]]).all()


def test_switching_values_by_hand() -> None:
    avoided, programme = np.array([200.0, 50.0, 0.0, -10.0]), np.full(4, 100.0)
    share = economics.break_even_effect_share(avoided, programme)
    assert share[:2] == pytest.approx([0.5, 2.0])
    assert np.isnan(share[2:]).all()
    price = economics.break_even_cost_per_person(avoided, np.array([10.0, 10.0, 10.0, 0.0]))
    assert price[:3] == pytest.approx([20.0, 5.0, 0.0])
    assert np.isnan(price[3])


def test_cost_per_unit_is_a_ratio_of_means_and_absent_when_nothing_is_avoided() -> None:
    programme = np.array([100.0, 300.0])
    assert economics.cost_per_unit_avoided(programme, np.array([1.0, 3.0])) == 100.0
    assert economics.cost_per_unit_avoided(programme, np.array([1.0, -3.0])) is None


def test_acceptability_by_hand() -> None:
    net, crises = np.array([-100.0, -300.0, 50.0]), np.array([1.0, 1.0, -1.0])
    chances = economics.acceptability(net, crises, np.array([0.0, 200.0, 400.0]))
    assert chances == pytest.approx([1 / 3, 1 / 3, 2 / 3])


def test_effect_scaling_by_hand() -> None:
    avoided, programme = np.array([100.0, 300.0]), np.array([150.0, 150.0])
    found = economics.effect_scaling(avoided, programme, np.array([0.25, 1.0, 2.0]))
    assert found == pytest.approx([0.0, 0.5, 1.0])


@given(flows, st.floats(0, 0.2), st.floats(0, 0.2))
def test_present_value_falls_as_the_rate_rises(yearly: Array, one: float, two: float) -> None:
    low, high = sorted((one, two))
    series = cumulative(yearly)
    at = [
        economics.present_value(series, TIME, 2030, Discounting(rate, 2025.0))
        for rate in (low, high)
    ]
    assert np.all(at[0] >= at[1] - 1e-6)


@given(flows)
def test_at_a_rate_of_zero_present_value_is_the_plain_sum(yearly: Array) -> None:
    series = cumulative(yearly)
    plain = economics.since(series, TIME, 2025, 2030)
    found = economics.present_value(series, TIME, 2030, Discounting(0.0, 2025.0))
    assert found == pytest.approx(plain, rel=1e-12, abs=1e-3)


@given(flows, flows, flows, st.floats(0, 0.2))
def test_nested_lines_give_nested_nets(
    cashable: Array, more: Array, programme: Array, rate: float
) -> None:
    """Where cashable is at most marginal in each year, so is every present value and net."""
    terms = Discounting(rate, 2025.0)

    def value(yearly: Array) -> Array:
        return economics.present_value(cumulative(yearly), TIME, 2030, terms)

    zero = np.zeros(len(cashable))
    lines = Lines(value(cashable), value(cashable + more), zero, value(programme))
    slack = 1e-6 * (1 + np.abs(lines.marginal))
    assert np.all(lines.cashable <= lines.marginal + slack)
    assert np.all(economics.net(lines, "cashable") <= economics.net(lines, "marginal") + slack)


@given(amounts, amounts, st.floats(0, 1e9))
def test_induced_cost_is_never_counted_as_avoided(
    cashable: float, marginal: float, induced: float
) -> None:
    none, some = (
        Lines(*(np.array([value]) for value in (cashable, marginal, cost, 0.0)))
        for cost in (0.0, induced)
    )
    for basis in BASES:
        assert economics.net(some, basis) <= economics.net(none, basis)


@given(st.floats(0, 0.2))
def test_no_difference_is_no_net(rate: float) -> None:
    zero = np.zeros((3, 6))
    lines = Lines(zero, zero, zero, zero)
    for basis in BASES:
        path = economics.present_value_path(
            economics.net(lines, basis), TIME, Discounting(rate, 2025.0)
        )
        assert not path.any()
