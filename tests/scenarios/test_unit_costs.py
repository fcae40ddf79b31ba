"""The registry of unit costs: every row usable, real dollars by hand, nothing counted twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from upshift.model.errors import InputError
from upshift.scenarios.prices import price_factor
from upshift.scenarios.unit_costs import PACKAGED, UnitCost, added, read_unit_costs


@pytest.fixture(name="costs", scope="module")
def costs_fixture() -> dict[str, UnitCost]:
    return {cost.id: cost for cost in read_unit_costs(PACKAGED.read_bytes())}


def test_every_row_has_payer_unit_grade_and_source(costs: dict[str, UnitCost]) -> None:
    assert len(costs) == 85
    for cost in costs.values():
        assert cost.payer and cost.unit and cost.item
        assert cost.source_title or cost.grade == "D", cost.id
        assert not cost.source_url or cost.source_url.startswith("http"), cost.id


def test_real_dollars_by_hand(costs: dict[str, UnitCost]) -> None:
    # A shelter night at 100 in 2019, by the index of 2019 and 2024.
    night = costs["U064"]
    assert night.price_year == 2019
    assert night.real() == pytest.approx(night.value * price_factor(2019, 2024))
    assert costs["U020"].real() is None, "American dollars are not converted by a price index"


def test_overlapping_costs_are_not_added(costs: dict[str, UnitCost]) -> None:
    # The call's police time and the hour it is made of are the same thing.
    with pytest.raises(InputError, match="U009 and U008 both include police time"):
        added([costs["U009"], costs["U008"]])
    # Whatever an overdose costs holds its ambulance already.
    with pytest.raises(InputError, match="both include ambulance"):
        added([costs["U047"], costs["U046"]])
    both = added([replace(costs["U046"], price_year=2024), replace(costs["U066"], price_year=2024)])
    assert both == pytest.approx(costs["U046"].value + costs["U066"].value)


def test_what_has_no_value_in_todays_dollars_is_not_added(costs: dict[str, UnitCost]) -> None:
    with pytest.raises(InputError, match="U020 is in USD"):
        added([costs["U020"]])


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (b",grade,", b",mark,", "lacks the column 'grade'"),
        (b",109.75,97.12,", b",much,97.12,", "line 2: 'value' is 'much'"),
        (b",109.75,97.12,", b",109.75,500,", "line 2: 'low' is 500"),
        (b"U002,", b"U001,", "line 3: the id 'U001' is there twice"),
        (b",CAD,2025,0.1,,", b",CAD,2025,1.5,,", "it must lie between 0 and 1"),
        (b",CAD,2025,0.1,,", b",CAD,2025,0.1,0.4,", "Cash is part of marginal cost"),
    ],
)
def test_a_faulty_copy_is_refused(before: bytes, after: bytes, told: str) -> None:
    content = PACKAGED.read_bytes()
    assert before in content
    with pytest.raises(InputError, match=told):
        read_unit_costs(content.replace(before, after, 1))
