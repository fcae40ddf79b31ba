"""Control parameters that are formulas: of constants, of other variables, of time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from upshift.model.engine import CompiledModel, load_model, oracle, simulate
from upshift.model.errors import InputError


def loaded(folder: Path, text: str, **clock: str) -> CompiledModel:
    names = {"start": "INITIAL TIME", "stop": "FINAL TIME", "step": "TIME STEP", "save": "SAVEPER"}
    stated = {"start": "0", "stop": "10", "step": "1", "save": "TIME STEP"} | clock
    lines = "".join(f"{names[key]} = {value} ~~|\n" for key, value in stated.items())
    path = folder / "model.mdl"
    path.write_text("{UTF-8}\n" + text + "\n" + lines, encoding="utf-8")
    return load_model(path)


def test_a_run_stops_where_its_final_time_is_reached(tmp_path: Path) -> None:
    text = "limit = 20 ~~|\nlevel = Time*2 ~~|\nx = INTEG(1, 0) ~~|"
    model = loaded(tmp_path, text, stop="IF THEN ELSE(level > limit, Time, 100)")
    run = simulate(model, {}, ["x", "FINAL TIME"])
    assert run.time.tolist() == list(range(12))
    assert run.values[0, :, 1].tolist() == [100.0] * 11 + [11.0]
    slow = oracle.run(model.model)
    np.testing.assert_array_equal(slow.variables["FINAL TIME"], run.values[0, :, 1])
    with pytest.raises(InputError, match="limit"):
        simulate(model, {"limit": 3}, ["x"])
    with pytest.raises(InputError, match="FINAL TIME"):
        simulate(model, {"FINAL TIME": 3}, ["x"])


def test_a_step_that_changes_needs_a_model_without_memory(tmp_path: Path) -> None:
    step = "IF THEN ELSE(Time < 4, 1, 0.5)"
    model = loaded(tmp_path, "x = Time*Time ~~|", step=step)
    run = simulate(model, {}, ["x", "TIME STEP"])
    assert run.time.tolist() == np.arange(0, 10.5, 0.5).tolist()
    assert run.values[0, [0, -1], 1].tolist() == [1.0, 0.5]
    with pytest.raises(InputError, match="TIME STEP changes"):
        loaded(tmp_path, "x = INTEG(1, 0) ~~|", step=step)
    with pytest.raises(InputError, match="no multiples"):
        loaded(tmp_path, "x = 1 ~~|", step="IF THEN ELSE(Time < 4, 1, 0.3)")


@pytest.mark.parametrize(
    ("clock", "message"),
    [
        ({"stop": "Time + 1"}, "more than 1,000,000 steps"),
        ({"stop": "x"}, "FINAL TIME must be a single number"),
        ({"step": "IF THEN ELSE(Time > 5, 0, 1)"}, "greater than 0"),
        ({"stop": "FINAL TIME + 1"}, "FINAL TIME must be a single number"),
    ],
)
def test_a_clock_without_sense_is_refused(
    tmp_path: Path, clock: dict[str, str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        loaded(tmp_path, "x = INTEG(1, 0) ~~|", **clock)


def test_saving_between_steps_saves_at_the_nearest_one(tmp_path: Path) -> None:
    """Every 0.75 in steps of 0.5 is every second step, as the stride is rounded."""
    model = loaded(tmp_path, "x = INTEG(1, 0) ~~|", step="0.5", save="0.75", stop="3")
    assert simulate(model, {}, ["x"]).time.tolist() == [0, 1, 2, 3]
