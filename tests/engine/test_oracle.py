"""The oracle by itself: order, overrides, saved times, accuracy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from upshift.model.engine import oracle
from upshift.model.engine.ir import Method, Model
from upshift.model.engine.lower import lower
from upshift.model.engine.read import read
from upshift.model.errors import InputError


def model(folder: Path, text: str, step: float = 0.25, save: float = 1.0) -> Model:
    path = folder / "model.mdl"
    control = (
        f"INITIAL TIME = 0 ~ ~ |\nFINAL TIME = 4 ~ ~ |\nTIME STEP = {step} ~ ~ |\n"
        f"SAVEPER = {save} ~ ~ |\n"
    )
    path.write_text("{UTF-8}\n" + text + "\n" + control, encoding="utf-8")
    return lower(read(path))


DECAY = "rate = 0.8 ~ ~ |\nx = INTEG(-rate*x, 2) ~ ~ |"


def test_constants_can_be_replaced_by_numbers_and_arrays(tmp_path: Path) -> None:
    text = "area: east, west ~ ~ |\na[area] = 1, 2 ~ ~ |\nb[area] = a[area]*2 ~ ~ |"
    loaded = model(tmp_path, text)
    assert oracle.run(loaded).variables["b"][0].tolist() == [2, 4]
    assert oracle.run(loaded, {"a": 5.0}).variables["b"][0].tolist() == [10, 10]
    given = oracle.run(loaded, {"a": np.array([3.0, 4.0])})
    assert given.variables["b"][0].tolist() == [6, 8]


def test_only_constants_can_be_replaced(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'x' is not a constant"):
        oracle.run(model(tmp_path, DECAY), {"x": 1.0})


def test_time_and_saving_follow_the_control_parameters(tmp_path: Path) -> None:
    loaded = model(tmp_path, DECAY)
    assert oracle.run(loaded).time.tolist() == [0, 1, 2, 3, 4]
    changed = {"INITIAL TIME": 1.0, "FINAL TIME": 2.0, "TIME STEP": 0.125, "SAVEPER": 0.5}
    assert oracle.run(loaded, changed).time.tolist() == [1, 1.5, 2]


@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("rk2", 2), ("rk4", 4)])
def test_halving_the_step_shrinks_the_error_by_the_order_of_the_method(
    tmp_path: Path, method: Method, order: int
) -> None:
    exact = 2 * np.exp(-0.8 * 4)
    errors = [
        abs(oracle.run(model(tmp_path, DECAY, step), method=method).variables["x"][-1] - exact)
        for step in (0.0625, 0.03125)
    ]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.2)


def test_a_circle_through_one_element_is_named(tmp_path: Path) -> None:
    text = (
        "age: A1, A2 ~ ~ |\na[A1] = b[A2] ~ ~ |\na[A2] = 1 ~ ~ |\n"
        "b[age] = a[age] + c[age] ~ ~ |\nc[A1] = 0 ~ ~ |\nc[A2] = a[A1] ~ ~ |"
    )
    with pytest.raises(InputError, match="Circular definition") as caught:
        oracle.run(model(tmp_path, text))
    names = set("abc")
    path = str(caught.value).split(": ")[1].split(". ")[0].split(" → ")
    assert path[0] == path[-1]
    assert set(path) == names


def test_a_stock_breaks_a_circle(tmp_path: Path) -> None:
    text = "x = INTEG(y, 1) ~ ~ |\ny = z*2 ~ ~ |\nz = x + 1 ~ ~ |"
    assert oracle.run(model(tmp_path, text)).variables["y"][0] == 4
