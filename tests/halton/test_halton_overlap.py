"""Overlap: people counted as homeless whose first need counts them in another population."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

WEIGHTS, OWN = "counted as homeless", "share homeless on a night"


def _values(halton: Any, name: str) -> dict[str, float]:
    return {row.column: row.value for row in halton.registry.rows if row.name == name}


def _refitted(halton: Any, factor: float) -> dict[str, float]:
    """Other weights, and the shares of homeless people themselves set to meet the same counts."""
    weights = {name: factor * value for name, value in _values(halton, WEIGHTS).items()}
    run = halton.run({"FINAL TIME": 2019.0}, "people homeless of other populations")
    run = halton.run(
        {"FINAL TIME": 2019.0}, "people homeless", "people homeless of other populations"
    )
    whole, others = (
        run.columns[name][0, run.time == 2018].item()
        for name in ("people homeless", "people homeless of other populations")
    )
    scale = (whole - factor * others) / (whole - others)
    return weights | {name: scale * value for name, value in _values(halton, OWN).items()}


def test_a_count_sees_every_population_by_its_weight(halton: Any) -> None:
    names = ("people homeless", "people homeless of other populations", "people in chain")
    run = halton.run({}, *names)
    weights = _values(halton, WEIGHTS)
    expected = sum(
        weights[f"{WEIGHTS}[{column.split(', ')[1]}"] * series
        for column, series in run.of("people in chain").items()
    )
    others = run.columns["people homeless of other populations"]
    assert others == pytest.approx(expected)
    assert np.all((others > 0) & (others < 0.3 * run.columns["people homeless"]))


@pytest.mark.parametrize("factor", [0.0, 2.0])
def test_how_much_populations_overlap_hardly_matters_to_what_tables_avoid(
    halton: Any, factor: float
) -> None:
    """Twice the overlap, or none, with the counts met all the same: contacts avoided stay."""
    names = ("cumulative contacts", "people homeless", "cumulative shelter nights")
    money = halton.spend("homelessness table", "exiting care table", amount=1e6)
    avoided, nights, counted = {}, {}, {}
    for case, setting in (("base", {}), ("other", _refitted(halton, factor))):
        before = halton.run(setting, *names)
        after = halton.run({**setting, **money}, *names)
        fall = {
            n: before.between(n, 2027, 2037)[0] - after.between(n, 2027, 2037)[0] for n in names
        }
        avoided[case], nights[case] = fall["cumulative contacts"], fall["cumulative shelter nights"]
        counted[case] = before.columns["people homeless"][0, before.time == 2018].item()
    assert counted["other"] == pytest.approx(counted["base"], rel=1e-6)
    assert avoided["base"] > 0
    assert avoided["other"] == pytest.approx(avoided["base"], rel=1e-6)
    # Nights do depend on it: the fewer of those counted are of the population, the fewer to house.
    assert (nights["other"] > nights["base"]) == (factor < 1)
    assert nights["other"] == pytest.approx(nights["base"], rel=0.35)
