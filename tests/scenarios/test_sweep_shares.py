"""Ratios, who pays and who gains, cash put back: each by hand, and what must always hold."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from upshift.scenarios.shares import (
    benefit_cost_ratio,
    break_even_success,
    pays_and_gains,
    reinvested,
)

MONEY = hnp.arrays(np.float64, (3, 8), elements=st.floats(0, 1e7))


def test_a_ratio_by_hand() -> None:
    # 30 avoided for 120 spent is 25 cents a dollar; nothing spent has no ratio.
    found = benefit_cost_ratio(np.array([30.0, 5.0]), np.array([120.0, 0.0]))
    assert found[0] == 0.25 and np.isnan(found[1])


def test_who_pays_and_who_gains_by_hand() -> None:
    # The Region pays 30 of 40, the province 10. 20 is avoided for the Region, 4 for the province.
    programme = np.array([[30.0], [10.0]])
    avoided = np.array([[20.0], [4.0]])
    assert pays_and_gains(programme, avoided).tolist() == [[15.0, 3.0], [5.0, 1.0]]


def test_draws_without_spending_credit_nobody() -> None:
    found = pays_and_gains(np.array([[1.0, 0.0]]), np.array([[8.0, 100.0]]))
    assert found.tolist() == [[4.0]]


@given(MONEY, MONEY)
def test_nothing_is_lost_between_payers(
    programme: npt.NDArray[np.float64], avoided: npt.NDArray[np.float64]
) -> None:
    programme = programme + 1.0
    found = pays_and_gains(programme, avoided)
    assert np.allclose(found.sum(axis=0), avoided.mean(axis=1), rtol=1e-9, atol=1e-6)


def test_cash_is_put_back_a_year_later_by_hand() -> None:
    # Half of 10 in the second year; a loss of 4 is not put back.
    assert reinvested(np.array([10.0, -4.0, 6.0]), 0.5).tolist() == [0.0, 5.0, 0.0]


@given(hnp.arrays(np.float64, 6, elements=st.floats(0, 1e6)), st.floats(0, 1))
def test_no_more_is_put_back_than_was_given(cash: npt.NDArray[np.float64], share: float) -> None:
    back = reinvested(cash, share)
    assert np.all(np.cumsum(back) <= np.cumsum(cash) + 1e-6)


def test_a_success_rate_by_hand() -> None:
    # It works for 40 % as simulated; at half of the effect, 20 % would do.
    assert break_even_success(0.4, np.array([0.5, 3.0])).tolist() == pytest.approx([0.2, 1.2])


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_shares_outside_none_and_all_are_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        reinvested(np.ones(2), share)
    with pytest.raises(ValueError, match="between 0 and 1"):
        break_even_success(share, np.ones(2))
