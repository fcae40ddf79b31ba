"""Money of one year in money of another."""

from __future__ import annotations

import pytest

from upshift.model.errors import InputError
from upshift.scenarios.prices import price_factor, price_table


def test_factors_to_the_price_year_by_hand() -> None:
    assert price_factor(2011) == pytest.approx(160.9 / 119.9)
    assert price_factor(2024) == 1.0
    assert price_factor(2016, 2019) * price_factor(2019) == pytest.approx(price_factor(2016))


def test_every_level_has_a_grade_and_a_source() -> None:
    for geography in ("Canada", "Ontario"):
        for price in price_table(geography).values():
            assert price.grade in "ABCD"
            assert price.source


def test_unknown_years_and_places_are_refused() -> None:
    with pytest.raises(InputError, match="no price index for 1999; years are 2010 to 2024"):
        price_factor(1999)
    with pytest.raises(InputError, match="Use Canada or Ontario"):
        price_factor(2011, geography="Québec")
