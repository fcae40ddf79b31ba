"""Scenario discovery: known boxes come back, chance gives none, and figures are those by hand."""

from __future__ import annotations

from math import inf

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from upshift.scenarios.analysis.box import (
    Box,
    Sample,
    in_words,
    quality,
    quasi_p_values,
    without_chance_limits,
)
from upshift.scenarios.analysis.cart import TreeSettings, best_split, case_boxes
from upshift.scenarios.analysis.discovery import discover_boxes, prim_boxes
from upshift.scenarios.analysis.prim import PrimSettings, balanced, peel

Array = npt.NDArray[np.float64]

NAMES = ("stress", "hiring time", "idle", "also idle")


def known_box(runs: int, seed: int) -> Sample:
    """Cases are where stress is above 0.7 and hiring takes longer than 0.5, but for 2 %."""
    generator = np.random.default_rng(seed)
    inputs = generator.uniform(size=(runs, len(NAMES)))
    cases = (inputs[:, 0] > 0.7) & (inputs[:, 1] > 0.5)
    return Sample(NAMES, inputs, cases ^ (generator.uniform(size=runs) < 0.02))


def test_the_known_box_is_recovered_by_both_methods() -> None:
    found = discover_boxes("the plan fails", known_box(1000, 1), seed=0)
    first = {box.method: box for box in reversed(found.boxes)}

    for method in ("PRIM", "CART"):
        box = first[method]
        assert set(box.box.limits) == {0, 1}, method
        (low_stress, high_stress), (low_hiring, high_hiring) = (box.box.limit(at) for at in (0, 1))
        assert low_stress == pytest.approx(0.7, abs=0.02)
        assert low_hiring == pytest.approx(0.5, abs=0.03)
        assert high_stress > 0.97
        assert high_hiring > 0.97
        assert box.quality.coverage > 0.8
        assert box.quality.density > 0.9
        assert box.held_out is not None
        assert box.held_out.density > 0.75
        assert box.again[0] == 1.0
        assert box.holds_up
        assert "stress is above 0.7" in box.words


def test_what_is_chance_gives_no_box_that_holds_up() -> None:
    generator = np.random.default_rng(3)
    standing = 0
    for seed in range(3):
        inputs = generator.uniform(size=(200, 40))
        cases = generator.uniform(size=200) < 0.3
        names = tuple(f"x{i}" for i in range(40))
        found = discover_boxes("chance", Sample(names, inputs, cases), seed)
        standing += sum(box.holds_up for box in found.boxes)

    assert standing == 0


def test_too_few_cases_are_said_to_be_too_few() -> None:
    sample = known_box(300, 2)
    none = Sample(sample.names, sample.inputs, np.zeros(300, dtype=np.bool_))

    assert "0 of 300" in discover_boxes("never", none, 0).reason
    assert (
        "300 of 300" in discover_boxes("always", Sample(NAMES, none.inputs, ~none.cases), 0).reason
    )


def test_the_first_peel_is_that_by_hand() -> None:
    inputs = np.arange(20.0)[:, None]
    sample = Sample(("x",), inputs, inputs[:, 0] >= 10)
    steps = peel(sample, PrimSettings(peel=0.1))

    assert steps[0].quality.density == 0.5
    assert steps[1].box.limits == {0: (1.5, inf)}
    assert steps[1].quality.density == pytest.approx(10 / 18)
    assert steps[-1].box.limits == {0: (9.5, inf)}
    assert steps[-1].quality == quality(Box({0: (9.5, inf)}), sample)
    assert balanced(steps).quality.balance == 1.0


def test_few_distinct_values_are_peeled_whole() -> None:
    inputs = np.repeat([[0.0], [0.5], [1.0]], 20, axis=0)
    sample = Sample(("growth continues",), inputs, inputs[:, 0] == 1.0)

    boxes = prim_boxes(sample)
    assert [box.limits for box in boxes] == [{0: (0.75, inf)}]
    assert quality(boxes[0], sample).density == quality(boxes[0], sample).coverage == 1.0


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_peeling_never_lowers_density_and_never_grows(seed: int) -> None:
    steps = peel(known_box(150, seed), PrimSettings())
    densities = [step.quality.density for step in steps]
    masses = [step.quality.mass for step in steps]

    assert densities == sorted(densities)
    assert masses == sorted(masses, reverse=True)
    assert masses[-1] >= 0.05


def test_a_quasi_p_value_is_a_binomial_tail() -> None:
    sample = known_box(400, 4)
    box = Box({0: (0.7, inf), 2: (0.1, inf)})
    found = quasi_p_values(box, sample)
    inside = box.holds(sample.inputs)
    without = Box({0: (0.7, inf)}).holds(sample.inputs)
    expected = binom.sf(sample.cases[inside].sum() - 1, inside.sum(), sample.cases[without].mean())

    assert found[2] == pytest.approx(float(expected))
    assert found[0] < 1e-6 < found[2]
    assert without_chance_limits(box, sample, 0.05) == Box({0: (0.7, inf)})


def test_a_split_is_the_one_that_parts_the_cases() -> None:
    inputs = np.array([[1.0, 5.0], [2.0, 1.0], [3.0, 4.0], [4.0, 2.0]])

    assert best_split(inputs, np.array([False, False, True, True]), (1, 0.0)) == (0, 2.5)
    assert best_split(inputs, np.ones(4, dtype=np.bool_), (1, 0.0)) is None
    assert best_split(np.ones((4, 1)), np.array([False, True, False, True]), (1, 0.0)) is None


def test_leaves_keep_to_the_least_mass() -> None:
    sample = known_box(500, 6)
    for box in case_boxes(sample, TreeSettings(depth=4, least_mass=0.1)):
        assert quality(box, sample).mass >= 0.1


def test_boxes_in_words() -> None:
    box = Box({0: (0.7, inf), 1: (-inf, 0.25), 2: (1.0, 2.0)})

    assert in_words(box, NAMES) == (
        "stress is above 0.7 and hiring time is below 0.25 and idle is between 1 and 2"
    )
    assert in_words(Box({}), NAMES) == "always"
