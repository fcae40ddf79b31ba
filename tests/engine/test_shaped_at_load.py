"""What is settled when a model is loaded cannot be changed behind its back at run time."""

from __future__ import annotations

from pathlib import Path

import pytest

from upshift.model.engine import load_model, oracle, simulate
from upshift.model.errors import InputError

MODEL = Path(__file__).parents[1] / "features" / "delay_fixed" / "model.mdl"


@pytest.mark.parametrize("name", ["journey", "TIME STEP"])
def test_the_length_of_a_queue_cannot_be_set_at_run_time(name: str) -> None:
    model = load_model(MODEL)
    with pytest.raises(InputError, match=f"'{name}' sets the length of a DELAY FIXED"):
        simulate(model, {name: 0.5}, ["rounded up"])
    with pytest.raises(InputError, match=f"'{name}' shaped"):
        oracle.run(model.model, {name: 0.5})


def test_constants_that_shape_nothing_can_be_set() -> None:
    model = load_model(MODEL)
    result = simulate(model, {"base": 100.0}, ["arrived"])
    assert result.values[0, -1].tolist() == [105.0, 105.0]


@pytest.mark.parametrize("name", ["length", "steps a month"])
def test_what_the_clock_is_computed_from_cannot_be_set_at_run_time(name: str) -> None:
    model = load_model(MODEL.parents[1] / "control_expressions" / "model.mdl")
    with pytest.raises(InputError, match=f"'{name}' sets the length .* or the clock"):
        simulate(model, {name: 3.0}, ["elapsed"])
