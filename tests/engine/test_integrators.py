"""Euler, RK2 and RK4 against closed forms, at their order; and the method a file asks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from upshift.model.engine import CompiledModel, SimulateOptions, load_model, simulate
from upshift.model.engine.read import read
from upshift.model.errors import InputError

TEXT = """{UTF-8}
growth = INTEG(0.7 * growth, 2) ~~|
position = INTEG(speed, 1) ~~|
speed = INTEG(-4 * position, 0) ~~|
crowd = INTEG(1.5 * crowd * (1 - crowd/10), 1) ~~|
forced = INTEG(COS(Time), 0) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 4 ~~|
TIME STEP = 0.0625 ~~|
SAVEPER = 1 ~~|
"""
EXACT: dict[str, Callable[[Any], Any]] = {
    "growth": lambda t: 2 * np.exp(0.7 * t),
    "position": lambda t: np.cos(2 * t),
    "speed": lambda t: -2 * np.sin(2 * t),
    "crowd": lambda t: 10 / (1 + 9 * np.exp(-1.5 * t)),
    "forced": np.sin,
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> CompiledModel:
    path = tmp_path_factory.mktemp("closed forms") / "model.mdl"
    path.write_text(TEXT, encoding="utf-8")
    return load_model(path)


@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("rk2", 2), ("rk4", 4)])
def test_errors_shrink_at_the_order_of_the_method(
    model: CompiledModel, method: Any, order: int
) -> None:
    errors = []
    for step in (1 / 64, 1 / 128):
        run = simulate(model, {"TIME STEP": step}, list(EXACT), SimulateOptions(method=method))
        exact = np.stack([form(run.time) for form in EXACT.values()], axis=-1)
        errors.append(np.abs(run.values[0] - exact).max(axis=0))
    found = np.log2(errors[0] / errors[1])
    assert found == pytest.approx(order, abs=0.25), dict(zip(EXACT, found, strict=True))


SKETCH = "\\\\\\---/// Sketch\nV300\n///---\\\\\\\n:L<%^E!@\n15:0,0,0,{},0,0\n"


NUMBERS = [(0, "euler"), (1, "rk4"), (2, "euler"), (3, "rk2"), (4, "rk2"), (5, "rk4")]


@pytest.mark.parametrize(("number", "method"), NUMBERS)
def test_a_vensim_file_s_method_is_honoured(tmp_path: Path, number: int, method: Any) -> None:
    path = tmp_path / "model.mdl"
    path.write_text(TEXT + SKETCH.format(number), encoding="utf-8")
    loaded = load_model(path)
    assert loaded.model.method == method
    if number in (1, 3):
        own = simulate(loaded, {}, ["growth"]).values
        asked = simulate(loaded, {}, ["growth"], SimulateOptions(method=method)).values
        np.testing.assert_array_equal(own, asked)
        euler = simulate(loaded, {}, ["growth"], SimulateOptions(method="euler")).values
        assert abs(own - euler).max() > 0.1


XMILE = """<?xml version="1.0"?>
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<sim_specs {}><start>0</start><stop>4</stop></sim_specs>
<model><variables><aux name="a"><eqn>1</eqn></aux></variables></model></xmile>"""


@pytest.mark.parametrize(
    ("stated", "method"),
    [("", "euler"), ('method="RK4"', "rk4"), ('method="Gear, RK2, Euler"', "rk2")],
)
def test_an_xmile_file_s_method_is_honoured(tmp_path: Path, stated: str, method: str) -> None:
    path = tmp_path / "model.xmile"
    path.write_text(XMILE.format(stated), encoding="utf-8")
    assert read(path).method == method


def test_a_method_that_is_not_known_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.xmile"
    path.write_text(XMILE.format('method="Gear"'), encoding="utf-8")
    with pytest.raises(InputError, match="method 'Gear'"):
        read(path)
